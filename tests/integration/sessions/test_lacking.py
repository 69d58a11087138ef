"""Who has a place and loses a prerequisite: the place stays, and everybody concerned sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from booking.database import db
from booking.decisions.service import remind_of_ends
from booking.reservations import revocation
from booking.sessions.queries.eligibility import unprepared
from booking.sessions.service import enrolling
from booking.trainings.models import Certification, Enrolment, SessionKind, TrainingSession
from booking.trainings.refusals import Refused as NotDone
from booking.trainings.rules import CertificationState, Place, Shortfall
from booking.trainings.service import certifying
from tests.integration.sessions.records import HOUR, NOW, a_session, half_day
from tests.integration.trainings.records import a_certification, mails_to, person
from tests.statements import statements_of

At = Callable[[Flask, str], None]
DAY = half_day(29)


@pytest.fixture(autouse=True)
def transaction(demo_app: Flask) -> Iterator[None]:
    with demo_app.app_context():
        yield
        db.session.rollback()


def wood() -> tuple[TrainingSession, Enrolment]:
    """A BOIS-2 session, with U10 in it, who has BOIS-1."""
    a_certification("U10", "BOIS-1", approved_on=NOW.date())
    made = a_session("BOIS-2", by="S3", machines={}, half_days=(DAY,))
    place = enrolling.enrol(made, person("U10"), person("U10"))
    assert isinstance(place, Enrolment), place
    return made, place


def record_of(code: str, of: str) -> int:
    found = next(
        one
        for one in db.session.scalars(select(Certification))
        if one.member.code == code and one.training.code == of
    )
    return found.id


def lacks(place: Enrolment) -> dict[str, tuple[Shortfall, ...]]:
    prepared = unprepared([place]).get(place.id)
    return {one.training: one.shortfalls for one in prepared.missing} if prepared else {}


def test_who_has_all_that_is_asked_lacks_nothing() -> None:
    assert lacks(wood()[1]) == {}


@pytest.mark.parametrize(
    ("end", "shortfall"),
    [(revocation.suspend, Shortfall.SUSPENDED), (revocation.revoke, Shortfall.MISSING)],
)
def test_what_is_suspended_or_revoked_is_lacking_and_the_place_stays(
    end: Callable[..., object], shortfall: Shortfall
) -> None:
    _made, place = wood()
    assert not isinstance(end(record_of("U10", "BOIS-1"), person("S1"), "Raison"), NotDone)
    assert lacks(place) == {"BOIS-1": (shortfall,)}
    assert place.place_now is Place.ENROLLED


def test_one_letter_tells_of_it_with_the_places_it_concerns() -> None:
    made, _place = wood()
    before = len(mails_to(person("U10")))
    revocation.suspend(record_of("U10", "BOIS-1"), person("S1"), "Raison")
    (letter,) = mails_to(person("U10"))[before:]
    assert letter.kind == "certification.suspended"
    assert [one["session"] for one in letter.facts["sessions"]] == [made.code]
    revocation.suspend(record_of("U10", "ACC"), person("S1"), "Raison")
    both = [one["session"] for one in mails_to(person("U10"))[-1].facts["sessions"]]
    assert both == ["T-03", made.code]


def test_what_ends_before_the_day_of_the_session_is_lacking_from_now_on() -> None:
    _made, place = wood()
    record = db.session.get_one(Certification, record_of("U10", "BOIS-1"))
    record.valid_until = DAY.starts_at.date()
    db.session.flush()
    assert lacks(place) == {}
    record.valid_until = DAY.starts_at.date() - timedelta(days=1)
    db.session.flush()
    assert lacks(place) == {"BOIS-1": (Shortfall.EXPIRED,)}


def test_lack_of_use_counts_on_the_day_of_the_session() -> None:
    _made, place = wood()
    record = db.session.get_one(Certification, record_of("U10", "BOIS-1"))
    record.approved_on = date(2026, 6, 1)
    db.session.flush()
    assert lacks(place) == {"BOIS-1": (Shortfall.LAPSED,)}


def test_the_reminder_before_an_end_names_the_places_beyond_it() -> None:
    made, _place = wood()
    record = db.session.get_one(Certification, record_of("U10", "BOIS-1"))
    record.valid_until = (NOW + timedelta(days=7)).date()
    db.session.flush()
    remind_of_ends()
    letters = [
        one
        for one in mails_to(person("U10"))
        if one.kind == "certification.ends_soon" and one.facts["training"] == "BOIS-1"
    ]
    assert [[s["session"] for s in one.facts["sessions"]] for one in letters] == [[made.code]]


def test_what_is_had_again_before_the_days_that_are_left_is_not_lacking(
    demo_app: Flask, at: At
) -> None:
    record = a_certification("U10", "BOIS-1", approved_on=NOW.date())
    days = (half_day(8), half_day(15))
    made = a_session("BOIS-2", by="S3", machines={}, half_days=days)
    place = enrolling.enrol(made, person("U10"), person("U10"))
    assert isinstance(place, Enrolment)
    record.state = CertificationState.REVOKED
    a_certification("U10", "BOIS-1", approved_on=half_day(9).starts_at.date())
    assert lacks(place).keys() == {"BOIS-1"}
    at(demo_app, half_day(10).starts_at.isoformat())
    assert lacks(place) == {}


def test_a_refresher_asks_for_the_record_alone() -> None:
    record = a_certification("U10", "LASER", valid_until=(NOW - timedelta(days=1)).date())
    made = a_session("LASER", kind=SessionKind.REFRESHER, half_days=(DAY,))
    place = enrolling.enrol(made, person("U10"), person("U10"))
    assert isinstance(place, Enrolment)
    assert unprepared([place]) == {}
    record.state = CertificationState.REVOKED
    db.session.flush()
    assert unprepared([place])[place.id].lacks_record


def test_with_it_back_nothing_is_lacking() -> None:
    _made, place = wood()
    number = record_of("U10", "BOIS-1")
    revocation.suspend(number, person("S1"), "Raison")
    certifying.reinstate(number, person("S1"), "Vu ensemble")
    assert lacks(place) == {}


def test_a_place_that_is_given_back_and_a_session_that_is_over_are_not_spoken_of(
    demo_app: Flask, at: At
) -> None:
    _made, place = wood()
    revocation.revoke(record_of("U10", "BOIS-1"), person("S1"), "Raison")
    at(demo_app, (DAY.ends_at - HOUR).isoformat())
    assert lacks(place)
    at(demo_app, DAY.ends_at.isoformat())
    assert lacks(place) == {}
    at(demo_app, NOW.isoformat())
    enrolling.cancel(place, person("U10"))
    assert lacks(place) == {}


def test_a_manager_takes_her_out_free_of_charge_however_late(demo_app: Flask, at: At) -> None:
    _made, place = wood()
    place.price_excl_cents = 12_000
    revocation.revoke(record_of("U10", "BOIS-1"), person("S1"), "Raison")
    at(demo_app, (DAY.starts_at - HOUR).isoformat())
    assert isinstance(enrolling.cancel(place, person("S1")), Enrolment)
    assert place.due_cents == 0


def test_looking_costs_as_much_for_many_places_as_for_few(demo_app: Flask) -> None:
    made = a_session("ACC", by="S3", machines={}, places=9)
    places = [enrolling.enrol(made, person(code), person(code)) for code in ("U10", "U11", "U12")]
    found = [one for one in places if isinstance(one, Enrolment)]
    with statements_of(demo_app) as few:
        unprepared(found[:1])
    with statements_of(demo_app) as many:
        unprepared(found)
    assert len(few) == len(many)
