"""What the link says that was followed, and what is proposed where it says nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import request

from booking import clock
from booking.machines.models import Machine
from booking.members.models import Member
from booking.periods import Period
from booking.reservations.queries.searching import find_earliest
from booking.reservations.queries.workshop import get_workshop
from booking.reservations.rules import Mode


def period_asked_for() -> Period | None:
    """The period of the link that was followed; None where it cannot be read."""
    try:
        start = datetime.fromisoformat(request.args.get("starts_at", ""))
        end = datetime.fromisoformat(request.args.get("ends_at", ""))
        if not (2000 <= start.year <= 2100 and 2000 <= end.year <= 2100):
            return None
        return Period(start, end)
    except ValueError:
        return None


def next_slot(machine: Machine, member: Member, mode: Mode = Mode.AUTONOMOUS) -> Period:
    """A first proposal: the earliest time that this person can have, for an hour or the machine's
    shortest use, or could have if nothing stood against him; where there is none, the next full
    hour with what stands against it.
    """
    offered = get_workshop().by_id[machine.id]
    step = offered.facts.grid_minutes
    length = timedelta(minutes=-(-max(60, offered.facts.min_minutes) // step) * step)
    return find_earliest(member, offered, length, mode) or next_hour(length)


def next_hour(length: timedelta) -> Period:
    """From the full hour on that comes after the next one."""
    start = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
    return Period(start, start + length)
