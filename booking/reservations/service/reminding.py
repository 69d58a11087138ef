"""Reminding of what is coming, as long before as each member has chosen.

Nothing is written ahead: what is due is found when it is due, so a reservation that was moved,
handed over or cancelled meanwhile, and a choice that was changed, need no correction.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from booking import clock
from booking.database import db
from booking.reservations.models import Reservation
from booking.reservations.queries import reservations_to_remind_of
from booking.reservations.service.telling import remind

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
        lead = timedelta(hours=reservation.member.reminder_hours)
        if changed_at <= reservation.starts_at - lead:
            remind(reservation)
    db.session.execute(
        update(Reservation)
        .where(Reservation.id.in_([reservation.id for reservation in due]))
        .values(reminded_at=now)
        .execution_options(synchronize_session=False)
    )
    return len(due)
