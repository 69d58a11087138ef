"""A reservation that is written without the session's unit of work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import DateTime, select
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from booking.database import UtcDateTime, db, store, writing
from booking.machines.queries import get_machine
from booking.members.queries import find_member
from booking.reservations.models import Reservation
from booking.reservations.rules import Mode, ReservationState
from tests.applications import REFERENCE


def a_stored_reservation() -> Reservation:
    member, machine = find_member("U02"), get_machine("M17")
    assert member is not None
    starts_at = REFERENCE + timedelta(days=3)
    return store(
        Reservation,
        member_id=member.id,
        machine_id=machine.id,
        state=ReservationState.CONFIRMED,
        mode=Mode.AUTONOMOUS,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        created_at=REFERENCE,
        created_by_id=member.id,
    )


def columns_of(reservation: Reservation) -> dict[str, object]:
    names = Reservation.__mapper__.column_attrs.keys()
    return {name: getattr(reservation, name) for name in names}


def test_is_held_as_it_would_be_read(demo_app: Flask) -> None:
    with demo_app.app_context():
        with writing():
            made = a_stored_reservation()
            held = columns_of(made)
            assert made.machine.code == "M17"
            assert not db.session.dirty
        db.session.expire_all()
        assert columns_of(db.session.get_one(Reservation, made.id)) == held


def test_an_instant_is_written_as_the_type_beneath_writes_it() -> None:
    """What older versions have stored reads and sorts as what is stored now."""
    dialect = SQLiteDialect()
    plain = DateTime().dialect_impl(dialect).bind_processor(dialect)
    ours = UtcDateTime().bind_processor(dialect)
    read = UtcDateTime().result_processor(dialect, None)
    assert plain
    assert ours
    assert read
    for instant in (REFERENCE, REFERENCE.replace(microsecond=7), datetime(9, 1, 2, tzinfo=UTC)):
        in_utc = instant.astimezone(UTC)
        assert ours(instant) == plain(in_utc.replace(tzinfo=None))
        assert read(ours(instant)) == instant
        assert read(ours(instant)).tzinfo is UTC
    assert ours(None) is None
    with pytest.raises(ValueError, match="zone"):
        ours(REFERENCE.replace(tzinfo=None))


def test_can_be_changed_afterwards(demo_app: Flask) -> None:
    with demo_app.app_context():
        with writing():
            made = a_stored_reservation()
            made.purpose = "Étagère"
        query = select(Reservation.purpose, Reservation.version).where(Reservation.id == made.id)
        assert db.session.execute(query).one() == ("Étagère", 2)


def test_may_get_the_number_of_one_that_was_taken_back(demo_app: Flask) -> None:
    with demo_app.app_context(), writing():
        attempt = db.session.begin_nested()
        a_stored_reservation()
        attempt.rollback()
        made = a_stored_reservation()
        assert made in db.session
        assert made.machine.code == "M17"
