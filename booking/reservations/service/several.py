"""Several reservations in one act: all of them, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import SessionTransaction

from booking.database import db
from booking.members.models import Member
from booking.pricing.rules import Price
from booking.reservations.models import Reservation
from booking.reservations.service.reserving import hold, promise, tell_made
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
class Rehearsal(RefusedSome):
    """What would become of several wishes: besides, the prices of those that can be had."""

    prices: Mapping[int, Price]


def reserve_all(wishes: Sequence[Wish], actor: Member) -> list[Reservation] | RefusedSome:
    """Reserve every wish, or nothing and say which were refused and why.

    They are decided one after the other, so that quotas, credit hours and overlaps count those
    before. All units, then all persons, then their records and credit hours are held first.
    """
    made = promise_all(wishes, actor)
    if not isinstance(made, RefusedSome):
        tell_made(made)
    return made


def promise_all(wishes: Sequence[Wish], actor: Member) -> list[Reservation] | RefusedSome:
    """The same, but the caller tells those for whom it is."""
    hold(wishes)
    with db.session.begin_nested() as attempt:
        outcomes = [promise(wish, actor) for wish in wishes]
        if refused := _refused(outcomes):
            _take_back(attempt, outcomes)
            return RefusedSome(refused)
    return [outcome for outcome in outcomes if isinstance(outcome, Reservation)]


def rehearse(wishes: Sequence[Wish], actor: Member) -> Rehearsal:
    """What `reserve_all` would say and cost, by doing it and taking everything back."""
    hold(wishes)
    with db.session.begin_nested() as attempt:
        outcomes = [promise(wish, actor) for wish in wishes]
        made = [(n, one) for n, one in enumerate(outcomes) if isinstance(one, Reservation)]
        prices = {n: price for n, one in made if (price := one.price)}
        _take_back(attempt, outcomes)
    return Rehearsal(_refused(outcomes), prices)


def _refused(outcomes: Sequence[Reservation | Refused]) -> dict[int, Refused]:
    return {n: outcome for n, outcome in enumerate(outcomes) if isinstance(outcome, Refused)}


def _take_back(attempt: SessionTransaction, outcomes: Sequence[Reservation | Refused]) -> None:
    """Undo what was written; the session forgets the reservations that no longer are."""
    attempt.rollback()
    for outcome in outcomes:
        if isinstance(outcome, Reservation) and outcome in db.session:
            db.session.expunge(outcome)
