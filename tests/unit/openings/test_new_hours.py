"""Which weekly hours and closures can be set."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from booking.openings.refusals import (
    AlreadyOver,
    EndsBeforeStart,
    HoursRefusal,
    OverlapsRule,
    TooFarAhead,
    TooManyRules,
)
from booking.openings.rules import (
    FURTHEST_CLOSURE,
    MOST_RULES_A_DAY,
    Access,
    WeeklyOpening,
    closure_refusals,
    hours_refusals,
)

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)


def wall(text: str) -> time:
    return time.fromisoformat(text)


def a_rule(starts: str, ends: str, weekday: int = 0, access: Access = Access.ALL) -> WeeklyOpening:
    return WeeklyOpening(weekday, wall(starts), wall(ends), True, access)


def against(starts: str, ends: str, *others: WeeklyOpening) -> tuple[HoursRefusal, ...]:
    return hours_refusals(0, wall(starts), wall(ends), Access.ALL, others)


@pytest.mark.parametrize(("starts", "ends"), [("12:00", "12:00"), ("12:00", "11:59")])
def test_hours_end_after_they_start(starts: str, ends: str) -> None:
    assert against(starts, ends) == (EndsBeforeStart(),)


def test_hours_may_end_at_midnight() -> None:
    assert against("00:00", "00:00") == ()
    assert against("23:30", "00:00") == ()


@pytest.mark.parametrize(
    ("starts", "ends", "overlaps"),
    [
        ("07:00", "08:00", False),
        ("07:00", "08:01", True),
        ("09:00", "10:00", True),
        ("11:59", "00:00", True),
        ("12:00", "00:00", False),
        ("00:00", "00:00", True),
    ],
)
def test_touching_hours_fit_and_overlapping_ones_do_not(
    starts: str, ends: str, overlaps: bool
) -> None:
    expected = (OverlapsRule(0, wall("08:00"), wall("12:00")),) if overlaps else ()
    assert against(starts, ends, a_rule("08:00", "12:00")) == expected


def test_hours_to_midnight_leave_nothing_after_them() -> None:
    assert against("23:00", "23:30", a_rule("22:00", "00:00"))


def test_other_days_and_other_access_do_not_stand_in_the_way() -> None:
    others = (
        a_rule("08:00", "12:00", weekday=1),
        a_rule("06:00", "22:00", access=Access.EXTENDED),
    )
    assert against("08:00", "12:00", *others) == ()


def test_a_day_holds_only_so_many_rules() -> None:
    full = [a_rule(f"{hour:02}:00", f"{hour:02}:30") for hour in range(MOST_RULES_A_DAY)]
    assert against("20:00", "21:00", *full) == (TooManyRules(0, MOST_RULES_A_DAY),)
    assert against("20:00", "21:00", *full[1:]) == ()


def test_a_closure_that_goes_on_may_still_be_set() -> None:
    assert closure_refusals(NOW - AN_HOUR, NOW + AN_HOUR, NOW) == ()


def test_a_closure_ends_after_it_starts_and_after_now_and_within_reach() -> None:
    assert closure_refusals(NOW, NOW, NOW) == (EndsBeforeStart(),)
    assert closure_refusals(NOW - 2 * AN_HOUR, NOW, NOW) == (AlreadyOver(),)
    furthest = NOW + FURTHEST_CLOSURE
    assert closure_refusals(NOW, furthest, NOW) == ()
    assert closure_refusals(NOW, furthest + AN_HOUR, NOW) == (TooFarAhead(furthest.date()),)
