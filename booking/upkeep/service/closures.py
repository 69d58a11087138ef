"""Closing the site, an area or a machine over what is reserved there, and opening it again."""

from __future__ import annotations

from booking import clock
from booking.database import hold_row
from booking.members.models import Member
from booking.openings.models import Closure, Level
from booking.openings.service import closures
from booking.openings.service.closures import ClosureDraft
from booking.reservations.models import Reservation
from booking.upkeep.queries import list_closed_over, machine_ids_of
from booking.upkeep.refusals import ClosureEnded
from booking.upkeep.service.concerned import Answer, Done, hold, offer_again, settle


def close(draft: ClosureDraft, answer: Answer, actor: Member) -> Done:
    """Add a closure, with what was decided about the reservations it stands upon.

    Raises `NotSeen` when a reservation is concerned that the decision could not know of.
    """
    concerned = _hold(draft)
    closures.close(draft, actor)
    return Done(len(settle(concerned, answer, actor, draft.reason)))


def change(
    closure: Closure, draft: ClosureDraft, answer: Answer, actor: Member
) -> Done | tuple[ClosureEnded]:
    """Give a closure another place, time or reason; the same as for a new one. What it no longer
    closes is offered to those who wait.
    """
    hold_row(closure)  # before the units, since it says which they are
    if not closure.is_running_at(clock.now()):
        return (ClosureEnded(),)
    before, period = machine_ids_of(closure.level), closure.period
    concerned = _hold(draft, closure.level)
    closures.change_closure(closure, draft, actor)
    cancelled = settle(concerned, answer, actor, draft.reason)
    offer_again(before, [period])
    return Done(len(cancelled))


def cancel(closure: Closure, actor: Member) -> None:
    """Open again; the time is offered to those who wait."""
    hold_row(closure)
    machine_ids = machine_ids_of(closure.level)
    hold(machine_ids)
    closures.cancel_closure(closure, actor)
    offer_again(machine_ids, [closure.period])


def _hold(draft: ClosureDraft, *before: Level) -> list[Reservation]:
    """What it stands upon. The closure is written first, so that nobody is offered its hours."""
    hold({number for level in (draft.level, *before) for number in machine_ids_of(level)})
    return list_closed_over(draft, clock.now())
