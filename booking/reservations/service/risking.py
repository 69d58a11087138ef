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
from booking.reservations.service.telling import News, news_for, tell_together


def no_longer_come(companions: Iterable[Companion], answer: CompanionAnswer) -> None:
    """Note that these do not come, hold each reservation for another, and tell both.

    It falls at the deadline before its start; where that has passed, at once.
    """
    news = []
    for companion in companions:
        _note(companion, answer)
        news.append(News("companion.not_coming", companion.reservation))
        if answer is CompanionAnswer.WITHDRAWN:
            news.append(news_for("companion.withdrawn", companion))
    tell_together(news)


def _note(companion: Companion, answer: CompanionAnswer) -> None:
    reservation, now = companion.reservation, clock.now()
    companion.answer = answer
    companion.answered_at = now
    if reservation.state is ReservationState.CONFIRMED:
        reservation.state = next_state(reservation.state, ReservationAct.HOLD)
        falls_at = max(reservation.starts_at - get_workshop().companion_deadline, now)
        reservation.lapses_at = falls_at
        occupancies.lapse_at(reservation.id, falls_at)
    journal.record(
        "companion.not_coming",
        "reservation",
        reservation.id,
        actor_id=companion.member_id,
        after={"role": companion.role, "answer": answer, "state": reservation.state},
    )


def withdraw_from_all(person: Member) -> None:
    """Whoever may no longer come to the workshop is not there for others either."""
    withdraw(list_asked_of(person.id, clock.now()))


def withdraw(companions: Iterable[Companion]) -> None:
    """The place has taken away what made these persons fit to be there."""
    no_longer_come(companions, CompanionAnswer.WITHDRAWN)
