"""When nobody came, and whether anybody could have."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from booking import clock
from booking.database import db
from booking.members.models import Member
from booking.periods import Period
from booking.reservations.models import Reservation
from booking.reservations.queries.workshop import get_workshop


def stood_still(
    machine_id: int, starts_at: datetime, lapses_at: datetime | None, now: datetime
) -> bool:
    """Whether the machine was out of service or closed while the person could have arrived: whoever
    came was sent away.
    """
    workshop = get_workshop()
    arriving = Period(starts_at, lapses_at or starts_at + workshop.no_show_grace)
    offered = workshop.by_id[machine_id]
    outages = (known.fact(now) for known in offered.outages)
    return any(outage.overlaps(arriving) for outage in outages) or any(
        closure.period.overlaps(arriving) for closure in offered.closures
    )


def count_no_shows(member: Member) -> int:
    """How often nobody came within the days that count, since a manager last set it aside, where
    the machine could be had.
    """
    now = clock.now()
    since = now - get_workshop().no_show_window
    rows = db.session.execute(
        select(Reservation.machine_id, Reservation.starts_at, Reservation.lapses_at).where(
            Reservation.member_id == member.id,
            Reservation.starts_at > max(since, member.no_shows_forgiven_at or since),
            Reservation.is_missed_at(now),
        )
    )
    return sum(not stood_still(*row, now) for row in rows)
