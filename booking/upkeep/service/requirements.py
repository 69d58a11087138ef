"""The trainings a machine asks for. A requirement never vanishes by accident."""

from __future__ import annotations

from sqlalchemy import select

from booking.database import db, hold_row
from booking.journal import service as journal
from booking.machines.models import Machine, Requirement
from booking.machines.rules import RequirementFact
from booking.members.models import Member
from booking.trainings.models import Training
from booking.upkeep.refusals import UnknownTraining
from booking.upkeep.service.concerned import hold


def require(machine: Machine, asked: RequirementFact, actor: Member) -> UnknownTraining | None:
    """Ask for a training at these levels, or change the levels; None when done.

    The training is held against being archived at the same moment.
    """
    hold([machine.id])
    on_offer = db.session.scalar(
        select(Training.id)
        .where(Training.code == asked.training, Training.archived_at.is_(None))
        .with_for_update(key_share=True)
    )
    if on_offer is None:
        return UnknownTraining(asked.training)
    known = find_requirement(machine, asked.training)
    before = _as_facts(known) if known else {}
    if known is None:
        known = Requirement(training_code=asked.training)
        machine.requirements.append(known)
    known.supervised_level = asked.supervised_level
    known.autonomous_level = asked.autonomous_level
    journal.record(
        "machine.training_required",
        "machine",
        machine.code,
        actor_id=actor.id,
        before=before,
        after=_as_facts(known),
    )
    return None


def drop(machine: Machine, requirement: Requirement, reason: str, actor: Member) -> None:
    """Ask for this training no longer; the reason stays in the journal."""
    hold_row(requirement)
    machine.requirements.remove(requirement)
    journal.record(
        "machine.requirement_dropped",
        "machine",
        machine.code,
        actor_id=actor.id,
        reason=reason,
        before=_as_facts(requirement),
    )


def find_requirement(machine: Machine, training: str) -> Requirement | None:
    return next((r for r in machine.requirements if r.training_code == training), None)


def _as_facts(requirement: Requirement) -> dict[str, str | int]:
    return {
        "training": requirement.training_code,
        "supervised_level": requirement.supervised_level,
        "autonomous_level": requirement.autonomous_level,
    }
