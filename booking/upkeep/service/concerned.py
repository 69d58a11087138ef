"""The reservations an act stands upon: held, compared with what was shown, cancelled or kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from booking.members.models import Member
from booking.occupancies import service as occupancies
from booking.periods import Period
from booking.reservations import service as reservations
from booking.reservations.models import Reservation
from booking.reservations.service import Freed
from booking.upkeep.rules import Choice


@dataclass(frozen=True)
class Answer:
    """What somebody decided, having been shown the reservations with these ids."""

    choice: Choice
    seen: Collection[int]


@dataclass(frozen=True)
class Done:
    """It is done, and so many reservations were cancelled."""

    cancelled: int


class NotSeen(Exception):  # noqa: N818 - it names what was met
    """A reservation is concerned that was not shown: it must be shown before anything is done."""


def offer_again(machine_ids: Iterable[int], no_longer_closed: Iterable[Period]) -> None:
    """Offer time that may be reserved again to those who wait; the machines are held."""
    periods = list(no_longer_closed)
    reservations.offer_freed(Freed(number, part) for number in machine_ids for part in periods)


def hold(machine_ids: Iterable[int]) -> None:
    """From here to the end of the transaction nothing is reserved on these machines."""
    occupancies.lock_machines(machine_ids)


def settle(
    concerned: list[Reservation], answer: Answer, actor: Member, reason: str
) -> list[Reservation]:
    """Do what was decided about the reservations concerned; returns those cancelled.

    Their machines are held. Raises `NotSeen` when somebody has reserved meanwhile.
    """
    if any(reservation.id not in answer.seen for reservation in concerned):
        raise NotSeen
    if answer.choice == Choice.KEEP:
        reservations.warn_at_risk(concerned, reason)
        return []
    reservations.cancel_by_site(concerned, actor, reason)
    return concerned
