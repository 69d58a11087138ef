"""Several reservations in one act: all of them, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from booking.database import db
from booking.members.models import Member
from booking.pricing.rules import Price
from booking.reservations.models import Reservation
from booking.reservations.service.reserving import hold, promise
from booking.reservations.service.wishes import Refused, Wish


@dataclass(frozen=True)
class RefusedSome:
    """Nothing was reserved: what stands against some wishes, by their place in the list.

    Each was judged as if those before it that can be had were reserved already.
    """

    refused: Mapping[int, Refused]

    @property
    def only_taken(self) -> bool:
        """Whether other times are all that is needed."""
        return all(refused.only_taken for refused in self.refused.values())


@dataclass(frozen=True)
class Rehearsal:
    """What would become of several wishes: prices of those that can be had, the others refused."""

    prices: Mapping[int, Price]
    refused: Mapping[int, Refused]


def reserve_all(wishes: Sequence[Wish], actor: Member) -> list[Reservation] | RefusedSome:
    """Reserve every wish, or nothing and say which were refused and why.

    They are decided one after the other, so that quotas, credit hours and overlaps count those
    before. All units, then all persons, then their records and credit hours are held first.
    """
    hold(wishes)
    attempt = db.session.begin_nested()
    outcomes = [promise(wish, actor) for wish in wishes]
    refused = {n: outcome for n, outcome in enumerate(outcomes) if isinstance(outcome, Refused)}
    if refused:
        attempt.rollback()
        return RefusedSome(refused)
    attempt.commit()
    return [outcome for outcome in outcomes if isinstance(outcome, Reservation)]


def rehearse(wishes: Sequence[Wish], actor: Member) -> Rehearsal:
    """What `reserve_all` would say and cost, by doing it and taking everything back."""
    hold(wishes)
    attempt = db.session.begin_nested()
    outcomes = list(enumerate(promise(wish, actor) for wish in wishes))
    prices = {n: made.price for n, made in outcomes if isinstance(made, Reservation)}
    attempt.rollback()
    return Rehearsal(
        prices={n: price for n, price in prices.items() if price is not None},
        refused={n: outcome for n, outcome in outcomes if isinstance(outcome, Refused)},
    )
