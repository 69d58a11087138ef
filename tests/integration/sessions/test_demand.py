"""Interest in a training: counted, turned into dates, told when a session opens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from booking.database import db
from booking.decisions.queries import count_waiting
from booking.machines.models import Outage
from booking.machines.rules import MachineState, OutageKind
from booking.members.rules import AccountState
from booking.openings.models import Closure
from booking.openings.rules import ClosureScope
from booking.periods import Period
from booking.sessions.queries.demand import find_interest, list_demands, list_interests
from booking.sessions.queries.teaching import list_shortages
from booking.sessions.refusals import Refused
from booking.sessions.service import scheduling
from booking.sessions.service.interest import declare, withdraw
from booking.site.queries import get_site
from booking.trainings.models import SessionKind, SessionState
from tests.integration.sessions.records import NOW, a_draft, a_session, half_day, machine
from tests.integration.trainings.records import mails_to, person, training
from tests.statements import statements_of


@pytest.fixture(autouse=True)
def transaction(demo_app: Flask) -> Iterator[None]:
    with demo_app.app_context():
        yield
        db.session.rollback()


def counts() -> dict[str, int]:
    return {one.training.code: len(one.interests) for one in list_demands()}


def test_interest_is_counted_once_for_each_member() -> None:
    for half_days in (["0-MORNING"], ["4-AFTERNOON", "0-MORNING"]):
        assert not isinstance(declare(training("LASER"), half_days, person("U02")), Refused)
    assert counts()["LASER"] == 1
    said = find_interest(person("U02").id, training("LASER").id)
    assert said is not None
    assert said.half_days == ["0-MORNING", "4-AFTERNOON"]
    withdraw(training("LASER"), person("U02"))
    assert "LASER" not in counts()


def test_when_enough_gather_it_waits_for_the_manager_with_the_best_dates() -> None:
    before = count_waiting()
    (wood,) = [one for one in list_demands(enough=True) if one.training.code == "BOIS-1"]
    assert 1 <= len(wood.proposals) <= 3
    best = wood.proposals[0]
    assert len(best.suits) == max(len(one.suits) for one in wood.proposals)
    assert len(best.candidate.half_days) == training("BOIS-1").half_days
    declare(training("CERAM-1"), [], person("U10"))
    assert count_waiting() == before + 1


def test_a_training_may_ask_for_more_people_than_the_site() -> None:
    training("BOIS-1").demand_minimum = 4
    db.session.flush()
    assert "BOIS-1" not in {one.training.code for one in list_demands(enough=True)}


def test_no_date_is_proposed_on_units_that_are_no_longer_in_service() -> None:
    a_session("CERAM-1", by="S3", machines={"R1": 4}, half_days=(half_day(8),))
    for code in ("U10", "U11", "U12"):
        declare(training("CERAM-1"), [], person(code))
    for unit in machine("R1").units[3:]:
        unit.in_service = False
    db.session.flush()
    (fired,) = [one for one in list_demands(enough=True) if one.training.code == "CERAM-1"]
    assert fired.proposals == ()


def proposed_for_wood() -> list[Period]:
    (wood,) = [one for one in list_demands(enough=True) if one.training.code == "BOIS-1"]
    return [one for proposal in wood.proposals for one in proposal.candidate.half_days]


def stops(code: str, kind: OutageKind, until: Period | None) -> None:
    outage = Outage(
        machine=machine(code),
        kind=kind,
        starts_at=NOW,
        expected_end_at=until.ends_at if until else None,
        reason="Courroie",
    )
    db.session.add(outage)
    db.session.flush()


def test_no_date_is_proposed_while_a_machine_stands_still() -> None:
    before = proposed_for_wood()
    stops("M07", OutageKind.DOWN, until=max(before))
    after = proposed_for_wood()
    assert after
    assert min(after).starts_at >= max(before).ends_at


def test_no_date_is_proposed_on_a_machine_that_is_locked_out_until_somebody_releases_it() -> None:
    stops("M07", OutageKind.LOCKED_OUT, until=None)
    assert proposed_for_wood() == []


def test_no_date_is_proposed_on_a_machine_that_is_retired() -> None:
    machine("M07").state = MachineState.RETIRED
    db.session.flush()
    assert proposed_for_wood() == []


@pytest.mark.parametrize("of", [ClosureScope.SITE, ClosureScope.AREA, ClosureScope.MACHINE])
def test_no_date_is_proposed_within_a_closure(of: ClosureScope) -> None:
    before = proposed_for_wood()
    wood = machine("M07")
    closure = Closure(
        area_id=wood.area_id if of is ClosureScope.AREA else None,
        machine_id=wood.id if of is ClosureScope.MACHINE else None,
        starts_at=NOW,
        ends_at=max(before).ends_at,
        reason="Inventaire",
    )
    db.session.add(closure)
    db.session.flush()
    after = proposed_for_wood()
    assert after
    assert min(after).starts_at >= max(before).ends_at


def test_a_training_without_machines_is_proposed_on_no_closed_day_either() -> None:
    for code in ("U10", "U11", "U12"):
        declare(training("ACC"), [], person(code))

    def proposed() -> list[Period]:
        (found,) = [one for one in list_demands(enough=True) if one.training.code == "ACC"]
        return [one for proposal in found.proposals for one in proposal.candidate.half_days]

    before = proposed()
    closure = Closure(starts_at=NOW, ends_at=max(before).ends_at, reason="Inventaire")
    db.session.add(closure)
    db.session.flush()
    assert min(proposed()).starts_at >= max(before).ends_at


def test_proposed_dates_can_be_planned_as_they_are() -> None:
    (wood,) = [one for one in list_demands(enough=True) if one.training.code == "BOIS-1"]
    for proposal in wood.proposals:
        draft = a_draft(
            "BOIS-1",
            by="U01",
            machines={"M06": 1, "M07": 1, "M08": 1},
            half_days=proposal.candidate.half_days,
        )
        with db.session.begin_nested() as attempt:
            assert not isinstance(scheduling.plan(draft, person("U01")), Refused)
            attempt.rollback()


def test_those_interested_are_told_when_a_session_opens_and_wait_no_longer() -> None:
    made = a_session("BOIS-1", by="S3", machines={}, opened=False, half_days=(half_day(43),))
    assert mails_to(person("U06")) == []
    assert not isinstance(scheduling.open_up(made, person("S3")), Refused)
    assert made.state is SessionState.OPEN
    for code in ("U06", "U09", "U15"):
        assert mails_to(person(code))[-1].kind == "session.announced"
    assert "BOIS-1" not in counts()


def test_a_refresher_tells_nobody_who_waits_for_the_course() -> None:
    a_session(
        "BOIS-1",
        by="S3",
        machines={},
        kind=SessionKind.REFRESHER,
        half_days=(half_day(14),),
    )
    assert mails_to(person("U06")) == []
    assert counts()["BOIS-1"] == 3


def test_whose_account_is_not_in_order_does_not_count() -> None:
    before, waiting = counts()["BOIS-1"], count_waiting()
    for code in ("U06", "U09", "U15"):
        person(code).state = AccountState.SUSPENDED
        db.session.flush()
    assert before == 3
    assert "BOIS-1" not in counts()
    assert list_interests(training("BOIS-1").id) == []
    given_by_them = len(list_shortages())
    assert count_waiting() == waiting - 1 + given_by_them


def test_counting_what_waits_is_one_statement(demo_app: Flask) -> None:
    get_site()  # every page has read it
    with statements_of(demo_app) as sent:
        count_waiting()
    assert len(sent) == 1
