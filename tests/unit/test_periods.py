"""Periods and wall clocks: no app, no database."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.periods import (
    NonexistentWallTime,
    Period,
    is_ambiguous,
    is_nonexistent,
    local_day,
    local_days,
    merge,
    resolve_wall_time,
    split_by_local_day,
    wall_times,
    when_clock_reaches,
)

PARIS = ZoneInfo("Europe/Paris")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
SANTIAGO = ZoneInfo("America/Santiago")
YEARS = range(2026, 2037)
SIX = datetime(2026, 11, 24, 6, tzinfo=UTC)


def hours(starts: float, ends: float) -> Period:
    return Period(SIX + timedelta(hours=starts), SIX + timedelta(hours=ends))


def last_sunday(year: int, month: int) -> date:
    """The day on which the clocks of the European Union change (directive 2000/84/EC)."""
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


small_periods = st.builds(
    lambda start, length: hours(start, start + length), st.integers(0, 30), st.integers(1, 10)
)
several_periods = st.lists(small_periods, max_size=6)


def covered(periods: tuple[Period, ...] | list[Period]) -> set[int]:
    """The whole hours after six that the periods cover."""
    return {n for n in range(50) if any(SIX + timedelta(hours=n) in period for period in periods)}


class TestPeriod:
    def test_an_instant_without_a_zone_is_refused(self) -> None:
        with pytest.raises(ValueError, match="zone"):
            Period(SIX, datetime(2026, 11, 24, 8))  # noqa: DTZ001

    @pytest.mark.parametrize("length", [timedelta(0), timedelta(hours=-1)])
    def test_an_end_that_is_not_after_the_start_is_refused(self, length: timedelta) -> None:
        with pytest.raises(ValueError, match="ends after"):
            Period(SIX, SIX + length)

    @pytest.mark.parametrize("year", [1, 9999])
    def test_the_outermost_years_of_the_calendar_are_refused(self, year: int) -> None:
        starts_at = datetime(year, 6, 1, tzinfo=PARIS)
        with pytest.raises(ValueError, match="too far"):
            Period(starts_at, starts_at + timedelta(hours=1))

    def test_instants_of_any_zone_are_kept_in_utc(self) -> None:
        period = Period(
            datetime(2026, 11, 24, 9, tzinfo=PARIS), datetime(2026, 11, 24, 12, tzinfo=PARIS)
        )
        assert period.starts_at == datetime(2026, 11, 24, 8, tzinfo=UTC)
        assert period.starts_at.tzinfo is UTC
        assert period.ends_at.tzinfo is UTC

    def test_the_duration_is_elapsed_time_across_a_clock_change(self) -> None:
        night = Period(
            datetime(2026, 10, 25, 1, tzinfo=PARIS), datetime(2026, 10, 25, 4, tzinfo=PARIS)
        )
        assert night.duration == timedelta(hours=4)

    def test_the_start_is_inside_and_the_end_is_not(self) -> None:
        period = hours(0, 2)
        assert period.starts_at in period
        assert period.ends_at not in period

    def test_touching_periods_do_not_overlap(self) -> None:
        assert not hours(0, 2).overlaps(hours(2, 4))
        assert hours(0, 2).intersection(hours(2, 4)) is None

    def test_a_period_contains_itself_and_what_lies_within(self) -> None:
        assert hours(0, 4).contains(hours(0, 4))
        assert hours(0, 4).contains(hours(1, 2))
        assert not hours(0, 4).contains(hours(3, 5))

    def test_the_intersection_is_what_both_share(self) -> None:
        assert hours(0, 3).intersection(hours(2, 5)) == hours(2, 3)

    def test_what_lies_in_the_middle_leaves_two_ends(self) -> None:
        assert hours(0, 6).minus([hours(2, 3)]) == (hours(0, 2), hours(3, 6))

    def test_what_covers_all_leaves_nothing(self) -> None:
        assert hours(0, 6).minus([hours(-1, 3), hours(3, 7)]) == ()

    def test_touching_and_distant_periods_take_nothing_away(self) -> None:
        assert hours(2, 4).minus([hours(0, 2), hours(4, 5), hours(9, 10)]) == (hours(2, 4),)

    @given(small_periods, small_periods)
    def test_overlap_and_intersection_agree_in_both_directions(self, a: Period, b: Period) -> None:
        assert a.overlaps(b) == b.overlaps(a) == (a.intersection(b) is not None)
        assert a.intersection(b) == b.intersection(a)

    @given(small_periods, several_periods)
    def test_what_is_left_and_what_was_taken_make_up_the_whole(
        self, whole: Period, taken: list[Period]
    ) -> None:
        left = whole.minus(taken)
        assert covered(left) == covered([whole]) - covered(taken)
        assert all(a.ends_at < b.starts_at for a, b in pairwise(left))


class TestMerge:
    def test_touching_and_overlapping_periods_are_joined_in_order(self) -> None:
        assert merge([hours(4, 6), hours(0, 2), hours(2, 3), hours(5, 7)]) == (
            hours(0, 3),
            hours(4, 7),
        )

    def test_a_period_inside_another_vanishes(self) -> None:
        assert merge([hours(0, 8), hours(1, 2)]) == (hours(0, 8),)

    @given(several_periods)
    def test_the_same_hours_are_covered_by_separate_periods(self, periods: list[Period]) -> None:
        merged = merge(periods)
        assert covered(merged) == covered(periods)
        assert all(a.ends_at < b.starts_at for a, b in pairwise(merged))
        assert merge(merged) == merged


class TestLocalDays:
    def test_an_evening_touches_one_day(self) -> None:
        evening = Period(
            datetime(2026, 11, 24, 22, tzinfo=PARIS), datetime(2026, 11, 24, 23, tzinfo=PARIS)
        )
        assert local_days(evening, PARIS) == (date(2026, 11, 24),)

    def test_an_end_at_midnight_does_not_touch_the_next_day(self) -> None:
        until_midnight = Period(
            datetime(2026, 11, 24, 22, tzinfo=PARIS), datetime(2026, 11, 25, tzinfo=PARIS)
        )
        assert local_days(until_midnight, PARIS) == (date(2026, 11, 24),)

    def test_one_minute_after_midnight_does(self) -> None:
        past_midnight = Period(
            datetime(2026, 11, 24, 22, tzinfo=PARIS), datetime(2026, 11, 25, 0, 1, tzinfo=PARIS)
        )
        assert local_days(past_midnight, PARIS) == (date(2026, 11, 24), date(2026, 11, 25))

    def test_the_days_are_those_of_the_wall_clock_and_not_of_utc(self) -> None:
        late = Period(
            datetime(2026, 11, 24, 23, 15, tzinfo=UTC), datetime(2026, 11, 24, 23, 45, tzinfo=UTC)
        )
        assert local_days(late, PARIS) == (date(2026, 11, 25),)

    def test_the_parts_of_a_night_make_up_the_night(self) -> None:
        run = Period(
            datetime(2026, 10, 24, 10, tzinfo=PARIS), datetime(2026, 10, 26, 10, tzinfo=PARIS)
        )
        parts = split_by_local_day(run, PARIS)
        assert [day.day for day, _ in parts] == [24, 25, 26]
        assert [part.duration / timedelta(hours=1) for _, part in parts] == [14, 25, 10]
        assert merge(part for _, part in parts) == (run,)


@pytest.mark.parametrize("year", YEARS)
class TestEverySpringNight:
    """02:00 becomes 03:00."""

    def test_the_day_has_23_hours(self, year: int) -> None:
        assert local_day(last_sunday(year, 3), PARIS).duration == timedelta(hours=23)

    @pytest.mark.parametrize("wall", [time(2), time(2, 30), time(2, 59)])
    def test_a_time_that_is_jumped_over_is_refused_by_its_name(self, year: int, wall: time) -> None:
        day = last_sunday(year, 3)
        assert is_nonexistent(day, wall, PARIS)
        assert not is_ambiguous(day, wall, PARIS)
        with pytest.raises(NonexistentWallTime) as refused:
            resolve_wall_time(day, wall, PARIS)
        assert (refused.value.day, refused.value.time) == (day, wall)
        assert refused.value.zone is PARIS

    @pytest.mark.parametrize("wall", [time(2), time(2, 30), time(3)])
    def test_the_clock_reaches_it_at_the_jump(self, year: int, wall: time) -> None:
        day = last_sunday(year, 3)
        jump = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
        assert when_clock_reaches(day, wall, PARIS) == jump

    def test_the_grid_leaves_the_lost_hour_out(self, year: int) -> None:
        grid = wall_times(last_sunday(year, 3), PARIS, 30)
        shown = [at.time for at in grid]
        assert len(grid) == 46
        assert time(2) not in shown
        assert time(2, 30) not in shown
        assert not any(at.ambiguous for at in grid)

    def test_the_times_of_the_grid_are_half_an_hour_apart(self, year: int) -> None:
        assert_evenly_spaced(last_sunday(year, 3))


@pytest.mark.parametrize("year", YEARS)
class TestEveryAutumnNight:
    """03:00 becomes 02:00 again."""

    def test_the_day_has_25_hours(self, year: int) -> None:
        assert local_day(last_sunday(year, 10), PARIS).duration == timedelta(hours=25)

    def test_a_time_shown_twice_is_ambiguous_and_resolves_to_either(self, year: int) -> None:
        day = last_sunday(year, 10)
        assert is_ambiguous(day, time(2, 30), PARIS)
        first = resolve_wall_time(day, time(2, 30), PARIS)
        second = resolve_wall_time(day, time(2, 30), PARIS, fold=1)
        assert first == datetime(day.year, day.month, day.day, 0, 30, tzinfo=UTC)
        assert second - first == timedelta(hours=1)

    @pytest.mark.parametrize("wall", [time(1, 59), time(3)])
    def test_the_times_around_it_are_plain(self, year: int, wall: time) -> None:
        day = last_sunday(year, 10)
        assert not is_ambiguous(day, wall, PARIS)
        assert resolve_wall_time(day, wall, PARIS) == resolve_wall_time(day, wall, PARIS, fold=1)

    def test_the_grid_shows_the_double_hour_twice_with_its_offsets(self, year: int) -> None:
        grid = wall_times(last_sunday(year, 10), PARIS, 30)
        double = [(at.time, at.offset / timedelta(hours=1)) for at in grid if at.ambiguous]
        assert len(grid) == 50
        assert double == [(time(2), 2), (time(2, 30), 2), (time(2), 1), (time(2, 30), 1)]

    def test_the_times_of_the_grid_are_half_an_hour_apart(self, year: int) -> None:
        assert_evenly_spaced(last_sunday(year, 10))


def assert_evenly_spaced(day: date) -> None:
    instants = [at.instant for at in wall_times(day, PARIS, 30)]
    whole_day = local_day(day, PARIS)
    assert instants[0] == whole_day.starts_at
    assert {b - a for a, b in pairwise(instants)} == {timedelta(minutes=30)}
    assert instants[-1] + timedelta(minutes=30) == whole_day.ends_at


class TestWallTimes:
    def test_a_plain_day_has_24_hours_and_48_half_hours(self) -> None:
        day = date(2026, 11, 24)
        assert local_day(day, PARIS).duration == timedelta(hours=24)
        assert len(wall_times(day, PARIS, 30)) == 48

    def test_a_change_of_half_an_hour_is_followed_too(self) -> None:
        assert local_day(date(2026, 4, 5), LORD_HOWE).duration == timedelta(hours=24.5)
        assert len(wall_times(date(2026, 4, 5), LORD_HOWE, 30)) == 49

    def test_a_day_without_midnight_begins_at_the_jump(self) -> None:
        day = date(2026, 9, 6)
        assert is_nonexistent(day, time(0), SANTIAGO)
        assert local_day(day, SANTIAGO).duration == timedelta(hours=23)
        assert wall_times(day, SANTIAGO, 30)[0].time == time(1)

    @settings(max_examples=50)
    @given(st.dates(date(2026, 1, 1), date(2036, 12, 31)), st.sampled_from([15, 30, 60]))
    def test_every_time_of_the_grid_resolves_to_its_instant(self, day: date, step: int) -> None:
        for at in wall_times(day, PARIS, step):
            shown = at.instant.astimezone(PARIS)
            assert (shown.date(), shown.time()) == (day, at.time)
            assert shown.utcoffset() == at.offset
            assert resolve_wall_time(day, at.time, PARIS, shown.fold) == at.instant
