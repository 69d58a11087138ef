"""What is promised, asked of the rules again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from booking.quotas.rules import Use
from booking.reservations.refusals import OwnReservationFact, RefusalCode, TooLong
from booking.reservations.rules import HeldPlan, Later, Mode, Promise, Purse, newly, recheck
from tests.unit.reservations.builders import (
    NOW,
    TUESDAY_MORNING,
    a_machine,
    a_period,
    a_unit,
    facts,
)

AFTERNOON = a_period(24, "13:00", "16:00")
FRIDAY = a_period(27, "09:00", "12:00")
PLAN = HeldPlan(1, False, False, 0, 0, date(2026, 1, 1), None)
EARLIER = NOW - timedelta(days=10)


def codes(period: Any = TUESDAY_MORNING, later: Any = (), **others: Any) -> list[str]:
    made_at, waived = others.pop("made_at", EARLIER), others.pop("waived", frozenset())
    promise = Promise(period, Mode.AUTONOMOUS, made_at, waived=waived)
    known = facts(purse=Purse((PLAN,)), **others)
    return [
        refusal.code.value
        for refusal in recheck(promise, known, NOW, Later(tuple(Use("M02", use) for use in later)))
    ]


def test_a_promise_is_not_in_its_own_way() -> None:
    own = OwnReservationFact("M02", TUESDAY_MORNING, False)
    there = {
        "units": (a_unit(TUESDAY_MORNING),),
        "own_reservations": (own,),
        "booked": (TUESDAY_MORNING,),
    }
    assert codes(machine=a_machine(future_minutes=180), **there) == []


def test_of_a_pool_only_its_own_unit_is_freed() -> None:
    units = (a_unit(AFTERNOON), a_unit(TUESDAY_MORNING, unit_id=2))
    assert codes(units=units) == []
    both = tuple(a_unit(TUESDAY_MORNING, unit_id=number) for number in (1, 2))
    assert codes(units=both) == []


def test_a_longer_buffer_runs_into_the_next() -> None:
    units = (a_unit(TUESDAY_MORNING, a_period(24, "12:00", "12:30")),)
    assert codes(units=units) == []
    assert codes(units=units, machine=a_machine(buffer_minutes=30)) == ["BUFFER_CONFLICT"]


def test_notice_and_horizon_are_judged_as_of_when_it_was_made() -> None:
    machine = a_machine(lead_minutes=3 * 1440)
    assert codes(machine=machine) == []
    assert codes(machine=machine, made_at=NOW - timedelta(days=1)) == ["TOO_SOON"]
    assert codes(machine=a_machine(horizon_days=5)) == ["TOO_FAR"]


def test_of_too_many_hours_the_last_promised_fall() -> None:
    four_hours = a_machine(future_minutes=240)
    booked = (TUESDAY_MORNING, FRIDAY)
    assert codes(TUESDAY_MORNING, [FRIDAY], machine=four_hours, booked=booked) == []
    assert codes(FRIDAY, machine=four_hours, booked=booked) == ["QUOTA_REACHED"]


def test_what_was_waived_stays_waived() -> None:
    short = a_machine(max_minutes=60)
    assert codes(machine=short) == ["TOO_LONG"]
    assert codes(machine=short, waived=frozenset({RefusalCode.TOO_LONG})) == []


def test_only_a_new_kind_of_reason_is_new() -> None:
    assert newly([TooLong(60)], [TooLong(120)]) == ()
    assert newly([TooLong(60)], []) == (TooLong(60),)
