"""A machine of the workshop for which everything is free, to be taken away from bit by bit.

It is Wednesday 25 November 2026 in Paris; the machine is open from 08:00 to 12:00 and from 13:00
to 18:00, its grid is of half hours, and it is asked about long before.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from booking.planning.rules import Line, Span, Stop, Taken, minute_of, table_of
from booking.planning.rules.tables import Cell, Row, Table

PARIS = ZoneInfo("Europe/Paris")
DAY = date(2026, 11, 25)
LONG_BEFORE = datetime(2026, 11, 1, tzinfo=PARIS)


def at(wall: str, day: date = DAY, fold: int = 0) -> int:
    """The minute at which the workshop's clock shows this; `24:00` is the next midnight."""
    if wall == "24:00":
        return at("00:00", day + timedelta(days=1))
    return minute_of(datetime.combine(day, time.fromisoformat(wall), PARIS).replace(fold=fold))


def span(hours: str, day: date = DAY) -> Span:
    """`10:00-12:00` as minutes."""
    starts, ends = hours.split("-")
    return Span(at(starts, day), at(ends, day))


def taken(hours: str, buffer: int = 0, about: Hashable = None, day: date = DAY) -> Taken:
    starts, ends = span(hours, day)
    return Taken(starts, ends, starts, ends + buffer, about)


def stop(hours: str, about: Hashable = "a reason", day: date = DAY) -> Stop:
    return Stop(*span(hours, day), about)


def a_line(**changes: Any) -> Line:
    """Lists stand for what a line holds as tuples."""
    line = Line(
        min_minutes=30,
        usual_minutes=60,
        buffer_minutes=0,
        step_minutes=30,
        earliest=minute_of(LONG_BEFORE),
        latest=at("00:00", date(2027, 1, 1)),
        usable=(span("08:00-12:00"), span("13:00-18:00")),
        units=((),),
    )
    return replace(line, **{name: _fixed(value) for name, value in changes.items()})


def _fixed(value: Any) -> Any:
    return tuple(_fixed(one) for one in value) if isinstance(value, list) else value


def a_day(*lines: Line, day: date = DAY) -> Table:
    return table_of(lines or [a_line()], day, 1, PARIS)


def the_day_of(**changes: Any) -> Row:
    return a_day(a_line(**changes)).rows[0]


def wall(minute: int) -> str:
    return datetime.fromtimestamp(minute * 60, PARIS).strftime("%H:%M")


def told(row: Row) -> list[str]:
    """Each run of the day as `08:00-12:00 free`, without the hours closed by the weekly rules."""
    return [
        f"{wall(row.grid.edges[run.first])}-{wall(row.grid.edges[run.last])} {run.state}"
        for run in row.runs
        if run.state != "closed" or run.about
    ]


def asks(row: Row) -> dict[str, str]:
    """What the link of each free slot asks for, by its start."""
    return {
        wall(row.grid.edges[number]): f"{wall(starts)}-{wall(ends)}"
        for run in row.runs
        for number, starts, ends, _units in run.slots
    }


def free_units(row: Row) -> dict[str, int]:
    return {
        wall(row.grid.edges[number]): units
        for run in row.runs
        for number, _starts, _ends, units in run.slots
    }


def spans(cells: list[Cell]) -> list[tuple[str, int]]:
    return [(cell.state.value, cell.span) for cell in cells]
