"""Reads of practical tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking.database import db
from booking.trainings.models import PracticalAssessment, Training
from booking.trainings.rules import Item, ItemResult, latest_results


def items_of(training: Training) -> list[Item]:
    """The practical checklist of a training."""
    return [Item(kept["text"], kept["critical"], kept["level"]) for kept in training.checklist]


def assessments_of(
    member_ids: Iterable[int],
) -> dict[tuple[int, int], list[PracticalAssessment]]:
    """The practical tests of several members, by member and training id, the first one first."""
    rows = db.session.scalars(
        select(PracticalAssessment)
        .options(joinedload(PracticalAssessment.trainer))
        .where(PracticalAssessment.member_id.in_(list(member_ids)))
        .order_by(PracticalAssessment.assessed_on, PracticalAssessment.id)
    )
    found: dict[tuple[int, int], list[PracticalAssessment]] = {}
    for row in rows:
        found.setdefault((row.member_id, row.training_id), []).append(row)
    return found


def practical_results(member_id: int, training_id: int, since: date) -> dict[str, ItemResult]:
    """What was last seen of each item, in tests from a local day on."""
    assessments = assessments_of([member_id]).get((member_id, training_id), [])
    return latest_results(
        {kept["item"]: ItemResult(kept["result"]) for kept in assessment.results}
        for assessment in assessments
        if assessment.assessed_on >= since
    )
