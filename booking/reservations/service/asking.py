"""Asking a second person to be there."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from booking import clock
from booking.members.models import Member
from booking.occupancies import service as occupancies
from booking.reservations.models import Companion, Reservation
from booking.reservations.queries.companions import list_current_of
from booking.reservations.queries.workshop import get_workshop
from booking.reservations.rules import (
    CompanionAnswer,
    CompanionRole,
    ReservationAct,
    ReservationState,
    awaited_until,
    next_state,
)
from booking.reservations.service.telling import News, news_for, tell_together


def ask(reservation: Reservation, role: CompanionRole, person: Member) -> News:
    """Ask somebody; the reservation is held until the answer. Returns what he is to be told."""
    companion = Companion(
        member=person,
        role=role,
        answer=CompanionAnswer.PENDING,
        asked_at=clock.now(),
    )
    reservation.companions.append(companion)
    return news_for("companion.asked", companion)


def asked_for(reservation: Reservation) -> list[News]:
    """What those who are awaited for a reservation are to be told."""
    return [news_for("companion.asked", one) for one in reservation.current_companions]


def ask_again(reservation: Reservation, needed: Collection[CompanionRole]) -> list[News]:
    """Ask those who were to be there for the time before; the reservation is held until then. Whom
    the new time does not need, it does not wait for. Returns what they are to be told.

    What is running already is not interrupted: who is there, is there.
    """
    if reservation.state is ReservationState.CHECKED_IN:
        return []
    news = []
    for companion in reservation.current_companions:
        is_needed = companion.role in needed
        companion.answer = CompanionAnswer.PENDING if is_needed else CompanionAnswer.RELEASED
        companion.answered_at = None if is_needed else clock.now()
        companion.reminded_at = None
        kind = "companion.asked" if is_needed else "companion.released"
        news.append(news_for(kind, companion))
    if needed:
        await_words(reservation)
    else:
        await_nobody(reservation)
    return news


def await_words(reservation: Reservation) -> None:
    """Hold a reservation until the words of second persons have come."""
    if reservation.state is ReservationState.CONFIRMED:
        reservation.state = next_state(reservation.state, ReservationAct.HOLD)
    workshop = get_workshop()
    reservation.lapses_at = awaited_until(
        reservation.starts_at, workshop.companion_deadline, workshop.no_show_grace, clock.now()
    )
    occupancies.lapse_at(reservation.id, reservation.lapses_at)


def await_nobody(reservation: Reservation) -> None:
    """Confirm a reservation that was held, and keep it until the grace after its start ends."""
    if reservation.state is not ReservationState.HELD:
        return
    reservation.state = next_state(reservation.state, ReservationAct.CONFIRM)
    reservation.lapses_at = reservation.starts_at + get_workshop().no_show_grace
    occupancies.lapse_at(reservation.id, reservation.lapses_at)


def release(reservations: Iterable[Reservation]) -> None:
    """Tell those who were to be there that they need not come."""
    released = list_current_of([reservation.id for reservation in reservations])
    for companion in released:
        companion.answer = CompanionAnswer.RELEASED
        companion.answered_at = clock.now()
    tell_together(news_for("companion.released", companion) for companion in released)
