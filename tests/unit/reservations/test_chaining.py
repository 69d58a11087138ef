"""A chain is the earliest combination that trying every one finds."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product
from random import Random

from booking.periods import Period
from booking.reservations.rules.chaining import Step, plan
from booking.reservations.rules.searching import Ask, is_allowed
from tests.unit.reservations.builders import NOW, a_machine, a_period, a_unit, facts, local

HOUR = timedelta(hours=1)
TWO_DAYS = Period(local(24, "08:00"), local(25, "18:30"))


def a_step(
    length: timedelta, gap: timedelta = 48 * HOUR, *taken: Period, code: str = "M02"
) -> Step:
    about = facts(machine=a_machine(code=code), units=(a_unit(*taken),))
    return Step(Ask(length, NOW), about, gap)


def test_the_second_use_follows_the_first_at_once_where_it_can() -> None:
    found = plan([a_step(3 * HOUR), a_step(HOUR, code="M06")], TWO_DAYS)
    assert found == (a_period(24, "08:00", "11:00"), a_period(24, "11:00", "12:00"))


def test_the_first_waits_when_the_second_would_come_too_late() -> None:
    busy = a_period(24, "08:00", "18:30")
    found = plan([a_step(2 * HOUR), a_step(HOUR, 2 * HOUR, busy, code="M06")], TWO_DAYS)
    assert found == (a_period(25, "08:00", "10:00"), a_period(25, "10:00", "11:00"))


def test_nothing_fits_when_one_step_has_no_time() -> None:
    always = Period(local(23, "00:00"), local(27, "00:00"))
    assert plan([a_step(HOUR), a_step(HOUR, 48 * HOUR, always, code="M06")], TWO_DAYS) is None


def test_the_same_machine_twice_keeps_its_buffer() -> None:
    about = facts(machine=a_machine(buffer_minutes=30))
    step = Step(Ask(HOUR, NOW), about, 48 * HOUR)
    found = plan([step, step], TWO_DAYS)
    assert found == (a_period(24, "08:00", "09:00"), a_period(24, "09:30", "10:30"))


def test_it_finds_what_trying_every_combination_finds() -> None:
    random = Random(7)
    starts = [TWO_DAYS.starts_at + n * HOUR / 2 for n in range(69)]
    for _round in range(25):
        steps = []
        for code in ("M02", "M06"):
            begins = sorted(random.sample(range(34), 3))
            taken = [
                Period(TWO_DAYS.starts_at + b * HOUR, TWO_DAYS.starts_at + (b + 1) * HOUR)
                for b in begins
            ]
            length = random.choice([1, 2, 3]) * HOUR
            steps.append(a_step(length, random.choice([1, 4, 20]) * HOUR, *taken, code=code))
        found = plan(steps, TWO_DAYS)
        assert found == _by_trying(steps, starts)


def _by_trying(steps: list[Step], starts: list[datetime]) -> tuple[Period, ...] | None:
    first, second = (
        [
            period
            for start in starts
            if TWO_DAYS.contains(period := Period(start, start + step.ask.length))
            and is_allowed(period, step.ask, step.facts)
        ]
        for step in steps
    )
    fitting = (
        (one, two)
        for one, two in product(first, second)
        if one.ends_at <= two.starts_at <= one.ends_at + steps[1].gap
    )
    return next(fitting, None)
