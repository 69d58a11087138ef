"""What a planning says of one machine over some local days: runs of slots in one state.

The facts are those the rules of a reservation rest on: a slot is FREE when `refusals` would let
the viewer take the period that its link asks for. All times are minutes since the epoch.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache, reduce
from operator import and_, or_
from typing import NamedTuple

from booking.planning.rules.axis import Grid, Span

NO_END = 2**40
"""A minute after everything."""

LINES_KEPT = 512
"""The days of a few weeks of some twenty machines; a fortnight of forty."""


class CellState(StrEnum):
    """What the viewer is told of a time. PAST and LATER are free, but asked too late or early."""

    FREE = "free"
    REFUSED = "refused"
    TAKEN = "taken"
    BUFFER = "buffer"
    CLOSED = "closed"
    MINE = "mine"
    OUT_OF_SERVICE = "out-of-service"
    PAST = "past"
    LATER = "later"
    NO_SUCH_TIME = "no-such-time"


class Cause(StrEnum):
    """Why a time that nobody has taken is REFUSED to the viewer."""

    NOT_ALLOWED = "NOT_ALLOWED"
    NEEDS_BUDDY = "NEEDS_BUDDY"
    BUSY_ELSEWHERE = "BUSY_ELSEWHERE"
    TOO_SHORT = "TOO_SHORT"


class Taken(NamedTuple):
    """One active occupancy: what is seen, what is blocked, and what the viewer may know of it."""

    starts: int
    ends: int
    busy_from: int
    busy_until: int
    about: Hashable = None


class Stop(NamedTuple):
    """A closure, a public holiday or an outage, with its reason."""

    starts: int
    ends: int
    about: Hashable = None


@dataclass(frozen=True, slots=True)
class Line:
    """One machine around the days drawn, as one viewer may use it.

    `usable` are the joined openings open to the viewer, `lone` the parts of them that ask for a
    second person. A machine that `runs_on` need only start inside an opening. The start of a use
    lies between `earliest` and `latest`, or earlier within what is `freed`. A link asks for
    `usual_minutes` where there is room.
    `units` are those in service; `mine` are the viewer's reservations here, `elsewhere` those
    that one made here would overlap. On the days `refused_on` the viewer may not use it at all.

    Equal lines are told alike: what a line holds is all that its telling rests on.
    """

    min_minutes: int
    usual_minutes: int
    buffer_minutes: int
    step_minutes: int
    earliest: int
    latest: int
    usable: tuple[Span, ...]
    units: tuple[tuple[Taken, ...], ...]
    runs_on: bool = False
    lone: tuple[Span, ...] = ()
    closures: tuple[Stop, ...] = ()
    outages: tuple[Stop, ...] = ()
    mine: tuple[Taken, ...] = ()
    elsewhere: tuple[Span, ...] = ()
    refused_on: frozenset[date] = frozenset()
    freed: tuple[Span, ...] = ()

    @property
    def too_soon(self) -> list[Span]:
        """Where no part of a use may lie for want of notice."""
        return minus([Span(0, self.earliest)], sorted(self.freed))


Slot = tuple[int, int, int, int]
"""A free slot: its number, from when until when its link asks, how many units are free."""


class Run(NamedTuple):
    """Neighbouring slots `[first, last)` of one day that read as one.

    `starts` and `ends` are exact: an occupancy may begin between two edges, or on another day.
    """

    state: CellState
    first: int
    last: int
    starts: int
    ends: int
    about: Hashable = None
    slots: Sequence[Slot] = ()


class Rooms(NamedTuple):
    """The spans in which a use may lie, its own buffer after it included, on each of some units."""

    spans: Sequence[Span]
    units: int


def first_start(earliest: int, grid: Grid, usable: Sequence[Span], runs_on_for: int | None) -> int:
    """`earliest` in slots of the grid, and no earlier than where it begins to matter there, so that
    equal lines stay equal until the clock reaches the next slot that may be asked for.

    `runs_on_for` is the shortest use of a machine that runs on: one may start before the grid and
    reach into it. Another starts at the first opening that does so.
    """
    begins = grid.edges[0]
    if runs_on_for is not None:
        matters = begins - runs_on_for
    else:
        matters = next((starts for starts, ends in usable if ends > begins), grid.edges[-1])
    return grid.edge_from(max(earliest, matters))


def minus(spans: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """What is left of spans once the others, in order of their start, are taken away."""
    left = []
    for starts, ends in spans:
        reached = starts
        for other_starts, other_ends in others:
            if other_ends <= reached:
                continue
            if other_starts >= ends:
                break
            if other_starts > reached:
                left.append(Span(reached, other_starts))
            reached = other_ends
        if reached < ends:
            left.append(Span(reached, ends))
    return left


def rooms(line: Line) -> list[Rooms]:
    """What is free on each unit that something takes, and once for all that nothing takes."""
    obstacles = sorted(
        [
            *line.too_soon,
            *(Span(stop.starts, stop.ends) for stop in (*line.closures, *line.outages)),
            *line.elsewhere,
            *line.lone,
        ]
    )
    base = minus([Span(0, NO_END)] if line.runs_on else line.usable, obstacles)
    buffer = line.buffer_minutes
    found = [
        Rooms(minus(base, [Span(t.busy_from - buffer, t.busy_until) for t in taken]), 1)
        for taken in line.units
        if taken
    ]
    idle = len(line.units) - len(found)
    return [*found, Rooms(base, idle)] if idle else found


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What a line says of each slot of its grid, in runs cut at midnight, in order.

    `shown` are the slots that a table should not leave out: openings, and what is taken beside
    them. A run through the night is told at the table's edge instead, unless it is all there is:
    then `taken` are the slots to show.
    """

    line: Line
    grid: Grid
    runs: Sequence[Run]
    shown: int
    taken: int


@lru_cache(LINES_KEPT)
def tell(line: Line, grid: Grid) -> Told:
    """Each slot belongs to the first that claims it. Whoever looks next at what has not changed is
    told the same.
    """
    opened = _startable(line, grid)
    taken = [_union(grid, unit) for unit in line.units]
    everything_taken = _any(taken)
    claims = _Claims(grid)
    _claim_what_is_there(line, claims, taken)
    claims.make(CellState.CLOSED, ~opened)
    if not line.units:
        claims.make(CellState.OUT_OF_SERVICE, EVERY_SLOT)
    claims.make(CellState.PAST, _union(grid, line.too_soon))
    claims.make(CellState.LATER, ~_mask(0, bisect_right(grid.edges, line.latest)))
    _claim_what_is_left(line, claims)
    shown = opened if line.runs_on else opened | everything_taken
    return Told(line, grid, claims.in_order(), shown, everything_taken)


def _claim_what_is_there(line: Line, claims: _Claims, taken: Sequence[int]) -> None:
    """Own reservations, outages, everybody's occupancies, closures."""
    for own in line.mine:
        claims.make_over(CellState.MINE, own, own.about)
    for outage in line.outages:
        claims.make_over(CellState.OUT_OF_SERVICE, outage, outage.about)
    if len(line.units) == 1:
        for one in line.units[0]:
            claims.make_over(CellState.TAKEN, one, one.about)
    elif line.units:
        claims.make(CellState.TAKEN, _every(taken))
    for closure in line.closures:
        claims.make_over(CellState.CLOSED, closure, closure.about)


def _claim_what_is_left(line: Line, claims: _Claims) -> None:
    """Free times, and why the others are not."""
    grid = claims.grid
    claims.make(CellState.REFUSED, _refused_days(line, grid), Cause.NOT_ALLOWED)
    if claims.is_complete:
        return
    free = _FreeTimes(line, grid)
    claims.make_free(free)
    claims.make(CellState.REFUSED, _union(grid, line.lone), Cause.NEEDS_BUDDY)
    claims.make(CellState.REFUSED, _union(grid, line.elsewhere), Cause.BUSY_ELSEWHERE)
    claims.make(CellState.REFUSED, free.too_short, Cause.TOO_SHORT)
    claims.make(CellState.BUFFER, EVERY_SLOT)


def _startable(line: Line, grid: Grid) -> int:
    """Slots that may be part of a use, or where the machine runs on, in which one may start."""
    slots = grid.begun if line.runs_on else grid.covered
    mask = 0
    for starts, ends in line.usable:
        mask |= _mask(*slots(starts, ends))
    return mask


def _refused_days(line: Line, grid: Grid) -> int:
    """The slots of the days on which the viewer may not use the machine."""
    if not line.refused_on:
        return 0
    mask = 0
    for number, day in enumerate(grid.days):
        if day in line.refused_on:
            mask |= _mask(grid.bounds[number], grid.bounds[number + 1])
    return mask


class _FreeTimes:
    """The free slots on any unit, each with the widest room around it."""

    def __init__(self, line: Line, grid: Grid) -> None:
        self.line = line
        self.grid = grid
        self.mask = 0
        self.too_short = 0
        self._asks_from = list(grid.edges)
        self._asks_until = [0] * grid.size
        self._units = [0] * grid.size
        for spans, units in rooms(line):
            for room in spans:
                if room.starts < grid.edges[-1] and room.ends > grid.edges[0]:
                    self._add(self._on_grid(room), units)

    def slots(self, first: int, last: int) -> list[Slot]:
        return list(
            zip(
                range(first, last),
                self._asks_from[first:last],
                self._asks_until[first:last],
                self._units[first:last],
                strict=True,
            )
        )

    def _on_grid(self, room: Span) -> Span:
        """The room from its first to its last edge; the grid of later days counts from midnight."""
        edges = self.grid.edges
        starts, ends = room
        if starts > edges[0]:
            starts = edges[bisect_left(edges, starts)]
        if ends < edges[-1]:
            ends = edges[bisect_right(edges, ends) - 1]
        else:
            ends -= (ends - edges[-1]) % self.line.step_minutes
        return Span(starts, ends)

    def _add(self, room: Span, units: int) -> None:
        first, last = self.grid.covered(*room)
        until = self._last_with_room(first, last, room)
        self.mask |= _mask(first, until)
        self.too_short |= _mask(until, last)
        edges, asks_until = self.grid.edges, self._asks_until
        usual, shortest = self.line.usual_minutes, self.line.min_minutes
        for slot in range(first, until):
            self._units[slot] += units
            starts = edges[slot]
            ends = min(starts + usual, room.ends)
            if ends > asks_until[slot]:
                asks_until[slot] = ends
                has_enough = ends - starts >= shortest
                self._asks_from[slot] = starts if has_enough else self._earlier(room)

    def _earlier(self, room: Span) -> int:
        """Where too little is left of a room, a link asks for the last that is long enough."""
        return max(room.starts, self.grid.edge_before(room.ends - self.line.min_minutes))

    def _last_with_room(self, first: int, last: int, room: Span) -> int:
        """Up to which slot the shortest use fits: around it, or from it on for one that runs on."""
        shortest = self.line.min_minutes
        if self.line.runs_on:
            return max(first, min(last, bisect_right(self.grid.edges, room.ends - shortest)))
        return last if room.ends - room.starts >= shortest else first


class _Claims:
    """The runs of a grid: who comes first has the slot."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self._left = _mask(0, grid.size)
        self._runs: list[Run] = []

    @property
    def is_complete(self) -> bool:
        return not self._left

    def make(self, state: CellState, mask: int, about: Hashable = None) -> None:
        mask &= self._left
        if mask:
            self._left &= ~mask
            edges = self.grid.edges
            for first, last in _stretches(mask):
                self._runs.append(Run(state, first, last, edges[first], edges[last], about))

    def make_over(self, state: CellState, what: Taken | Stop, about: Hashable) -> None:
        """Claim the slots it touches; the run keeps its exact times."""
        starts, ends = what[0], what[1]
        mask = _mask(*self.grid.touched(starts, ends)) & self._left
        if mask:
            self._left &= ~mask
            for first, last in _stretches(mask):
                self._runs.append(Run(state, first, last, starts, ends, about))

    def make_free(self, free: _FreeTimes) -> None:
        mask = free.mask & self._left
        self._left &= ~mask
        edges = self.grid.edges
        for first, last in _stretches(mask):
            slots = free.slots(first, last)
            run = Run(CellState.FREE, first, last, edges[first], edges[last], None, slots)
            self._runs.append(run)

    def in_order(self) -> list[Run]:
        """All runs cut at midnight, neighbours that say the same joined."""
        self._runs.sort(key=_first_slot)
        joined: list[Run] = []
        for run in self._runs:
            before = joined[-1] if joined else None
            if before and before.state is run.state and before.about == run.about:
                joined[-1] = before._replace(last=run.last, ends=max(before.ends, run.ends))
            else:
                joined.append(run)
        return joined if len(self.grid.days) == 1 else list(_cut(joined, self.grid))


def _cut(runs: Sequence[Run], grid: Grid) -> Iterator[Run]:
    """The runs parted at each midnight. What somebody takes keeps its exact times."""
    edges = grid.edges
    midnights = iter(grid.bounds[1:])
    midnight = next(midnights)
    for run in runs:
        rest = run
        while rest.last > midnight:
            taken = rest.state in (CellState.TAKEN, CellState.MINE)
            slots = midnight - rest.first
            yield rest._replace(
                last=midnight,
                ends=rest.ends if taken else edges[midnight],
                slots=rest.slots[:slots],
            )
            rest = rest._replace(
                first=midnight,
                starts=rest.starts if taken else edges[midnight],
                slots=rest.slots[slots:],
            )
            midnight = next(midnights)
        yield rest
        if rest.last == midnight:
            midnight = next(midnights, grid.size + 1)


EVERY_SLOT = -1
"""The mask with all bits set."""


def _first_slot(run: Run) -> int:
    return run.first


def _mask(first: int, last: int) -> int:
    """The bits `[first, last)`: slots as a set that is cheap to join and to take away."""
    return (1 << last) - (1 << first) if first < last else 0


def _union(grid: Grid, spans: Sequence[Span] | Sequence[Taken]) -> int:
    mask = 0
    for span in spans:
        mask |= _mask(*grid.touched(span[0], span[1]))
    return mask


def _any(masks: Iterable[int]) -> int:
    return reduce(or_, masks, 0)


def _every(masks: Iterable[int]) -> int:
    return reduce(and_, masks, EVERY_SLOT)


def _stretches(mask: int) -> Iterator[tuple[int, int]]:
    """The unbroken stretches `[first, last)` of bits."""
    while mask:
        first = (mask & -mask).bit_length() - 1
        unset = ~(mask >> first)
        last = first + (unset & -unset).bit_length() - 1
        yield first, last
        mask &= ~_mask(first, last)
