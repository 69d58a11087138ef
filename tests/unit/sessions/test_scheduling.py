"""Which units a session may take, and the same session at other dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.periods import Period
from booking.sessions.rules.scheduling import (
    Blocked,
    Claim,
    Conflict,
    assign,
    overlapping,
    shifted,
    units_for,
)

PARIS = ZoneInfo("Europe/Paris")
HALF_HOUR = timedelta(minutes=30)


def hours(start: float, end: float, day: int = 1) -> Period:
    midnight = datetime(2026, 12, day, tzinfo=UTC)
    return Period(midnight + timedelta(hours=start), midnight + timedelta(hours=end))


def blocked(start: float, end: float, buffer: timedelta = timedelta()) -> Blocked:
    seen = hours(start, end)
    return Blocked(seen, Period(seen.starts_at, seen.ends_at + buffer))


def claim(*units: int, wanted: int = 1, buffer: timedelta = timedelta()) -> Claim:
    return Claim("M01", units, wanted, buffer)


def test_the_lowest_free_units_are_taken() -> None:
    taken = {2: [blocked(8, 10)]}
    assert units_for(claim(1, 2, 3, 4, wanted=2), hours(9, 12), taken) == (1, 3)


def test_what_ends_when_it_begins_is_not_in_the_way() -> None:
    assert units_for(claim(1), hours(10, 12), {1: [blocked(8, 10), blocked(12, 13)]}) == (1,)


def test_the_cleaning_time_of_what_comes_before_is_in_the_way() -> None:
    met = units_for(claim(1), hours(10, 12), {1: [blocked(8, 10, HALF_HOUR)]})
    assert met == Conflict("M01", hours(10, 12), 0, 1, blocked(8, 10, HALF_HOUR))


def test_its_own_cleaning_time_does_not_run_into_what_comes_next() -> None:
    after = {1: [blocked(12, 13)]}
    assert isinstance(units_for(claim(1, buffer=HALF_HOUR), hours(10, 12), after), Conflict)
    assert units_for(claim(1, buffer=HALF_HOUR), hours(10, 11.5), after) == (1,)


def test_a_conflict_names_what_stands_there_first_and_how_many_are_free() -> None:
    taken = {1: [blocked(11, 12)], 2: [blocked(9, 10), blocked(11, 12)]}
    met = units_for(claim(1, 2, 3, wanted=2), hours(9, 12), taken)
    assert isinstance(met, Conflict)
    assert (met.free, met.in_the_way) == (1, blocked(9, 10))


def test_own_half_days_that_touch_share_a_unit_and_are_cleaned_after_the_last() -> None:
    morning, afternoon = hours(9, 13), hours(13, 17)
    found = assign([claim(1, 2, buffer=HALF_HOUR)], [morning, afternoon], {})
    assert found.conflicts == ()
    assert [(one.unit_id, one.half_day, one.busy) for one in found.promises] == [
        (1, morning, morning),
        (1, afternoon, hours(13, 17.5)),
    ]


def test_the_cleaning_time_stays_whole_where_the_next_half_day_is_on_another_unit() -> None:
    found = assign(
        [claim(1, 2, buffer=HALF_HOUR)], [hours(9, 13), hours(13, 17)], {1: [blocked(15, 16)]}
    )
    assert [(one.unit_id, one.busy) for one in found.promises] == [
        (1, hours(9, 13.5)),
        (2, hours(13, 17.5)),
    ]


def test_every_half_day_in_the_way_is_told() -> None:
    found = assign([claim(1)], [hours(9, 13), hours(13, 17)], {1: [blocked(12, 14)]})
    assert [one.half_day for one in found.conflicts] == [hours(9, 13), hours(13, 17)]
    assert found.promises == ()


def test_half_days_that_touch_do_not_overlap() -> None:
    assert overlapping([hours(13, 17), hours(9, 13)]) is None
    assert overlapping([hours(12, 17), hours(9, 13)]) == hours(12, 17)


def test_another_date_keeps_the_wall_times_over_a_clock_change() -> None:
    before = Period(datetime(2026, 10, 20, 7, tzinfo=UTC), datetime(2026, 10, 20, 10, tzinfo=UTC))
    assert shifted([before], date(2026, 10, 27), PARIS) == (
        Period(datetime(2026, 10, 27, 8, tzinfo=UTC), datetime(2026, 10, 27, 11, tzinfo=UTC)),
    )


def test_the_days_between_half_days_stay() -> None:
    assert shifted([hours(8, 11), hours(8, 11, day=3)], date(2026, 12, 8), PARIS) == (
        hours(8, 11, day=8),
        hours(8, 11, day=10),
    )


def test_an_hour_that_the_clock_jumps_over_makes_no_session() -> None:
    night = Period(datetime(2027, 3, 27, 1, 30, tzinfo=UTC), datetime(2027, 3, 27, 3, tzinfo=UTC))
    assert shifted([night], date(2027, 3, 28), PARIS) is None
