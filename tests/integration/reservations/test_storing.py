"""A reservation that is written without the session's unit of work."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from booking.database import db, store, writing
from booking.machines.queries import get_machine
from booking.members.queries import find_member
from booking.reservations.models import Reservation
from booking.reservations.rules import Mode, ReservationState
from tests.applications import REFERENCE


def a_reservation() -> Reservation:
    member, machine = find_member("U02"), get_machine("M17")
    assert member is not None
    starts_at = REFERENCE + timedelta(days=3)
    return Reservation(
        member_id=member.id,
        machine_id=machine.id,
        state=ReservationState.CONFIRMED,
        mode=Mode.AUTONOMOUS,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        created_at=REFERENCE,
        created_by_id=member.id,
        waivers=[],
    )


def columns_of(reservation: Reservation) -> dict[str, object]:
    names = Reservation.__mapper__.column_attrs.keys()
    return {name: getattr(reservation, name) for name in names}


def test_is_held_as_it_would_be_read(demo_app: Flask) -> None:
    with demo_app.app_context():
        with writing():
            made = a_reservation()
            store(made)
            held = columns_of(made)
            assert made.machine.code == "M17"
            assert not db.session.dirty
        db.session.expire_all()
        assert columns_of(db.session.get_one(Reservation, made.id)) == held


def test_can_be_changed_afterwards(demo_app: Flask) -> None:
    with demo_app.app_context():
        with writing():
            made = a_reservation()
            store(made)
            made.purpose = "Étagère"
        query = select(Reservation.purpose, Reservation.version).where(Reservation.id == made.id)
        assert db.session.execute(query).one() == ("Étagère", 2)


def test_may_get_the_number_of_one_that_was_taken_back(demo_app: Flask) -> None:
    with demo_app.app_context(), writing():
        attempt = db.session.begin_nested()
        former = a_reservation()
        store(former)
        attempt.rollback()
        made = a_reservation()
        store(made)
        assert made in db.session
        assert made.machine.code == "M17"
