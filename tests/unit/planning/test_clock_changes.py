"""Every night from 2026 to 2036 on which the clock of the workshop changes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from booking.planning.rules import CellState, Line, Span, clock_text, iso, table_of
from booking.planning.rules.axis import axis_of, grid_of
from tests.unit.planning.lines import PARIS, a_line, at, spans, taken, wall


def last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


SPRING = [last_sunday(year, 3) for year in range(2026, 2037)]
AUTUMN = [last_sunday(year, 10) for year in range(2026, 2037)]
in_spring = pytest.mark.parametrize("night", SPRING, ids=str)
in_autumn = pytest.mark.parametrize("night", AUTUMN, ids=str)
on_each_night = pytest.mark.parametrize("night", SPRING + AUTUMN, ids=str)


def open_all_week(night: date, **changes: object) -> Line:
    monday = night - timedelta(days=6)
    always = Span(at("00:00", monday), at("00:00", night + timedelta(days=1)))
    return a_line(earliest=0, latest=2**40, usable=[always], **changes)


@in_spring
def test_a_day_of_23_hours_lacks_the_hour_that_does_not_come(night: date) -> None:
    grid = grid_of(night, 1, PARIS, 30)
    assert grid.size == 46
    assert not [clock for clock in grid.clock if clock.startswith("02:")]
    assert grid.span_of(0).ends - grid.span_of(0).starts == 23 * 60


@in_autumn
def test_a_day_of_25_hours_shows_two_o_clock_twice_with_its_offsets(night: date) -> None:
    grid = grid_of(night, 1, PARIS, 30)
    assert grid.size == 50
    assert grid.clock[3:10] == (
        "01:30",
        "02:00 (UTC+02)",
        "02:30 (UTC+02)",
        "02:00 (UTC+01)",
        "02:30 (UTC+01)",
        "03:00",
        "03:30",
    )
    assert grid.iso[4] == f"{night}T02:00+02:00"
    assert grid.iso[6] == f"{night}T02:00+01:00"


@on_each_night
@pytest.mark.parametrize("step", [15, 30, 120])
def test_slots_follow_one_another_without_a_gap(night: date, step: int) -> None:
    grid = grid_of(night - timedelta(days=6), 7, PARIS, step)
    assert all(one < other for one, other in zip(grid.edges, grid.edges[1:], strict=False))
    assert len(grid.edges) == grid.size + 1
    assert len({*grid.iso}) == len(grid.iso)


@in_spring
def test_in_the_week_of_the_short_day_only_sunday_lacks_the_hour(night: date) -> None:
    table = table_of([open_all_week(night)], night - timedelta(days=6), 7, PARIS)
    assert sum(heading.span for heading in table.headings) == 48
    *others, sunday = (list(row.cells) for row in table.rows)
    assert all(spans(cells) == [("free", 48)] for cells in others)
    assert spans(sunday) == [("free", 4), ("no-such-time", 2), ("free", 42)]


@in_autumn
def test_in_the_week_of_the_long_day_the_others_lack_the_second_two_o_clock(night: date) -> None:
    table = table_of([open_all_week(night)], night - timedelta(days=6), 7, PARIS)
    labels = [heading.label for heading in table.headings]
    assert labels[1:5] == ["01:00", "02:00 (UTC+02)", "02:00 (UTC+01)", "03:00"]
    *others, sunday = (list(row.cells) for row in table.rows)
    assert all(spans(cells) == [("free", 6), ("no-such-time", 2), ("free", 42)] for cells in others)
    assert spans(sunday) == [("free", 50)]


@in_autumn
def test_the_second_showing_is_a_slot_of_its_own(night: date) -> None:
    first, second = at("02:00", night), at("02:00", night, fold=1)
    assert second - first == 60
    busy = taken("01:00-02:00", day=night)._replace(
        starts=first, ends=second, busy_from=first, busy_until=second
    )
    row = table_of([open_all_week(night, units=[[busy]])], night, 1, PARIS).rows[0]
    assert [(run.state, run.first, run.last) for run in row.runs] == [
        (CellState.FREE, 0, 4),
        (CellState.TAKEN, 4, 6),
        (CellState.FREE, 6, 50),
    ]


@in_spring
def test_a_link_over_the_jump_asks_for_an_elapsed_hour(night: date) -> None:
    row = table_of([open_all_week(night)], night, 1, PARIS).rows[0]
    slots = row.runs[0].slots
    asked = {
        wall(row.grid.edges[number]): (iso(a, PARIS), iso(b, PARIS)) for number, a, b, _ in slots
    }
    assert asked["01:30"] == (f"{night}T01:30+01:00", f"{night}T03:30+02:00")


@on_each_night
def test_every_link_asks_for_a_full_hour_of_elapsed_time(night: date) -> None:
    row = table_of([open_all_week(night)], night, 1, PARIS).rows[0]
    lengths = [until - starts for run in row.runs for _, starts, until, _ in run.slots]
    assert lengths == [60] * (row.grid.size - 1) + [30]


@on_each_night
@pytest.mark.parametrize(("coarse", "fine"), [(60, 30), (120, 30), (60, 15)])
def test_coarser_grids_fill_the_columns_of_finer_ones(night: date, coarse: int, fine: int) -> None:
    lines = [
        open_all_week(night, step_minutes=step, min_minutes=step, usual_minutes=step)
        for step in (coarse, fine)
    ]
    table = table_of(lines, night, 1, PARIS)
    wide, narrow = table.rows
    columns = sum(heading.span for heading in table.headings)
    assert columns == narrow.grid.size
    assert sum(cell.span for cell in wide.cells) == columns
    assert sum(cell.slot_span * len(cell.slots) for cell in wide.cells) == columns


@in_autumn
def test_headings_tell_the_showings_apart(night: date) -> None:
    headings = axis_of(grid_of(night, 1, PARIS, 30)).headings(2, 8)
    assert [(heading.label, heading.span) for heading in headings] == [
        ("01:00", 2),
        ("02:00 (UTC+02)", 2),
        ("02:00 (UTC+01)", 2),
    ]


def test_an_ordinary_time_is_told_without_its_offset() -> None:
    assert clock_text(at("14:30"), PARIS) == "14:30"
