"""The earliest and the latest allowed time are those that trying every time finds."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from booking.machines.rules import OutsideStaffed
from booking.periods import Period
from booking.reservations.rules import Facts
from booking.reservations.rules.searching import Ask, earliest, is_allowed, latest
from tests.unit.reservations.builders import (
    NOW,
    TUESDAY_MORNING,
    a_closure,
    a_machine,
    a_member,
    a_period,
    a_unit,
    an_outage,
    an_own_reservation,
    facts,
    local,
)

HOUR = timedelta(hours=1)
A_WEEK = Period(NOW, NOW + timedelta(days=7))


def every_allowed(ask: Ask, known: Facts, within: Period) -> list[Period]:
    """All of them, by trying every five minutes."""
    found, start = [], within.starts_at
    while start + ask.length <= within.ends_at:
        period = Period(start, start + ask.length)
        if is_allowed(period, ask, known):
            found.append(period)
        start += timedelta(minutes=5)
    return found


def test_the_first_time_comes_after_the_notice_and_on_the_grid() -> None:
    found = earliest(Ask(HOUR, NOW + timedelta(minutes=1)), facts(), A_WEEK)
    assert found == a_period(23, "09:00", "10:00")


def test_a_taken_morning_leaves_the_time_after_its_buffer() -> None:
    known = facts(
        machine=a_machine(buffer_minutes=30), units=(a_unit(TUESDAY_MORNING, buffer_minutes=30),)
    )
    within = Period(local(24, "09:00"), local(25, "00:00"))
    assert earliest(Ask(HOUR, NOW), known, within) == a_period(24, "13:00", "14:00")


def test_the_last_time_before_a_closure_touches_it() -> None:
    closed = a_closure(a_period(24, "15:00", "18:30"))
    within = Period(local(24, "08:00"), local(24, "18:30"))
    found = latest(Ask(HOUR, NOW), facts(closures=(closed,)), within)
    assert found == a_period(24, "14:00", "15:00")


def test_who_may_not_use_the_machine_finds_nothing() -> None:
    assert earliest(Ask(HOUR, NOW), facts(certifications=()), A_WEEK) is None


def test_nothing_is_found_beyond_the_horizon() -> None:
    near = facts(machine=a_machine(horizon_days=2))
    within = Period(local(26, "00:00"), local(30, "00:00"))
    assert earliest(Ask(HOUR, NOW), near, within) is None


def workshop(chance: random.Random) -> Facts:
    """A week with anything in the way."""

    def somewhen(longest: int) -> Period:
        start = A_WEEK.starts_at + timedelta(minutes=5 * chance.randrange(7 * 288))
        return Period(start, start + timedelta(minutes=5 * chance.randrange(1, longest)))

    def unit(number: int, buffer: int) -> object:
        taken, last = [], A_WEEK.starts_at
        for period in sorted((somewhen(60) for _ in range(8)), key=lambda p: p.starts_at):
            if period.starts_at >= last:
                taken.append(period)
                last = period.ends_at + timedelta(minutes=buffer)
        return a_unit(*taken, unit_id=number, buffer_minutes=buffer)

    buffer = chance.choice((0, 15, 30))
    machine = a_machine(
        grid_minutes=chance.choice((5, 15, 30, 60)),
        buffer_minutes=buffer,
        lead_minutes=chance.choice((0, 30, 600)),
        outages=tuple(
            an_outage(o.starts_at, o.ends_at) for o in (somewhen(200),) if chance.random() < 0.5
        ),
        outside_staffed=chance.choice([*OutsideStaffed]),
        alone_forbidden=chance.random() < 0.3,
    )
    return facts(
        machine=machine,
        member=a_member(
            extended_access=chance.random() < 0.5,
            insurance_until=chance.choice((date(2026, 11, 26), date(2027, 6, 30))),
        ),
        closures=tuple(a_closure(somewhen(100)) for _ in range(chance.randrange(3))),
        units=tuple(unit(number, buffer) for number in range(1, chance.randrange(2, 4))),
        own_reservations=tuple(an_own_reservation(somewhen(40)) for _ in range(3)),
    )


@pytest.mark.parametrize("seed", range(40))
def test_it_finds_what_trying_every_time_finds(seed: int) -> None:
    chance = random.Random(seed)
    known = workshop(chance)
    ask = Ask(timedelta(minutes=30 * chance.randrange(1, 10)), NOW.astimezone(UTC))
    within = Period(NOW + timedelta(minutes=5 * chance.randrange(40)), A_WEEK.ends_at)
    allowed = every_allowed(ask, known, within)
    assert earliest(ask, known, within) == (allowed[0] if allowed else None)
    assert latest(ask, known, within) == (allowed[-1] if allowed else None)


def test_the_night_of_the_clock_change_has_its_own_grid() -> None:
    before = datetime.fromisoformat("2026-10-24T20:00:00+02:00")
    night = Period(before, datetime.fromisoformat("2026-10-25T12:00:00+01:00"))
    known = facts(machine=a_machine(outside_staffed=OutsideStaffed.UNATTENDED, grid_minutes=60))
    ask = Ask(HOUR, before)
    allowed = every_allowed(ask, known, night)
    assert earliest(ask, known, night) == (allowed[0] if allowed else None)
