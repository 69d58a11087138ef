"""The acts on a certification: who may do which in what state, and what each leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from booking import clock
from booking.database import db, writing
from booking.members.models import MemberRole, Role
from booking.members.rules import AccountState
from booking.site.queries import get_site
from booking.trainings.models import Certification
from booking.trainings.refusals import Refused, Why
from booking.trainings.rules import (
    ActNotAllowed,
    CertificationAct,
    CertificationState,
    next_state,
    validity_end,
)
from booking.trainings.rules.appointing import Grounds
from booking.trainings.service import certifying
from booking.trainings.service.certifying import Assessment, Correction
from tests.integration.trainings.records import (
    a_certification,
    journal_of,
    mails_to,
    person,
    training,
)
from tests.learning import pass_quiz, prove

State = CertificationState
Act = CertificationAct

TODAY = date(2026, 11, 23)
STORED = [state for state in State if state not in (State.EXPIRED, State.LAPSED)]
EVERYTHING_DONE = Assessment(level=2, assessed_on=TODAY, evidence="Vu ensemble")

ACTORS = {
    "trainee": "U10",
    "another member": "U11",
    "trainer": "S2",
    "manager": "S1",
    "accountant": "S4",
    "stakeholder": "S5",
    "administrator": "S7",
}
MAY_ACT = {
    Act.REQUEST: {"trainee"},
    Act.START_TRAINING: {"trainer"},
    Act.PROPOSE: {"trainer"},
    Act.APPROVE: {"manager"},
    Act.REFUSE: {"manager"},
    Act.SUSPEND: {"manager"},
    Act.REINSTATE: {"manager"},
    Act.REVOKE: {"manager"},
    Act.CORRECT: {"manager"},
    Act.APPOINT: {"manager"},
}

LONG_ENOUGH = Grounds(date(2026, 1, 12), timedelta(hours=20))

Doing = Callable[[Certification, str], Certification | Refused]

DOING: dict[Act, Doing] = {
    Act.START_TRAINING: lambda c, who: certifying.start_training(c.id, person(who)),
    Act.PROPOSE: lambda c, who: certifying.propose(
        c.member, c.training, EVERYTHING_DONE, person(who)
    ),
    Act.APPROVE: lambda c, who: certifying.approve(c.id, person(who), {}),
    Act.REFUSE: lambda c, who: certifying.refuse(c.id, person(who), "À revoir"),
    Act.SUSPEND: lambda c, who: certifying.suspend(c.id, person(who), "Feu", "Remise à niveau"),
    Act.REINSTATE: lambda c, who: certifying.reinstate(c.id, person(who), "Vu ensemble"),
    Act.REVOKE: lambda c, who: certifying.revoke(c.id, person(who), "Récidive"),
    Act.CORRECT: lambda c, who: certifying.correct(
        c.id, person(who), Correction(1, date(2026, 6, 1), date(2027, 6, 1), "Faute de frappe")
    ),
    Act.APPOINT: lambda c, who: certifying.appoint(c.id, person(who), LONG_ENOUGH, {}),
}


@pytest.fixture(autouse=True)
def transaction(demo_app: Flask) -> Iterator[None]:
    """Each test is one transaction, of which nothing stays."""
    with demo_app.app_context():
        yield
        db.session.rollback()


def is_allowed(state: State, act: Act) -> bool:
    try:
        next_state(state, act)
    except ActNotAllowed:
        # A proposal without an open record begins a new one, an appointment always does.
        if act is Act.APPOINT:
            return state is State.APPROVED
        return act is Act.PROPOSE and state not in (State.PROPOSED,)
    return True


@pytest.mark.parametrize("is_refresher", [False, True], ids=["first", "refresher"])
@pytest.mark.parametrize("state", STORED)
def test_only_the_right_people_move_a_certification_along_the_table(
    state: State, is_refresher: bool
) -> None:
    for act, do in DOING.items():
        for role, who in ACTORS.items():
            if is_refresher:
                a_certification(**ENDED["expired"])
            certification = a_certification(state=state, is_refresher=is_refresher)
            outcome = do(certification, who)
            case = f"{act} by {role} in {state}"
            if role in MAY_ACT[act] and is_allowed(state, act):
                assert isinstance(outcome, Certification), (case, outcome)
                before = None if outcome is not certification else state
                assert outcome.state is next_state(before, act), case
            else:
                assert isinstance(outcome, Refused), case
                assert certification.state is state, case
                assert journal_of(certification) == [], case
            db.session.rollback()


@pytest.mark.parametrize("role", ACTORS)
def test_members_ask_for_themselves_and_partners_do_not(role: str) -> None:
    outcome = certifying.request(person(ACTORS[role]), training("CERAM-1"), 2)
    uses_machines = role not in ("accountant", "stakeholder", "administrator")
    assert isinstance(outcome, Certification) is uses_machines


def test_a_suspended_account_does_nothing() -> None:
    member, manager = person("U10"), person("S1")
    certification = a_certification()
    member.state = manager.state = AccountState.SUSPENDED
    assert certifying.request(member, training("CERAM-1"), 1) == Refused(Why.NOT_PERMITTED)
    outcome = certifying.suspend(certification.id, manager, "Feu")
    assert outcome == Refused(Why.NOT_PERMITTED)


def test_a_whole_life_is_kept_act_by_act() -> None:
    member = person("U10")
    asked = certifying.request(member, training("LASER"), 1)
    assert isinstance(asked, Certification)
    certifying.start_training(asked.id, person("S2"))
    prove("U10")
    done = tuple(item["text"] for item in training("LASER").checklist)
    assessment = Assessment(2, date(2026, 11, 20), " Très sûr ", done)
    assert certifying.propose(member, training("LASER"), assessment, person("S2")) is asked
    certifying.approve(asked.id, person("S1"), {})
    certifying.suspend(asked.id, person("S1"), "Feu laissé seul", "Remise à niveau")
    certifying.reinstate(asked.id, person("S1"), "Vu ensemble")
    certifying.revoke(asked.id, person("S1"), "Récidive")
    db.session.flush()
    db.session.refresh(asked)
    assert [(event.act, event.state) for event in asked.events] == [
        ("REQUEST", State.REQUESTED),
        ("START_TRAINING", State.IN_TRAINING),
        ("PROPOSE", State.PROPOSED),
        ("APPROVE", State.APPROVED),
        ("SUSPEND", State.SUSPENDED),
        ("REINSTATE", State.APPROVED),
        ("REVOKE", State.REVOKED),
    ]
    assert {event.effective_on for event in asked.events} == {TODAY}
    proposal = asked.events[2].evidence
    assert proposal["assessed_on"] == "2026-11-20"
    assert proposal["note"] == "Très sûr"
    assert all(item["done"] for item in proposal["checklist"])
    assert [entry.act for entry in journal_of(asked)] == [
        "certification.requested",
        "certification.training_started",
        "certification.proposed",
        "certification.approved",
        "certification.suspended",
        "certification.reinstated",
        "certification.revoked",
    ]
    assert [mail.kind for mail in mails_to(member)] == [
        "certification.proposed",
        "certification.approved",
        "certification.suspended",
        "certification.reinstated",
        "certification.revoked",
    ]
    suspended = mails_to(member)[2].facts
    assert suspended["training"] == "LASER"
    assert suspended["level"] == 2
    assert suspended["reason"] == "Feu laissé seul"
    assert suspended["valid_until"] == "2027-11-23"
    assert suspended["title"]["fr"]


def test_an_approval_counts_from_today_for_as_long_as_the_training_says() -> None:
    certification = a_certification(state=State.PROPOSED, assessed_by=person("S2"))
    certifying.approve(certification.id, person("S1"), {})
    assert certification.approved_on == TODAY
    assert certification.valid_until == date(2027, 11, 23)
    assert certification.approved_by == person("S1")


def test_an_appointment_counts_for_a_year_and_says_on_what_it_rests() -> None:
    made = certifying.appoint(a_certification().id, person("S1"), LONG_ENOUGH, {})
    assert isinstance(made, Certification)
    assert (made.level, made.valid_until) == (3, date(2027, 11, 23))
    (event,) = made.events
    assert event.evidence == {"held_since": "2026-01-12", "minutes_used": 1200, "unmet": []}
    assert event.reason == ""


def test_a_condition_that_does_not_hold_is_set_aside_in_writing_alone() -> None:
    grounds = Grounds(date(2026, 9, 1), timedelta(hours=19, minutes=59))
    record = a_certification()
    refused = certifying.appoint(record.id, person("S1"), grounds, {})
    names = ("HELD_TOO_SHORT", "USED_TOO_LITTLE")
    assert refused == Refused(Why.CONDITIONS_UNMET, names)
    made = certifying.appoint(record.id, person("S1"), grounds, {}, " Dix ans de métier ")
    assert isinstance(made, Certification)
    assert made.events[0].reason == "Dix ans de métier"
    assert made.events[0].evidence["unmet"] == list(names)


def test_an_appointment_uses_up_no_session_for_the_level_below() -> None:
    prove("U10")
    record = a_certification(member="U10", approved_on=date(2026, 1, 12))
    certifying.appoint(record.id, person("S1"), LONG_ENOUGH, {})
    proposed = certifying.propose(person("U10"), training("LASER"), EVERYTHING_DONE, person("S2"))
    assert isinstance(proposed, Certification), proposed


def test_who_has_left_meanwhile_is_not_approved() -> None:
    certification = a_certification(state=State.PROPOSED, assessed_by=person("S2"))
    certification.member.state = AccountState.LEFT
    outcome = certifying.approve(certification.id, person("S1"), {})
    assert outcome == Refused(Why.MEMBER_GONE)


def test_what_is_archived_meanwhile_is_not_approved() -> None:
    certification = a_certification(state=State.PROPOSED, assessed_by=person("S2"))
    certification.training.archived_at = clock.now()
    outcome = certifying.approve(certification.id, person("S1"), {})
    assert outcome == Refused(Why.TRAINING_ARCHIVED)


def test_a_suspension_keeps_its_reason_until_it_is_lifted() -> None:
    certification = a_certification()
    certifying.suspend(certification.id, person("S1"), " Feu ", " Remise à niveau ")
    assert suspension_of(certification) == ("Feu", "Remise à niveau")
    certifying.reinstate(certification.id, person("S1"), "Vu ensemble")
    assert suspension_of(certification) == (None, None)
    assert certification.valid_until == date(2027, 6, 1)


def suspension_of(certification: Certification) -> tuple[str | None, str | None]:
    return certification.suspension_reason, certification.suspension_ends_when


@pytest.mark.parametrize("act", [Act.REFUSE, Act.SUSPEND, Act.REINSTATE, Act.REVOKE])
@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_what_ends_or_lifts_something_needs_a_reason(act: Act, reason: str) -> None:
    states = {Act.REFUSE: State.PROPOSED, Act.REINSTATE: State.SUSPENDED}
    certification = a_certification(state=states.get(act, State.APPROVED))
    doing: Any = getattr(certifying, act.lower())
    outcome = doing(certification.id, person("S1"), reason)
    assert outcome == Refused(Why.REASON_MISSING)


# Four eyes


def test_nobody_decides_on_his_own_whatever_his_roles() -> None:
    manager = person("S1")
    manager.role_rows.append(MemberRole(role=Role.TRAINER))
    get_site().single_person_team = True
    own = a_certification("S1", state=State.PROPOSED)
    assert certifying.approve(own.id, manager, {}) == Refused(Why.OWN_CERTIFICATION)
    assert certifying.refuse(own.id, manager, "Non") == Refused(Why.OWN_CERTIFICATION)
    outcome = certifying.propose(manager, training("CERAM-1"), EVERYTHING_DONE, manager)
    assert outcome == Refused(Why.OWN_CERTIFICATION)


def test_who_assessed_does_not_approve() -> None:
    manager = person("S1")
    manager.role_rows.append(MemberRole(role=Role.TRAINER))
    proposed = certifying.propose(person("U10"), training("LASER"), EVERYTHING_DONE, manager)
    assert isinstance(proposed, Certification)
    assert certifying.approve(proposed.id, manager, {}) == Refused(Why.ASSESSED_BY_YOU)


def test_a_team_of_one_may_and_the_journal_says_so() -> None:
    manager = person("S1")
    manager.role_rows.append(MemberRole(role=Role.TRAINER))
    get_site().single_person_team = True
    proposed = certifying.propose(person("U10"), training("LASER"), EVERYTHING_DONE, manager)
    assert isinstance(proposed, Certification)
    assert certifying.approve(proposed.id, manager, {}) is proposed
    assert journal_of(proposed)[-1].after["single_person_team"] is True
    db.session.refresh(proposed)
    assert proposed.events[-1].evidence["single_person_team"] is True


# Prerequisites


def proposed_for(member: str, of: str) -> Certification:
    return a_certification(member, of, State.PROPOSED, assessed_by=person("S2"))


def test_a_missing_prerequisite_asks_for_a_written_waiver_that_is_kept() -> None:
    certification = proposed_for("U10", "BOIS-2")
    outcome = certifying.approve(certification.id, person("S1"), {}, waiver="  ")
    assert outcome == Refused(Why.WAIVER_NEEDED, ("BOIS-1",))
    outcome = certifying.approve(certification.id, person("S1"), {}, waiver=" CAP menuisier ")
    assert outcome is certification
    entry = journal_of(certification)[-1]
    assert entry.reason == "CAP menuisier"
    assert entry.after["waived_prerequisites"] == ["BOIS-1"]
    db.session.refresh(certification)
    assert certification.events[-1].reason == "CAP menuisier"


def test_the_whole_chain_of_prerequisites_is_asked() -> None:
    certification = proposed_for("U28", "BOIS-2")
    outcome = certifying.approve(certification.id, person("S1"), {})
    assert outcome == Refused(Why.WAIVER_NEEDED, ("BOIS-1", "ACC"))


@pytest.mark.parametrize(
    ("prerequisite", "last_uses", "holds"),
    [
        ({}, {"BOIS-1": date(2026, 10, 1)}, True),
        ({}, {}, False),
        ({"level": 1}, {"BOIS-1": date(2026, 10, 1)}, False),
        ({"valid_until": date(2026, 11, 22)}, {"BOIS-1": date(2026, 10, 1)}, False),
        ({"valid_until": TODAY}, {"BOIS-1": date(2026, 10, 1)}, True),
        ({"state": State.SUSPENDED}, {"BOIS-1": date(2026, 10, 1)}, False),
        ({"state": State.PROPOSED}, {"BOIS-1": date(2026, 10, 1)}, False),
    ],
)
def test_a_prerequisite_must_be_valid_today(
    prerequisite: dict[str, Any], last_uses: dict[str, date], holds: bool
) -> None:
    dated = {"approved_on": date(2025, 11, 1), "valid_until": date(2027, 11, 1)}
    a_certification("U10", "BOIS-1", **dated | prerequisite)
    certification = proposed_for("U10", "BOIS-2")
    outcome = certifying.approve(certification.id, person("S1"), last_uses)
    assert (outcome is certification) is holds


def test_a_waiver_that_nobody_needs_is_not_kept() -> None:
    certification = proposed_for("U10", "LASER")
    certifying.approve(certification.id, person("S1"), {}, waiver="Par habitude")
    entry = journal_of(certification)[-1]
    assert entry.reason == ""
    assert "waived_prerequisites" not in entry.after


# Asking and proposing


@pytest.mark.parametrize("state", STORED)
def test_a_refresher_is_asked_by_who_was_certified_and_for_no_higher_level(state: State) -> None:
    for role, who in ACTORS.items():
        for level in (1, 2):
            a_certification(who, "CERAM-1", state, level=1)
            outcome = ask_refresher(who, "CERAM-1", level)
            case = f"level {level} by {role} in {state}: {outcome}"
            if role in ("accountant", "stakeholder", "administrator"):
                assert outcome == Refused(Why.NOT_PERMITTED), case
            elif state in (State.REQUESTED, State.IN_TRAINING, State.PROPOSED):
                assert outcome == Refused(Why.ALREADY_OPEN), case
            elif state in (State.APPROVED, State.SUSPENDED) and level == 1:
                assert isinstance(outcome, Certification), case
                assert outcome.is_refresher, case
            else:
                assert outcome == Refused(Why.NOTHING_TO_REFRESH), case
            db.session.rollback()


ENDED: dict[str, dict[str, Any]] = {
    "expired": {"approved_on": date(2025, 6, 1), "valid_until": date(2026, 6, 1)},
    "lapsed": {"approved_on": date(2026, 1, 12), "valid_until": date(2027, 1, 12)},
    "suspended": {"state": State.SUSPENDED, "suspension_reason": "Feu"},
}


@pytest.mark.parametrize("end", ENDED)
def test_the_whole_life_of_a_refresher_is_kept_as_such(end: str) -> None:
    earlier = a_certification(**ENDED[end])
    pass_quiz("U10")
    asked = ask_refresher()
    assert isinstance(asked, Certification)
    items = [item["text"] for item in training("LASER").checklist]
    part = Assessment(2, TODAY, done=items[1:])
    outcome = certifying.propose(person("U10"), training("LASER"), part, person("S2"))
    assert outcome == Refused(Why.CHECKLIST_INCOMPLETE, (items[0],))
    whole = Assessment(2, TODAY, done=items)
    assert certifying.propose(person("U10"), training("LASER"), whole, person("S2")) is asked
    assert certifying.approve(asked.id, person("U10"), {}) == Refused(Why.OWN_CERTIFICATION)
    assert certifying.approve(asked.id, person("S2"), {}) == Refused(Why.NOT_PERMITTED)
    assert certifying.approve(asked.id, person("S1"), {}) is asked
    db.session.refresh(asked)
    assert (asked.approved_on, asked.valid_until) == (TODAY, date(2027, 11, 23))
    kept = [(event.act, event.evidence.get("refresher")) for event in asked.events]
    assert kept == [("REQUEST", True), ("PROPOSE", True), ("APPROVE", True)]
    assert all(entry.after["refresher"] for entry in journal_of(asked))
    assert journal_of(earlier) == []


def test_a_revocation_reaches_what_was_held_before_it() -> None:
    a_certification(**ENDED["expired"])
    current = a_certification()
    certifying.revoke(current.id, person("S1"), "Danger")
    assert ask_refresher() == Refused(Why.NOTHING_TO_REFRESH)
    a_certification()
    assert isinstance(ask_refresher(), Certification)


def test_a_refresher_is_not_approved_once_what_it_refreshes_is_revoked() -> None:
    suspended = a_certification(**ENDED["suspended"])
    proposed = a_certification(state=State.PROPOSED, is_refresher=True)
    certifying.revoke(suspended.id, person("S1"), "Danger")
    refused = certifying.approve(proposed.id, person("S1"), {})
    assert refused == Refused(Why.NOTHING_TO_REFRESH)
    assert proposed.state is State.PROPOSED


def test_a_refresher_asks_for_the_test_again_once_it_is_too_old() -> None:
    a_certification(**ENDED["lapsed"])
    passed = pass_quiz("U10")
    whole = Assessment(2, TODAY, done=[item["text"] for item in training("LASER").checklist])
    for years, refused in ((0, None), (2, Refused(Why.QUIZ_NOT_PASSED))):
        passed.sent_at = clock.now() - timedelta(days=365 * years)
        asked = ask_refresher()
        outcome = certifying.propose(person("U10"), training("LASER"), whole, person("S2"))
        assert outcome == (refused or asked)
        if refused is None:
            certifying.refuse(asked.id, person("S1"), "À refaire")  # type: ignore[union-attr]


def test_who_is_proposed_higher_than_he_was_needs_the_whole_training() -> None:
    a_certification(level=1, **ENDED["expired"])
    pass_quiz("U10")
    ask_refresher(level=1)
    whole = Assessment(2, TODAY, done=[item["text"] for item in training("LASER").checklist])
    outcome = certifying.propose(person("U10"), training("LASER"), whole, person("S2"))
    assert outcome == Refused(Why.SESSION_MISSING)
    prove("U10")
    proposed = certifying.propose(person("U10"), training("LASER"), whole, person("S2"))
    assert isinstance(proposed, Certification)
    assert not proposed.is_refresher


def ask_refresher(who: str = "U10", of: str = "LASER", level: int = 2) -> Certification | Refused:
    return certifying.request(person(who), training(of), level, is_refresher=True)


def test_one_open_record_for_each_training() -> None:
    member = person("U10")
    assert isinstance(certifying.request(member, training("LASER"), 2), Certification)
    again = certifying.request(member, training("LASER"), 1)
    assert again == Refused(Why.ALREADY_OPEN)
    assert isinstance(certifying.request(member, training("CNC-1"), 2), Certification)


def test_the_database_refuses_a_second_open_record() -> None:
    a_certification(state=State.REQUESTED)
    with pytest.raises(IntegrityError):
        a_certification(state=State.PROPOSED)


def test_a_finished_record_does_not_stand_in_the_way_of_a_new_one() -> None:
    a_certification()
    a_certification(state=State.REFUSED)
    assert isinstance(certifying.request(person("U10"), training("LASER"), 2), Certification)


def test_a_request_with_evidence_asks_for_an_equivalence() -> None:
    asked = certifying.request(person("U10"), training("LASER"), 2, " Badge du FabLab ")
    assert isinstance(asked, Certification)
    assert asked.equivalence
    assert asked.evidence == "Badge du FabLab"


@pytest.mark.parametrize("level", [0, 3, 4, -1])
def test_only_the_levels_of_the_training_can_be_asked_or_proposed(level: int) -> None:
    assert certifying.request(person("U10"), training("LASER"), level) == Refused(
        Why.LEVEL_NOT_OFFERED
    )
    outcome = certifying.propose(
        person("U10"), training("LASER"), Assessment(level, TODAY, evidence="Vu"), person("S2")
    )
    assert outcome == Refused(Why.LEVEL_NOT_OFFERED)


def test_the_autonomous_level_asks_for_the_whole_checklist() -> None:
    prove("U10")
    items = [item["text"] for item in training("LASER").checklist]
    half_done = Assessment(2, TODAY, done=items[:-1])
    outcome = certifying.propose(person("U10"), training("LASER"), half_done, person("S2"))
    assert outcome == Refused(Why.CHECKLIST_INCOMPLETE, (items[-1],))
    db.session.rollback()
    for enough in (
        Assessment(1, TODAY, done=items[:1]),
        Assessment(2, TODAY, done=items),
        Assessment(2, TODAY, evidence="Diplôme vu"),
    ):
        prove("U10")
        outcome = certifying.propose(person("U10"), training("LASER"), enough, person("S2"))
        assert isinstance(outcome, Certification)
        db.session.rollback()


def test_nobody_is_assessed_tomorrow() -> None:
    assessment = Assessment(2, date(2026, 11, 24), evidence="Vu")
    outcome = certifying.propose(person("U10"), training("LASER"), assessment, person("S2"))
    assert outcome == Refused(Why.ASSESSED_IN_FUTURE)


def test_who_has_left_is_not_proposed() -> None:
    outcome = certifying.propose(person("U29"), training("LASER"), EVERYTHING_DONE, person("S2"))
    assert outcome == Refused(Why.MEMBER_GONE)


def test_an_unknown_certification_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(LookupError):
        certifying.refuse(999_999, person("S1"), "Non")


def test_the_history_cannot_be_rewritten(demo_app: Flask) -> None:
    with writing():
        asked = certifying.request(person("U10"), training("LASER"), 2)
    assert isinstance(asked, Certification)
    db.session.refresh(asked)
    asked.events[0].reason = "Autre chose"
    with pytest.raises(Exception, match="append-only"):
        db.session.flush()


def test_renewed_before_its_end_it_goes_on_without_a_gap() -> None:
    a_certification("U10", "LASER", level=2, valid_until=date(2027, 1, 31))
    proposed = a_certification(
        "U10", "LASER", State.PROPOSED, assessed_on=date(2026, 11, 20), assessed_by=person("S2")
    )
    approved = certifying.approve(proposed.id, person("S1"), {}, "Accueil refait")
    assert isinstance(approved, Certification)
    assert approved.approved_on == TODAY
    months = training("LASER").validity_months
    assert approved.valid_until == validity_end(date(2027, 1, 31), months)


@pytest.mark.parametrize(
    "former",
    [
        {"valid_until": date(2026, 11, 22)},
        {"valid_until": date(2027, 1, 31), "level": 1},
        {"valid_until": date(2027, 1, 31), "state": State.SUSPENDED},
        {"valid_until": date(2027, 1, 31), "approved_on": date(2025, 1, 31)},
    ],
    ids=["expired", "of a lower level", "suspended", "lapsed without use"],
)
def test_what_no_longer_counts_is_not_gone_on_from(former: dict[str, Any]) -> None:
    a_certification("U10", "LASER", **former)
    proposed = a_certification(
        "U10", "LASER", State.PROPOSED, assessed_on=date(2026, 11, 20), assessed_by=person("S2")
    )
    approved = certifying.approve(proposed.id, person("S1"), {}, "Accueil refait")
    assert isinstance(approved, Certification)
    assert approved.valid_until == validity_end(TODAY, training("LASER").validity_months)
