"""The price of what is asked for, from the same facts as the reasons against it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from booking.periods import Period, local_days, split_by_local_day
from booking.pricing.rules import (
    CREDIT_RISK_CLASSES,
    CreditFact,
    CreditKey,
    CreditKind,
    CreditUse,
    Price,
    Terms,
    price_of_firing,
    price_of_time,
)
from booking.reservations.rules.facts import Facts, HeldPlan, Purse

A_MINUTE = timedelta(minutes=1)


def price_of(period: Period, firing_type: str | None, facts: Facts) -> Price:
    """What this use costs this person, credit hours included; elapsed minutes of each local day.

    A firing is priced on the day it begins; without a known type it is priced as time.
    """
    zone, prices = facts.timetable.zone, facts.machine.prices
    days = local_days(period, zone)
    vat = facts.payment.vat_basis_points
    terms = {day: _terms(day, facts) for day in days}
    if firing_type is not None and firing_type in prices.firings:
        minutes = period.duration // A_MINUTE
        return price_of_firing(days[0], minutes, firing_type, prices, terms[days[0]], vat)
    minutes_by_day = {
        day: part.duration // A_MINUTE for day, part in split_by_local_day(period, zone)
    }
    usable = tuple(_credits(days, facts)) if _takes_credit(facts) else ()
    return price_of_time(minutes_by_day, prices, terms, usable, vat)


def with_returned(purse: Purse, uses: Iterable[CreditUse]) -> Purse:
    """The purse as it would be with these hours back in their sources."""
    returned = dict(uses)
    fuller = (
        replace(credit, minutes=credit.minutes + returned.get(credit.key, 0))
        for credit in purse.credits
    )
    return replace(purse, credits=tuple(fuller))


def _takes_credit(facts: Facts) -> bool:
    return (
        facts.member.needs_papers
        and facts.machine.risk_class in CREDIT_RISK_CLASSES
        and not facts.machine.prices.is_per_firing
    )


def _terms(day: date, facts: Facts) -> Terms:
    """The best discount of the plans of that day; who runs the place pays nothing."""
    discounts = (plan.discount_percent for plan in facts.purse.plans if plan.covers(day, day))
    return Terms(max(discounts, default=0), is_free=not facts.member.needs_papers)


def _credits(days: tuple[date, ...], facts: Facts) -> Iterator[CreditFact]:
    """The balances of the ledger, and the months of plans it does not know yet."""
    known = {credit.key for credit in facts.purse.credits}
    yield from facts.purse.credits
    for plan in facts.purse.plans:
        for first in {day.replace(day=1) for day in days if plan.covers(day, day)}:
            month = _whole_month(plan, first)
            if month.minutes and month.key not in known:
                yield month


def _whole_month(plan: HeldPlan, first: date) -> CreditFact:
    key = CreditKey(CreditKind.PLAN, plan.subscription_id, first)
    return CreditFact(key, plan.last_day_in(first), plan.credit_minutes_per_month)
