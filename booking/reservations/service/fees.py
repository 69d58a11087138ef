"""What a late cancellation keeps of the price, and giving it up."""

from __future__ import annotations

from booking import clock
from booking.database import hold_row
from booking.journal import service as journal
from booking.members.models import Member
from booking.pricing import service as pricing
from booking.pricing.rules import Fee, fee_of, given_back
from booking.reservations.models import Reservation
from booking.reservations.queries.workshop import get_workshop


def fee_if_cancelled(reservation: Reservation, by_member: bool) -> Fee | None:
    """What stays due when it is cancelled now; None where nothing does."""
    price = reservation.price
    if price is None or not by_member:
        return None
    percent = share_kept(reservation)
    if not percent:
        return None
    return fee_of(price, percent, has_vat=get_workshop().payment.late_fee_has_vat)


def share_kept(reservation: Reservation) -> int:
    """The share of the price, in percent, that its member's cancellation would keep now: what the
    notice asks for, and no less than when he last moved it.
    """
    terms = get_workshop().payment.cancellation
    percent = terms.percent(reservation.starts_at, clock.now())
    return max(percent, reservation.fee_floor_percent)


def waive_fee(reservation: Reservation, actor: Member, reason: str) -> bool:
    """A manager gives up the fee of a late cancellation, and its credit hours come back.

    False when there is none to give up.
    """
    hold_row(reservation)
    fee, price = reservation.fee, reservation.price
    if fee is None or price is None:
        return False
    reservation.fee_waived_because = reason
    returned = dict(given_back(price, fee.percent))
    pricing.give_back(
        [use._replace(minutes=use.minutes - returned.get(use.key, 0)) for use in price.credit],
        reservation.id,
    )
    journal.record(
        "reservation.fee_waived",
        "reservation",
        reservation.id,
        actor_id=actor.id,
        reason=reason,
        before={"fee_excl_cents": fee.excl_cents, "percent": fee.percent},
        after={"fee_excl_cents": 0},
    )
    return True


def keep_fee(reservation: Reservation, by_member: bool) -> None:
    """Note what stays due, and return the credit hours that do not."""
    fee, price = fee_if_cancelled(reservation, by_member), reservation.price
    if fee is not None:
        reservation.fee_percent = fee.percent
        reservation.fee_excl_cents = fee.excl_cents
        reservation.fee_vat_cents = fee.vat_cents
    if price is not None:
        pricing.give_back(given_back(price, fee.percent if fee else 0), reservation.id)
