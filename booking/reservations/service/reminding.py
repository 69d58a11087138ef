"""Reminding of what is coming, as long before as each member has chosen.

Nothing is written ahead: what is due is found when it is due, so a reservation that was moved,
handed over or cancelled meanwhile, and a choice that was changed, need no correction.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import update

from booking import clock
from booking.database import db
from booking.reservations.models import Companion, Reservation
from booking.reservations.queries import companions_to_remind, reservations_to_remind_of
from booking.reservations.service.telling import remind, remind_companion

AT_ONCE = 50


def remind_due() -> int:
    """Write the reminders that are due, each once; returns how many reservations were looked at.

    Who reserved or was told of a change within that time needs none.
    """
    now = clock.now()
    query = reservations_to_remind_of(now).limit(AT_ONCE)
    due = db.session.scalars(query.with_for_update(of=Reservation, skip_locked=True)).all()
    for reservation in due:
        _, changed_at = reservation.revision
        if changed_at <= _wanted_at(reservation, reservation.member.reminder_hours):
            remind(reservation)
    _note(Reservation, (reservation.id for reservation in due), now)
    return len(due)


def remind_companions_due() -> int:
    """The same to those who have agreed to be there; returns how many were looked at.

    Who agreed within that time needs none.
    """
    now = clock.now()
    query = companions_to_remind(now).limit(AT_ONCE)
    due = db.session.scalars(query.with_for_update(of=Companion, skip_locked=True)).all()
    for companion in due:
        agreed_at = companion.answered_at or companion.asked_at
        if agreed_at <= _wanted_at(companion.reservation, companion.member.reminder_hours):
            remind_companion(companion)
    _note(Companion, (companion.id for companion in due), now)
    return len(due)


def _wanted_at(reservation: Reservation, hours: int) -> datetime:
    return reservation.starts_at - timedelta(hours=hours)


def _note(of: type[Reservation] | type[Companion], ids: Iterable[int], now: datetime) -> None:
    db.session.execute(
        update(of)
        .where(of.id.in_(list(ids)))
        .values(reminded_at=now)
        .execution_options(synchronize_session=False)
    )
