"""An account that ends gives its places in sessions to others."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from booking.database import db
from booking.members.models import Member
from booking.members.rules import AccountState
from booking.sessions.service import accounts, enrolling
from booking.trainings.models import Enrolment, TrainingSession
from booking.trainings.rules import Place
from tests.integration.sessions.records import HOUR, NOW, a_session, half_day
from tests.integration.trainings.records import mails_to, person

Ending = Callable[[Member, Member, str], None]


@pytest.fixture(autouse=True)
def transaction(demo_app: Flask) -> Iterator[None]:
    with demo_app.app_context():
        yield
        db.session.rollback()


def enrolled(code: str, to: TrainingSession) -> Enrolment:
    place = enrolling.enrol(to, person(code), person(code))
    assert isinstance(place, Enrolment), place
    return place


def waiting(code: str, for_: TrainingSession) -> Enrolment:
    place = enrolling.wait(for_, person(code), person(code))
    assert isinstance(place, Enrolment), place
    return place


@pytest.mark.parametrize("end", [accounts.suspend_member, accounts.member_leaves])
def test_a_place_of_an_account_that_ends_is_free_of_charge_and_offered_on(end: Ending) -> None:
    tomorrow = (half_day(1),)
    made = a_session("LASER", by="S2", machines={}, places=1, half_days=tomorrow)
    place, next_one = enrolled("U10", made), waiting("U02", made)
    end(person("U10"), person("S1"), "Raison")
    assert (place.place_now, place.due_cents) == (Place.CANCELLED, 0)
    letter = next(one for one in mails_to(person("U10")) if one.kind == "enrolment.cancelled")
    assert letter.facts["fee_cents"] == 0
    assert next_one.place_now is Place.OFFERED
    assert next_one.offered_until == NOW + 24 * HOUR


def test_who_waits_or_is_offered_a_place_makes_way_too() -> None:
    made = a_session("ACC", by="S3", machines={}, places=1)
    first = enrolled("U10", made)
    offered, waits, last = (waiting(code, made) for code in ("U11", "U12", "U13"))
    enrolling.cancel(first, person("U10"))
    assert offered.place_now is Place.OFFERED
    for code in ("U12", "U11"):
        accounts.suspend_member(person(code), person("S1"), "Raison")
        assert person(code).state is AccountState.SUSPENDED
    assert (offered.place_now, waits.place_now) == (Place.CANCELLED, Place.CANCELLED)
    assert last.place_now is Place.OFFERED
