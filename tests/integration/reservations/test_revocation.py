"""Ending a certification: what falls with it, in the same act, and what stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from booking.database import db
from booking.machines.queries import get_machine
from booking.occupancies.models import Occupancy
from booking.periods import Period
from booking.reservations import revocation, service
from booking.reservations.models import Reservation
from booking.reservations.revocation import Ended
from booking.reservations.rules import Mode, ReservationState
from booking.reservations.service import Wish
from booking.trainings.models import Certification
from booking.trainings.refusals import Refused, Why
from booking.trainings.rules import CertificationState
from booking.trainings.service import certifying
from tests.integration.trainings.records import a_certification, mails_to, person
from tests.statements import statements_of

CANCELLED = ReservationState.CANCELLED_BY_SITE


@pytest.fixture(autouse=True)
def transaction(demo_app: Flask) -> Iterator[None]:
    with demo_app.app_context():
        yield
        db.session.rollback()


def reserved(member: str, machine: str, start: str, end: str) -> Reservation:
    period = Period(datetime.fromisoformat(start), datetime.fromisoformat(end))
    made = service.reserve(Wish(person(member), get_machine(machine), period), person(member))
    assert isinstance(made, Reservation), made
    return made


def certification_of(member: str, training: str) -> Certification:
    query = select(Certification).where(
        Certification.member_id == person(member).id,
        Certification.training.has(code=training),
        Certification.state == CertificationState.APPROVED,
    )
    return db.session.scalars(query.order_by(Certification.id)).all()[-1]


@pytest.fixture
def on_cnc() -> Reservation:
    return reserved("U02", "M01", "2026-11-24T09:00+01:00", "2026-11-24T11:00+01:00")


@pytest.fixture
def on_wood() -> Reservation:
    return reserved("U02", "M06", "2026-11-25T09:00+01:00", "2026-11-25T11:00+01:00")


def test_only_what_rests_on_the_certification_falls(
    on_cnc: Reservation, on_wood: Reservation
) -> None:
    certification = certification_of("U02", "CNC-1")
    assert revocation.list_concerned(certification) == [on_cnc]
    ended = revocation.suspend(certification.id, person("S1"), "Feu laissé seul", "Remise")
    assert isinstance(ended, Ended)
    assert ended.cancelled == (on_cnc,)
    assert on_cnc.state is CANCELLED
    assert on_cnc.cancel_reason == "Feu laissé seul"
    assert on_wood.state is ReservationState.CONFIRMED
    assert certification.state is CertificationState.SUSPENDED


def test_the_machine_is_free_again_and_the_member_is_told(on_cnc: Reservation) -> None:
    revocation.revoke(certification_of("U02", "CNC-1").id, person("S1"), "Récidive")
    db.session.flush()
    active = select(Occupancy).where(Occupancy.reservation_id == on_cnc.id, Occupancy.active)
    assert db.session.scalars(active).all() == []
    waiting = [mail for mail in mails_to(person("U02")) if mail.state == "WAITING"]
    assert [mail.kind for mail in waiting] == [
        "certification.revoked",
        "reservation.cancelled_by_site",
    ]
    assert waiting[1].facts["reason"] == "Récidive"


def test_a_chain_falls_with_its_first_link(on_cnc: Reservation, on_wood: Reservation) -> None:
    ended = revocation.suspend(certification_of("U02", "ACC").id, person("S1"), "Feu")
    assert isinstance(ended, Ended)
    assert set(ended.cancelled) == {on_cnc, on_wood}


@pytest.mark.parametrize("end", [revocation.suspend, revocation.revoke])
def test_no_other_record_of_the_training_keeps_the_machine_open(
    on_cnc: Reservation, end: Callable[..., Ended | Refused]
) -> None:
    newer = certification_of("U02", "CNC-1")
    older = a_certification("U02", "CNC-1", level=1)
    ended = end(newer.id, person("S1"), "Feu")
    assert isinstance(ended, Ended)
    assert ended.cancelled == (on_cnc,)
    assert older.state is newer.state
    assert older.events[-1].evidence == {"with": newer.id}
    kinds = [mail.kind for mail in mails_to(person("U02"))]
    assert len([kind for kind in kinds if kind.startswith("certification.")]) == 1


def test_lifting_a_suspension_lifts_it_for_every_record(on_cnc: Reservation) -> None:
    newer = certification_of("U02", "CNC-1")
    older = a_certification("U02", "CNC-1", level=1)
    gone = a_certification("U02", "CNC-1", valid_until=date(2026, 11, 22))
    metal = certification_of("U02", "ACC")
    revocation.suspend(older.id, person("S1"), "Feu")
    assert [r.state for r in (newer, older)] == [CertificationState.SUSPENDED] * 2
    assert [r.state for r in (gone, metal)] == [CertificationState.APPROVED] * 2
    certifying.reinstate(newer.id, person("S1"), "Vu ensemble")
    assert [r.state for r in (newer, older)] == [CertificationState.APPROVED] * 2
    assert older.suspension_reason is None


def test_supervised_use_falls_like_the_other(on_cnc: Reservation) -> None:
    on_cnc.mode = Mode.SUPERVISED
    certification = certification_of("U02", "CNC-1")
    assert revocation.list_concerned(certification) == [on_cnc]


@pytest.mark.parametrize(
    "state", [ReservationState.CHECKED_IN, ReservationState.COMPLETED, CANCELLED]
)
def test_what_has_begun_or_ended_is_left_alone(
    on_cnc: Reservation, state: ReservationState
) -> None:
    on_cnc.state = state
    db.session.flush()
    assert revocation.list_concerned(certification_of("U02", "CNC-1")) == []


def test_the_reservations_of_others_stay(on_cnc: Reservation) -> None:
    other = reserved("U03", "M02", "2026-11-24T09:00+01:00", "2026-11-24T11:00+01:00")
    revocation.revoke(certification_of("U02", "CNC-1").id, person("S1"), "Récidive")
    assert other.state is ReservationState.CONFIRMED


def test_an_act_that_is_refused_cancels_nothing(on_cnc: Reservation) -> None:
    certification = certification_of("U02", "CNC-1")
    for outcome, why in (
        (revocation.suspend(certification.id, person("S2"), "Feu"), Why.NOT_PERMITTED),
        (revocation.suspend(certification.id, person("S1"), "  "), Why.REASON_MISSING),
        (revocation.revoke(certification.id, person("U02"), "Feu"), Why.OWN_CERTIFICATION),
    ):
        assert outcome == Refused(why)
    assert on_cnc.state is ReservationState.CONFIRMED


def test_looking_for_them_takes_as_many_statements_for_many_as_for_one(
    demo_app: Flask, on_cnc: Reservation
) -> None:
    certification = certification_of("U02", "ACC")
    one, few = counted(demo_app, certification)
    assert one == 1
    for day in (25, 26, 27):
        reserved("U02", "M06", f"2026-11-{day}T09:00+01:00", f"2026-11-{day}T10:00+01:00")
        reserved("U02", "M08", f"2026-11-{day}T14:00+01:00", f"2026-11-{day}T15:00+01:00")
    assert counted(demo_app, certification) == (7, few)


def counted(app: Flask, certification: Certification) -> tuple[int, int]:
    """How many reservations are concerned, and how many statements it took to know."""
    db.session.commit()
    db.session.expire_all()
    with statements_of(app) as sent:
        concerned = revocation.list_concerned(certification)
    return len(concerned), len(sent)
