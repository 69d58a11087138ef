"""Lines put under the columns of one table, and told as a list."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from math import gcd
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.planning.rules.axis import (
    GRIDS_KEPT,
    Axis,
    Grid,
    Heading,
    axis_of,
    grid_of,
)
from booking.planning.rules.lines import LINES_KEPT, CellState, Line, Run, Slot, Told, tell


class Columns(NamedTuple):
    """The columns `[first, last)` of an axis."""

    first: int
    last: int


class Cell(NamedTuple):
    """Columns of one line that say the same; a FREE one holds a cell for each of its slots, each
    `slot_span` columns wide.

    `starts` and `ends` are exact minutes; they lie outside the columns where what is told
    `came_before` or `goes_on`.
    """

    state: CellState
    span: int
    starts: int
    ends: int
    about: Hashable = None
    slots: Sequence[Slot] = ()
    slot_span: int = 1
    came_before: bool = False
    goes_on: bool = False


class Placed(NamedTuple):
    """A grid under an axis: in which column each slot begins, and before which it ends.

    It is even where the slots of each day stand side by side and are equally wide.
    """

    starts: Sequence[int]
    ends: Sequence[int]
    is_even: bool


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One line on one day, the number of which is `day`: the whole day in runs, and the part of
    it that the table shows in cells.
    """

    line: Line
    grid: Grid
    day: int
    runs: Sequence[Run]
    cells: Sequence[Cell]

    @property
    def is_closed(self) -> bool:
        """Whether the machine is open at no hour of the day, be it over or to come."""
        return all(run.state is CellState.CLOSED for run in self.runs)


@dataclass(frozen=True, slots=True)
class Table:
    """Lines under common columns; without columns when nothing is open or taken."""

    axis: Axis
    columns: Columns | None
    rows: Sequence[Row]

    @property
    def headings(self) -> list[Heading]:
        return self.axis.headings(*self.columns) if self.columns else []

    def heading_at(self, minute: int) -> int | None:
        """The number of the heading under which a minute lies; None outside the table."""
        edges = self.axis.grid.edges
        if self.columns is None or not edges[0] <= minute < edges[-1]:
            return None
        column = self.axis.positions[bisect_right(edges, minute) - 1]
        last = self.columns.first
        for number, heading in enumerate(self.headings):
            last += heading.span
            if last - heading.span <= column < last:
                return number
        return None


def table_of(lines: Sequence[Line], first: date, days: int, zone: ZoneInfo) -> Table:
    """A row for each line and each of the days from `first` on.

    The columns go from the earliest opening to the latest end of an opening or of what is taken.
    """
    finest = grid_of(first, days, zone, gcd(*(line.step_minutes for line in lines)))
    everything = [tell(line, grid_of(first, days, zone, line.step_minutes)) for line in lines]
    columns = _columns([(told.grid, told.shown) for told in everything], finest) or _columns(
        [(told.grid, told.taken) for told in everything], finest
    )
    rows = [row for told in everything for row in _rows(told, finest, columns)]
    return Table(axis_of(finest), columns, rows)


@lru_cache(LINES_KEPT)
def _rows(told: Told, finest: Grid, columns: Columns | None) -> tuple[Row, ...]:
    """A row for each day."""
    line, grid, placed = told.line, told.grid, place(told.grid, finest)
    runs = iter(told.runs)
    run = next(runs, None)
    rows = []
    for day, until in enumerate(grid.bounds[1:]):
        of_day = []
        while run is not None and run.first < until:
            of_day.append(run)
            run = next(runs, None)
        cells = cells_of(of_day, grid, placed, columns) if columns else []
        rows.append(Row(line, grid, day, of_day, cells))
    return tuple(rows)


@lru_cache(GRIDS_KEPT)
def place(grid: Grid, finest: Grid) -> Placed:
    """Put a grid under the columns of the same days in finer steps."""
    positions = axis_of(finest).positions
    number = {edge: slot for slot, edge in enumerate(finest.edges)}
    starts = [positions[number[edge]] for edge in grid.edges[:-1]]
    ends = [positions[number[edge] - 1] + 1 for edge in grid.edges[1:]]
    widths = {end - start for start, end in zip(starts, ends, strict=True)}
    midnights = {*grid.bounds}
    has_gaps = any(starts[n] != ends[n - 1] for n in range(1, grid.size) if n not in midnights)
    return Placed(starts, ends, is_even=len(widths) == 1 and not has_gaps)


def _columns(slots: Iterable[tuple[Grid, int]], finest: Grid) -> Columns | None:
    """The columns that hold every slot in the masks, from the first to the last; None for none."""
    bounds = []
    for grid, mask in slots:
        placed = place(grid, finest)
        for first, last in zip(grid.bounds, grid.bounds[1:], strict=False):
            of_day = mask >> first & (1 << (last - first)) - 1
            if of_day:
                starts = placed.starts[first + (of_day & -of_day).bit_length() - 1]
                bounds.append((starts, placed.ends[first + of_day.bit_length() - 1]))
    if not bounds:
        return None
    return Columns(min(first for first, _ in bounds), max(last for _, last in bounds))


def cells_of(runs: Iterable[Run], grid: Grid, placed: Placed, columns: Columns) -> list[Cell]:
    """One day of a line. Columns whose time does not come on this day are told as such."""
    cells = []
    reached = columns.first
    for run in runs:
        for first, last in _unbroken(run, placed):
            starts = max(placed.starts[first], columns.first)
            ends = min(placed.ends[last - 1], columns.last)
            if starts >= ends:
                continue
            if starts > reached:
                cells.append(Cell(CellState.NO_SUCH_TIME, starts - reached, 0, 0))
            cells.append(_cell(run, grid, placed, first, last, Columns(starts, ends)))
            reached = ends
    if reached < columns.last:
        cells.append(Cell(CellState.NO_SUCH_TIME, columns.last - reached, 0, 0))
    return cells


def _unbroken(run: Run, placed: Placed) -> Iterator[tuple[int, int]]:
    """The slots `[first, last)` of the run, parted where a column lies between two of them, and
    free ones where another width begins.
    """
    first = run.first
    if not placed.is_even:
        for slot in range(run.first + 1, run.last):
            is_free = run.state is CellState.FREE
            if placed.starts[slot] != placed.ends[slot - 1] or (
                is_free and _width(placed, slot) != _width(placed, first)
            ):
                yield first, slot
                first = slot
    yield first, run.last


def _width(placed: Placed, slot: int) -> int:
    return placed.ends[slot] - placed.starts[slot]


def _cell(run: Run, grid: Grid, placed: Placed, first: int, last: int, columns: Columns) -> Cell:
    """The part of the run that lies in its slots `[first, last)` and in these columns."""
    edges = grid.edges
    span = columns.last - columns.first
    if run.state is CellState.FREE:
        slots = run.slots[first - run.first : last - run.first]
        return Cell(run.state, span, edges[first], edges[last], None, slots, span // len(slots))
    return Cell(
        run.state,
        span,
        run.starts,
        run.ends,
        run.about,
        came_before=run.starts < edges[first] or placed.starts[first] < columns.first,
        goes_on=run.ends > edges[last] or placed.ends[last - 1] > columns.last,
    )


class Time(NamedTuple):
    """A line of the list: a time of one state; `slot` is what to ask for where it is free."""

    state: CellState
    starts: int
    ends: int
    about: Hashable = None
    slot: Slot | None = None


def times_of(row: Row, now: int) -> list[Time]:
    """One day of one machine as a list: what is over is left out, and so are hours closed by the
    weekly rules alone before the first and after the last thing to tell. Free time is parted where
    another number of units is free.
    """
    kept = [run for run in row.runs if run.ends > now and run.state is not CellState.PAST]
    while kept and _is_silent(kept[0]):
        kept.pop(0)
    while kept and _is_silent(kept[-1]):
        kept.pop()
    times: list[Time] = []
    for run in kept:
        joined = _joined(times[-1], run) if times else None
        if joined:
            times[-1] = joined
        elif run.state is CellState.FREE:
            times.extend(_free_times(run, row.grid))
        else:
            times.append(Time(run.state, run.starts, run.ends, run.about))
    return times


def _joined(before: Time, run: Run) -> Time | None:
    """What somebody has taken and the cleaning around it as one, unless it says more than that."""
    states = {before.state, run.state}
    if before.about or run.about or not states <= {CellState.TAKEN, CellState.BUFFER}:
        return None
    state = CellState.TAKEN if CellState.TAKEN in states else CellState.BUFFER
    return Time(state, before.starts, max(before.ends, run.ends))


def _free_times(run: Run, grid: Grid) -> Iterator[Time]:
    for _units, group in groupby(run.slots, key=lambda slot: slot[3]):
        slots = list(group)
        starts, ends = grid.edges[slots[0][0]], grid.edges[slots[-1][0] + 1]
        yield Time(CellState.FREE, starts, ends, slot=slots[0])


def _is_silent(run: Run) -> bool:
    return run.state is CellState.CLOSED and run.about is None
