"""Weekly hours on real days, and the public holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.openings.rules import (
    Access,
    PublicHoliday,
    Timetable,
    WeeklyOpening,
    continuous,
    openings_on,
    public_holidays,
)
from booking.periods import Period

PARIS = ZoneInfo("Europe/Paris")
TUESDAY = date(2026, 11, 24)
SPRING_NIGHT = date(2026, 3, 29)
AUTUMN_NIGHT = date(2026, 10, 25)
SUNDAY = 6


def a_rule(weekday: int, starts: str, ends: str, *, staffed: bool = True) -> WeeklyOpening:
    return WeeklyOpening(
        weekday, time.fromisoformat(starts), time.fromisoformat(ends), staffed, Access.ALL
    )


def local(day: date, wall: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(wall), PARIS)


def lengths(day: date, *rules: WeeklyOpening) -> list[timedelta]:
    return [opening.period.duration for opening in openings_on(day, rules, PARIS)]


class TestWeeklyOpening:
    @pytest.mark.parametrize(("starts", "ends"), [("12:00", "08:00"), ("08:00", "08:00")])
    def test_it_ends_after_it_starts(self, starts: str, ends: str) -> None:
        with pytest.raises(ValueError, match="ends after"):
            a_rule(0, starts, ends)

    def test_a_week_has_seven_days(self) -> None:
        with pytest.raises(ValueError, match="weekday"):
            a_rule(7, "08:00", "12:00")


class TestOpeningsOn:
    def test_only_the_rules_of_that_weekday_count(self) -> None:
        rules = [a_rule(0, "08:00", "12:00"), a_rule(1, "09:00", "18:30", staffed=False)]
        (opening,) = openings_on(TUESDAY, rules, PARIS)
        assert opening.period == Period(local(TUESDAY, "09:00"), local(TUESDAY, "18:30"))
        assert not opening.staffed

    def test_they_come_in_the_order_of_the_day(self) -> None:
        rules = [a_rule(1, "13:00", "18:30"), a_rule(1, "08:00", "12:00")]
        morning, afternoon = openings_on(TUESDAY, rules, PARIS)
        assert morning.period.ends_at < afternoon.period.starts_at

    def test_an_end_at_00_00_is_midnight(self) -> None:
        assert lengths(TUESDAY, a_rule(1, "20:00", "00:00")) == [timedelta(hours=4)]

    def test_from_midnight_to_midnight_is_the_whole_day(self) -> None:
        whole_day = a_rule(SUNDAY, "00:00", "00:00")
        assert lengths(SPRING_NIGHT, whole_day) == [timedelta(hours=23)]
        assert lengths(AUTUMN_NIGHT, whole_day) == [timedelta(hours=25)]


class TestClockChanges:
    def test_an_opening_inside_the_lost_hour_does_not_take_place(self) -> None:
        assert lengths(SPRING_NIGHT, a_rule(SUNDAY, "02:00", "03:00")) == []

    def test_an_opening_that_starts_in_the_lost_hour_starts_at_the_jump(self) -> None:
        (opening,) = openings_on(SPRING_NIGHT, [a_rule(SUNDAY, "02:30", "06:00")], PARIS)
        assert opening.period.starts_at == datetime(2026, 3, 29, 1, tzinfo=UTC)
        assert opening.period.duration == timedelta(hours=3)

    def test_an_opening_across_the_double_hour_lasts_an_hour_longer(self) -> None:
        assert lengths(AUTUMN_NIGHT, a_rule(SUNDAY, "01:00", "04:00")) == [timedelta(hours=4)]

    def test_rules_that_touch_in_the_double_hour_still_touch(self) -> None:
        openings = openings_on(
            AUTUMN_NIGHT,
            [a_rule(SUNDAY, "00:00", "02:30"), a_rule(SUNDAY, "02:30", "06:00")],
            PARIS,
        )
        assert openings[0].period.ends_at == openings[1].period.starts_at
        (joined,) = continuous(openings)
        assert joined.duration == timedelta(hours=7)

    @pytest.mark.parametrize("day", [SPRING_NIGHT, AUTUMN_NIGHT])
    def test_the_hours_of_the_day_stay_where_the_clock_shows_them(self, day: date) -> None:
        (opening,) = openings_on(day, [a_rule(SUNDAY, "09:00", "13:00")], PARIS)
        assert opening.period == Period(local(day, "09:00"), local(day, "13:00"))
        assert opening.period.duration == timedelta(hours=4)


class TestContinuous:
    def test_rules_that_touch_form_one_opening(self) -> None:
        rules = [a_rule(3, "08:00", "18:30"), a_rule(3, "18:30", "21:30")]
        (joined,) = continuous(openings_on(date(2026, 11, 26), rules, PARIS))
        assert joined.duration == timedelta(hours=13.5)

    def test_a_noon_break_parts_the_day(self) -> None:
        rules = [a_rule(1, "08:00", "12:00"), a_rule(1, "13:00", "18:30")]
        assert len(continuous(openings_on(TUESDAY, rules, PARIS))) == 2

    def test_openings_that_touch_at_midnight_are_joined(self) -> None:
        timetable = Timetable((a_rule(1, "20:00", "00:00"), a_rule(2, "00:00", "02:00")), PARIS)
        wednesday = TUESDAY + timedelta(days=1)
        (joined,) = continuous([*timetable.on(TUESDAY), *timetable.on(wednesday)])
        assert joined.duration == timedelta(hours=6)


class TestTimetable:
    def test_it_gives_the_openings_of_a_day_as_often_as_asked(self) -> None:
        rules = (a_rule(1, "08:00", "12:00"),)
        timetable = Timetable(rules, PARIS)
        assert timetable.on(TUESDAY) == openings_on(TUESDAY, rules, PARIS)
        assert timetable.on(TUESDAY) is timetable.on(TUESDAY)


class TestPublicHolidays:
    def test_france_has_eleven(self) -> None:
        assert dict(public_holidays(2026, False, False)) == {
            date(2026, 1, 1): PublicHoliday.NEW_YEAR,
            date(2026, 4, 6): PublicHoliday.EASTER_MONDAY,
            date(2026, 5, 1): PublicHoliday.LABOUR_DAY,
            date(2026, 5, 8): PublicHoliday.VICTORY_1945,
            date(2026, 5, 14): PublicHoliday.ASCENSION,
            date(2026, 5, 25): PublicHoliday.WHIT_MONDAY,
            date(2026, 7, 14): PublicHoliday.NATIONAL_DAY,
            date(2026, 8, 15): PublicHoliday.ASSUMPTION,
            date(2026, 11, 1): PublicHoliday.ALL_SAINTS,
            date(2026, 11, 11): PublicHoliday.ARMISTICE_1918,
            date(2026, 12, 25): PublicHoliday.CHRISTMAS,
        }

    @pytest.mark.parametrize("year", range(2026, 2037))
    def test_26_december_is_one_in_alsace_moselle_alone(self, year: int) -> None:
        assert public_holidays(year, True, False)[date(year, 12, 26)] == PublicHoliday.ST_STEPHEN
        assert date(year, 12, 26) not in public_holidays(year, False, False)

    @pytest.mark.parametrize("day", [date(2026, 4, 3), date(2027, 3, 26), date(2028, 4, 14)])
    def test_good_friday_is_one_only_with_the_flag_of_the_site(self, day: date) -> None:
        assert public_holidays(day.year, True, True)[day] == PublicHoliday.GOOD_FRIDAY
        assert day not in public_holidays(day.year, True, False)
        assert day not in public_holidays(day.year, False, True)

    def test_they_come_in_order_and_cannot_be_changed(self) -> None:
        holidays = public_holidays(2027, True, True)
        assert list(holidays) == sorted(holidays)
        with pytest.raises(TypeError):
            holidays[date(2027, 6, 1)] = PublicHoliday.NEW_YEAR  # type: ignore[index]
