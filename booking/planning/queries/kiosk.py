"""What a kiosk shows: to everybody the workshop's day without a name, to one person the own."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from booking.database import LocalizedText
from booking.periods import Period, local_day
from booking.reservations.models import Reservation
from booking.reservations.queries import (
    list_active_between,
    list_future_of,
    list_staying_longer,
)
from booking.reservations.queries.workshop import Workshop
from booking.reservations.rules import ReservationState


class Use(NamedTuple):
    """A machine that is used now or later today; whose it is stays unsaid."""

    machine_code: str
    machine_name: LocalizedText
    starts_at: datetime
    ends_at: datetime
    is_there: bool
    is_held: bool


def list_uses_of_today(workshop: Workshop, now: datetime) -> list[Use]:
    """What runs, be it beyond its end, and what starts later today; by start."""
    today = list_active_between(Period(now, _end_of_day(workshop, now)))
    found = {one.id: one for one in (*list_staying_longer(), *today)}
    return [_without_name(one) for one in sorted(found.values(), key=lambda one: one.starts_at)]


def list_own_of_today(workshop: Workshop, member_id: int, now: datetime) -> list[Reservation]:
    """A member's reservations that run or start today, and the one he has not left."""
    end = _end_of_day(workshop, now)
    return [one for one in list_future_of(member_id, now) if one.starts_at < end]


def _end_of_day(workshop: Workshop, now: datetime) -> datetime:
    return local_day(now.astimezone(workshop.zone).date(), workshop.zone).ends_at


def _without_name(reservation: Reservation) -> Use:
    return Use(
        machine_code=reservation.machine.code,
        machine_name=reservation.machine.name,
        starts_at=reservation.starts_at,
        ends_at=reservation.ends_at,
        is_there=reservation.state_now is ReservationState.CHECKED_IN,
        is_held=reservation.state_now is ReservationState.HELD,
    )
