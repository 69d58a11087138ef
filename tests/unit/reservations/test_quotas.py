"""How much of one machine one person may hold."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from booking.periods import Period
from booking.reservations.refusals import QuotaReached, QuotaRule, ReachedQuota, Refusal
from booking.reservations.rules import Mode, ReservationRequest, refusals
from tests.unit.reservations.builders import (
    NOW,
    TUESDAY_MORNING,
    a_machine,
    a_period,
    always_open,
    facts,
    local,
)

YESTERDAY = a_period(22, "09:00", "12:00")
TODAY = a_period(23, "09:00", "12:00")
FRIDAY = a_period(27, "09:00", "12:00")


def against(period: Period = TUESDAY_MORNING, **others: Any) -> list[Refusal]:
    request = ReservationRequest(period, Mode.AUTONOMOUS, NOW)
    return list(refusals(request, facts(**others)))


def ahead(booked: int, limit: int) -> list[Refusal]:
    return [QuotaReached((ReachedQuota(QuotaRule.HOURS_AHEAD, limit, booked),))]


def on_the_day(booked: int, limit: int, day: int) -> list[Refusal]:
    reached = ReachedQuota(QuotaRule.HOURS_A_DAY, limit, booked, date(2026, 11, day))
    return [QuotaReached((reached,))]


def test_hours_ahead_may_reach_the_limit() -> None:
    assert against(booked=(FRIDAY,), machine=a_machine(future_minutes=360)) == []


def test_hours_ahead_may_not_pass_it() -> None:
    assert against(booked=(FRIDAY,), machine=a_machine(future_minutes=359)) == ahead(180, 359)


def test_what_has_begun_is_not_ahead() -> None:
    begun = Period(NOW - timedelta(hours=1), NOW + timedelta(hours=2))
    assert against(booked=(YESTERDAY, begun), machine=a_machine(future_minutes=180)) == []


def test_hours_ahead_are_elapsed_hours() -> None:
    spring = Period(local(date(2027, 3, 27), "22:00"), local(date(2027, 3, 28), "06:00"))
    assert spring.duration == timedelta(hours=7)
    assert against(booked=(spring,), machine=a_machine(future_minutes=600)) == []


def test_hours_of_one_day_may_reach_the_limit_and_not_pass_it() -> None:
    afternoon = a_period(24, "14:00", "15:00")
    four_hours = a_machine(quota_minutes_per_day=240)
    assert against(machine=four_hours, booked=(afternoon,)) == []
    longer = a_period(24, "14:00", "15:30")
    assert against(machine=four_hours, booked=(longer,)) == on_the_day(90, 240, 24)


def test_hours_of_another_day_do_not_count() -> None:
    four_hours = a_machine(quota_minutes_per_day=240)
    assert against(machine=four_hours, booked=(FRIDAY, TODAY)) == []


def test_a_use_over_midnight_counts_on_each_day() -> None:
    night = Period(local(24, "22:00"), local(25, "02:00"))
    early = a_period(25, "02:30", "04:00")
    machine = a_machine(quota_minutes_per_day=180)
    found = against(night, machine=machine, booked=(early,), timetable=always_open())
    assert found == on_the_day(90, 180, 25)


def test_both_limits_are_told_together() -> None:
    machine = a_machine(quota_minutes_per_day=120, future_minutes=300)
    (found,) = against(machine=machine, booked=(FRIDAY,))
    assert isinstance(found, QuotaReached)
    assert [quota.rule for quota in found.quotas] == [QuotaRule.HOURS_AHEAD, QuotaRule.HOURS_A_DAY]
