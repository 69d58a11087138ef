"""Series: reserving the same hours again and again, and giving back one, some or all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import update

from booking import clock
from booking.database import db, store
from booking.members.models import Member
from booking.periods import Period
from booking.reservations.models import Reservation, Series
from booking.reservations.queries import list_of_series
from booking.reservations.rules.series import Frequency, Scope
from booking.reservations.service.cancelling import CANCELLABLE_STATES, CannotCancel, cancel_all
from booking.reservations.service.reserving import tell_made
from booking.reservations.service.several import RefusedSome, promise_all
from booking.reservations.service.wishes import Wish


def wishes_of(wish: Wish, periods: Iterable[Period]) -> list[Wish]:
    """The same wish at other times."""
    return [replace(wish, period=period) for period in periods]


def reserve_series(
    wishes: Sequence[Wish], frequency: Frequency, actor: Member
) -> Series | RefusedSome:
    """Reserve every time of a series, or nothing and say which were refused and why."""
    made = promise_all(wishes, actor)
    if isinstance(made, RefusedSome):
        return made
    member = made[0].member
    series = store(
        Series,
        frequency=frequency,
        member_id=member.id,
        organisation_id=member.organisation_id,
        created_at=clock.now(),
        created_by_id=actor.id,
    )
    db.session.execute(
        update(Reservation)
        .where(Reservation.id.in_([reservation.id for reservation in made]))
        .values(series_id=series.id)
    )
    tell_made(made)
    return series


def list_concerned(reservation: Reservation, scope: Scope) -> list[Reservation]:
    """What of the series can still be given back, by start; the reservation itself comes first
    where it stands alone.
    """
    if scope is Scope.ONE or reservation.series_id is None:
        return [reservation]
    now = clock.now()
    return [
        one
        for one in list_of_series(reservation.series_id, reservation.member_id)
        if one.state_now in CANCELLABLE_STATES
        and one.starts_at > now
        and (scope is Scope.ALL or one.starts_at >= reservation.starts_at)
    ]


def cancel_some(
    reservation: Reservation, scope: Scope, actor: Member, reason: str = ""
) -> CannotCancel | None:
    """Give back a reservation, or with it those of its series that follow, or all to come.

    Each costs what its own cancellation costs. None when it is done, else why it cannot be.
    """
    return cancel_all(list_concerned(reservation, scope), actor, reason)
