"""The rows of a planning as its templates write them: texts, links and times, safe as they are.

The cells of free time are the bulk of a page. All that they hold is made of times and codes, so
their strings are put together here, and the templates write them without escaping each again.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from markupsafe import escape

from booking.planning.queries.occupancies import OwnReservation, Reserved
from booking.planning.rules import Cell, CellState, Grid, Row, Time, iso, times_of
from booking.planning.wording import (
    beyond_text,
    cause_words,
    cell_text,
    free_units_text,
    state_words,
    time_text,
)
from booking.reservations.queries.searching import list_alike
from booking.reservations.queries.workshop import OfferedMachine, Workshop
from booking.web.addresses import address_of, address_of_number
from booking.web.filters import localized
from booking.web.locale import language

LETTERS_PER_COLUMN = 7
"""What fits on two lines; longer words are there for screen readers alone."""

SOMEBODY_THERE = (CellState.TAKEN, CellState.MINE)
GOES_WITHOUT_SAYING = (
    CellState.PAST,
    CellState.CLOSED,
    CellState.BUFFER,
    CellState.NO_SUCH_TIME,
)
"""Hours that are simply over, closed or kept for cleaning: their ground says enough."""

RESERVATIONS = (OwnReservation, Reserved)
GRIDS_KEPT = 64
ROWS_KEPT = 1024


FreeSlot = tuple[str, str, str, str]
"""The cell of a free slot: its attributes, what its link asks for, its time, its free units."""


class ShownCell(NamedTuple):
    state: str
    span: int
    text: str = ""
    url: str | None = None
    is_seen: bool = False
    free: Sequence[FreeSlot] = ()
    attributes: str = ""


class ShownTime(NamedTuple):
    """A line of the list."""

    state: str
    starts: str
    ends: str
    text: str
    url: str | None


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One machine on one day. `ask_url` is the address of a new reservation up to its times.

    Without `times` the day is closed, or over.
    """

    code: str
    name: str
    units: int
    day: date
    is_closed: bool
    ask_url: str
    cells: Sequence[ShownCell]
    times: Sequence[ShownTime]


class WrittenGrid(NamedTuple):
    """What is written of the slots and edges of a grid, whoever looks: the attributes of a free
    cell by slot, and each edge as part of an address and as a time.
    """

    attributes: Sequence[str]
    asked: Mapping[int, str]
    clock: Mapping[int, str]


@lru_cache(GRIDS_KEPT)
def written(grid: Grid) -> WrittenGrid:
    ends_an_hour = [clock[3:5] == "00" for clock in grid.clock[1:]]
    return WrittenGrid(
        attributes=[
            f'{"" if is_full else " data-half"} data-start="{starts}" data-end="{ends}"'
            for starts, ends, is_full in zip(grid.iso, grid.iso[1:], ends_an_hour, strict=False)
        ],
        asked={
            edge: text.replace("+", "%2B") for edge, text in zip(grid.edges, grid.iso, strict=True)
        },
        clock=dict(zip(grid.edges, grid.clock, strict=True)),
    )


class Manner(NamedTuple):
    """How the rows of a page are written, whatever they say."""

    workshop: Workshop
    language: str
    may_reserve: bool
    ask_url: str
    reservation_url: str


class Presenter:
    """Writes the rows of one page."""

    def __init__(
        self, workshop: Workshop, may_reserve: bool, now: int = 0, new_url: str = ""
    ) -> None:
        """`new_url` is where a reservation is asked for, where it is not the plain form."""
        self.now = now
        new_url = new_url or address_of("reservations.new")
        self.manner = Manner(
            workshop,
            language(),
            may_reserve,
            ask_url=f"{escape(new_url)}{'&amp;' if '?' in new_url else '?'}",
            reservation_url=address_of_number("reservations.show"),
        )

    def row(self, machine: OfferedMachine, row: Row) -> ShownRow:
        """The cells of a table's row, and the lines that tell the same without what is over."""
        before = row.grid.span_of(row.day).starts - 1  # as good as any time before the day
        return _shown_row(self.manner, machine, row, max(self.now, before))

    def times(self, machine: OfferedMachine, row: Row, times: Sequence[Time]) -> list[ShownTime]:
        """Lines of the caller's choice."""
        write = _RowWriter(self.manner, machine, row, self.now)
        return [write.time(time) for time in times]


@lru_cache(ROWS_KEPT)
def _shown_row(manner: Manner, machine: OfferedMachine, row: Row, now: int) -> ShownRow:
    write = _RowWriter(manner, machine, row, now)
    return ShownRow(
        code=escape(machine.code),
        name=escape(localized(machine.name)),
        units=len(machine.unit_ids),
        day=row.grid.days[row.day],
        is_closed=row.is_closed,
        ask_url=write.ask_url,
        cells=[write.cell(cell) for cell in row.cells],
        times=[write.time(time) for time in times_of(row, now)],
    )


class _RowWriter:
    """Writes one row."""

    def __init__(self, manner: Manner, machine: OfferedMachine, row: Row, now: int) -> None:
        self.manner = manner
        self.zone = manner.workshop.zone
        self.words: Mapping[Hashable, str] = {**state_words(), **cause_words()}
        self.machine = machine
        self.row = row
        self.now = now
        self.units = len(machine.unit_ids)
        self.day = row.grid.span_of(row.day)
        self.written = written(row.grid)
        self.ask_url = f"{manner.ask_url}machine={quote(machine.code)}&amp;starts_at="

    def cell(self, cell: Cell) -> ShownCell:
        if cell.state is CellState.FREE:
            return ShownCell(cell.state, cell.span, free=self._free(cell))
        text = self._text(cell)
        if cell.state in SOMEBODY_THERE and (cell.came_before or cell.goes_on):
            text = beyond_text(
                text,
                self._clock(cell.starts) if cell.came_before else None,
                self._clock(cell.ends) if cell.goes_on else None,
            )
        fits = len(text) <= cell.span * LETTERS_PER_COLUMN or (cell.span > 1 and bool(cell.about))
        is_seen = fits and (bool(cell.about) or cell.state not in GOES_WITHOUT_SAYING)
        url, attributes = self._url(cell), self._own_attributes(cell)
        if isinstance(cell.about, OwnReservation) and cell.about.is_held:
            attributes += " data-held"
        return ShownCell(cell.state, cell.span, text, url, is_seen, attributes=attributes)

    def _own_attributes(self, cell: Cell) -> str:
        """What lets somebody move a reservation of his own that is drawn whole, or its end once it
        has begun.
        """
        manner = self.manner
        is_whole = not (cell.came_before or cell.goes_on)
        if not (isinstance(cell.about, OwnReservation) and manner.may_reserve and is_whole):
            return ""
        if cell.ends <= self.now:
            return ""
        edges = self.row.grid.edges
        alike = " ".join(escape(machine.code) for machine in list_alike(self.machine))
        return (
            f' data-start="{iso(cell.starts, self.zone)}" data-end="{iso(cell.ends, self.zone)}"'
            f' data-step="{edges[1] - edges[0]}"'
            f' data-move-url="{manner.reservation_url}{cell.about.reservation_id}/move"'
            f' data-alike="{alike}"'
            f"{' data-started' if cell.starts <= self.now else ''}"
        )

    def _free(self, cell: Cell) -> list[FreeSlot]:
        span = f' colspan="{cell.slot_span}"' if cell.slot_span > 1 else ""
        attributes, asked, _ = self.written
        clock = self.row.grid.clock
        return [
            (
                span + attributes[slot],
                f"{asked.get(starts) or self._asked(starts)}&amp;ends_at="
                f"{asked.get(ends) or self._asked(ends)}",
                clock[slot],
                f"{free}/{self.units}",
            )
            for slot, starts, ends, free in cell.slots
        ]

    def time(self, time: Time) -> ShownTime:
        starts, ends = time.starts, time.ends
        if time.state not in SOMEBODY_THERE:
            starts, ends = max(starts, self.day.starts), min(ends, self.day.ends)
        if time.slot and self.units > 1:
            text = free_units_text(time.slot[3], self.units)
        else:
            text = self._text(time)
        return ShownTime(time.state, self._clock(starts), self._clock(ends), text, self._url(time))

    def _text(self, what: Cell | Time) -> str:
        """Its own words, else those of its state; names and reasons were typed by somebody."""
        known = self.words.get(what.about or what.state)
        return known or escape(cell_text(what.about, self.manner.workshop))

    def _clock(self, minute: int) -> str:
        if self.day.starts <= minute < self.day.ends:
            return self.written.clock.get(minute) or time_text(minute, self.day, self.zone)
        return time_text(minute, self.day, self.zone)

    def _url(self, what: Cell | Time) -> str | None:
        """Where a cell or line leads: to a reservation that may be seen, or to the form, which
        takes it or says why not.
        """
        manner = self.manner
        if isinstance(what.about, RESERVATIONS):
            return f"{manner.reservation_url}{what.about.reservation_id}"
        if not manner.may_reserve:
            return None
        if isinstance(what, Time) and what.slot:
            return self._ask(what.slot[1], what.slot[2])
        if what.state is CellState.REFUSED:
            line = self.row.line
            length = max(line.min_minutes, min(line.usual_minutes, what.ends - what.starts))
            return self._ask(what.starts, what.starts + length)
        return None

    def _ask(self, starts: int, ends: int) -> str:
        return f"{self.ask_url}{self._asked(starts)}&amp;ends_at={self._asked(ends)}"

    def _asked(self, minute: int) -> str:
        known = self.written.asked.get(minute)
        return known or iso(minute, self.zone).replace("+", "%2B")
