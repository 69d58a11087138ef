"""Quotas, counted under the lock: as many as the limit, never one more."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from flask import Flask

from booking.database import db, writing
from booking.machines.queries import get_machine
from booking.members.models import Member
from booking.members.queries import find_member
from booking.periods import Period
from booking.reservations import service
from booking.reservations.models import Reservation
from booking.reservations.service import Refused, Wish
from booking.site.queries import get_site
from tests.programs import codes_of, program_of

TUESDAY = datetime.fromisoformat("2026-11-24T08:00:00+01:00")


def member(code: str) -> Member:
    found = find_member(code)
    assert found is not None
    return found


def allow_ahead(app: Flask, hours: int) -> None:
    with app.app_context(), writing():
        get_site().future_hours_per_machine = hours


def test_forty_requests_at_once_give_exactly_the_limit(demo_app: Flask) -> None:
    allow_ahead(demo_app, 7)

    def attempt(number: int) -> bool:
        start = TUESDAY + timedelta(days=number // 10, hours=number % 10)
        with demo_app.app_context(), writing():
            wish = Wish(
                member("U02"), get_machine("M17"), Period(start, start + timedelta(hours=1))
            )
            return isinstance(service.reserve(wish, wish.member), Reservation)

    with ThreadPoolExecutor(8) as pool:
        won = sum(pool.map(attempt, range(40)))
    assert won == 7


def test_a_cancelled_reservation_no_longer_counts(demo_app: Flask) -> None:
    allow_ahead(demo_app, 2)
    with demo_app.app_context():
        person = member("U02")
        first = Wish(person, get_machine("M17"), Period(TUESDAY, TUESDAY + timedelta(hours=2)))
        later = Period(TUESDAY + timedelta(hours=4), TUESDAY + timedelta(hours=5))
        second = Wish(person, get_machine("M17"), later)
        with writing():
            made = service.reserve(first, person)
            assert isinstance(made, Reservation)
        with writing():
            assert isinstance(service.reserve(second, person), Refused)
        with writing():
            assert service.cancel(db.session.get_one(Reservation, made.id), person) is None
        with writing():
            assert isinstance(service.reserve(second, person), Reservation)


def test_the_limit_of_a_day_is_told_with_its_facts(demo_app: Flask) -> None:
    program = program_of(demo_app, "U15")
    morning, afternoon = (
        {
            "machine": "M03",
            "mode": "autonomous",
            "starts_at": f"2026-11-24T{starts}:00+01:00",
            "ends_at": f"2026-11-24T{ends}:00+01:00",
        }
        for starts, ends in (("09:00", "12:00"), ("13:00", "15:00"))
    )
    assert program.post("/reservations", morning).status_code == 201
    refused = program.post("/reservations", afternoon)
    assert codes_of(refused) == ["QUOTA_REACHED"]
    assert refused.json is not None
    (quota,) = refused.json["refusals"][0]["facts"]["quotas"]
    assert quota == {
        "rule": "hours_a_day",
        "limit_minutes": 240,
        "booked_minutes": 180,
        "day": "2026-11-24",
    }
