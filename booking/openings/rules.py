"""Weekly hours made concrete, closures, and the public holidays of France and Alsace-Moselle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache, cached_property
from types import MappingProxyType
from zoneinfo import ZoneInfo

from dateutil.easter import easter

from booking.openings.refusals import (
    AlreadyOver,
    ClosureRefusal,
    EndsBeforeStart,
    HoursRefusal,
    OverlapsRule,
    TooFarAhead,
    TooManyRules,
)
from booking.periods import A_DAY, Period, merge, when_clock_reaches

MIDNIGHT = time(0)


class Access(StrEnum):
    """ALL: every member; EXTENDED: members whose plan has extended access."""

    ALL = "ALL"
    EXTENDED = "EXTENDED"


class ClosureScope(StrEnum):
    SITE = "SITE"
    AREA = "AREA"
    MACHINE = "MACHINE"


class PublicHoliday(StrEnum):
    NEW_YEAR = "NEW_YEAR"
    GOOD_FRIDAY = "GOOD_FRIDAY"
    EASTER_MONDAY = "EASTER_MONDAY"
    LABOUR_DAY = "LABOUR_DAY"
    VICTORY_1945 = "VICTORY_1945"
    ASCENSION = "ASCENSION"
    WHIT_MONDAY = "WHIT_MONDAY"
    NATIONAL_DAY = "NATIONAL_DAY"
    ASSUMPTION = "ASSUMPTION"
    ALL_SAINTS = "ALL_SAINTS"
    ARMISTICE_1918 = "ARMISTICE_1918"
    CHRISTMAS = "CHRISTMAS"
    ST_STEPHEN = "ST_STEPHEN"


@dataclass(frozen=True, slots=True)
class WeeklyOpening:
    """A rule of the week in local wall time; weekday 0 is Monday, `ends` at 00:00 is midnight.

    Raises ValueError when it ends before it starts: a rule stays within its day.
    """

    weekday: int
    starts: time
    ends: time
    staffed: bool
    access: Access

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise ValueError("a weekday is 0 to 6")
        if self.ends != MIDNIGHT and self.ends <= self.starts:
            raise ValueError("an opening ends after it starts")


@dataclass(frozen=True, slots=True)
class OpenPeriod:
    """A rule of the week on one day."""

    period: Period
    staffed: bool
    access: Access


@dataclass(frozen=True, slots=True)
class ClosureFact:
    """A period without use, whatever the weekly rules say."""

    period: Period
    reason: str
    scope: ClosureScope


@dataclass(frozen=True)
class Timetable:
    """The weekly rules of one place in its zone; each day is worked out once."""

    weekly: tuple[WeeklyOpening, ...]
    zone: ZoneInfo

    def on(self, day: date) -> tuple[OpenPeriod, ...]:
        known = self._known_days.get(day)
        if known is None:
            known = self._known_days[day] = openings_on(day, self.weekly, self.zone)
        return known

    @cached_property
    def _known_days(self) -> dict[date, tuple[OpenPeriod, ...]]:
        return {}


def openings_on(
    day: date, weekly: Iterable[WeeklyOpening], zone: ZoneInfo
) -> tuple[OpenPeriod, ...]:
    """The openings of one local day, in order of their start; they may overlap and touch.

    An hour that the clock jumps over begins and ends at the jump. An hour that the clock shows
    twice counts at its first showing, for the start as for the end, so that rules that touch on
    the dial touch in time.
    """
    openings = []
    for rule in weekly:
        if rule.weekday != day.weekday():
            continue
        starts_at = when_clock_reaches(day, rule.starts, zone)
        ends_on = day + A_DAY if rule.ends == MIDNIGHT else day
        ends_at = when_clock_reaches(ends_on, rule.ends, zone)
        if starts_at < ends_at:
            openings.append(OpenPeriod(Period(starts_at, ends_at), rule.staffed, rule.access))
    return tuple(sorted(openings, key=lambda opening: opening.period))


def continuous(openings: Iterable[OpenPeriod]) -> tuple[Period, ...]:
    """The periods without a gap; rules that touch are joined, across midnight too."""
    return merge(opening.period for opening in openings)


@cache
def public_holidays(year: int, local_law: bool, good_friday: bool) -> Mapping[date, PublicHoliday]:
    """The public holidays of one year (Code du travail, art. L. 3133-1), in order.

    `local_law` adds 26 December of Alsace-Moselle; Good Friday, which the same article grants
    only to communes with a Protestant temple or a mixed church (art. L. 3134-13), needs
    `good_friday` as well.
    """
    easter_sunday = easter(year)
    holidays = {
        date(year, 1, 1): PublicHoliday.NEW_YEAR,
        date(year, 5, 1): PublicHoliday.LABOUR_DAY,
        date(year, 5, 8): PublicHoliday.VICTORY_1945,
        date(year, 7, 14): PublicHoliday.NATIONAL_DAY,
        date(year, 8, 15): PublicHoliday.ASSUMPTION,
        date(year, 11, 1): PublicHoliday.ALL_SAINTS,
        date(year, 11, 11): PublicHoliday.ARMISTICE_1918,
        date(year, 12, 25): PublicHoliday.CHRISTMAS,
        easter_sunday + timedelta(days=1): PublicHoliday.EASTER_MONDAY,
        easter_sunday + timedelta(days=39): PublicHoliday.ASCENSION,
        easter_sunday + timedelta(days=50): PublicHoliday.WHIT_MONDAY,
    }
    if local_law:
        holidays[date(year, 12, 26)] = PublicHoliday.ST_STEPHEN
        if good_friday:
            holidays[easter_sunday - timedelta(days=2)] = PublicHoliday.GOOD_FRIDAY
    return MappingProxyType(dict(sorted(holidays.items())))


MOST_RULES_A_DAY = 7
FURTHEST_CLOSURE = timedelta(days=3 * 366)


def hours_refusals(
    weekday: int, starts: time, ends: time, access: Access, others: Iterable[WeeklyOpening]
) -> tuple[HoursRefusal, ...]:
    """What stands against a new rule beside the others of its level.

    Rules of different access may overlap: staffed hours for all lie within extended ones.
    """
    if ends != MIDNIGHT and ends <= starts:
        return (EndsBeforeStart(),)
    same_day = [other for other in others if other.weekday == weekday]
    if len(same_day) >= MOST_RULES_A_DAY:
        return (TooManyRules(weekday, MOST_RULES_A_DAY),)
    return tuple(
        OverlapsRule(weekday, other.starts, other.ends)
        for other in same_day
        if other.access == access and _overlap(starts, ends, other)
    )


def _overlap(starts: time, ends: time, other: WeeklyOpening) -> bool:
    return (other.ends == MIDNIGHT or starts < other.ends) and (
        ends == MIDNIGHT or other.starts < ends
    )


def closure_refusals(
    starts_at: datetime, ends_at: datetime, now: datetime
) -> tuple[ClosureRefusal, ...]:
    """What stands against a closure `[starts_at, ends_at)` that is set now."""
    if ends_at <= starts_at:
        return (EndsBeforeStart(),)
    if ends_at <= now:
        return (AlreadyOver(),)
    if ends_at > now + FURTHEST_CLOSURE:
        return (TooFarAhead((now + FURTHEST_CLOSURE).date()),)
    return ()
