"""When a second person no longer comes: the reservation is at risk until somebody else does."""

from __future__ import annotations

from collections.abc import Iterable

from booking import clock
from booking.journal import service as journal
from booking.members.models import Member
from booking.occupancies import service as occupancies
from booking.reservations.models import Companion
from booking.reservations.queries.companions import list_asked_of
from booking.reservations.queries.workshop import get_workshop
from booking.reservations.rules import (
    CompanionAnswer,
    ReservationAct,
    ReservationState,
    next_state,
)
from booking.reservations.service.asking import tell_companion
from booking.reservations.service.telling import tell


def no_longer_comes(companion: Companion, answer: CompanionAnswer, reason: str = "") -> None:
    """Note that somebody does not come, hold the reservation for another, and tell both.

    It falls at the deadline before its start; where that has passed, at once.
    """
    reservation, now = companion.reservation, clock.now()
    companion.answer = answer
    companion.answered_at = now
    if reservation.state is ReservationState.CONFIRMED:
        reservation.state = next_state(reservation.state, ReservationAct.HOLD)
        falls_at = max(reservation.starts_at - get_workshop().companion_deadline, now)
        reservation.lapses_at = falls_at
        occupancies.lapse_at(reservation.id, falls_at)
    machine = reservation.machine
    tell("companion.not_coming", reservation, reservation.member, machine, reason)
    if answer is CompanionAnswer.WITHDRAWN:
        tell_companion(
            "companion.withdrawn", reservation, companion.role, companion.member, machine
        )
    journal.record(
        "companion.not_coming",
        "reservation",
        reservation.id,
        actor_id=companion.member_id,
        reason=reason,
        after={"role": companion.role, "answer": answer, "state": reservation.state},
    )


def withdraw_from_all(person: Member) -> None:
    """Whoever may no longer come to the workshop is not there for others either."""
    withdraw(list_asked_of(person.id, clock.now()))


def withdraw(companions: Iterable[Companion]) -> None:
    """The place has taken away what made these persons fit to be there."""
    for companion in companions:
        no_longer_comes(companion, CompanionAnswer.WITHDRAWN)
