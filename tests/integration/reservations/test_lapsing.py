"""Promises that nobody keeps: what becomes of them is seen at once, whoever has written it down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from booking import worker
from booking.database import db, writing
from booking.machines.queries import get_machine
from booking.members.queries import find_member
from booking.occupancies.models import Occupancy
from booking.outbox.models import Message
from booking.periods import Period
from booking.pricing.models import CreditMovement
from booking.reservations.models import Reservation
from booking.reservations.rules import ReservationState
from booking.reservations.service import Wish, assess
from tests.programs import Program, codes_of, program_of

At = Callable[[Flask, str], None]

MORNING = {
    "machine": "M03",
    "starts_at": "2026-11-24T09:00:00+01:00",
    "ends_at": "2026-11-24T12:00:00+01:00",
}
REST = MORNING | {"starts_at": "2026-11-24T09:30:00+01:00", "ends_at": "2026-11-24T11:30:00+01:00"}
IN_TIME, TOO_LATE = "2026-11-24T09:14:59+01:00", "2026-11-24T09:15:00+01:00"


@pytest.fixture
def number(demo_app: Flask) -> int:
    """A reservation of U15 for the morning after."""
    answer = program_of(demo_app, "U15").post("/reservations", MORNING)
    assert answer.status_code == 201, answer.text
    return int(answer.json["id"])  # type: ignore[index]


def status(program: Program, number: int) -> str:
    return str(program.get(f"/reservations/{number}").json["status"])  # type: ignore[index]


def credit_left(app: Flask, code: str) -> int:
    """The minutes that an hour on M17 would leave."""
    with app.app_context():
        member = find_member(code)
        assert member is not None
        starts_at = datetime.fromisoformat("2026-11-25T14:00:00+01:00")
        wish = Wish(member, get_machine("M17"), Period(starts_at, starts_at + timedelta(hours=1)))
        return assess(wish).price.credit_left_minutes


class TestWhoDoesNotCome:
    def test_is_absent_from_the_end_of_the_grace_on(
        self, demo_app: Flask, at: At, number: int
    ) -> None:
        program = program_of(demo_app, "U15")
        at(demo_app, IN_TIME)
        assert status(program, number) == "confirmed"
        at(demo_app, TOO_LATE)
        assert status(program, number) == "no_show"

    def test_leaves_the_rest_to_others_at_once_and_without_notice(
        self, demo_app: Flask, at: At, number: int
    ) -> None:
        other = program_of(demo_app, "U17")
        at(demo_app, IN_TIME)
        assert "SLOT_TAKEN" in codes_of(other.post("/reservations", REST))
        at(demo_app, TOO_LATE)
        answer = other.post("/reservations", REST)
        assert answer.status_code == 201, answer.text
        with demo_app.app_context():
            missed = db.session.get_one(Reservation, number)
            assert missed.state is ReservationState.NO_SHOW
            assert missed.fee_percent == 100

    def test_shows_free_time_on_the_planning_and_to_programs(
        self, demo_app: Flask, at: At, number: int
    ) -> None:
        other = program_of(demo_app, "U17")
        day = {"from": "2026-11-24T09:00:00+01:00", "to": "2026-11-24T12:00:00+01:00"}
        assert other.get("/machines/M03/availability", **day).json["taken"]  # type: ignore[index]
        at(demo_app, TOO_LATE)
        assert not other.get("/machines/M03/availability", **day).json["taken"]  # type: ignore[index]

    def test_cannot_cancel_any_more(self, demo_app: Flask, at: At, number: int) -> None:
        program = program_of(demo_app, "U15")
        at(demo_app, TOO_LATE)
        assert program.post(f"/reservations/{number}/cancel", {}).status_code == 409

    def test_is_told_once_by_the_worker(self, demo_app: Flask, at: At, number: int) -> None:
        at(demo_app, TOO_LATE)
        worker.settle_due(demo_app)
        worker.settle_due(demo_app)
        with demo_app.app_context():
            told = select(Message).where(Message.kind == "reservation.no_show")
            assert len(db.session.scalars(told).all()) == 1
            active = select(Occupancy.active).where(Occupancy.reservation_id == number)
            assert db.session.scalar(active) is False


class TestAWordThatDoesNotCome:
    @pytest.fixture
    def waiting(self, demo_app: Flask, number: int) -> int:
        """The reservation waits for somebody's word until two hours before."""
        with demo_app.app_context(), writing():
            held = db.session.get_one(Reservation, number)
            held.state = ReservationState.HELD
            occupancy = select(Occupancy).where(Occupancy.reservation_id == number)
            taken = db.session.scalars(occupancy).one()
            held.lapses_at = taken.lapses_at = held.starts_at.replace(hour=6)
        return number

    def test_ends_the_reservation_free_of_charge(
        self, demo_app: Flask, at: At, waiting: int
    ) -> None:
        program = program_of(demo_app, "U15")
        at(demo_app, "2026-11-24T06:59:59+01:00")
        assert status(program, waiting) == "held"
        at(demo_app, "2026-11-24T07:00:00+01:00")
        assert status(program, waiting) == "cancelled_by_site"
        worker.settle_due(demo_app)
        answer = program.get(f"/reservations/{waiting}").json
        assert answer is not None
        assert (answer["status"], answer["fee"]) == ("cancelled_by_site", None)
        with demo_app.app_context():
            moved = select(CreditMovement.minutes).where(CreditMovement.reservation_id == waiting)
            assert sum(db.session.scalars(moved)) == 0

    @pytest.mark.parametrize("payer", ["U02", "U03"])
    def test_gives_credit_hours_back_before_anybody_writes_it_down(
        self, demo_app: Flask, at: At, payer: str
    ) -> None:
        answer = program_of(demo_app, "U02").post("/reservations", MORNING | {"machine": "M17"})
        assert answer.json is not None
        with demo_app.app_context(), writing():
            held = db.session.get_one(Reservation, answer.json["id"])
            held.state = ReservationState.HELD
            held.lapses_at = held.starts_at.replace(hour=6)
        at(demo_app, "2026-11-24T06:59:59+01:00")
        before = credit_left(demo_app, payer)
        at(demo_app, "2026-11-24T07:00:00+01:00")
        assert credit_left(demo_app, payer) == before + 180
        worker.settle_due(demo_app)
        assert credit_left(demo_app, payer) == before + 180

    def test_frees_the_time_with_the_usual_notice(
        self, demo_app: Flask, at: At, waiting: int
    ) -> None:
        other = program_of(demo_app, "U17")
        at(demo_app, "2026-11-24T08:45:00+01:00")
        early = MORNING | {"ends_at": REST["ends_at"]}
        assert codes_of(other.post("/reservations", early)) == ["TOO_SOON"]
        assert other.post("/reservations", REST).status_code == 201
