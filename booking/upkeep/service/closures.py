"""Closing the site, an area or a machine over what is reserved there."""

from __future__ import annotations

from booking import clock
from booking.members.models import Member
from booking.openings.models import Closure
from booking.openings.service import closures
from booking.openings.service.closures import ClosureDraft
from booking.reservations.models import Reservation
from booking.upkeep.queries import list_closed_over, machine_ids_of
from booking.upkeep.service.concerned import Answer, Done, hold, settle


def close(draft: ClosureDraft, answer: Answer, actor: Member) -> Done:
    """Add a closure, with what was decided about the reservations it stands upon.

    Raises `NotSeen` when a reservation is concerned that the decision could not know of.
    """
    concerned = _hold(draft)
    closures.close(draft, actor)
    return Done(len(settle(concerned, answer, actor, draft.reason)))


def change(closure: Closure, draft: ClosureDraft, answer: Answer, actor: Member) -> Done:
    """Give a closure another place, time or reason; the same as for a new one."""
    concerned = _hold(draft)
    closures.change_closure(closure, draft, actor)
    return Done(len(settle(concerned, answer, actor, draft.reason)))


def _hold(draft: ClosureDraft) -> list[Reservation]:
    """What it stands upon. The closure is written first, so that nobody is offered its hours."""
    hold(machine_ids_of(draft.level))
    return list_closed_over(draft, clock.now())
