"""A request costs the same number of statements however much is stored."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert

from booking.database import db, writing
from booking.machines.queries import get_machine
from booking.members.queries import find_member
from booking.occupancies.models import Occupancy, OccupancyKind
from booking.reservations.models import Reservation
from booking.reservations.rules import Mode, ReservationState
from tests.applications import REFERENCE
from tests.programs import Program, program_of
from tests.statements import statements_of

WEEK = {"from": "2026-11-30T00:00:00+01:00", "to": "2026-12-07T00:00:00+01:00"}
MOST_STATEMENTS = 16
READS: dict[str, dict[str, str]] = {
    "/machines": {},
    "/machines/M17": {},
    "/machines/M17/availability": WEEK,
    "/machines/M09/path": {},
    "/reservations": WEEK,
    "/certifications": {},
    "/trainings": {},
    "/me": {},
}


def cost(app: Flask, program: Program, path: str) -> int:
    program.get(path, **READS[path])  # what is kept between requests is there
    with statements_of(app) as sent:
        assert program.get(path, **READS[path]).status_code == 200
    return len(sent)


def fill(app: Flask, half_hours: range) -> None:
    """Store reservations of U15 on one unit of M17 in the week looked at."""
    with app.app_context(), writing():
        machine, member = get_machine("M17"), find_member("U15")
        assert member is not None
        for number in half_hours:
            starts_at = REFERENCE + timedelta(days=7, minutes=30 * number)
            times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=30)}
            number_of_row = db.session.scalar(
                insert(Reservation)
                .values(
                    member_id=member.id,
                    machine_id=machine.id,
                    state=ReservationState.CONFIRMED,
                    mode=Mode.AUTONOMOUS,
                    created_at=REFERENCE,
                    created_by_id=member.id,
                    **times,
                )
                .returning(Reservation.id)
            )
            db.session.execute(
                insert(Occupancy).values(
                    unit_id=machine.units[0].id,
                    kind=OccupancyKind.RESERVATION,
                    reservation_id=number_of_row,
                    busy_from=times["starts_at"],
                    busy_until=times["ends_at"],
                    active=True,
                    **times,
                )
            )


def reserve(program: Program, day: int) -> None:
    answer = program.post(
        "/reservations",
        {
            "machine": "M17",
            "starts_at": f"2026-11-{day}T09:00:00+01:00",
            "ends_at": f"2026-11-{day}T10:00:00+01:00",
        },
    )
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("path", READS)
def test_reading_costs_the_same_whatever_is_stored(demo_app: Flask, path: str) -> None:
    program = program_of(demo_app, "U15")
    fill(demo_app, range(2))
    few = cost(demo_app, program, path)
    fill(demo_app, range(2, 60))
    assert cost(demo_app, program, path) == few
    assert few <= MOST_STATEMENTS


def test_reserving_costs_the_same_whatever_is_stored(demo_app: Flask) -> None:
    program = program_of(demo_app, "U15")
    reserve(program, 24)
    with statements_of(demo_app) as few:
        reserve(program, 25)
    fill(demo_app, range(40))  # with the three others below the 24 hours one may have ahead
    with statements_of(demo_app) as many:
        reserve(program, 26)
    assert len(few) == len(many)
    assert len(many) <= 30
