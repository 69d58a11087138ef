"""Turning synthetic uses into reservations and the occupancies of their units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.database import db
from booking.demo.diary import Use
from booking.demo.paying import Prices
from booking.machines.models import Machine
from booking.members.models import Member
from booking.occupancies.models import Occupancy, OccupancyKind
from booking.pricing.rules import CancellationTerms, fee_of
from booking.reservations.models import Reservation
from booking.reservations.rules import ReservationState

NO_LONGER_TAKEN = (
    ReservationState.CANCELLED_BY_MEMBER,
    ReservationState.CANCELLED_BY_SITE,
    ReservationState.NO_SHOW,
)


@dataclass(frozen=True)
class Cancellation:
    at: datetime
    by: str
    reason: str = ""


@dataclass(frozen=True)
class Booking:
    """A use with what became of it, and when it was asked for."""

    use: Use
    state: ReservationState
    asked_at: datetime
    cancellation: Cancellation | None = None

    def order(self) -> tuple[datetime, str, int, str]:
        """Where it stands among all: no two are alike in this."""
        return self.use.period.starts_at, self.use.machine, self.use.unit, self.use.person


def add_bookings(
    bookings: Sequence[Booking],
    machines: Mapping[str, Machine],
    people: Mapping[str, Member],
    prices: Prices,
) -> None:
    reservations = [_reservation(booking, machines, people, prices) for booking in bookings]
    db.session.add_all(reservations)
    db.session.flush()
    db.session.add_all(
        _occupancy(booking, reservation, machines[booking.use.machine])
        for booking, reservation in zip(bookings, reservations, strict=True)
    )
    db.session.flush()


def _reservation(
    booking: Booking,
    machines: Mapping[str, Machine],
    people: Mapping[str, Member],
    prices: Prices,
) -> Reservation:
    use, cancellation = booking.use, booking.cancellation
    member = people[use.person]
    price = prices.of(machines[use.machine], member, use.period, use.firing_type)
    fee = fee_of(price, _kept_percent(booking, prices.cancellation))
    return Reservation(
        member_id=member.id,
        machine_id=machines[use.machine].id,
        organisation_id=member.organisation_id,
        state=booking.state,
        mode=use.mode,
        starts_at=use.period.starts_at,
        ends_at=use.period.ends_at,
        purpose=use.purpose,
        firing_type=use.firing_type,
        created_at=booking.asked_at,
        created_by_id=member.id,
        cancelled_at=cancellation.at if cancellation else None,
        cancelled_by_id=people[cancellation.by].id if cancellation else None,
        cancel_reason=cancellation.reason if cancellation else "",
        price_excl_cents=price.excl_cents,
        price_vat_cents=price.vat_cents,
        price_detail=price.as_data(),
        fee_percent=fee.percent or None,
        fee_excl_cents=fee.excl_cents if fee.percent else None,
        fee_vat_cents=fee.vat_cents if fee.percent else None,
    )


def _kept_percent(booking: Booking, terms: CancellationTerms) -> int:
    """The share of the price that stays due for what did not take place."""
    if booking.state is ReservationState.NO_SHOW:
        return terms.late_percent
    if booking.cancellation is None or booking.state is ReservationState.CANCELLED_BY_SITE:
        return 0
    return terms.percent(booking.use.period.starts_at, booking.cancellation.at)


def _occupancy(booking: Booking, reservation: Reservation, machine: Machine) -> Occupancy:
    buffer = timedelta(minutes=machine.buffer_minutes or 0)
    return Occupancy(
        unit_id=machine.units[booking.use.unit - 1].id,
        kind=OccupancyKind.RESERVATION,
        reservation_id=reservation.id,
        starts_at=reservation.starts_at,
        ends_at=reservation.ends_at,
        busy_from=reservation.starts_at,
        busy_until=reservation.ends_at + buffer,
        active=booking.state not in NO_LONGER_TAKEN,
    )
