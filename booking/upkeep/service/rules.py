"""Rules that change over what is already reserved."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from booking import clock
from booking.database import db
from booking.members.models import Member
from booking.reservations import service as reservations
from booking.reservations.models import Reservation
from booking.reservations.queries.rechecking import newly_refused
from booking.reservations.queries.workshop import OfferedMachine, Workshop, get_workshop
from booking.reservations.refusals import Refusal
from booking.reservations.rules import Mode
from booking.upkeep.queries import list_cancellable
from booking.upkeep.rules import Choice, stopped_period
from booking.upkeep.service.concerned import Answer, Done, hold

R = TypeVar("R")


@dataclass(frozen=True)
class Contradiction:
    """A coming reservation that a new rule would refuse, as plain values."""

    reservation_id: int
    machine: str
    member: str
    starts_at: datetime
    ends_at: datetime
    mode: Mode
    reasons: tuple[Refusal, ...]


class WouldRefuse(Exception):  # noqa: N818 - it names what was met
    """Reservations are concerned that were not shown: nothing is done before they are."""

    def __init__(self, concerned: Sequence[Contradiction]) -> None:
        super().__init__(len(concerned))
        self.concerned = concerned


@dataclass(frozen=True)
class Decision:
    """What somebody decided about the reservations shown, and why, for those who made them."""

    answer: Answer
    reason: str


def change_rules(
    machine_ids: Collection[int],
    change: Callable[[], Sequence[R]],
    decision: Decision,
    actor: Member,
) -> Done | Sequence[R]:
    """Do what changes the rules of these machines, and what was decided about the coming
    reservations that they would now refuse; or return what stands against the change itself.

    The new rules are judged as they will be, in the transaction that writes them. Raises
    `WouldRefuse` when a reservation is concerned that the decision could not know of.
    """
    hold(machine_ids)
    before = get_workshop()
    if refused := change():
        return refused
    db.session.flush()
    concerned = _contradicting(machine_ids, before)
    if any(reservation.id not in decision.answer.seen for reservation, _ in concerned):
        raise WouldRefuse([_told(reservation, reasons) for reservation, reasons in concerned])
    return _settle([reservation for reservation, _ in concerned], decision, actor)


def _contradicting(
    machine_ids: Collection[int], before: Workshop
) -> list[tuple[Reservation, tuple[Refusal, ...]]]:
    """What is still to begin there and would newly be refused, by start."""
    if not _changes_a_rule(machine_ids, before):
        return []
    now = clock.now()
    still_to_come = [
        reservation
        for reservation in list_cancellable(stopped_period(now, None), machine_ids)
        if reservation.starts_at > now
    ]
    reasons = newly_refused(still_to_come, before)
    return [(one, reasons[one.id]) for one in still_to_come if one.id in reasons]


def _changes_a_rule(machine_ids: Collection[int], before: Workshop) -> bool:
    """Whether anything that the rules rest on has become another."""
    after = get_workshop()
    if before.revision == after.revision:
        return False
    beside = [(shop.rules_beside_machines, shop.trainings) for shop in (before, after)]
    return beside[0] != beside[1] or any(
        _rules_of(before.by_id[number]) != _rules_of(after.by_id[number]) for number in machine_ids
    )


def _rules_of(machine: OfferedMachine) -> tuple[object, ...]:
    return machine.facts, machine.limits, machine.weekly


def _told(reservation: Reservation, reasons: tuple[Refusal, ...]) -> Contradiction:
    return Contradiction(
        reservation.id,
        reservation.machine.code,
        reservation.member.name,
        reservation.starts_at,
        reservation.ends_at,
        reservation.mode,
        reasons,
    )


def _settle(concerned: list[Reservation], decision: Decision, actor: Member) -> Done:
    if decision.answer.choice is Choice.CANCEL:
        reservations.cancel_by_site(concerned, actor, decision.reason)
        return Done(len(concerned))
    if decision.answer.choice is Choice.KEEP:
        reservations.warn_rules_changed(concerned, decision.reason)
    return Done(0)
