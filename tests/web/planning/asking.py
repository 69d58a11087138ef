"""What the tests of the planning put into the demo, which has no reservations of its own."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask

from booking.database import db, writing
from booking.machines.models import Outage
from booking.machines.queries import find_machine
from booking.machines.rules import OutageKind
from booking.members.queries import find_member
from booking.occupancies.models import Occupancy, OccupancyKind
from booking.openings.models import Closure
from booking.planning.rules import lines, tables
from booking.planning.views import tables as shown
from booking.reservations.models import Reservation
from booking.reservations.rules import Mode, ReservationState


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def reserved(
    app: Flask, member: str, machine: str, starts: str, ends: str, unit: int = 0, buffer: int = 0
) -> int:
    """A confirmed reservation, whatever the rules say; returns its number."""
    with app.app_context(), writing():
        person, taken = find_member(member), find_machine(machine)
        assert person is not None
        assert taken is not None
        reservation = Reservation(
            member_id=person.id,
            machine_id=taken.id,
            state=ReservationState.CONFIRMED,
            mode=Mode.AUTONOMOUS,
            starts_at=at(starts),
            ends_at=at(ends),
            created_at=at(starts) - timedelta(days=10),
            created_by_id=person.id,
        )
        db.session.add(reservation)
        db.session.flush()
        db.session.add(
            Occupancy(
                unit_id=taken.units[unit].id,
                kind=OccupancyKind.RESERVATION,
                reservation_id=reservation.id,
                starts_at=at(starts),
                ends_at=at(ends),
                busy_from=at(starts),
                busy_until=at(ends) + timedelta(minutes=buffer),
            )
        )
        return reservation.id


def stopped(app: Flask, machine: str, starts: str, reason: str) -> None:
    with app.app_context(), writing():
        broken = find_machine(machine)
        assert broken is not None
        db.session.add(
            Outage(machine_id=broken.id, kind=OutageKind.DOWN, starts_at=at(starts), reason=reason)
        )


def closed(app: Flask, starts: str, ends: str, reason: str, machine: str | None = None) -> None:
    with app.app_context(), writing():
        place = find_machine(machine) if machine else None
        db.session.add(
            Closure(
                machine_id=place.id if place else None,
                starts_at=at(starts),
                ends_at=at(ends),
                reason=reason,
            )
        )


def forget_what_is_drawn() -> None:
    """Have the next page draw each of its rows anew."""
    for kept in (lines.tell, tables._rows, shown._shown_row):
        kept.cache_clear()
