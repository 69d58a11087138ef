"""Coming to the machine: the rules are asked again, and from then on the time is kept."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from booking import clock
from booking.database import hold_row, reread
from booking.journal import service as journal
from booking.members.models import Member
from booking.occupancies import service as occupancies
from booking.outbox import service as outbox
from booking.periods import Period
from booking.reservations.models import Reservation
from booking.reservations.queries import gather_facts
from booking.reservations.queries.workshop import get_workshop
from booking.reservations.refusals import Refusal
from booking.reservations.rules import (
    Facts,
    ReservationAct,
    ReservationRequest,
    ReservationState,
    next_state,
    over_at,
    refusals_at_check_in,
)
from booking.reservations.service.holding import hold_these
from booking.reservations.service.telling import letter_about
from booking.site.queries import get_site


class CannotCheckIn(StrEnum):
    """Why somebody cannot arrive, whatever the rules say."""

    TOO_EARLY = "TOO_EARLY"
    WAITING = "WAITING"
    THERE_ALREADY = "THERE_ALREADY"
    OVER = "OVER"


@dataclass(frozen=True)
class RefusedAtCheckIn:
    """The machine must not be used now; the reservation stands as it did."""

    refusals: tuple[Refusal, ...]


def against_arriving_now(reservation: Reservation) -> CannotCheckIn | None:
    """What stands against arriving as time goes; the rules are not asked."""
    if reservation.ends_at <= clock.now() and reservation.state is not ReservationState.CHECKED_IN:
        return CannotCheckIn.OVER
    match reservation.state_now:
        case ReservationState.CONFIRMED:
            opens_at = reservation.starts_at - get_workshop().check_in_opens
            return CannotCheckIn.TOO_EARLY if clock.now() < opens_at else None
        case ReservationState.HELD:
            return CannotCheckIn.WAITING
        case ReservationState.CHECKED_IN:
            return CannotCheckIn.THERE_ALREADY
        case _:
            return CannotCheckIn.OVER


def check_in(
    reservation: Reservation, actor: Member
) -> Reservation | CannotCheckIn | RefusedAtCheckIn:
    """Note that the person is there, or say why the machine must not be used.

    What the decision rests on is held, as for reserving: no revocation slips in between.
    """
    member, machine = reservation.member, reservation.machine
    others = reservation.company.values()
    hold_these([machine], {member, *others})
    reread(member, machine, get_site(), *others)
    hold_row(reservation)
    if obstacle := against_arriving_now(reservation):
        return obstacle
    period = Period(reservation.starts_at, reservation.ends_at)
    facts = gather_facts(member, machine, period, reservation.company)
    if reasons := refusals_at_check_in(_asked_again(reservation), facts):
        return RefusedAtCheckIn(reasons)
    reservation.state = next_state(reservation.state, ReservationAct.CHECK_IN)
    reservation.checked_in_at = clock.now()
    stay(reservation, facts)
    journal.record("reservation.checked_in", "reservation", reservation.id, actor_id=actor.id)
    return reservation


def stay(reservation: Reservation, facts: Facts) -> None:
    """The time is kept from here on; a letter waits to go out shortly before its end."""
    reservation.lapses_at = over_at(
        reservation.ends_at, facts.timetable, facts.machine.runs_unattended
    )
    occupancies.lapse_at(reservation.id, None)
    outbox.withdraw(topic_of_end(reservation))
    warn_at = reservation.ends_at - get_workshop().end_warning
    if warn_at > clock.now() and not facts.machine.runs_unattended:
        outbox.record(
            "reservation.ends_soon",
            reservation.member,
            letter_about(reservation, reservation.machine),
            topic=topic_of_end(reservation),
            send_after=warn_at,
        )


def topic_of_end(reservation: Reservation) -> str:
    """The letter before the end is withdrawn without those of the reservation itself."""
    return f"end:{reservation.id}"


def _asked_again(reservation: Reservation) -> ReservationRequest:
    return ReservationRequest(
        period=Period(reservation.starts_at, reservation.ends_at),
        mode=reservation.mode,
        asked_at=clock.now(),
        waived=reservation.waived_codes,
    )
