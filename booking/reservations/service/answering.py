"""The answer to an offer of freed time."""

from __future__ import annotations

from enum import StrEnum

from booking import clock
from booking.database import db, hold_row, reread
from booking.journal import service as journal
from booking.members.models import Member
from booking.occupancies import service as occupancies
from booking.periods import Period
from booking.pricing import service as pricing
from booking.reservations.models import Reservation, WaitlistEntry
from booking.reservations.queries import gather_facts
from booking.reservations.queries.workshop import get_workshop
from booking.reservations.rules import (
    ReservationAct,
    ReservationRequest,
    next_state,
    price_of,
    refusals,
)
from booking.reservations.rules.waiting import WaitlistState
from booking.reservations.service.cancelling import cancel
from booking.reservations.service.holding import hold_shared_quotas, hold_these
from booking.reservations.service.telling import as_facts, tell
from booking.reservations.service.wishes import Assessment, Refused
from booking.site.queries import get_site


class CannotTake(StrEnum):
    """Nothing is offered any more: answered already, lapsed, or taken back."""

    GONE = "GONE"


def assess_offer(entry: WaitlistEntry, firing_type: str | None = None) -> Assessment:
    """What stands against the time offered by now, and what it would cost.

    Raises `LookupError` for an entry to which nothing was ever offered.
    """
    reservation = entry.reservation
    if reservation is None:
        raise LookupError(f"nothing was ever offered to entry {entry.id}")
    period = Period(reservation.starts_at, reservation.ends_at)
    facts = gather_facts(entry.member, entry.machine, period, without=[reservation.id])
    request = ReservationRequest(
        period, reservation.mode, clock.now(), firing_type=firing_type, start_stands=True
    )
    return Assessment(refusals(request, facts), price_of(period, firing_type, facts))


def take_offer(
    entry: WaitlistEntry, firing_type: str | None, actor: Member
) -> Reservation | Refused | CannotTake:
    """Confirm what is held, by the same rules as any reservation. Refused, it stays held until
    its time is up: the reason may be cured.
    """
    reservation = entry.reservation
    if reservation is None:
        return CannotTake.GONE
    hold_these([entry.machine], [entry.member])
    reread(entry.member, entry.machine, get_site())
    hold_shared_quotas([entry.machine], [entry.member])
    if not _still_offered(entry, reservation):
        return CannotTake.GONE
    assessed = assess_offer(entry, firing_type)
    if assessed.refusals:
        return Refused(assessed.refusals, assessed.price)
    _confirm(entry, reservation, firing_type, assessed)
    tell("reservation.confirmed", reservation, entry.member, entry.machine)
    journal.record(
        "reservation.made",
        "reservation",
        reservation.id,
        actor_id=actor.id,
        after=as_facts(reservation, entry.machine) | {"waitlist": entry.id},
    )
    return reservation


def _confirm(
    entry: WaitlistEntry, reservation: Reservation, firing_type: str | None, assessed: Assessment
) -> None:
    price = assessed.price
    reservation.state = next_state(reservation.state, ReservationAct.CONFIRM)
    reservation.firing_type = firing_type
    reservation.price_excl_cents = price.excl_cents
    reservation.price_vat_cents = price.vat_cents
    reservation.price_detail = price.as_data()
    start = max(reservation.starts_at, clock.now())
    reservation.lapses_at = start + get_workshop().no_show_grace
    occupancies.lapse_at(reservation.id, reservation.lapses_at)
    pricing.spend(price.credit, reservation.id)
    entry.state = WaitlistState.TAKEN


def decline_offer(entry: WaitlistEntry, actor: Member) -> CannotTake | None:
    """Give the time offered back; it goes on to the next in line. None when it is done."""
    reservation = entry.reservation
    if reservation is None:
        return CannotTake.GONE
    occupancies.lock_machines([reservation.machine_id])
    if not _still_offered(entry, reservation):
        return CannotTake.GONE
    return CannotTake.GONE if cancel(reservation, actor) else None


def _still_offered(entry: WaitlistEntry, reservation: Reservation) -> bool:
    """As it stands now that the machine is held."""
    hold_row(reservation)
    db.session.refresh(entry)
    return entry.state_now is WaitlistState.OFFERED
