"""What staying longer than reserved costs."""

from __future__ import annotations

from booking import clock
from booking.database import hold_row
from booking.journal import service as journal
from booking.members.models import Member
from booking.occupancies.queries import next_on_the_unit
from booking.pricing.rules import Overrun, overrun_of
from booking.reservations.models import Reservation
from booking.reservations.queries.workshop import get_workshop
from booking.reservations.rules import closing_at


def overrun_now(reservation: Reservation) -> Overrun | None:
    """What somebody owes who is still there after the end, or has just left; one statement.

    It counts up to what comes next on the unit, and no longer than the place is open that day.
    A machine made to run alone knows none; who runs the place pays nothing.
    """
    workshop = get_workshop()
    machine = workshop.by_id[reservation.machine_id]
    now = clock.now()
    if now <= reservation.ends_at or machine.facts.runs_unattended:
        return None
    until = min(now, closing_at(reservation.ends_at, workshop.timetable_of(machine)))
    if coming := next_on_the_unit(reservation.id, now):
        until = min(until, coming.starts_at)
    hour_cents = 0 if reservation.member.is_staff else machine.facts.prices.hour_cents
    return overrun_of(
        until - reservation.ends_at,
        workshop.overrun_step_minutes,
        hour_cents,
        workshop.payment.vat_basis_points,
    )


def note_overrun(reservation: Reservation) -> None:
    """Keep what is due for staying longer with the reservation."""
    overrun = overrun_now(reservation)
    if overrun is not None:
        reservation.overrun_minutes = overrun.minutes
        reservation.overrun_excl_cents = overrun.excl_cents
        reservation.overrun_vat_cents = overrun.vat_cents


def waive_overrun(reservation: Reservation, actor: Member, reason: str) -> bool:
    """A manager gives up what staying longer costs; False when there is nothing to give up."""
    hold_row(reservation)
    overrun = reservation.overrun
    if overrun is None:
        return False
    reservation.overrun_waived_because = reason
    journal.record(
        "reservation.overrun_waived",
        "reservation",
        reservation.id,
        actor_id=actor.id,
        reason=reason,
        before={"overrun_excl_cents": overrun.excl_cents, "minutes": overrun.minutes},
        after={"overrun_excl_cents": 0},
    )
    return True
