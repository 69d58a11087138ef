"""The sheet that hangs at a machine for one day."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import render_template

from booking import clock
from booking.machines.queries import find_machine, list_ppe
from booking.planning.queries.lines import read_lines
from booking.planning.rules import CellState, Line, Row, Time, table_of
from booking.planning.views.asking import asked_day, viewer
from booking.planning.views.blueprint import planning
from booking.planning.views.tables import Presenter, ShownTime
from booking.reservations.queries.workshop import OfferedMachine, find_offered, get_workshop
from booking.web.access import requires
from booking.web.filters import localized


@dataclass(frozen=True)
class UnitDay:
    """What is written of one unit; `number` is None where the machine has no other."""

    number: int | None
    times: list[ShownTime]


@planning.get("/planning/machines/<code>/print")
@requires("planning.see", of=find_offered)
def print_day(offered: OfferedMachine) -> str | tuple[str, int]:
    """One machine on one day, for A4; names stand on it only for those who may see them."""
    workshop = get_workshop()
    asked = asked_day("on", workshop)
    (line,) = read_lines(workshop, [offered], (asked.day,), viewer().as_anybody(), clock.now())
    lines = [_of_unit(line, number) for number in range(len(line.units))]
    rows = table_of(lines, asked.day, 1, workshop.zone).rows if lines else []
    present = Presenter(workshop, may_reserve=False)
    machine = find_machine(offered.code)
    names = {piece.code: localized(piece.name) for piece in list_ppe()}
    page = render_template(
        "planning/sheet.html",
        machine=machine,
        day=asked.day,
        is_wrong_date=asked.is_wrong,
        ppe=[(code, names.get(code, code)) for code in machine.ppe_codes] if machine else [],
        units=[
            UnitDay(number if len(rows) > 1 else None, _worth_writing(present, offered, row))
            for number, row in zip(offered.unit_numbers, rows, strict=True)
        ],
    )
    return (page, 422) if asked.is_wrong else page


def _of_unit(line: Line, number: int) -> Line:
    """The line as if the machine had this unit alone."""
    taken = line.units[number]
    mine = tuple(own for own in line.mine if own in taken)
    return replace(line, units=(taken,), mine=mine)


WORTH_WRITING = (
    CellState.TAKEN,
    CellState.MINE,
    CellState.CLOSED,
    CellState.OUT_OF_SERVICE,
)


def _worth_writing(present: Presenter, machine: OfferedMachine, row: Row) -> list[ShownTime]:
    """Who comes when, and what is closed for a reason; free time is left for the pen."""
    times = [
        Time(run.state, run.starts, run.ends, run.about)
        for run in row.runs
        if run.state in WORTH_WRITING and (run.about or run.state is not CellState.CLOSED)
    ]
    return present.times(machine, row, times)
