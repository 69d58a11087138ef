"""The catalogue of trainings: what is offered, on what terms, and what is no longer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from booking import clock, permissions
from booking.database import LocalizedText, db
from booking.journal import service as journal
from booking.members.models import Member
from booking.trainings.models import Prerequisite, Training
from booking.trainings.queries import (
    list_dependents,
    list_machines_asking_for,
    training_facts,
)
from booking.trainings.refusals import Refused, Why
from booking.trainings.rules import cycle_through


@dataclass(frozen=True)
class TrainingTerms:
    """Everything a manager says of a training; `prerequisites` are levels by training code.

    `lapse_months`: months without use after which a certification lapses, None: never.
    """

    code: str
    title: LocalizedText
    aims: str
    duration_minutes: int
    half_days: int
    places: int
    demand_minimum: int | None
    price_cents: int
    levels: list[int]
    validity_months: int
    lapse_months: int | None
    attendance_required: bool
    checklist: list[dict[str, Any]]
    quiz_questions: int
    quiz_pass_percent: int
    quiz_critical_questions: int
    quiz_pause_hours: int
    professional: bool
    prerequisites: dict[str, int]

    @property
    def columns(self) -> dict[str, Any]:
        """What is kept in the training's own row."""
        values = asdict(self)
        del values["prerequisites"]
        return values


def create(terms: TrainingTerms, actor: Member) -> Training | Refused:
    """Add a training to the catalogue."""
    trainings = _hold_trainings()
    if refused := _refusal(terms, actor, trainings, None):
        return refused
    training = Training(**terms.columns)
    _set_prerequisites(training, terms, trainings)
    db.session.add(training)
    db.session.flush()
    journal.record(
        "training.created", "training", training.code, actor_id=actor.id, after=asdict(terms)
    )
    return training


def change(training_id: int, terms: TrainingTerms, actor: Member) -> Training | Refused:
    """Set the terms of a training anew; its code and the dates of certifications stay."""
    trainings = _hold_trainings()
    training = _of_id(training_id, trainings)
    terms = replace(terms, code=training.code)
    if refused := _refusal(terms, actor, trainings, training):
        return refused
    before = asdict(terms_of(training))
    for name, value in terms.columns.items():
        setattr(training, name, value)
    _set_prerequisites(training, terms, trainings)
    after = asdict(terms)
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        journal.record(
            "training.changed",
            "training",
            training.code,
            actor_id=actor.id,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    return training


def archive(training_id: int, actor: Member) -> Training | Refused:
    """Take a training out of the catalogue, unless a machine or another training asks for it."""
    trainings = _hold_trainings()
    training = _of_id(training_id, trainings)
    if not permissions.may(actor, "training.edit"):
        return Refused(Why.NOT_PERMITTED)
    if training.archived_at is not None:
        return training
    if refused := against_archiving(training):
        return refused
    training.archived_at = clock.now()
    journal.record("training.archived", "training", training.code, actor_id=actor.id)
    return training


def against_archiving(training: Training) -> Refused | None:
    """What asks for a training and so keeps it from being archived."""
    machines = [machine.code for machine in list_machines_asking_for(training)]
    dependents = [dependent.code for dependent in list_dependents(training)]
    names = (*machines, *dependents)
    return Refused(Why.STILL_REQUIRED, names) if names else None


def restore(training_id: int, actor: Member) -> Training | Refused:
    """Offer an archived training again."""
    trainings = _hold_trainings()
    training = _of_id(training_id, trainings)
    if not permissions.may(actor, "training.edit"):
        return Refused(Why.NOT_PERMITTED)
    gone = tuple(p.required.code for p in training.prerequisites if p.required.archived_at)
    if gone:
        return Refused(Why.TRAINING_ARCHIVED, gone)
    training.archived_at = None
    journal.record("training.restored", "training", training.code, actor_id=actor.id)
    return training


def terms_of(training: Training) -> TrainingTerms:
    """A training's terms as they are now."""
    return TrainingTerms(
        code=training.code,
        title=training.title,
        aims=training.aims,
        duration_minutes=training.duration_minutes,
        half_days=training.half_days,
        places=training.places,
        demand_minimum=training.demand_minimum,
        price_cents=training.price_cents,
        levels=training.levels,
        validity_months=training.validity_months,
        lapse_months=training.lapse_months,
        attendance_required=training.attendance_required,
        checklist=training.checklist,
        quiz_questions=training.quiz_questions,
        quiz_pass_percent=training.quiz_pass_percent,
        quiz_critical_questions=training.quiz_critical_questions,
        quiz_pause_hours=training.quiz_pause_hours,
        professional=training.professional,
        prerequisites={p.required.code: p.level for p in training.prerequisites},
    )


def _hold_trainings() -> dict[str, Training]:
    """Every training by code, locked: a chain is judged as a whole.

    A machine that asks for a training refers to its row, so its requirement waits for this lock.
    """
    db.session.flush()  # reading anew keeps what this transaction has changed
    query = (
        select(Training)
        .options(selectinload(Training.prerequisites))
        .order_by(Training.id)
        .with_for_update()
    )
    rows = db.session.scalars(query.execution_options(populate_existing=True))
    return {training.code: training for training in rows}


def _of_id(training_id: int, trainings: Mapping[str, Training]) -> Training:
    return next(training for training in trainings.values() if training.id == training_id)


def _refusal(
    terms: TrainingTerms,
    actor: Member,
    trainings: Mapping[str, Training],
    training: Training | None,
) -> Refused | None:
    if not permissions.may(actor, "training.edit"):
        return Refused(Why.NOT_PERMITTED)
    if trainings.get(terms.code, training) is not training:
        return Refused(Why.CODE_TAKEN)
    if terms.quiz_critical_questions > terms.quiz_questions:
        return Refused(Why.MORE_CRITICAL_THAN_QUESTIONS)
    gone = tuple(c for c in terms.prerequisites if c not in trainings or trainings[c].archived_at)
    if gone:
        return Refused(Why.TRAINING_ARCHIVED, gone)
    unreachable = tuple(
        code for code, level in terms.prerequisites.items() if level not in trainings[code].levels
    )
    if unreachable:
        return Refused(Why.PREREQUISITE_LEVEL, unreachable)
    cycle = cycle_through(terms.code, terms.prerequisites, training_facts())
    return Refused(Why.PREREQUISITE_CYCLE, cycle) if cycle else None


def _set_prerequisites(
    training: Training, terms: TrainingTerms, trainings: Mapping[str, Training]
) -> None:
    """Keep the rows that stay, so that none is deleted and added again under the same key."""
    present = {row.required.code: row for row in training.prerequisites}
    kept = {code: row for code, row in present.items() if code in terms.prerequisites}
    for code, prerequisite in kept.items():
        prerequisite.level = terms.prerequisites[code]
    added = [
        Prerequisite(required=trainings[code], level=level)
        for code, level in terms.prerequisites.items()
        if code not in kept
    ]
    training.prerequisites = [*kept.values(), *added]
