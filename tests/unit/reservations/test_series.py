"""The days of a series, and their hours over the nights of the clock changes."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from booking.reservations.rules.series import (
    MOST_TIMES,
    Frequency,
    Hours,
    Recurrence,
    days_of,
    occurrences_of,
    place_in_month,
)
from tests.unit.reservations.builders import PARIS, local

TUESDAY = date(2026, 11, 24)
MORNING = Hours(time(9), time(12))


def days(frequency: Frequency, first_on: date = TUESDAY, **ends: object) -> list[str]:
    found = days_of(Recurrence(frequency, first_on, **ends))  # type: ignore[arg-type]
    return [day.isoformat()[5:] for day in found]


def test_every_day() -> None:
    assert days(Frequency.DAY, count=3) == ["11-24", "11-25", "11-26"]


def test_working_days_leave_out_the_week_end_even_when_it_begins_there() -> None:
    assert days(Frequency.WORKING_DAY, date(2026, 11, 27), count=3) == ["11-27", "11-30", "12-01"]
    assert days(Frequency.WORKING_DAY, date(2026, 11, 28), count=1) == ["11-30"]


def test_every_week_and_every_other_week_up_to_and_on_a_day() -> None:
    until = date(2026, 12, 22)
    assert days(Frequency.WEEK, until=until) == ["11-24", "12-01", "12-08", "12-15", "12-22"]
    assert days(Frequency.TWO_WEEKS, until=until) == ["11-24", "12-08", "12-22"]


def test_the_second_tuesday_of_each_month() -> None:
    found = days(Frequency.MONTH_POSITION, date(2026, 12, 8), count=3)
    assert found == ["12-08", "01-12", "02-09"]


def test_a_fifth_one_is_the_last_of_its_month() -> None:
    assert place_in_month(date(2026, 12, 29)) == -1
    found = days(Frequency.MONTH_POSITION, date(2026, 12, 29), count=3)
    assert found == ["12-29", "01-26", "02-23"]


def test_an_end_before_the_first_day_leaves_nothing() -> None:
    assert days(Frequency.WEEK, until=date(2026, 11, 23)) == []


def test_a_series_that_is_too_long_shows_by_one() -> None:
    assert len(days(Frequency.DAY)) == MOST_TIMES + 1
    assert len(days(Frequency.DAY, count=500)) == MOST_TIMES + 1


@pytest.mark.parametrize("first_on", [date(2026, 10, 20), date(2027, 3, 23)])
def test_the_wall_time_stays_over_a_clock_change(first_on: date) -> None:
    weekly = Recurrence(Frequency.WEEK, first_on, count=2)
    for day, period in occurrences_of(weekly, MORNING, PARIS):
        assert period is not None
        assert period.starts_at == local(day, "09:00")
        assert period.duration == timedelta(hours=3)


def test_a_night_over_the_clock_change_keeps_its_dial_and_not_its_length() -> None:
    nightly = Recurrence(Frequency.DAY, date(2026, 10, 23), count=3)
    found = occurrences_of(nightly, Hours(time(22), time(6)), PARIS)
    lengths = [period.duration // timedelta(hours=1) for _day, period in found if period]
    assert lengths == [8, 9, 8]


def test_an_hour_that_the_clock_jumps_over_is_said_not_moved() -> None:
    nightly = Recurrence(Frequency.DAY, date(2027, 3, 27), count=3)
    found = occurrences_of(nightly, Hours(time(2, 30), time(4)), PARIS)
    assert [(day.day, period is None) for day, period in found] == [
        (27, False),
        (28, True),
        (29, False),
    ]


def test_both_ends_within_the_hour_that_comes_twice() -> None:
    once = Recurrence(Frequency.DAY, date(2026, 10, 25), count=1)
    ((_day, period),) = occurrences_of(once, Hours(time(2), time(2, 30)), PARIS)
    assert period is not None
    assert period.duration == timedelta(minutes=30)
