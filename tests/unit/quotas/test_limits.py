"""Limits by person, organisation and plan; peak hours; who comes first; over clock changes too."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from booking.openings.rules import Access, Timetable, WeeklyOpening
from booking.periods import Period
from booking.quotas.rules import (
    Asker,
    Counted,
    Holder,
    Limits,
    Made,
    Place,
    PlaceKind,
    PriorityFact,
    QuotaFact,
    ReachedLimit,
    ReservedFirst,
    Span,
    Use,
    days_of,
    reached_limits,
    replay,
    reserved_first,
)

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 23, 8, tzinfo=PARIS)
EVERYWHERE = Place(PlaceKind.EVERYWHERE)
AUTUMN, SPRING = date(2026, 10, 25), date(2027, 3, 28)
"""The nights of the clock changes: Sundays, the last days of their weeks."""


def at(day: int | date, wall: str) -> datetime:
    on = day if isinstance(day, date) else date(2026, 11, day)
    return datetime.combine(on, time.fromisoformat(wall), PARIS)


def hours(day: int | date, starts: str, ends: str) -> Period:
    return Period(at(day, starts), at(day, ends))


TUESDAY = hours(24, "09:00", "12:00")
SUNDAY, NEXT_MONDAY = hours(29, "09:00", "12:00"), hours(30, "09:00", "12:00")


def a_quota(**others: Any) -> QuotaFact:
    usual: dict[str, Any] = {
        "holder": Holder.PERSON,
        "plan": None,
        "place": EVERYWHERE,
        "machines": frozenset({"M01", "M02"}),
        "span": Span.WEEK,
        "limit_minutes": 360,
        "peak_only": False,
    }
    return QuotaFact(**(usual | others))


def weekly(weekdays: range, starts: str, ends: str) -> Timetable:
    wall = time.fromisoformat(starts), time.fromisoformat(ends)
    return Timetable(
        tuple(WeeklyOpening(day, *wall, staffed=True, access=Access.ALL) for day in weekdays),
        PARIS,
    )


EVENINGS = weekly(range(5), "17:00", "20:00")


def reached(
    period: Period, quota: QuotaFact, *own: Period, machine: str = "M01", **others: Any
) -> list[ReachedLimit]:
    asker = Asker(frozenset(others.pop("plans", ())), others.pop("has_organisation", True), False)
    uses = tuple(Use(machine, use) for use in own)
    colleagues = tuple(Use(machine, use) for use in others.pop("colleagues", ()))
    counted = Counted(uses, (*uses, *colleagues))
    limits = Limits((quota,), others.pop("peaks", None))
    asked_at = others.pop("asked_at", NOW)
    return list(reached_limits(period, asked_at, asker, limits, counted, PARIS))


def test_a_limit_may_be_reached_and_not_passed() -> None:
    assert reached(TUESDAY, a_quota(), SUNDAY) == []
    (found,) = reached(TUESDAY, a_quota(limit_minutes=359), SUNDAY)
    assert (found.booked_minutes, found.first_on, found.last_on) == (
        180,
        date(2026, 11, 23),
        date(2026, 11, 29),
    )
    assert found.more_from_at == at(30, "00:00")


def test_the_next_week_begins_on_monday() -> None:
    assert reached(TUESDAY, a_quota(limit_minutes=180), NEXT_MONDAY) == []
    assert reached(SUNDAY, a_quota(limit_minutes=180), NEXT_MONDAY) == []


def test_a_wish_that_is_too_much_by_itself_has_no_better_week() -> None:
    (found,) = reached(TUESDAY, a_quota(limit_minutes=120))
    assert found.more_from_at is None


def test_other_machines_do_not_count() -> None:
    assert reached(TUESDAY, a_quota(limit_minutes=180), SUNDAY, machine="M09") == []


def test_a_month_is_a_local_one() -> None:
    december = hours(date(2026, 12, 1), "00:00", "03:00")
    quota = a_quota(span=Span.MONTH, limit_minutes=180)
    assert reached(TUESDAY, quota, december) == []
    (found,) = reached(TUESDAY, quota, NEXT_MONDAY)
    assert found.last_on == date(2026, 11, 30)


def test_a_use_over_the_end_of_a_week_counts_in_both() -> None:
    night = Period(at(29, "22:00"), at(30, "02:00"))
    assert reached(night, a_quota(limit_minutes=120)) == []
    found = reached(night, a_quota(limit_minutes=119))
    assert [limit.first_on for limit in found] == [date(2026, 11, 23), date(2026, 11, 30)]


@pytest.mark.parametrize(("sunday", "minutes"), [(AUTUMN, 240), (SPRING, 120)])
def test_the_week_of_a_clock_change_counts_elapsed_hours(sunday: date, minutes: int) -> None:
    night = Period(at(sunday, "01:00"), at(sunday, "04:00"))
    asked: dict[str, Any] = {"asked_at": at(sunday, "00:00") - timedelta(days=5)}
    assert reached(night, a_quota(limit_minutes=minutes), **asked) == []
    (found,) = reached(night, a_quota(limit_minutes=minutes - 1), **asked)
    assert (found.first_on, found.last_on) == days_of(Span.WEEK, sunday)
    assert found.last_on == sunday


def test_hours_ahead_end_when_the_first_begins() -> None:
    quota = a_quota(span=Span.AHEAD, limit_minutes=300)
    begun = Period(NOW - timedelta(hours=1), NOW + timedelta(hours=4))
    assert reached(TUESDAY, quota, begun) == []
    (found,) = reached(TUESDAY, quota, SUNDAY, NEXT_MONDAY)
    assert (found.booked_minutes, found.more_from_at) == (360, SUNDAY.starts_at)


def test_an_organisation_counts_all_its_people() -> None:
    quota = a_quota(holder=Holder.ORGANISATION, limit_minutes=300)
    assert reached(TUESDAY, quota) == []
    (found,) = reached(TUESDAY, quota, colleagues=(SUNDAY,))
    assert (found.holder, found.booked_minutes) == (Holder.ORGANISATION, 180)
    assert reached(TUESDAY, quota, SUNDAY, has_organisation=False) == []


def test_a_quota_of_a_plan_counts_for_its_people_alone() -> None:
    quota = a_quota(plan="P-NOM", limit_minutes=60)
    assert reached(TUESDAY, quota, plans={"P-ATE"}) == []
    assert len(reached(TUESDAY, quota, plans={"P-NOM", "P-ATE"})) == 1


def test_only_what_lies_in_peak_hours_counts() -> None:
    quota = a_quota(peak_only=True, limit_minutes=120)
    monday = hours(23, "15:00", "18:00")
    wish = hours(24, "16:00", "18:30")
    assert reached(wish, quota, peaks=EVENINGS) == []
    (found,) = reached(wish, quota, monday, peaks=EVENINGS)
    assert found.booked_minutes == 60
    assert reached(TUESDAY, quota, monday, monday, peaks=EVENINGS) == []


def first(period: Period, *, asked_at: datetime = NOW, **others: Any) -> list[ReservedFirst]:
    asker = Asker(frozenset(others.get("plans", ())), False, others.get("is_staff", False))
    priority = PriorityFact(("P-RES",), EVERYWHERE, EVENINGS, opens_hours=24)
    limits = Limits(priorities=(priority,))
    return list(reserved_first(period, asked_at, asker, limits, PARIS))


def test_priority_hours_are_those_of_the_plans_until_they_open() -> None:
    wish = hours(25, "16:00", "18:00")
    (found,) = first(wish)
    assert found.opens_at == at(24, "16:00")
    assert found.periods == (hours(25, "17:00", "20:00"),)
    assert first(wish, asked_at=at(24, "16:00")) == []
    assert first(wish, plans={"P-RES"}) == []
    assert first(wish, is_staff=True) == []
    assert first(hours(25, "15:00", "17:00")) == []
    assert first(hours(28, "17:00", "18:00")) == []


def test_the_hours_before_the_start_are_elapsed_ones() -> None:
    monday = AUTUMN + timedelta(days=1)
    (found,) = first(hours(monday, "17:00", "18:00"), asked_at=at(20, "08:00") - timedelta(days=60))
    assert found.opens_at == at(AUTUMN, "17:00")
    (found,) = first(
        hours(AUTUMN + timedelta(days=1), "17:00", "18:00"), asked_at=at(AUTUMN, "16:59")
    )
    assert found.opens_at == at(AUTUMN, "17:00")


def made(number: int, period: Period, days_before: int, organisation: int | None = None) -> Made:
    return Made(
        Use("M01", period), period.starts_at - timedelta(days=days_before), number, organisation
    )


def test_trying_a_quota_on_the_past_refuses_what_came_last() -> None:
    first_made, second_made = made(1, SUNDAY, 20), made(1, TUESDAY, 2)
    other = made(2, TUESDAY, 1)
    quota = a_quota(limit_minutes=300)
    assert replay(quota, None, [second_made, other, first_made], PARIS) == [second_made]


def test_trying_a_quota_of_organisations_counts_their_people_together() -> None:
    quota = a_quota(holder=Holder.ORGANISATION, limit_minutes=300)
    alone = made(3, TUESDAY, 1)
    one, other = made(1, SUNDAY, 20, 7), made(2, TUESDAY, 2, 7)
    assert replay(quota, None, [alone, one, other], PARIS) == [other]
