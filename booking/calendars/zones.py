"""A time zone in words that a program without a list of zones understands.

Programs that know no `Europe/Paris` read the hours from this. It is told as a rule where the clock
follows one ("the last Sunday of March at 02:00"), which is what most of them understand best.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

YEARS_COMPARED = 6
"""For how many years a rule must hold to be told as one; beyond, nothing can be reserved."""

A_WEEK = 7
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
SINCE_EVER = datetime(1970, 1, 1)  # noqa: DTZ001 - the wall clock of the zone itself


class Change(NamedTuple):
    """The clock of a zone is put forward or back; `at` is what it showed just before."""

    at: datetime
    before: timedelta
    after: timedelta
    is_daylight: bool
    name: str


@lru_cache(64)
def describe(zone: ZoneInfo, first_year: int) -> Timezone:
    """The zone from a year on."""
    told = Timezone()
    told.add("tzid", zone.key)
    changes = list(_changes(zone, first_year - 1, first_year - 1 + YEARS_COMPARED))
    for is_daylight in (True, False):
        alike = [change for change in changes if change.is_daylight == is_daylight]
        for part in _parts(alike):
            told.add_component(part)
    if not changes:
        now = SINCE_EVER.replace(year=first_year, tzinfo=zone)
        offset = _offset(now)
        name = now.tzname() or zone.key
        told.add_component(_part(Change(SINCE_EVER, offset, offset, False, name)))
    return told


def _changes(zone: ZoneInfo, first_year: int, end_year: int) -> Iterator[Change]:
    start = datetime(first_year, 1, 1, tzinfo=UTC)
    days = (datetime(end_year, 1, 1, tzinfo=UTC) - start).days
    for today, tomorrow in pairwise(start + timedelta(days=n) for n in range(days + 1)):
        before, after = (_offset(instant.astimezone(zone)) for instant in (today, tomorrow))
        if before == after:
            continue
        seconds = range(int((tomorrow - today).total_seconds()))
        elapsed = bisect_left(
            seconds,
            True,
            key=lambda n, today=today, before=before: (  # type: ignore[misc]
                _offset((today + timedelta(seconds=n)).astimezone(zone)) != before
            ),
        )
        instant = today + timedelta(seconds=elapsed)
        local = instant.astimezone(zone)
        wall = (instant + before).replace(tzinfo=None)
        yield Change(wall, before, after, bool(local.dst()), local.tzname() or zone.key)


def _offset(local: datetime) -> timedelta:
    offset = local.utcoffset()
    assert offset is not None, "a time of a zone"
    return offset


def _parts(changes: list[Change]) -> list[TimezoneStandard | TimezoneDaylight]:
    """One part with a rule, or else one for each change."""
    rule = _rule(changes)
    if rule is None:
        return [_part(change) for change in changes]
    part = _part(changes[0])
    part.add("rrule", rule)
    return [part]


def _rule(changes: list[Change]) -> dict[str, object] | None:
    """The day of the year they have in common, every year."""
    years = [change.at.year for change in changes]
    alike = {(c.at.month, c.at.weekday(), c.at.time(), c.before, c.after) for c in changes}
    if len(alike) != 1 or years != list(range(years[0], years[0] + YEARS_COMPARED)):
        return None
    weekday = WEEKDAYS[changes[0].at.weekday()]
    for position, positions in (
        (-1, {(c.at + timedelta(days=A_WEEK)).month != c.at.month for c in changes}),
        *((n, {(c.at.day - 1) // A_WEEK + 1 == n for c in changes}) for n in range(1, 5)),
    ):
        if positions == {True}:
            return {
                "freq": "yearly",
                "bymonth": changes[0].at.month,
                "byday": f"{position}{weekday}",
            }
    return None


def _part(change: Change) -> TimezoneStandard | TimezoneDaylight:
    part = TimezoneDaylight() if change.is_daylight else TimezoneStandard()
    part.add("dtstart", change.at)
    part.add("tzoffsetfrom", change.before)
    part.add("tzoffsetto", change.after)
    part.add("tzname", change.name)
    return part
