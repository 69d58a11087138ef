"""Asking a second person to be there."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from booking import clock
from booking.database import db
from booking.machines.models import Machine
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
from booking.reservations.service.telling import tell


def ask(reservation: Reservation, role: CompanionRole, person: Member, machine: Machine) -> None:
    """Ask somebody; the reservation is held until the answer."""
    db.session.add(
        Companion(
            reservation_id=reservation.id,
            member_id=person.id,
            role=role,
            answer=CompanionAnswer.PENDING,
            asked_at=clock.now(),
        )
    )
    tell_companion("companion.asked", reservation, role, person, machine)


def ask_again(
    reservation: Reservation, machine: Machine, needed: Collection[CompanionRole]
) -> None:
    """Ask those who were to be there for the time before; the reservation is held until then. Whom
    the new time does not need, it does not wait for.

    What is running already is not interrupted: who is there, is there.
    """
    if reservation.state is ReservationState.CHECKED_IN:
        return
    for companion in reservation.current_companions:
        is_needed = companion.role in needed
        companion.answer = CompanionAnswer.PENDING if is_needed else CompanionAnswer.RELEASED
        companion.answered_at = None if is_needed else clock.now()
        companion.reminded_at = None
        kind = "companion.asked" if is_needed else "companion.released"
        tell_companion(kind, reservation, companion.role, companion.member, machine)
    if needed:
        await_words(reservation)
    else:
        await_nobody(reservation)


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
    by_id = {reservation.id: reservation for reservation in reservations}
    for companion in list_current_of(list(by_id)):
        companion.answer = CompanionAnswer.RELEASED
        companion.answered_at = clock.now()
        reservation = by_id[companion.reservation_id]
        tell_companion(
            "companion.released",
            reservation,
            companion.role,
            companion.member,
            reservation.machine,
        )


def tell_companion(
    kind: str, reservation: Reservation, role: CompanionRole, person: Member, machine: Machine
) -> None:
    """Write to the second person, who learns for whom it is."""
    asker = db.session.get_one(Member, reservation.member_id)
    tell(kind, reservation, person, machine, role=role, asker=asker.name)
