"""Moving: one update under the locks, or nothing at all."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from booking.database import db, writing
from booking.machines.queries import get_machine
from booking.members.models import Member
from booking.members.queries import find_member
from booking.occupancies.models import Occupancy
from booking.periods import Period
from booking.pricing.models import CreditMovement
from booking.reservations import service
from booking.reservations.models import Reservation
from booking.reservations.rules import ReservationState
from booking.reservations.service import Change, Wish
from tests.programs import Program, codes_of, program_of

At = Callable[[Flask, str], None]


def hours(day: str, start: str, end: str, **others: Any) -> dict[str, Any]:
    """Times as the API takes them, of a day of November 2026, or `12-02` for one of December."""
    on = f"2026-{day}" if "-" in day else f"2026-11-{day}"
    return {
        "starts_at": f"{on}T{start}:00+01:00",
        "ends_at": f"{on}T{end}:00+01:00",
        **others,
    }


def made(program: Program, machine: str, times: dict[str, Any]) -> int:
    answer = program.post("/reservations", {"machine": machine, **times})
    assert answer.status_code == 201, answer.text
    return int(answer.json["id"])  # type: ignore[index]


def occupancy_of(number: int) -> Occupancy:
    query = select(Occupancy).where(Occupancy.reservation_id == number)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def credit_moved(number: int) -> list[int]:
    moved = select(CreditMovement.minutes).where(CreditMovement.reservation_id == number)
    return list(db.session.scalars(moved.order_by(CreditMovement.id)))


def check_in(app: Flask, number: int) -> None:
    with app.app_context(), writing():
        reservation = db.session.get_one(Reservation, number)
        reservation.state = ReservationState.CHECKED_IN
        reservation.lapses_at = occupancy_of(number).lapses_at = None


class TestAMove:
    def test_changes_the_one_row_that_holds_the_unit(self, demo_app: Flask) -> None:
        program = program_of(demo_app, "U15")
        number = made(program, "M03", hours("24", "09:00", "12:00"))
        with demo_app.app_context():
            before = occupancy_of(number).id
        answer = program.post(f"/reservations/{number}/move", hours("25", "10:00", "12:00"))
        assert answer.status_code == 200, answer.text
        assert answer.json is not None
        assert answer.json["starts_at"] == "2026-11-25T10:00:00+01:00"
        with demo_app.app_context():
            after = occupancy_of(number)
            assert after.id == before
            assert after.starts_at == after.busy_from == datetime.fromisoformat("2026-11-25T09:00Z")
            assert after.lapses_at == after.starts_at + timedelta(minutes=15)

    def test_refused_changes_nothing_and_tells_every_reason(self, demo_app: Flask) -> None:
        program = program_of(demo_app, "U15")
        number = made(program, "M03", hours("24", "09:00", "12:00"))
        made(program_of(demo_app, "U17"), "M03", hours("25", "09:00", "12:00"))
        before = program.get(f"/reservations/{number}").json
        taken = program.post(f"/reservations/{number}/move", hours("25", "10:00", "12:00"))
        assert (taken.status_code, codes_of(taken)) == (409, ["SLOT_TAKEN"])
        late = program.post(f"/reservations/{number}/move", hours("25", "03:10", "05:00"))
        assert (late.status_code, codes_of(late)) == (422, ["OUTSIDE_OPENING", "OFF_GRID"])
        assert program.get(f"/reservations/{number}").json == before

    def test_asks_notice_of_a_new_start_alone(self, demo_app: Flask, at: At) -> None:
        program = program_of(demo_app, "U15")
        number = made(program, "M03", hours("24", "09:00", "10:00"))
        at(demo_app, "2026-11-24T08:50:00+01:00")
        longer = program.post(f"/reservations/{number}/move", hours("24", "09:00", "11:00"))
        assert longer.status_code == 200, longer.text
        other = program.post(f"/reservations/{number}/move", hours("24", "09:15", "11:00"))
        assert "TOO_SOON" in codes_of(other)

    def test_tries_without_changing_and_knows_an_old_version(self, demo_app: Flask) -> None:
        program = program_of(demo_app, "U15")
        number = made(program, "M03", hours("24", "09:00", "10:00"))
        before = program.get(f"/reservations/{number}").json
        assert before is not None
        wider = hours("24", "09:00", "11:00", version=before["version"])
        tried = program.post(f"/reservations/{number}/move", wider | {"dry_run": True}).json
        assert tried is not None
        assert (tried["allowed"], tried["refusals"]) == (True, [])
        assert program.get(f"/reservations/{number}").json == before
        assert program.post(f"/reservations/{number}/move", wider).status_code == 200
        assert program.post(f"/reservations/{number}/move", wider).status_code == 409

    def test_goes_to_a_machine_alike_but_to_no_other(self, demo_app: Flask) -> None:
        program = program_of(demo_app, "U02")
        number = made(program, "M01", hours("24", "09:00", "11:00"))
        other = hours("24", "10:00", "12:00", machine="M06")
        assert program.post(f"/reservations/{number}/move", other).status_code == 422
        alike = program.post(f"/reservations/{number}/move", other | {"machine": "M02"})
        assert alike.status_code == 200, alike.text
        assert alike.json is not None
        assert alike.json["machine"] == "M02"

    def test_keeps_its_unit_of_a_pool(self, demo_app: Flask) -> None:
        first = made(program_of(demo_app, "U11"), "M17", hours("24", "09:00", "10:00"))
        program = program_of(demo_app, "U15")
        number = made(program, "M17", hours("24", "09:00", "10:00"))
        with demo_app.app_context():
            unit = occupancy_of(number).unit_id
            assert unit != occupancy_of(first).unit_id
        program.post(f"/reservations/{number}/move", hours("25", "09:00", "10:00"))
        with demo_app.app_context():
            assert occupancy_of(number).unit_id == unit


class TestThePrice:
    def test_only_the_difference_of_credit_hours_moves(self, demo_app: Flask) -> None:
        program = program_of(demo_app, "U09")
        number = made(program, "M12", hours("25", "09:00", "11:00"))
        for times in (hours("25", "09:00", "12:00"), hours("26", "09:00", "11:30")):
            answer = program.post(f"/reservations/{number}/move", times)
            assert answer.status_code == 200, answer.text
        with demo_app.app_context():
            assert credit_moved(number) == [-120, -60, 30]

    def test_hours_come_from_the_month_of_the_new_day(self, demo_app: Flask) -> None:
        program = program_of(demo_app, "U09")
        number = made(program, "M12", hours("25", "09:00", "11:00"))
        program.post(f"/reservations/{number}/move", hours("12-02", "09:00", "11:00"))
        by_month = (
            select(CreditMovement.month_on, func.sum(CreditMovement.minutes))
            .where(CreditMovement.reservation_id == number)
            .group_by(CreditMovement.month_on)
            .order_by(CreditMovement.month_on)
        )
        with demo_app.app_context():
            moved = [tuple(row) for row in db.session.execute(by_month)]
        assert moved == [(date(2026, 11, 1), 0), (date(2026, 12, 1), -120)]

    def test_moving_late_does_not_dodge_the_fee(self, demo_app: Flask, at: At) -> None:
        program = program_of(demo_app, "U15")
        number = made(program, "M03", hours("24", "09:00", "12:00"))
        at(demo_app, "2026-11-24T06:00:00+01:00")
        moved = program.post(f"/reservations/{number}/move", hours("27", "09:00", "12:00")).json
        assert moved is not None
        assert moved["fee_floor_percent"] == 50
        program.post(f"/reservations/{number}/cancel", {})
        with demo_app.app_context():
            assert db.session.get_one(Reservation, number).fee_percent == 50


class TestAUseThatHasBegun:
    def test_ends_earlier_and_frees_the_rest_at_once(self, demo_app: Flask, at: At) -> None:
        program = program_of(demo_app, "U15")
        number = made(program, "M03", hours("24", "09:00", "12:00"))
        at(demo_app, "2026-11-24T09:05:00+01:00")
        check_in(demo_app, number)
        shorter = program.post(f"/reservations/{number}/move", hours("24", "09:00", "09:05"))
        assert shorter.status_code == 200, shorter.text
        rest = {"machine": "M03", **hours("24", "10:00", "12:00")}
        assert program_of(demo_app, "U17").post("/reservations", rest).status_code == 201

    def test_is_extended_where_the_rules_hold_and_never_moved(
        self, demo_app: Flask, at: At
    ) -> None:
        program = program_of(demo_app, "U15")
        number = made(program, "M03", hours("24", "09:00", "10:00"))
        made(program_of(demo_app, "U17"), "M03", hours("24", "11:30", "12:00"))
        at(demo_app, "2026-11-24T09:05:00+01:00")
        check_in(demo_app, number)
        move = f"/reservations/{number}/move"
        assert program.post(move, hours("24", "09:00", "11:00")).status_code == 200
        assert codes_of(program.post(move, hours("24", "09:00", "12:00"))) == ["SLOT_TAKEN"]
        for elsewhere in (hours("24", "10:00", "11:00"), hours("24", "09:00", "09:01")):
            assert program.post(move, elsewhere).status_code == 409


def test_moves_and_reservations_at_once_have_one_winner(demo_app: Flask) -> None:
    """Each loser of a move keeps what it had."""
    target = datetime.fromisoformat("2026-11-27T09:00:00+01:00")
    people = ["U02", "U03", "U11", "U12", "U15", "U16", "U17", "U18"]
    with demo_app.app_context(), writing():
        machine = get_machine("M17")
        for unit in machine.units[1:]:
            unit.in_service = False
    old = {}
    for position, code in enumerate(people[:4]):
        start = target + timedelta(days=-2, hours=position)
        with demo_app.app_context(), writing():
            wish = Wish(member(code), get_machine("M17"), Period(start, start + timedelta(hours=1)))
            reservation = service.reserve(wish, wish.member)
            assert isinstance(reservation, Reservation), reservation
            old[code] = (reservation.id, start)

    def attempt(code: str) -> bool:
        with demo_app.app_context(), writing():
            machine, person = get_machine("M17"), member(code)
            period = Period(target, target + timedelta(hours=1))
            if code not in old:
                outcome = service.reserve(Wish(person, machine, period), person)
                return isinstance(outcome, Reservation)
            reservation = db.session.get_one(Reservation, old[code][0])
            return isinstance(
                service.move(Change(reservation, machine, period), person), Reservation
            )

    with ThreadPoolExecutor(8) as pool:
        won = dict(zip(people, pool.map(attempt, people), strict=True))
    assert sum(won.values()) == 1
    with demo_app.app_context():
        for code, (number, start) in old.items():
            stands = db.session.get_one(Reservation, number)
            assert stands.starts_at == (target if won[code] else start)
            assert occupancy_of(number).starts_at == stands.starts_at


def member(code: str) -> Member:
    found = find_member(code)
    assert found is not None
    return found
