"""What is told of each slot of a machine, and what the link of a free one asks for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.planning.rules import Span, first_start, grid_of, minus
from booking.planning.rules.lines import tell
from tests.unit.planning.lines import (
    DAY,
    PARIS,
    a_line,
    asks,
    at,
    free_units,
    span,
    stop,
    taken,
    the_day_of,
    told,
)

# --- free


def test_without_anything_in_the_way_the_openings_are_free() -> None:
    assert told(the_day_of()) == ["08:00-12:00 free", "13:00-18:00 free"]


def test_a_link_asks_for_the_usual_length_and_less_before_an_end() -> None:
    asked = asks(the_day_of())
    assert asked["08:00"] == "08:00-09:00"
    assert asked["11:00"] == "11:00-12:00"
    assert asked["11:30"] == "11:30-12:00"


def test_where_less_than_the_shortest_use_is_left_a_link_asks_from_earlier() -> None:
    asked = asks(the_day_of(min_minutes=120, usual_minutes=120))
    assert asked["09:30"] == "09:30-11:30"
    assert asked["10:30"] == "10:00-12:00"
    assert asked["11:30"] == "10:00-12:00"
    assert asked["17:30"] == "16:00-18:00"


def test_a_slot_that_is_open_only_in_part_is_closed() -> None:
    row = the_day_of(usable=[span("08:15-12:10")])
    assert told(row) == ["08:30-12:00 free"]


def test_openings_that_touch_are_one() -> None:
    row = the_day_of(usable=[span("08:00-13:00")], min_minutes=300, usual_minutes=300)
    assert told(row) == ["08:00-13:00 free"]


# --- taken


def test_what_is_taken_parts_the_free_time() -> None:
    row = the_day_of(units=[[taken("10:00-11:00")]])
    assert told(row) == [
        "08:00-10:00 free",
        "10:00-11:00 taken",
        "11:00-12:00 free",
        "13:00-18:00 free",
    ]
    assert asks(row)["09:30"] == "09:30-10:00"


def test_touching_reservations_without_buffer_fit_side_by_side() -> None:
    row = the_day_of(units=[[taken("10:00-11:00"), taken("11:00-12:00")]])
    assert told(row)[:2] == ["08:00-10:00 free", "10:00-12:00 taken"]


def test_neighbours_with_different_things_to_tell_stay_apart() -> None:
    row = the_day_of(units=[[taken("10:00-11:00", about="a"), taken("11:00-12:00", about="b")]])
    assert told(row)[1:3] == ["10:00-11:00 taken", "11:00-12:00 taken"]


def test_a_slot_that_is_taken_in_part_is_taken_and_its_times_stay_exact() -> None:
    row = the_day_of(units=[[taken("10:10-10:40")]])
    (run,) = (run for run in row.runs if run.state == "taken")
    assert told(row)[1] == "10:00-11:00 taken"
    assert (run.starts, run.ends) == (at("10:10"), at("10:40"))


def test_cleaning_comes_after_what_is_taken_and_before_too() -> None:
    """A use that ends at 10:00 would be cleaned into what begins then."""
    row = the_day_of(units=[[taken("10:00-11:00", buffer=30)]], buffer_minutes=30)
    assert told(row)[:5] == [
        "08:00-09:30 free",
        "09:30-10:00 buffer",
        "10:00-11:00 taken",
        "11:00-11:30 buffer",
        "11:30-12:00 free",
    ]


def test_the_buffer_may_reach_into_closed_hours() -> None:
    assert asks(the_day_of(buffer_minutes=30))["11:30"] == "11:30-12:00"


def test_a_gap_shorter_than_the_shortest_use_is_refused_with_its_cause() -> None:
    row = the_day_of(min_minutes=60, units=[[taken("08:00-09:00"), taken("09:30-12:00")]])
    (short,) = (run for run in row.runs if run.state == "refused")
    assert told(row)[1] == "09:00-09:30 refused"
    assert short.about == "TOO_SHORT"


# --- more units than one


def test_a_pool_is_free_as_long_as_one_unit_is() -> None:
    row = the_day_of(units=[[taken("09:00-10:00")], [taken("09:30-11:00")], []])
    assert told(row)[0] == "08:00-12:00 free"
    units = free_units(row)
    assert [units[hour] for hour in ("08:30", "09:00", "09:30", "10:30", "11:00")] == [
        3,
        2,
        1,
        2,
        3,
    ]


def test_a_pool_is_taken_when_every_unit_is() -> None:
    row = the_day_of(units=[[taken("09:00-11:00")], [taken("10:00-12:00")]])
    assert told(row)[:3] == ["08:00-10:00 free", "10:00-11:00 taken", "11:00-12:00 free"]


def test_a_pool_link_asks_for_the_widest_room_of_one_unit() -> None:
    """From 09:00 on one unit has an hour and the other half an hour."""
    row = the_day_of(units=[[taken("10:00-12:00")], [taken("09:30-12:00")]])
    assert asks(row)["09:00"] == "09:00-10:00"


def test_time_free_on_two_units_but_on_neither_long_enough_is_too_short() -> None:
    row = the_day_of(
        min_minutes=60, units=[[taken("09:00-12:00")], [taken("08:00-09:00"), taken("09:30-12:00")]]
    )
    assert told(row)[:2] == ["08:00-09:00 free", "09:00-09:30 refused"]


def test_a_machine_without_a_unit_in_service_is_out_of_service() -> None:
    assert told(the_day_of(units=[])) == [
        "08:00-12:00 out-of-service",
        "13:00-18:00 out-of-service",
    ]


# --- closed, stopped, mine


def test_a_closure_closes_every_slot_it_touches_and_keeps_its_reason() -> None:
    row = the_day_of(closures=[stop("10:15-11:00", "dust")])
    assert told(row)[:3] == ["08:00-10:00 free", "10:00-11:00 closed", "11:00-12:00 free"]
    assert asks(row)["09:30"] == "09:30-10:00"


def test_what_is_taken_in_a_closure_is_still_told() -> None:
    row = the_day_of(closures=[stop("08:00-18:00")], units=[[taken("09:00-10:00")]])
    assert "09:00-10:00 taken" in told(row)


def test_an_outage_is_told_before_all_but_the_viewer_s_own() -> None:
    row = the_day_of(
        outages=[stop("08:00-12:00")],
        units=[[taken("09:00-10:00"), taken("10:00-11:00")]],
        mine=[taken("10:00-11:00", about=7)],
    )
    assert told(row)[:3] == [
        "08:00-10:00 out-of-service",
        "10:00-11:00 mine",
        "11:00-12:00 out-of-service",
    ]


def test_own_reservations_are_mine_on_a_pool_too() -> None:
    own = taken("09:00-10:00", about=7)
    row = the_day_of(units=[[own], []], mine=[own], elsewhere=[span("09:00-10:00")])
    assert told(row)[:3] == ["08:00-09:00 free", "09:00-10:00 mine", "10:00-12:00 free"]


# --- not for the viewer


def test_time_reserved_elsewhere_is_refused_and_a_link_beside_it_ends_before() -> None:
    row = the_day_of(elsewhere=[span("10:00-11:00")])
    assert told(row)[:3] == ["08:00-10:00 free", "10:00-11:00 refused", "11:00-12:00 free"]
    assert asks(row)["09:30"] == "09:30-10:00"


def test_hours_that_ask_for_a_second_person_are_refused() -> None:
    row = the_day_of(usable=[span("08:00-14:00")], lone=[span("12:00-13:00")])
    assert told(row) == ["08:00-12:00 free", "12:00-13:00 refused", "13:00-14:00 free"]


def test_on_a_refused_day_all_that_nobody_took_is_refused_for_one_reason() -> None:
    row = the_day_of(
        refused_on=frozenset({DAY}),
        units=[[taken("10:00-11:00")]],
        lone=[span("17:00-18:00")],
        elsewhere=[span("08:00-09:00")],
    )
    assert told(row) == [
        "08:00-10:00 refused",
        "10:00-11:00 taken",
        "11:00-12:00 refused",
        "13:00-18:00 refused",
    ]
    assert {run.about for run in row.runs if run.state == "refused"} == {"NOT_ALLOWED"}


# --- too late, too early


def test_what_begins_too_soon_is_past() -> None:
    row = the_day_of(earliest=at("09:10"), units=[[taken("08:00-08:30")]])
    assert told(row)[:3] == ["08:00-08:30 taken", "08:30-09:30 past", "09:30-12:00 free"]


def test_a_link_never_asks_for_an_earlier_start_than_there_may_be() -> None:
    asked = asks(the_day_of(earliest=at("10:00"), min_minutes=120, usual_minutes=120))
    assert asked["11:00"] == "10:00-12:00"


def test_what_begins_beyond_the_horizon_comes_later() -> None:
    row = the_day_of(latest=at("10:00"))
    assert told(row) == ["08:00-10:30 free", "10:30-12:00 later", "13:00-18:00 later"]


# --- what runs on


def kiln(**changes: object) -> dict[str, object]:
    """A day long, begun in the opening, cleaned for an hour."""
    day = 24 * 60
    return {
        "runs_on": True,
        "min_minutes": day,
        "usual_minutes": day,
        "buffer_minutes": 60,
    } | changes


def test_a_run_begins_in_an_opening_and_may_go_on_through_the_night() -> None:
    row = the_day_of(**kiln())
    assert told(row) == ["08:00-12:00 free", "13:00-18:00 free"]
    assert asks(row)["17:30"] == "17:30-17:30"


def test_a_run_that_would_meet_the_next_one_is_refused() -> None:
    """The next begins tomorrow at 12:00, this one's cleaning must be over by then."""
    tomorrow = taken("12:00-18:00", day=DAY.replace(day=26))
    row = the_day_of(**kiln(units=[[tomorrow]]))
    assert told(row) == ["08:00-11:30 free", "11:30-12:00 refused", "13:00-18:00 refused"]


def test_a_run_never_reaches_into_a_closure() -> None:
    tomorrow = stop("00:00-24:00", day=DAY.replace(day=26))
    row = the_day_of(**kiln(closures=[tomorrow]))
    assert told(row) == ["08:00-12:00 refused", "13:00-18:00 refused"]


# --- spans


@pytest.mark.parametrize(
    ("others", "left"),
    [
        ([], [(0, 10), (20, 30)]),
        ([(0, 10)], [(20, 30)]),
        ([(5, 25)], [(0, 5), (25, 30)]),
        ([(10, 20)], [(0, 10), (20, 30)]),
        ([(2, 4), (3, 6), (28, 40)], [(0, 2), (6, 10), (20, 28)]),
        ([(-5, 40)], []),
        ([(1, 9), (2, 3)], [(0, 1), (9, 10), (20, 30)]),
    ],
)
def test_spans_are_taken_away_from_spans(
    others: list[tuple[int, int]], left: list[tuple[int, int]]
) -> None:
    spans = [Span(0, 10), Span(20, 30)]
    assert minus(spans, [Span(*other) for other in others]) == left


# --- given in slots


@given(
    first=st.integers(-24 * 60, 24 * 60),
    hours=st.lists(st.integers(-24 * 4, 24 * 4), min_size=2, max_size=6, unique=True),
    shortest=st.integers(1, 8),
    runs_on=st.booleans(),
)
def test_the_first_start_in_slots_tells_the_same_as_to_the_minute(
    first: int, hours: list[int], shortest: int, runs_on: bool
) -> None:
    midnight, grid = at("00:00"), grid_of(DAY, 1, PARIS, 30)
    edges = sorted(midnight + 15 * quarter for quarter in hours)
    usable = [Span(*pair) for pair in zip(edges[::2], edges[1::2], strict=False)]
    line = a_line(
        usable=usable,
        min_minutes=30 * shortest,
        usual_minutes=30 * max(2, shortest),
        runs_on=runs_on,
        earliest=midnight + first,
    )
    in_slots = first_start(line.earliest, grid, line.usable, line.min_minutes if runs_on else None)
    assert tell(replace(line, earliest=in_slots), grid).runs == tell(line, grid).runs
