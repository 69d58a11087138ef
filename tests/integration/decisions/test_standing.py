"""How certifications stand today, and what waits for a manager."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask

from booking.database import db
from booking.decisions.queries import (
    CertificationToday,
    Notable,
    Shown,
    count_waiting,
    find_proposal,
    list_proposal_numbers,
    list_records_of,
    list_waiting,
    look_at,
    prove,
    search_certifications,
    verdicts_for,
)
from booking.site.queries import get_site
from booking.trainings.rules import CertificationState
from tests.integration.trainings.records import a_certification, person
from tests.statements import statements_of

State = CertificationState


@pytest.fixture(autouse=True)
def transaction(demo_app: Flask) -> Iterator[None]:
    with demo_app.app_context():
        yield
        db.session.rollback()


def looks_of(member: str) -> dict[tuple[str, int], CertificationToday]:
    """How a member's records stand, by training and level."""
    looks = look_at(list_records_of([person(member).id]))
    return {(look.certification.training.code, look.certification.level): look for look in looks}


@pytest.mark.parametrize(
    ("member", "training", "level", "shown"),
    [
        ("U02", "CNC-1", 2, Shown.APPROVED),
        ("U08", "TEXTILE-1", 2, Shown.EXPIRED),
        ("U14", "CERAM-1", 2, Shown.LAPSED),
        ("U23", "BOIS-1", 2, Shown.SUSPENDED),
        ("U24", "ACC", 1, Shown.PROPOSED),
        ("U27", "CNC-1", 2, Shown.REQUESTED),
        ("U30", "BOIS-1", 1, Shown.IN_TRAINING),
        ("U22", "ACC", 1, Shown.EXPIRING),
        ("U18", "BOIS-1", 2, Shown.EXPIRING),
    ],
)
def test_the_demo_stands_as_its_data_say(
    member: str, training: str, level: int, shown: Shown
) -> None:
    assert looks_of(member)[training, level].shown is shown


@pytest.mark.parametrize(
    ("dates", "shown"),
    [
        ({"valid_until": date(2026, 11, 22)}, Shown.EXPIRED),
        ({"valid_until": date(2026, 11, 23)}, Shown.EXPIRING),
        ({"valid_until": date(2027, 1, 22)}, Shown.EXPIRING),
        ({"valid_until": date(2027, 1, 23)}, Shown.APPROVED),
        ({"approved_on": date(2026, 5, 22), "valid_until": date(2027, 5, 22)}, Shown.LAPSED),
        ({"approved_on": date(2026, 5, 23), "valid_until": date(2027, 5, 23)}, Shown.EXPIRING),
        ({"state": State.REVOKED}, Shown.REVOKED),
        ({"state": State.REFUSED}, Shown.REFUSED),
    ],
)
def test_dates_make_the_difference_to_the_day(dates: dict[str, Any], shown: Shown) -> None:
    usual = {"approved_on": date(2026, 11, 1), "valid_until": date(2027, 11, 1)}
    a_certification("U10", "LASER", **usual | dates)
    assert looks_of("U10")["LASER", 2].shown is shown


def test_the_clock_that_ends_it_first_is_told() -> None:
    look = looks_of("U18")["BOIS-1", 2]
    assert look.lapses_first
    assert look.ends_on == date(2026, 12, 3)
    assert look.last_used_on == date(2026, 6, 3)
    assert not looks_of("U02")["ACC", 1].lapses_first


def test_a_newer_record_replaces_one_that_has_ended() -> None:
    looks = look_at(list_records_of([person("U05").id]))
    acc = [look.shown for look in looks if look.certification.training.code == "ACC"]
    assert acc == [Shown.APPROVED, Shown.REPLACED]


def test_people_are_found_by_name_code_and_training_whatever_the_accents() -> None:
    for words in ("elodie", "ÉLODIE kessler", "u01"):
        assert {c.member.code for c in search_certifications(words)} == {"U01"}
    found = search_certifications("kessler bois-2")
    assert [c.training.code for c in found] == ["BOIS-2"]
    assert {c.training.code for c in search_certifications(training_code="LASER")} == {"LASER"}
    assert search_certifications("%") == []


def test_names_are_in_the_order_of_the_alphabet() -> None:
    names = list(dict.fromkeys(c.member.name for c in search_certifications()))
    assert names.index("Élodie Kessler") < names.index("Guillaume Fritsch")


def test_the_list_takes_as_many_statements_for_all_as_for_one(demo_app: Flask) -> None:
    with statements_of(demo_app) as of_one:
        look_at(search_certifications("U02 CNC-1"))
    db.session.expunge_all()
    with statements_of(demo_app) as of_all:
        looks = look_at(search_certifications())
    assert len(looks) > 60
    assert len(of_all) <= len(of_one) + 1


def test_the_proof_names_the_training_first_and_then_its_chain() -> None:
    standings = prove(person("U19").id, "BOIS-2", 1, date(2026, 11, 23))
    assert [s.verdict.training for s in standings] == ["BOIS-2", "BOIS-1", "ACC"]
    assert all(s.was_certified for s in standings)
    lapsed = prove(person("U14").id, "CERAM-1", 2, date(2026, 11, 23))
    assert not lapsed[0].was_certified
    before = prove(person("U14").id, "CERAM-1", 2, date(2026, 10, 19))
    assert before[0].was_certified


def test_verdicts_rest_on_completed_uses() -> None:
    (bois, acc) = verdicts_for(person("U18").id, [("BOIS-1", 2)])
    assert bois.is_valid
    assert bois.last_allowed_on == date(2026, 12, 3)
    assert acc.is_valid


# What waits


def test_the_demo_waits_with_one_of_each_kind() -> None:
    every = list_proposal_numbers()
    waiting = list_waiting(every, every)
    (proposal,) = waiting.proposals
    assert proposal.certification.member.code == "U24"
    assert proposal.missing == ()
    (equivalence,) = waiting.equivalences
    assert equivalence.member.code == "U27"
    (account,) = waiting.accounts
    assert account.member.code == "U28"
    assert not account.is_complete
    assert [paper.kind for paper in account.papers] == ["INSURANCE"]
    assert account.rules_to_accept == "2026-1"
    assert waiting.count == count_waiting() == 4


def test_what_waits_is_counted_in_one_statement(demo_app: Flask) -> None:
    get_site()  # every page has read it
    with statements_of(demo_app) as sent:
        count_waiting()
    assert len(sent) == 1


def test_a_proposal_tells_what_the_decision_rests_on() -> None:
    certification = a_certification(
        "U30", "BOIS-2", State.PROPOSED, level=1, assessed_by=person("U01")
    )
    proposal = find_proposal(certification)
    assert proposal.missing == ("BOIS-1",)
    assert {look.certification.training.code for look in proposal.others} == {"ACC", "BOIS-1"}
    assert proposal.attendance is None


def test_a_proposal_that_would_open_what_was_stopped_is_looked_at_by_itself() -> None:
    a_certification("U30", "LASER", State.SUSPENDED)
    asked = a_certification(
        "U30", "LASER", State.PROPOSED, is_refresher=True, assessed_by=person("S2")
    )
    assert Notable.SUSPENDED in find_proposal(asked).notable
    elsewhere = a_certification("U30", "BOIS-2", State.PROPOSED, assessed_by=person("U01"))
    assert Notable.SUSPENDED not in find_proposal(elsewhere).notable


def test_a_half_day_that_was_not_signed_shows() -> None:
    training = looks_of("U30")["BOIS-1", 1].certification
    attendance = find_proposal(training).attendance
    assert attendance is not None
    assert (attendance.code, set(attendance.complete), attendance.numbers) == ("T-02", {1}, (1, 2))
    assert not attendance.is_full


def test_more_that_waits_takes_no_more_statements(demo_app: Flask) -> None:
    """Signed lines are read once there is a place, roles of assessors once there is a test."""
    few = statements_to_list(demo_app)
    for member in ("U10", "U11", "U12", "U14", "U15"):
        a_certification(member, "LASER", State.PROPOSED, assessed_by=person("S2"))
        a_certification(member, "BOIS-2", State.PROPOSED, assessed_by=person("U01"))
    a_certification("U16", "CNC-1", State.REQUESTED, equivalence=True, evidence="CAP")
    assert statements_to_list(demo_app) <= few + 2


def statements_to_list(app: Flask) -> int:
    db.session.commit()
    db.session.expunge_all()
    with statements_of(app) as sent:
        every = list_proposal_numbers()
        list_waiting(every, every)
    return len(sent)
