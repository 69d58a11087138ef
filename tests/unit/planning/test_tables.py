"""Lines under common columns: which are shown, what spans them, what the list tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from booking.planning.rules import Row, Table, table_of, times_of
from tests.unit.planning.lines import (
    DAY,
    PARIS,
    a_day,
    a_line,
    at,
    span,
    spans,
    stop,
    taken,
    wall,
)


def headings(table: Table) -> list[tuple[str, int]]:
    return [(heading.label, heading.span) for heading in table.headings]


# --- columns


def test_the_columns_go_from_the_earliest_opening_to_the_latest_end() -> None:
    early = a_line(usable=[span("07:30-12:00")])
    late = a_line(usable=[span("14:00-19:00")])
    table = a_day(early, late)
    assert headings(table)[0] == ("07:30", 1)
    assert headings(table)[-1] == ("18:00", 2)
    assert sum(heading.span for heading in table.headings) == 23


def test_what_is_taken_outside_the_openings_is_shown_too() -> None:
    table = a_day(a_line(units=[[taken("06:00-07:00")]]))
    assert headings(table)[0] == ("06:00", 2)


def test_a_run_through_the_night_is_told_at_the_edge_of_the_table() -> None:
    tomorrow = DAY + timedelta(days=1)
    night = taken("16:00-24:00")._replace(
        ends=at("04:00", tomorrow), busy_until=at("05:00", tomorrow)
    )
    table = a_day(a_line(runs_on=True, units=[[night]]))
    assert headings(table)[-1] == ("17:00", 2)
    last = table.rows[0].cells[-1]
    assert (last.state, last.span, last.goes_on) == ("taken", 4, True)
    assert wall(last.ends) == "04:00"


def test_the_morning_after_says_that_it_came_before() -> None:
    yesterday = DAY - timedelta(days=1)
    night = taken("08:00-10:00")._replace(
        starts=at("16:00", yesterday), busy_from=at("16:00", yesterday)
    )
    first = a_day(a_line(runs_on=True, units=[[night]])).rows[0].cells[0]
    assert (first.state, first.span, first.came_before, first.goes_on) == ("taken", 4, True, False)


def test_without_any_opening_the_table_shows_what_runs() -> None:
    table = a_day(a_line(runs_on=True, usable=[], units=[[taken("02:00-05:00")]]))
    assert headings(table) == [("02:00", 2), ("03:00", 2), ("04:00", 2)]


def test_with_nothing_at_all_there_are_no_columns() -> None:
    table = a_day(a_line(usable=[]))
    assert table.columns is None
    assert table.headings == []
    assert table.rows[0].cells == []


def test_a_closed_day_keeps_the_columns_of_its_weekly_hours() -> None:
    table = a_day(a_line(closures=[stop("00:00-24:00")]))
    assert spans(list(table.rows[0].cells)) == [("closed", 20)]


def test_every_line_fills_all_the_columns() -> None:
    lines = [
        a_line(units=[[taken("09:00-10:30", buffer=30)]], buffer_minutes=30),
        a_line(usable=[span("10:00-11:00")]),
        a_line(outages=[stop("00:00-24:00")]),
    ]
    table = a_day(*lines)
    assert table.columns
    for row in table.rows:
        assert sum(cell.span for cell in row.cells) == table.columns.last - table.columns.first


def test_the_present_hour_is_found_among_the_headings() -> None:
    table = a_day()
    assert [table.heading_at(at(hour)) for hour in ("08:00", "09:59", "17:30")] == [0, 1, 9]
    assert [table.heading_at(at(hour)) for hour in ("07:59", "18:00", "24:00")] == [None] * 3
    assert a_day(a_line(usable=[])).heading_at(at("09:00")) is None


# --- grids of other steps


def test_a_machine_with_a_coarser_grid_has_wider_cells() -> None:
    fine = a_line(step_minutes=15, min_minutes=15)
    coarse = a_line(step_minutes=60, min_minutes=60)
    table = a_day(fine, coarse)
    assert headings(table)[0] == ("08:00", 4)
    assert [cell.slot_span for cell in table.rows[0].cells if cell.slots] == [1, 1]
    assert [cell.slot_span for cell in table.rows[1].cells if cell.slots] == [4, 4]
    assert spans(list(table.rows[1].cells)) == [("free", 16), ("closed", 4), ("free", 20)]


def test_a_grid_that_does_not_divide_the_hour_heads_each_column() -> None:
    table = a_day(a_line(step_minutes=45, min_minutes=45, usable=[span("09:00-12:00")]))
    assert headings(table) == [("09:00", 1), ("09:45", 1), ("10:30", 1), ("11:15", 1)]


# --- several days


def test_a_week_has_a_row_for_each_day_and_midnight_parts_what_goes_through_it() -> None:
    tomorrow = DAY + timedelta(days=1)
    night = taken("16:00-24:00")._replace(
        ends=at("10:00", tomorrow), busy_until=at("10:00", tomorrow)
    )
    line = a_line(
        runs_on=True, usable=[span("08:00-18:00", day) for day in (DAY, tomorrow)], units=[[night]]
    )
    table = table_of([line], DAY, 2, PARIS)
    today, after = (list(row.cells) for row in table.rows)
    assert spans(today) == [("free", 16), ("taken", 4)]
    assert spans(after) == [("taken", 4), ("free", 16)]
    assert today[1].goes_on
    assert after[0].came_before
    assert (wall(after[0].starts), wall(after[0].ends)) == ("16:00", "10:00")


def test_free_time_through_midnight_belongs_to_each_day_with_its_own_slots() -> None:
    tomorrow = DAY + timedelta(days=1)
    opening = span("22:00-24:00")._replace(ends=at("02:00", tomorrow))
    table = table_of([a_line(usable=[opening])], DAY, 2, PARIS)
    today, after = table.rows
    assert [wall(run.starts) for run in today.runs if run.slots] == ["22:00"]
    assert [wall(run.starts) for run in after.runs if run.slots] == ["00:00"]
    (evening,) = (run for run in today.runs if run.slots)
    assert wall(evening.slots[-1][2]) == "00:30"


def test_a_day_off_in_a_week_is_closed_all_along() -> None:
    table = table_of([a_line()], DAY, 2, PARIS)
    assert spans(list(table.rows[1].cells)) == [("closed", 20)]


# --- as a list


def times(row: Row, now: int = 0) -> list[str]:
    return [f"{wall(time.starts)}-{wall(time.ends)} {time.state}" for time in times_of(row, now)]


def test_the_list_leaves_out_the_hours_before_and_after() -> None:
    assert times(a_day().rows[0]) == [
        "08:00-12:00 free",
        "12:00-13:00 closed",
        "13:00-18:00 free",
    ]


def test_the_list_tells_closed_hours_that_have_a_reason() -> None:
    row = a_day(a_line(closures=[stop("17:00-24:00", "dust")])).rows[0]
    assert times(row)[-1] == "17:00-00:00 closed"


def test_the_list_tells_what_is_taken_with_the_cleaning_around_it() -> None:
    line = a_line(
        units=[[taken("09:00-10:00", buffer=30), taken("11:00-12:00", buffer=30)]],
        buffer_minutes=30,
    )
    assert times(a_day(line).rows[0])[:2] == ["08:00-08:30 free", "08:30-12:00 taken"]


def test_the_list_keeps_apart_what_says_more() -> None:
    line = a_line(units=[[taken("09:00-10:00", buffer=30, about="a name")]], buffer_minutes=30)
    assert times(a_day(line).rows[0])[:4] == [
        "08:00-08:30 free",
        "08:30-09:00 buffer",
        "09:00-10:00 taken",
        "10:00-10:30 buffer",
    ]


def test_the_list_forgets_what_is_over() -> None:
    line = a_line(units=[[taken("08:00-09:00"), taken("10:00-11:00")]], earliest=at("10:30"))
    assert times(a_day(line).rows[0], now=at("10:00"))[:2] == [
        "10:00-11:00 taken",
        "11:00-12:00 free",
    ]


def test_the_list_parts_free_time_where_another_number_of_units_is_free() -> None:
    line = a_line(units=[[taken("09:00-10:00")], []])
    row = a_day(line).rows[0]
    told = [(wall(time.starts), time.slot and time.slot[3]) for time in times_of(row, 0)][:3]
    assert told == [("08:00", 2), ("09:00", 1), ("10:00", 2)]


def test_a_line_of_the_list_asks_for_its_first_slot() -> None:
    first = times_of(a_day().rows[0], 0)[0]
    assert first.slot is not None
    assert (wall(first.slot[1]), wall(first.slot[2])) == ("08:00", "09:00")


def test_rows_are_lines_times_days() -> None:
    table = table_of([a_line(), replace(a_line(), runs_on=True)], date(2026, 11, 23), 7, PARIS)
    assert [row.day for row in table.rows] == [*range(7), *range(7)]
