"""The weeks ahead: a plausible filling that every rule of reservation allows.

Some time is kept free on purpose, and M04 stays empty while it asks for a supervisor.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from booking.demo.days import NEVER
from booking.demo.diary import Diary
from booking.demo.dice import Dice
from booking.demo.eligibility import User, last_day_ahead, users_of_machines
from booking.demo.files import ZONE, Files
from booking.demo.filling import Filling, days_between, weights_of_days
from booking.demo.places import places_of
from booking.demo.reserving import Booking
from booking.demo.workshop import WEEKDAYS
from booking.periods import Period, when_clock_reaches
from booking.reservations.rules import ReservationState

ASKED_WITHIN_MINUTES = 10 * 24 * 60
"""Everything ahead was reserved within the last ten days."""


def bookings_ahead(files: Files, now: datetime) -> list[Booking]:
    """Confirmed reservations of the weeks from `now` on, by start."""
    agenda = files.agenda["agenda"]
    today = now.astimezone(ZONE).date()
    days = list(days_between(today, today + timedelta(days=agenda["days"] - 1)))
    diary = Diary(
        places_of(files),
        Dice(agenda["seed"]),
        not_before=now + timedelta(minutes=files.site["parameters"]["lead_minutes"]),
        hours_per_person_and_machine=agenda["future_hours_per_person_and_machine"],
    )
    diary.block_sessions(files)
    _keep_free(diary, agenda["kept_free"], days)
    filling = Filling(
        diary,
        _users(files, agenda["without"]),
        weights_of_days(days, agenda["weekday_weights"]),
    )
    return sorted(_bookings(filling, agenda["machines"], now), key=Booking.order)


def _bookings(filling: Filling, machines: list[dict[str, Any]], now: datetime) -> Iterator[Booking]:
    for machine in machines:
        for _ in range(machine["reservations"]):
            use = filling.add_anywhere(machine["machine"], machine["mean_minutes"])
            if use is None:
                break
            minutes_ago = 1 + filling.diary.dice.below(ASKED_WITHIN_MINUTES)
            asked_at = now - timedelta(minutes=minutes_ago)
            yield Booking(use, ReservationState.CONFIRMED, asked_at)


def _users(files: Files, without: list[str]) -> dict[str, tuple[User, ...]]:
    """Who may use each machine alone: a supervisor cannot be named."""
    return {
        machine: tuple(
            replace(user, supervised=NEVER) for user in users if user.person not in without
        )
        for machine, users in users_of_machines(files, last_day_ahead).items()
    }


def _keep_free(diary: Diary, rules: list[dict[str, Any]], days: list[date]) -> None:
    """Block the time of the first unit, or of a person, that nobody is to take."""
    for rule in rules:
        for day in days:
            if WEEKDAYS[day.weekday()] not in rule["days"]:
                continue
            period = Period(
                when_clock_reaches(day, rule["starts"], ZONE),
                when_clock_reaches(day, rule["ends"], ZONE),
            )
            if "member" in rule:
                diary.block_person(rule["member"], period)
            else:
                diary.block_unit(rule["machine"], 1, period)
