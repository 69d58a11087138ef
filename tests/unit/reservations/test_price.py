"""Paying: what stands in the way, and what credit hours and plans make of the price."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from booking.machines.rules import RiskClass
from booking.pricing.rules import CreditFact, CreditKey, CreditKind, PriceList
from booking.reservations.refusals import (
    InsufficientCredit,
    PaymentOverdue,
    PlanNotCovering,
    Refusal,
)
from booking.reservations.rules import (
    Facts,
    HeldPlan,
    Mode,
    OverdueInvoice,
    Purse,
    ReservationRequest,
    price_of,
    refusals,
)
from tests.unit.reservations.builders import (
    NOW,
    TUESDAY_MORNING,
    a_machine,
    a_member,
    a_period,
    facts,
)

PLAN = HeldPlan(7, False, False, 15, 240, date(2026, 1, 1), None)
NOVEMBER = CreditKey(CreditKind.PLAN, 7, date(2026, 11, 1))


def against(found: Facts, **asked: Any) -> list[Refusal]:
    request = ReservationRequest(TUESDAY_MORNING, Mode.AUTONOMOUS, NOW, **asked)
    return list(refusals(request, found))


def test_an_invoice_due_for_30_days_does_not_stop_reserving_yet() -> None:
    owing = a_member(overdue=OverdueInvoice("2026-0101", date(2026, 10, 24)))
    assert against(facts(member=owing)) == []


def test_an_invoice_due_for_31_days_stops_reserving() -> None:
    owing = a_member(overdue=OverdueInvoice("2026-0101", date(2026, 10, 23)))
    assert against(facts(member=owing)) == [PaymentOverdue("2026-0101", date(2026, 10, 23), 31)]


def test_days_that_no_plan_covers_are_refused() -> None:
    found = against(facts(member=a_member(has_plan=False)))
    assert found == [PlanNotCovering(date(2026, 11, 24), date(2026, 11, 24))]


def test_a_site_may_price_days_without_a_plan_in_full() -> None:
    known = facts(member=a_member(has_plan=False))
    assert against(replace(known, payment=replace(known.payment, asks_for_plan=False))) == []


def test_staff_need_no_plan_and_pay_nothing() -> None:
    known = facts(member=a_member(has_plan=False, needs_papers=False))
    assert against(known) == []
    assert price_of(TUESDAY_MORNING, None, known).incl_cents == 0


def test_a_month_that_the_ledger_does_not_know_has_all_its_hours() -> None:
    found = price_of(TUESDAY_MORNING, None, facts(purse=Purse((PLAN,))))
    assert [(use.key, use.minutes) for use in found.credit] == [(NOVEMBER, 180)]


def test_a_known_month_has_what_the_ledger_says() -> None:
    left = CreditFact(NOVEMBER, date(2026, 11, 30), 60)
    found = price_of(TUESDAY_MORNING, None, facts(purse=Purse((PLAN,), (left,))))
    assert found.credit_minutes == 60
    assert found.excl_cents == 2380  # two hours at 14.00 less 15 %


def test_a_use_over_the_end_of_the_month_takes_hours_of_both() -> None:
    night = a_period(date(2026, 11, 30), "23:00", "23:30")
    night = replace(night, ends_at=a_period(date(2026, 12, 1), "00:30", "01:00").starts_at)
    found = price_of(night, None, facts(purse=Purse((PLAN,))))
    assert [(use.key.first_on, use.minutes) for use in found.credit] == [
        (date(2026, 11, 1), 60),
        (date(2026, 12, 1), 30),
    ]


def test_hours_of_a_plan_that_ends_within_the_month_end_with_it() -> None:
    ended = replace(PLAN, ends_on=date(2026, 11, 20))
    assert price_of(TUESDAY_MORNING, None, facts(purse=Purse((ended,)))).credit == ()


def test_a_dangerous_machine_takes_no_credit() -> None:
    known = facts(machine=a_machine(risk_class=RiskClass.RED), purse=Purse((PLAN,)))
    assert price_of(TUESDAY_MORNING, None, known).credit == ()


def test_a_firing_takes_the_discount_but_no_credit() -> None:
    kiln = a_machine(prices=PriceList(0, None, None, {"STONEWARE": 6500}))
    found = price_of(TUESDAY_MORNING, "STONEWARE", facts(machine=kiln, purse=Purse((PLAN,))))
    assert (found.excl_cents, found.credit) == (5525, ())


@pytest.mark.parametrize(("minutes", "missing"), [(180, None), (179, 1), (0, 180)])
def test_who_pays_with_credit_alone_needs_enough(minutes: int, missing: int | None) -> None:
    left = CreditFact(NOVEMBER, date(2026, 11, 30), minutes)
    found = against(facts(purse=Purse((PLAN,), (left,))), credit_only=True)
    assert found == ([InsufficientCredit(missing)] if missing else [])
