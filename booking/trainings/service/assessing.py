"""Writing down a practical test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from booking import clock, permissions
from booking.database import db
from booking.journal import service as journal
from booking.members.models import Member
from booking.site.queries import site_zone
from booking.trainings.models import PracticalAssessment, Training
from booking.trainings.queries.assessing import items_of
from booking.trainings.refusals import Refused, Why
from booking.trainings.rules import ItemResult


@dataclass(frozen=True)
class Practice:
    """What a trainer saw: `results` by item of the checklist; one left out was not seen."""

    assessed_on: date
    part: str
    results: Mapping[str, ItemResult]
    note: str = ""


def assess(
    member: Member, training: Training, practice: Practice, actor: Member
) -> PracticalAssessment | Refused:
    """Keep a practical test, passed or not; it stays as it was written."""
    if member.id == actor.id:
        return Refused(Why.OWN_CERTIFICATION)
    if not permissions.may(actor, "certification.propose_any"):
        return Refused(Why.NOT_PERMITTED)
    if practice.assessed_on > clock.today(site_zone()):
        return Refused(Why.ASSESSED_IN_FUTURE)
    items = items_of(training)
    unknown = tuple(text for text in practice.results if text not in {i.text for i in items})
    if unknown:
        return Refused(Why.ITEM_UNKNOWN, unknown)
    assessment = PracticalAssessment(
        member_id=member.id,
        training_id=training.id,
        trainer_id=actor.id,
        at=clock.now(),
        assessed_on=practice.assessed_on,
        part=practice.part.strip(),
        note=practice.note.strip(),
        results=[
            {
                "item": item.text,
                "critical": item.critical,
                "level": item.level,
                "result": practice.results.get(item.text, ItemResult.NOT_SEEN),
            }
            for item in items
        ],
    )
    db.session.add(assessment)
    db.session.flush()
    seen = [kept["result"] for kept in assessment.results]
    journal.record(
        "practical.assessed",
        "member",
        member.code,
        actor_id=actor.id,
        after={
            "training": training.code,
            "assessed_on": practice.assessed_on.isoformat(),
            "part": assessment.part,
            "passed": seen.count(ItemResult.PASSED),
            "failed": seen.count(ItemResult.FAILED),
        },
    )
    return assessment
