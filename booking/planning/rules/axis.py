"""The columns of a planning table: the times that the clock really shows on the days drawn.

Instants are counted in whole minutes since the epoch (UTC), so that a page is worked out with
integers alone. Nothing here asks what happens at those times.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import groupby
from math import ceil
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.periods import WallTime, is_ambiguous, local_day, wall_times

GRIDS_KEPT = 64
TIMES_KEPT = 4096


class Span(NamedTuple):
    """Minutes since the epoch, `[starts, ends)`."""

    starts: int
    ends: int


class Column(NamedTuple):
    """A place on the dial: minutes since 00:00, then how many steps the clock has gone over again.

    Sorted, columns stand in the order in which the hands reach them: after 02:30 comes the second
    02:00 as (150, 1), then 03:00 as (180, 0).
    """

    minutes: int
    again: int


class Heading(NamedTuple):
    """The hour above some columns."""

    label: str
    span: int


def minute_of(instant: datetime) -> int:
    """The minute in which the instant lies."""
    return int(instant.timestamp()) // 60


def minute_after(instant: datetime) -> int:
    """The first full minute at or after the instant."""
    return ceil(instant.timestamp() / 60)


def on_grid(minutes: int, step_minutes: int) -> int:
    """A length rounded up to whole steps."""
    return -(-minutes // step_minutes) * step_minutes


def instant_of(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)


@lru_cache(TIMES_KEPT)
def iso(minute: int, zone: ZoneInfo) -> str:
    """Wall time with its offset: `2026-10-25T02:00+02:00`."""
    return instant_of(minute).astimezone(zone).isoformat(timespec="minutes")


@lru_cache(TIMES_KEPT)
def clock_text(minute: int, zone: ZoneInfo) -> str:
    """`08:00`; with its offset, `02:00 (UTC+02)`, where the clock shows this time twice."""
    local = instant_of(minute).astimezone(zone)
    shown = local.strftime("%H:%M")
    if not is_ambiguous(local.date(), local.time(), zone):
        return shown
    return f"{shown} (UTC{local.strftime('%z')[:3]})"


@dataclass(frozen=True, eq=False)
class Grid:
    """Consecutive local days in steps of the clock.

    Slot `n` lasts from `edges[n]` to `edges[n + 1]` and stands in the column `columns[n]`; day `i`
    has the slots from `bounds[i]` up to `bounds[i + 1]`. `clock` and `iso` are the edges in words.
    """

    days: tuple[date, ...]
    bounds: tuple[int, ...]
    step_minutes: int
    edges: tuple[int, ...]
    columns: tuple[Column, ...]
    clock: tuple[str, ...]
    iso: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many slots there are."""
        return len(self.columns)

    def span_of(self, day: int) -> Span:
        """The minutes of one of the days, by its number."""
        return Span(self.edges[self.bounds[day]], self.edges[self.bounds[day + 1]])

    def touched(self, starts: int, ends: int) -> tuple[int, int]:
        """The slots `[first, last)` that share time with the span."""
        first = bisect_right(self.edges, starts) - 1
        last = bisect_left(self.edges, ends)
        return (first if first > 0 else 0), (last if last < self.size else self.size)

    def covered(self, starts: int, ends: int) -> tuple[int, int]:
        """The slots `[first, last)` that lie wholly within the span."""
        return bisect_left(self.edges, starts), bisect_right(self.edges, ends) - 1

    def begun(self, starts: int, ends: int) -> tuple[int, int]:
        """The slots `[first, last)` that begin within the span."""
        return bisect_left(self.edges, starts), min(bisect_left(self.edges, ends), self.size)

    def edge_from(self, minute: int) -> int:
        """The first edge at or after the minute, also of the steps that lead up to the first; one
        after them all is as good as the last.
        """
        begins = self.edges[0]
        if minute < begins:
            return begins - (begins - minute) // self.step_minutes * self.step_minutes
        return self.edges[min(bisect_left(self.edges, minute), self.size)]

    def edge_before(self, minute: int) -> int:
        """The last edge at or before the minute; one before them all is left as it is."""
        slot = bisect_right(self.edges, minute) - 1
        return self.edges[slot] if slot >= 0 else minute


@lru_cache(GRIDS_KEPT)
def grid_of(first: date, days: int, zone: ZoneInfo, step_minutes: int) -> Grid:
    """The grid of local days, of 23, 24 or 25 hours, from `first` on."""
    all_days = tuple(first + timedelta(days=number) for number in range(days))
    edges: list[int] = []
    columns: list[Column] = []
    bounds = [0]
    for day in all_days:
        shown = wall_times(day, zone, step_minutes)
        edges.extend(minute_of(wall.instant) for wall in shown)
        columns.extend(_columns(shown))
        bounds.append(len(columns))
    edges.append(minute_of(local_day(all_days[-1], zone).ends_at))
    return Grid(
        days=all_days,
        bounds=tuple(bounds),
        step_minutes=step_minutes,
        edges=tuple(edges),
        columns=tuple(columns),
        clock=tuple(clock_text(edge, zone) for edge in edges),
        iso=tuple(iso(edge, zone) for edge in edges),
    )


def _columns(shown: Iterable[WallTime]) -> Iterator[Column]:
    reached, again = -1, 0
    for wall in shown:
        minutes = wall.time.hour * 60 + wall.time.minute
        again = again + 1 if minutes <= reached else 0
        reached = max(reached, minutes)
        yield Column(reached, again)


@dataclass(frozen=True, eq=False)
class Axis:
    """The columns under which all days of a grid are drawn, one below the other.

    In a week with a clock change some days have no time in some columns: in spring the Sunday
    lacks 02:00, in autumn every other day lacks the second 02:00.
    """

    grid: Grid

    @cached_property
    def clock(self) -> tuple[str, ...]:
        """The time above each column; with its offset where some day shows it twice."""
        labels: dict[Column, str] = {}
        for column, label in zip(self.grid.columns, self.grid.clock, strict=False):
            labels[column] = max(labels.get(column, ""), label, key=len)
        return tuple(labels[column] for column in sorted(labels))

    @cached_property
    def positions(self) -> tuple[int, ...]:
        """The column of each slot of the grid."""
        numbers = {column: number for number, column in enumerate(sorted({*self.grid.columns}))}
        return tuple(numbers[column] for column in self.grid.columns)

    def headings(self, first: int, last: int) -> list[Heading]:
        """The hours above the columns `[first, last)`."""
        if 60 % self.grid.step_minutes:
            return [Heading(label, 1) for label in self.clock[first:last]]
        hours = groupby(range(first, last), key=self._hour)
        spans = [tuple(positions) for _hour, positions in hours]
        return [Heading(self.clock[span[0]], len(span)) for span in spans]

    def _hour(self, position: int) -> tuple[str, str]:
        label = self.clock[position]
        return label[:2], label[5:]


@lru_cache(GRIDS_KEPT)
def axis_of(grid: Grid) -> Axis:
    return Axis(grid)
