"""The standing state of a machine: in service, restricted to supervised use, retired."""

from __future__ import annotations

from booking import clock
from booking.database import db
from booking.journal import service as journal
from booking.machines.models import Machine
from booking.machines.rules import MachineState
from booking.members.models import Member
from booking.upkeep.queries import list_contradicting
from booking.upkeep.refusals import SameState
from booking.upkeep.service.concerned import Answer, Done, hold, settle


def set_state(
    machine: Machine, state: MachineState, reason: str, answer: Answer, actor: Member
) -> Done | tuple[SameState]:
    """Give a machine another standing state, with what was decided about its reservations.

    Raises `NotSeen` when a reservation is concerned that the decision could not know of.
    """
    hold([machine.id])
    db.session.refresh(machine)
    if machine.state == state:
        return (SameState(),)
    before = {"state": machine.state, "reason": machine.state_reason}
    machine.state = state
    machine.state_reason = "" if state == MachineState.IN_SERVICE else reason
    concerned = list_contradicting(machine.id, state, clock.now())
    cancelled = settle(concerned, answer, actor, reason)
    journal.record(
        "machine.state_changed",
        "machine",
        machine.code,
        actor_id=actor.id,
        reason=reason,
        before=before,
        after={"state": state, "reservations": answer.choice, "cancelled": len(cancelled)},
    )
    return Done(len(cancelled))
