"""Packs, credit hours and invoices of the demo, and the prices of its synthetic reservations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from booking import clock
from booking.database import db
from booking.demo.files import ZONE, Files
from booking.machines.models import Machine
from booking.members.models import Member, Organisation, Subscription
from booking.periods import Period, local_days, split_by_local_day
from booking.pricing.models import CreditMovement, Invoice, Movement, Pack
from booking.pricing.rules import (
    AN_HOUR,
    CancellationTerms,
    Price,
    Terms,
    price_of_firing,
    price_of_time,
)
from booking.reservations.queries.workshop import price_list

PAID = ("PAID", "CREDITED")
A_MINUTE = timedelta(minutes=1)


def add_credit(
    files: Files,
    subscriptions: Sequence[tuple[dict[str, Any], Subscription]],
    organisations: Mapping[str, Organisation],
    people: Mapping[str, Member],
) -> None:
    """What the ledger knows at the reference clock: the present month of each plan, and packs."""
    hours = {plan["code"]: plan["credit_hours_per_month"] for plan in files.site["plans"]}
    this_month = files.site["reference_clock"].astimezone(ZONE).date().replace(day=1)
    for item, subscription in subscriptions:
        if "credit_hours_left" in item:
            granted = hours[item["plan"]]
            source = {"subscription_id": subscription.id, "month_on": this_month}
            _fill(source, granted, item["credit_hours_left"])
    packs = {pack["code"]: pack["hours"] for pack in files.site["packs"]}
    for item in files.members["packs_held"]:
        pack = Pack(
            code=item["pack"],
            bought_on=item["bought_on"],
            valid_until=item["valid_until"],
            **_payer(item["holder"], organisations, people),
        )
        db.session.add(pack)
        db.session.flush()
        _fill({"pack_id": pack.id}, packs[item["pack"]], item["hours_left"])


def _fill(source: Mapping[str, Any], granted: float, left: float) -> None:
    spent = round((left - granted) * AN_HOUR)
    moves = [(Movement.GRANT, round(granted * AN_HOUR)), (Movement.USE, spent)]
    db.session.add_all(
        CreditMovement(**source, kind=kind, minutes=minutes, at=clock.now())
        for kind, minutes in moves
        if minutes
    )


def add_invoices(
    files: Files, organisations: Mapping[str, Organisation], people: Mapping[str, Member]
) -> None:
    """The invoices of the data file; credit notes wait for the books."""
    db.session.add_all(
        Invoice(
            number=item["number"],
            issued_on=item["issued_on"],
            due_on=item["due_on"],
            total_incl_cents=sum(line["excl_cents"] + line["vat_cents"] for line in item["lines"]),
            paid_on=item["due_on"] if item["state"] in PAID else None,
            **_payer(item["customer"], organisations, people),
        )
        for item in files.records["invoices"]
        if item["kind"] == "INVOICE"
    )


def _payer(
    code: str, organisations: Mapping[str, Organisation], people: Mapping[str, Member]
) -> dict[str, int | None]:
    organisation = organisations.get(code)
    return {
        "organisation_id": organisation.id if organisation else None,
        "member_id": None if organisation else people[code].id,
    }


@dataclass(frozen=True)
class Prices:
    """Prices of synthetic reservations: full hours with the plan's discount, without credit."""

    subscriptions: Sequence[tuple[dict[str, Any], Subscription]]
    discounts: Mapping[str, int]
    vat_basis_points: int
    cancellation: CancellationTerms

    def of(
        self, machine: Machine, person: Member, period: Period, firing_type: str | None
    ) -> Price:
        prices, vat = price_list(machine), self.vat_basis_points
        days = local_days(period, ZONE)
        terms = {day: self._terms(person, day) for day in days}
        if firing_type is not None:
            minutes = period.duration // A_MINUTE
            return price_of_firing(days[0], minutes, firing_type, prices, terms[days[0]], vat)
        parts = split_by_local_day(period, ZONE)
        by_day = {day: part.duration // A_MINUTE for day, part in parts}
        return price_of_time(by_day, prices, terms, (), vat)

    def _terms(self, person: Member, day: date) -> Terms:
        return Terms(max(self._discounts(person.code, day), default=0), is_free=person.is_staff)

    def _discounts(self, code: str, day: date) -> Iterable[int]:
        for item, subscription in self.subscriptions:
            ends_on = subscription.ends_on or date.max
            if code in item["covers"] and subscription.starts_on <= day <= ends_on:
                yield self.discounts[item["plan"]]


def prices(files: Files, subscriptions: Sequence[tuple[dict[str, Any], Subscription]]) -> Prices:
    parameters = files.site["parameters"]
    return Prices(
        subscriptions,
        {plan["code"]: plan["discount_percent"] for plan in files.site["plans"]},
        parameters["vat_rate_basis_points"],
        CancellationTerms(
            parameters["cancel_free_hours"],
            parameters["cancel_partial_hours"],
            parameters["cancel_partial_fee_percent"],
            parameters["cancel_late_fee_percent"],
        ),
    )
