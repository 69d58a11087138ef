"""The price of a use: pure, in integer cents, each line rounded half up.

A use is priced local day by local day. Credit hours are spent first (the plan's of that month, then
the pack that ends first), the rest goes by the formula, then comes the plan's discount, then VAT.
Source: the site's price rules (docs/user-guide.md, « Prix »).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from math import floor
from typing import Any, NamedTuple

from booking.machines.rules import RiskClass

AN_HOUR = 60
HALF_DAY_HOURS = 4
HALF_DAY_FROM_HOURS = 3
"""The half-day price serves only uses longer than this."""

CREDIT_RISK_CLASSES = frozenset({RiskClass.GREEN, RiskClass.AMBER})
"""Credit hours never pay for a dangerous machine."""


class FiringType(StrEnum):
    BISQUE = "BISQUE"
    STONEWARE = "STONEWARE"


class Tier(StrEnum):
    """Which part of the price list made the cheapest price of a day; or what stays due of time
    that was given back too late.
    """

    CREDIT = "CREDIT"
    HOURS = "HOURS"
    HALF_DAY = "HALF_DAY"
    HALF_DAY_AND_HOURS = "HALF_DAY_AND_HOURS"
    TWO_HALF_DAYS = "TWO_HALF_DAYS"
    DAY = "DAY"
    FIRING = "FIRING"
    GIVEN_BACK_LATE = "GIVEN_BACK_LATE"


class CreditKind(StrEnum):
    """PLAN hours end with their month, PACK hours with the pack."""

    PLAN = "PLAN"
    PACK = "PACK"


@dataclass(frozen=True, slots=True)
class PriceList:
    """Prices of one machine in cents excluding VAT; half-day and day are None where not offered.

    `firings` is empty for machines priced by time.
    """

    hour_cents: int
    half_day_cents: int | None
    day_cents: int | None
    firings: Mapping[str, int]
    deposit_cents: int = 0

    @property
    def is_per_firing(self) -> bool:
        return bool(self.firings)


class CreditKey(NamedTuple):
    """A source of credit hours: a month of a subscription (`first_on` its first day), or a pack."""

    kind: CreditKind
    holder_id: int
    first_on: date


@dataclass(frozen=True, slots=True)
class CreditFact:
    """Minutes left in one source, usable on the local days from `first_on` to `last_on`."""

    key: CreditKey
    last_on: date
    minutes: int

    def serves(self, day: date) -> bool:
        return self.key.first_on <= day <= self.last_on


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which conditions a person pays on one local day; no discount without a plan."""

    discount_percent: int = 0
    is_free: bool = False


class CreditUse(NamedTuple):
    key: CreditKey
    minutes: int


@dataclass(frozen=True, slots=True)
class Line:
    """One local day of a use. `minutes` are elapsed, `paid_minutes` those that credit leaves.

    `list_cents` is the formula's price, `excl_cents` what remains after the discount.
    """

    day: date
    minutes: int
    paid_minutes: int
    tier: Tier
    list_cents: int
    discount_percent: int
    excl_cents: int
    credit: tuple[CreditUse, ...] = ()


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one use with everything it is made of, in cents.

    `credit_left_minutes` is what the credit hours of these days still held afterwards.
    """

    lines: tuple[Line, ...]
    vat_basis_points: int
    deposit_cents: int = 0
    credit_left_minutes: int = 0

    @property
    def excl_cents(self) -> int:
        return sum(line.excl_cents for line in self.lines)

    @property
    def vat_cents(self) -> int:
        return sum(vat_of(line.excl_cents, self.vat_basis_points) for line in self.lines)

    @property
    def incl_cents(self) -> int:
        return self.excl_cents + self.vat_cents

    @property
    def credit(self) -> tuple[CreditUse, ...]:
        """What is taken from each source of credit hours."""
        taken: dict[CreditKey, int] = {}
        for line in self.lines:
            for key, minutes in line.credit:
                taken[key] = taken.get(key, 0) + minutes
        return tuple(CreditUse(key, minutes) for key, minutes in taken.items())

    @property
    def credit_minutes(self) -> int:
        return sum(use.minutes for use in self.credit)

    @property
    def paid_minutes(self) -> int:
        """Minutes that credit does not pay."""
        return sum(line.paid_minutes for line in self.lines)

    def as_data(self) -> dict[str, Any]:
        """Plain values for the snapshot that a confirmed reservation keeps."""
        return {
            "vat_basis_points": self.vat_basis_points,
            "deposit_cents": self.deposit_cents,
            "credit_left_minutes": self.credit_left_minutes,
            "lines": [
                {
                    "day": line.day.isoformat(),
                    "minutes": line.minutes,
                    "paid_minutes": line.paid_minutes,
                    "tier": line.tier.value,
                    "list_cents": line.list_cents,
                    "discount_percent": line.discount_percent,
                    "excl_cents": line.excl_cents,
                    "credit": [
                        [
                            use.key.kind.value,
                            use.key.holder_id,
                            use.key.first_on.isoformat(),
                            use.minutes,
                        ]
                        for use in line.credit
                    ],
                }
                for line in self.lines
            ],
        }


def price_from_data(data: Mapping[str, Any]) -> Price:
    """The price that `Price.as_data` kept."""
    return Price(
        lines=tuple(
            Line(
                day=date.fromisoformat(line["day"]),
                minutes=line["minutes"],
                paid_minutes=line["paid_minutes"],
                tier=Tier(line["tier"]),
                list_cents=line["list_cents"],
                discount_percent=line["discount_percent"],
                excl_cents=line["excl_cents"],
                credit=tuple(
                    CreditUse(
                        CreditKey(CreditKind(kind), holder, date.fromisoformat(first)), minutes
                    )
                    for kind, holder, first, minutes in line["credit"]
                ),
            )
            for line in data["lines"]
        ),
        vat_basis_points=data["vat_basis_points"],
        deposit_cents=data["deposit_cents"],
        credit_left_minutes=data["credit_left_minutes"],
    )


def price_of_time(
    minutes_by_day: Mapping[date, int],
    prices: PriceList,
    terms: Mapping[date, Terms],
    credits_left: Sequence[CreditFact],
    vat_basis_points: int,
) -> Price:
    """The price of a use of `minutes_by_day` elapsed minutes on each local day.

    `credits_left` are those that may pay for this machine, in any order.
    """
    left = {credit.key: credit.minutes for credit in credits_left}
    lines = []
    for day, minutes in minutes_by_day.items():
        use = _spend(minutes, _in_order(credits_left, day), left)
        paid = minutes - sum(spent.minutes for spent in use)
        list_cents, tier = cheapest(paid, prices)
        lines.append(_line(day, minutes, paid, tier, list_cents, terms[day], use))
    serving = {c.key for c in credits_left if any(c.serves(day) for day in minutes_by_day)}
    remaining = sum(minutes for key, minutes in left.items() if key in serving)
    return Price(tuple(lines), vat_basis_points, prices.deposit_cents, remaining)


def price_of_firing(
    day: date, minutes: int, firing: str, prices: PriceList, terms: Terms, vat_basis_points: int
) -> Price:
    """The price of one firing, which begins on `day`; it takes the plan's discount, no credit."""
    line = _line(day, minutes, minutes, Tier.FIRING, prices.firings[firing], terms, ())
    return Price((line,), vat_basis_points, prices.deposit_cents)


def _line(
    day: date,
    minutes: int,
    paid: int,
    tier: Tier,
    list_cents: int,
    terms: Terms,
    credit: tuple[CreditUse, ...],
) -> Line:
    percent = 100 if terms.is_free else terms.discount_percent
    after = half_up(Fraction(list_cents * (100 - percent), 100))
    return Line(day, minutes, paid, tier, list_cents, percent, after, credit)


def _in_order(credits_left: Iterable[CreditFact], day: date) -> list[CreditFact]:
    """The plan's hours of the month first, then the pack that ends first."""
    usable = (credit for credit in credits_left if credit.serves(day))
    return sorted(usable, key=lambda c: (c.key.kind is not CreditKind.PLAN, c.last_on, c.key))


def _spend(
    minutes: int, usable: Iterable[CreditFact], left: dict[CreditKey, int]
) -> tuple[CreditUse, ...]:
    spent = []
    for credit in usable:
        taken = min(minutes, left[credit.key])
        if taken > 0:
            spent.append(CreditUse(credit.key, taken))
            left[credit.key] -= taken
            minutes -= taken
    return tuple(spent)


def cheapest(minutes: int, prices: PriceList) -> tuple[int, Tier]:
    """The price of that much of one local day, in cents, and what made it.

    min( h·H ; D ; HD + max(0, h−4)·H if h > 3 ; 2·HD if h > 4 )
    """
    if minutes == 0:
        return 0, Tier.CREDIT
    hours = Fraction(minutes, AN_HOUR)
    hour, half_day = prices.hour_cents, prices.half_day_cents
    offers: list[tuple[Fraction | int, Tier]] = [(hours * hour, Tier.HOURS)]
    if prices.day_cents is not None:
        offers.append((prices.day_cents, Tier.DAY))
    if half_day is not None and hours > HALF_DAY_FROM_HOURS:
        beyond = max(Fraction(0), hours - HALF_DAY_HOURS)
        tier = Tier.HALF_DAY_AND_HOURS if beyond else Tier.HALF_DAY
        offers.append((half_day + beyond * hour, tier))
        if beyond:
            offers.append((2 * half_day, Tier.TWO_HALF_DAYS))
    cents, tier = min(offers, key=lambda offer: offer[0])
    return half_up(Fraction(cents)), tier


def half_up(amount: Fraction) -> int:
    return floor(amount + Fraction(1, 2))


def vat_of(excl_cents: int, basis_points: int) -> int:
    return half_up(Fraction(excl_cents * basis_points, 10_000))


@dataclass(frozen=True, slots=True)
class CancellationTerms:
    """When giving back is free, and what share of the price is kept otherwise."""

    free_hours: int
    partial_hours: int
    partial_percent: int
    late_percent: int

    def percent(self, starts_at: datetime, now: datetime) -> int:
        """The share of the price kept when a member cancels at `now`; elapsed time, aware UTC."""
        notice = starts_at - now
        if notice >= timedelta(hours=self.free_hours):
            return 0
        if notice >= timedelta(hours=self.partial_hours):
            return self.partial_percent
        return self.late_percent


class Overrun(NamedTuple):
    """Whole steps beyond the end of a use, and what they cost in cents."""

    minutes: int
    excl_cents: int
    vat_cents: int

    @property
    def incl_cents(self) -> int:
        return self.excl_cents + self.vat_cents


def overrun_of(
    over: timedelta, step_minutes: int, hour_cents: int, vat_basis_points: int
) -> Overrun | None:
    """What staying longer costs: every step that has begun, at the hourly price alone; elapsed
    time, whole minutes. None for less than a minute.

    Neither half-days nor credit hours nor a plan's discount: nobody has agreed to it beforehand.
    """
    minutes = over // timedelta(minutes=1)
    if minutes <= 0:
        return None
    billed = -(-minutes // step_minutes) * step_minutes
    excl = half_up(Fraction(billed * hour_cents, AN_HOUR))
    return Overrun(billed, excl, vat_of(excl, vat_basis_points))


class Fee(NamedTuple):
    """What is kept of a price, in cents and in minutes of credit."""

    percent: int
    excl_cents: int
    vat_cents: int
    credit_minutes: int = 0

    @property
    def incl_cents(self) -> int:
        return self.excl_cents + self.vat_cents


def fee_of(price: Price, percent: int, *, has_vat: bool = True) -> Fee:
    """The share of a price that stays due, line by line."""
    kept = [
        line.excl_cents
        if line.tier is Tier.GIVEN_BACK_LATE
        else half_up(Fraction(line.excl_cents * percent, 100))
        for line in price.lines
    ]
    vat = sum(vat_of(cents, price.vat_basis_points) for cents in kept) if has_vat else 0
    returned = sum(use.minutes for use in given_back(price, percent))
    return Fee(percent, sum(kept), vat, price.credit_minutes - returned)


def after_giving_back(before: Price, after: Price, percent: int) -> Price:
    """The price after a change that gives time back when `percent` of it would stay due: that share
    of the difference is added, and what an earlier change has added stays. Credit hours come back
    whole.
    """
    kept = [line for line in before.lines if line.tier is Tier.GIVEN_BACK_LATE]
    saved = before.excl_cents - sum(line.excl_cents for line in kept) - after.excl_cents
    due = half_up(Fraction(max(saved, 0) * percent, 100))
    if due:
        day = before.lines[0].day
        kept.append(Line(day, 0, 0, Tier.GIVEN_BACK_LATE, due, 0, due))
    return replace(after, lines=(*after.lines, *kept))


def given_back(price: Price, percent: int) -> tuple[CreditUse, ...]:
    """The credit hours that return to their sources when `percent` of them are kept."""
    back = (
        (use.key, use.minutes - half_up(Fraction(use.minutes * percent, 100)))
        for use in price.credit
    )
    return tuple(CreditUse(key, minutes) for key, minutes in back if minutes)
