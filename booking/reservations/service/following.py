"""Reservations follow the certifications that they rest on, free of charge.

From when on a reservation counts no more is noted with it, so that whoever reads it sees it, be it
written down or not. It is worked out anew whenever the certifications or their use have changed.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from booking.occupancies import service as occupancies
from booking.reservations.models import Reservation
from booking.reservations.queries import list_confirmed_to_come, released_at
from booking.reservations.queries.workshop import get_workshop


def follow_validity(member_ids: Collection[int] | None = None) -> None:
    """Note from when on the coming reservations of some members, or of all, count no more.

    Only promises that still count are touched, so nobody else has the time meanwhile.
    """
    coming = list_confirmed_to_come(member_ids)
    if not coming:
        return
    ends = released_at(coming)
    for reservation in coming:
        note_end(reservation, ends[reservation.id])


def note_end(reservation: Reservation, released: datetime | None) -> None:
    """Have it end at this instant, or with the grace after its start."""
    lapses_at = released or reservation.lapses_at
    if released is None and reservation.ends_before_start:
        lapses_at = reservation.starts_at + get_workshop().no_show_grace
    if lapses_at != reservation.lapses_at:
        reservation.lapses_at = lapses_at
        occupancies.lapse_at(reservation.id, lapses_at)
