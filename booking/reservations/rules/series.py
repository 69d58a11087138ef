"""The days of a series: the same hours of the wall clock, again and again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from itertools import islice
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule, weekday

from booking.periods import A_DAY, NonexistentWallTime, Period, resolve_wall_time

MOST_TIMES = 60
"""As many as a horizon usually has days."""

MOST_SHIFTED = 6
"""A date moves by less than a week: the rest is another series."""

LAST = -1
"""The place in its month of a weekday's last one."""

MIDNIGHT = time(0)


class Frequency(StrEnum):
    DAY = "DAY"
    WORKING_DAY = "WORKING_DAY"
    WEEK = "WEEK"
    TWO_WEEKS = "TWO_WEEKS"
    MONTH_POSITION = "MONTH_POSITION"


class Scope(StrEnum):
    """Which reservations of a series an act is for, seen from one of them."""

    ONE = "ONE"
    FOLLOWING = "FOLLOWING"
    ALL = "ALL"


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How often, from which local day on, and until when: `count` times, or up to and on `until`.

    `MONTH_POSITION` repeats the first day's place in its month, such as "second Tuesday".
    """

    frequency: Frequency
    first_on: date
    count: int | None = None
    until: date | None = None


class Hours(NamedTuple):
    """Wall times; an end that is not after the start is on the next day."""

    starts: time
    ends: time


class Occurrence(NamedTuple):
    """One day of a series; without a period where the clock jumps over one of its times."""

    day: date
    period: Period | None


def place_in_month(day: date) -> int:
    """Which one of its weekday it is in its month, from 1; a fifth one is the last."""
    place = (day.day - 1) // 7 + 1
    return LAST if place > 4 else place


def days_of(recurrence: Recurrence) -> tuple[date, ...]:
    """The local days, one more than allowed at most where there are too many."""
    starts = datetime.combine(recurrence.first_on, MIDNIGHT)
    until = recurrence.until and datetime.combine(recurrence.until, MIDNIGHT)
    rule = rrule(dtstart=starts, until=until, **_pattern(recurrence))
    most = MOST_TIMES + 1 if recurrence.count is None else min(recurrence.count, MOST_TIMES + 1)
    return tuple(moment.date() for moment in islice(rule, most))


def occurrences_of(recurrence: Recurrence, hours: Hours, zone: ZoneInfo) -> tuple[Occurrence, ...]:
    """The days with their times; the wall times stay, whatever the clock does in between.

    A time that the clock shows twice is taken at its first showing.
    """
    return tuple(Occurrence(day, period_on(day, hours, zone)) for day in days_of(recurrence))


def period_on(day: date, hours: Hours, zone: ZoneInfo) -> Period | None:
    """These hours of a local day; None where the clock jumps over one of its times."""
    last = day if hours.ends > hours.starts else day + A_DAY
    try:
        start = resolve_wall_time(day, hours.starts, zone)
        end = resolve_wall_time(last, hours.ends, zone)
    except NonexistentWallTime:
        return None
    return Period(start, end)


def _pattern(recurrence: Recurrence) -> dict[str, Any]:
    """What dateutil is to repeat."""
    first = recurrence.first_on
    return {
        Frequency.DAY: {"freq": DAILY},
        Frequency.WORKING_DAY: {"freq": DAILY, "byweekday": range(5)},
        Frequency.WEEK: {"freq": WEEKLY},
        Frequency.TWO_WEEKS: {"freq": WEEKLY, "interval": 2},
        Frequency.MONTH_POSITION: {
            "freq": MONTHLY,
            "byweekday": weekday(first.weekday(), place_in_month(first)),
        },
    }[recurrence.frequency]
