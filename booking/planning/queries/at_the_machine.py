"""What somebody in front of a machine wants to know: is it free, until when, what comes next."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from booking.occupancies.queries import list_taken
from booking.periods import Period
from booking.reservations.queries import list_staying_longer
from booking.reservations.queries.workshop import OfferedMachine

LOOK_AHEAD = timedelta(days=14)


class AtPresent(NamedTuple):
    """Units free now of those in service, until when all are taken, and the next time that is
    taken. Nobody is named.
    """

    free: int
    units: int
    taken_until: datetime | None
    next_time: Period | None


def read_present(machine: OfferedMachine, now: datetime) -> AtPresent:
    """Two statements: what is taken, and who is still there after the end."""
    ahead = Period(now, now + LOOK_AHEAD)
    counting = [
        taken
        for taken in list_taken([machine.id], ahead)
        if taken.active and (taken.lapses_at is None or taken.lapses_at > now)
    ]
    ends = [taken.ends_at for taken in counting if taken.starts_at <= now < taken.ends_at]
    late = [one for one in list_staying_longer() if one.machine_id == machine.id]
    coming = [Period(t.starts_at, t.ends_at) for t in counting if t.starts_at > now]
    units = len(machine.unit_ids)
    free = max(0, units - len(ends) - len(late))
    until = min(ends) if ends and not free and not late else None
    return AtPresent(free, units, until, min(coming, default=None))
