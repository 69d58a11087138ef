"""Periods of time, half-open and in UTC, and how they read on a wall clock.

Every `Period` is `[starts_at, ends_at)`: touching periods do not overlap. Local days and times
belong to the zone that is passed in; a local day lasts 23, 24 or 25 hours.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTES_OF_A_DIAL = 24 * 60
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The instants from `starts_at` up to, but not including, `ends_at`, both kept in UTC.

    Raises ValueError for an instant without a zone, an end that is not after the start, and the
    first and last year of the calendar, where a local date may not exist.
    """

    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        starts_at, ends_at = in_utc(self.starts_at), in_utc(self.ends_at)
        if ends_at <= starts_at:
            raise ValueError("a period ends after it starts")
        if starts_at is not self.starts_at:
            object.__setattr__(self, "starts_at", starts_at)
        if ends_at is not self.ends_at:
            object.__setattr__(self, "ends_at", ends_at)

    @property
    def duration(self) -> timedelta:
        """Elapsed time, whatever the wall clock shows."""
        return self.ends_at - self.starts_at

    def __contains__(self, instant: datetime) -> bool:
        return self.starts_at <= instant < self.ends_at

    def contains(self, other: Period) -> bool:
        return self.starts_at <= other.starts_at and other.ends_at <= self.ends_at

    def overlaps(self, other: Period) -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def intersection(self, other: Period) -> Period | None:
        if not self.overlaps(other):
            return None
        return Period(max(self.starts_at, other.starts_at), min(self.ends_at, other.ends_at))

    def minus(self, others: Iterable[Period]) -> tuple[Period, ...]:
        """What is left of this period, in order, once the others are taken away."""
        left = []
        reached = self.starts_at
        for other in merge(others):
            if other.ends_at <= reached:
                continue
            if other.starts_at >= self.ends_at:
                break
            if other.starts_at > reached:
                left.append(Period(reached, other.starts_at))
            reached = other.ends_at
        if reached < self.ends_at:
            left.append(Period(reached, self.ends_at))
        return tuple(left)


def in_utc(instant: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError without a zone, and in the outermost years."""
    is_in_utc = instant.tzinfo is UTC
    if not is_in_utc and instant.utcoffset() is None:
        raise ValueError("an instant needs a zone")
    if not MINYEAR < instant.year < MAXYEAR:
        raise ValueError("an instant lies too far away")
    return instant if is_in_utc else instant.astimezone(UTC)


def merge(periods: Iterable[Period]) -> tuple[Period, ...]:
    """The same instants as separate periods in order; overlapping and touching ones are joined."""
    merged: list[Period] = []
    for period in sorted(periods):
        if merged and period.starts_at <= merged[-1].ends_at:
            if period.ends_at > merged[-1].ends_at:
                merged[-1] = Period(merged[-1].starts_at, period.ends_at)
        else:
            merged.append(period)
    return tuple(merged)


class NonexistentWallTime(ValueError):  # noqa: N818 - it names what was met
    """The clock of the zone jumps over this time on this day."""

    def __init__(self, day: date, wall: time, zone: ZoneInfo) -> None:
        super().__init__(f"{day} {wall:%H:%M} does not exist in {zone.key}")
        self.day = day
        self.time = wall
        self.zone = zone


@dataclass(frozen=True, slots=True)
class WallTime:
    """A time shown by the clock on one local day; `ambiguous` when it is shown twice."""

    time: time
    instant: datetime
    offset: timedelta
    ambiguous: bool


def is_ambiguous(day: date, wall: time, zone: ZoneInfo) -> bool:
    """Whether the clock shows this time twice on this day."""
    first, second = _offsets(day, wall, zone)
    return first > second


def is_nonexistent(day: date, wall: time, zone: ZoneInfo) -> bool:
    """Whether the clock jumps over this time on this day."""
    first, second = _offsets(day, wall, zone)
    return first < second


def _offsets(day: date, wall: time, zone: ZoneInfo) -> tuple[timedelta, timedelta]:
    """The offsets of both folds; PEP 495: equal as a rule, falling in a fold, rising in a gap."""
    first = datetime.combine(day, wall.replace(fold=0), zone).utcoffset()
    second = datetime.combine(day, wall.replace(fold=1), zone).utcoffset()
    assert first is not None
    assert second is not None
    return first, second


def resolve_wall_time(day: date, wall: time, zone: ZoneInfo, fold: int = 0) -> datetime:
    """The instant, in UTC, at which the clock shows this time; `fold=1` is the second showing.

    Raises NonexistentWallTime for a time that the clock jumps over.
    """
    if is_nonexistent(day, wall, zone):
        raise NonexistentWallTime(day, wall, zone)
    return datetime.combine(day, wall.replace(fold=fold), zone).astimezone(UTC)


@lru_cache(maxsize=4096)
def when_clock_reaches(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, at which the clock first shows this time, or jumps over it.

    So a rule of the week has an instant on every day: at 02:30 in the night when 02:00 becomes
    03:00 the clock reaches it at the jump.
    """
    before, after = _offsets(day, wall, zone)
    naive = datetime.combine(day, wall, UTC)
    if before >= after:
        return naive - before
    earliest, latest = naive - after, naive - before
    seconds = range(int((latest - earliest).total_seconds()) + 1)

    def offset_after(elapsed: int) -> timedelta:
        offset = (earliest + timedelta(seconds=elapsed)).astimezone(zone).utcoffset()
        assert offset is not None
        return offset

    return earliest + timedelta(seconds=bisect_left(seconds, after, key=offset_after))


@lru_cache(maxsize=1024)
def local_day(day: date, zone: ZoneInfo) -> Period:
    """The instants of one local day, from midnight to midnight."""
    return Period(
        when_clock_reaches(day, time(0), zone), when_clock_reaches(day + A_DAY, time(0), zone)
    )


def local_days(period: Period, zone: ZoneInfo) -> tuple[date, ...]:
    """The local dates that the period touches; one that ends at 00:00 does not touch that day."""
    first = period.starts_at.astimezone(zone).date()
    last = (period.ends_at - timedelta.resolution).astimezone(zone).date()
    if first == last:
        return (first,)
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


def split_by_local_day(period: Period, zone: ZoneInfo) -> tuple[tuple[date, Period], ...]:
    """The parts of the period with the local date of each, in order."""
    parts = ((day, period.intersection(local_day(day, zone))) for day in local_days(period, zone))
    return tuple((day, part) for day, part in parts if part is not None)


def wall_times(day: date, zone: ZoneInfo, step_minutes: int) -> tuple[WallTime, ...]:
    """The times of the grid that really come on this local day, in the order in which they come.

    The grid counts from 00:00 on the dial. Times that the clock jumps over are left out, times
    that it shows twice come twice, each with its own offset.
    """
    found = []
    for minutes in range(0, MINUTES_OF_A_DIAL, step_minutes):
        wall = time(*divmod(minutes, 60))
        first, second = _offsets(day, wall, zone)
        naive = datetime.combine(day, wall, UTC)
        if first >= second:
            found.append(WallTime(wall, naive - first, first, first > second))
        if first > second:
            found.append(WallTime(wall, naive - second, second, True))
    return tuple(sorted(found, key=lambda shown: shown.instant))
