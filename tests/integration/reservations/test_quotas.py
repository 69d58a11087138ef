"""Quotas, counted under the lock: as many as the limit, never one more."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from booking import clock
from booking.database import db, writing
from booking.machines.queries import get_machine
from booking.members.models import Member
from booking.members.queries import find_member
from booking.periods import Period
from booking.quotas.models import PriorityWindow, Quota
from booking.quotas.rules import Counting, Holder, Span
from booking.reservations import service
from booking.reservations.models import Reservation
from booking.reservations.queries.dossier import Dossier, read_dossier
from booking.reservations.queries.workshop import get_workshop
from booking.reservations.service import Refused, Wish
from booking.site.queries import get_site
from tests.conftest import MakeApp
from tests.engines import Engine
from tests.programs import codes_of, program_of
from tests.statements import statements_of

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


EVERY_WEEK: dict[str, Any] = {"span": Span.WEEK, "limit_minutes": 300}
HOUR = timedelta(hours=1)


def limit(app: Flask, **columns: Any) -> None:
    with app.app_context(), writing():
        db.session.add(Quota(**(EVERY_WEEK | columns)))


def won_by(app: Flask, *codes: str) -> int:
    """How many of forty requests of one hour, for free and different hours, are granted at once."""

    def attempt(number: int) -> bool:
        start = TUESDAY + timedelta(days=number // 10, hours=number % 10)
        with app.app_context(), writing():
            person = member(codes[number % len(codes)])
            wish = Wish(person, get_machine("M17"), Period(start, start + HOUR))
            return isinstance(service.reserve(wish, person), Reservation)

    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(attempt, range(40)))


def test_forty_requests_of_an_organisation_give_exactly_its_limit(demo_app: Flask) -> None:
    limit(demo_app, holder=Holder.ORGANISATION)
    assert won_by(demo_app, "U02", "U03") == 5


def test_a_refusal_tells_the_limit_what_is_used_and_when_there_is_more(demo_app: Flask) -> None:
    limit(demo_app, holder=Holder.PERSON)
    program = program_of(demo_app, "U02")
    wish = {"machine": "M17", "mode": "autonomous"}
    first, second = (
        wish | {"starts_at": f"2026-11-{day}T09:00+01:00", "ends_at": f"2026-11-{day}T12:00+01:00"}
        for day in (24, 25)
    )
    assert program.post("/reservations", first).status_code == 201
    refused = program.post("/reservations", second)
    assert codes_of(refused) == ["QUOTA_REACHED"]
    assert refused.json is not None
    (refusal,) = refused.json["refusals"]
    assert "5 h au plus par semaine (toutes les machines), déjà 3 h" in refusal["message"]
    (told,) = refusal["facts"]["quotas"]
    assert (told["booked_minutes"], told["more_from_at"]) == (180, "2026-11-30T00:00:00+01:00")


def test_hours_of_a_plan_are_everybodys_a_day_before(demo_app: Flask) -> None:
    with demo_app.app_context(), writing():
        morning = {"weekdays": list(range(5)), "starts": time(9), "ends": time(12)}
        db.session.add(PriorityWindow(plan_codes=["P-DEC"], opens_hours=24, **morning))
    program = program_of(demo_app, "U02")
    wish = {"machine": "M17", "mode": "autonomous", "dry_run": True}

    def asked(day: int) -> list[str]:
        hours = {
            "starts_at": f"2026-11-{day}T10:00+01:00",
            "ends_at": f"2026-11-{day}T11:00+01:00",
        }
        return codes_of(program.post("/reservations", wish | hours))

    assert asked(25) == ["QUOTA_REACHED"]
    assert asked(23) == []


@pytest.mark.parametrize("holder", Holder)
def test_a_quota_costs_no_statement_but_the_lock_it_needs(
    demo_app: Flask, engine: Engine, holder: Holder
) -> None:
    locked = holder is Holder.ORGANISATION and engine.name != "sqlite"

    def statements(day: int) -> int:
        with demo_app.app_context():
            start = TUESDAY + timedelta(days=day)
            wish = Wish(member("U02"), get_machine("M17"), Period(start, start + HOUR))
            with statements_of(demo_app) as sent, writing():
                assert isinstance(service.reserve(wish, wish.member), Reservation)
            return len(sent)

    statements(0)
    without = statements(1)
    limit(demo_app, holder=holder)
    statements(2)
    assert statements(3) == without + locked


def test_what_is_summed_is_as_long_as_what_is_read_one_by_one(make_app: MakeApp) -> None:
    """For everybody of the demo, before, in and after the days of what he has reserved."""
    each_ahead = Counting(frozenset({Span.AHEAD}))
    met = set()
    with make_app("agenda").app_context():
        workshop = get_workshop()
        for person in db.session.scalars(select(Member)):
            for days in range(0, 15, 2):
                start = TUESDAY + timedelta(days=days)
                asked = (person.id, Period(start, start + timedelta(hours=1)))
                known = (workshop.trainings, workshop.zone)
                summed = read_dossier(*asked, *known, counting=Counting())
                one_by_one = read_dossier(*asked, *known, counting=each_ahead)
                assert not one_by_one.minutes_ahead
                assert not read_dossier(*asked, *known).minutes_ahead
                assert _minutes_ahead(summed) == _minutes_ahead(one_by_one)
                met.add((bool(summed.minutes_ahead), bool(summed.booked)))
    assert len(met) == 4


def _minutes_ahead(dossier: Dossier) -> dict[int, int]:
    minutes = Counter(dossier.minutes_ahead)
    for machine_id, periods in dossier.booked.items():
        for period in periods:
            if period.starts_at > clock.now():
                minutes[machine_id] += period.duration // timedelta(minutes=1)
    return dict(minutes)
