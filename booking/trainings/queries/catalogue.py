"""Reads of the catalogue: trainings, and the sessions that can be joined."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from booking.database import db
from booking.machines.models import Machine, Requirement
from booking.trainings.models import (
    Certification,
    Prerequisite,
    SessionHalfDay,
    Training,
    TrainingSession,
)
from booking.trainings.rules import JOINABLE_STATES, CertificationState, TrainingFact


def list_trainings(*, archived: bool = False) -> list[Training]:
    """The trainings on offer, or the archived ones, by code, with their prerequisites."""
    is_archived = Training.archived_at.is_not(None)
    query = (
        select(Training)
        .options(selectinload(Training.prerequisites))
        .where(is_archived if archived else ~is_archived)
        .order_by(Training.code)
    )
    return list(db.session.scalars(query))


def find_training(code: str) -> Training | None:
    return db.session.scalar(select(Training).where(Training.code == code))


def find_trainings(codes: Iterable[str]) -> dict[str, Training]:
    """Some trainings by code, archived ones too, without their prerequisites."""
    query = select(Training).where(Training.code.in_(list(codes)))
    return {training.code: training for training in db.session.scalars(query)}


def list_dependents(training: Training) -> list[Training]:
    """The trainings on offer that ask for this one before them, by code."""
    query = (
        select(Training)
        .join(Prerequisite, Prerequisite.training_id == Training.id)
        .where(Prerequisite.required_id == training.id, Training.archived_at.is_(None))
    )
    return list(db.session.scalars(query.order_by(Training.code)))


def list_machines_asking_for(training: Training) -> list[Machine]:
    """The machines that ask for a training, retired ones too, by code."""
    query = (
        select(Machine)
        .join(Requirement, Requirement.machine_id == Machine.id)
        .where(Requirement.training_code == training.code)
    )
    return list(db.session.scalars(query.order_by(Machine.code)))


def count_requests() -> dict[str, int]:
    """How many members ask for each training and wait for it to begin, by code."""
    query = (
        select(Training.code, func.count())
        .join(Certification, Certification.training_id == Training.id)
        .where(Certification.state == CertificationState.REQUESTED)
        .group_by(Training.code)
    )
    return dict(db.session.execute(query).all())


def training_facts() -> dict[str, TrainingFact]:
    """Every training by code, archived ones too: a requirement never vanishes. One statement."""
    required = aliased(Training)
    rows = db.session.execute(
        select(Training.code, Training.lapse_months, required.code, Prerequisite.level)
        .outerjoin(Prerequisite, Prerequisite.training_id == Training.id)
        .outerjoin(required, required.id == Prerequisite.required_id)
        .order_by(Training.code, required.code)
    )
    facts: dict[str, TrainingFact] = {}
    for code, lapse_months, prerequisite, level in rows:
        before = facts[code].prerequisites if code in facts else ()
        asked = () if prerequisite is None else ((prerequisite, level),)
        facts[code] = TrainingFact(code, lapse_months, (*before, *asked))
    return facts


def next_session(training_code: str, after: datetime) -> TrainingSession | None:
    """The first session of a training that starts after an instant and can be joined."""
    return next_sessions([training_code], after).get(training_code)


def next_sessions(codes: Iterable[str], after: datetime) -> dict[str, TrainingSession]:
    """The same for several trainings at once, by code; four statements."""
    found: dict[str, TrainingSession] = {}
    for session in list_sessions(codes, after):
        found.setdefault(session.training.code, session)
    return found


def list_sessions(codes: Iterable[str], after: datetime) -> list[TrainingSession]:
    """Sessions of some trainings that start after an instant and can be joined, the next first."""
    query = _to_come(codes, after).options(
        joinedload(TrainingSession.training),
        joinedload(TrainingSession.trainer),
        selectinload(TrainingSession.half_days),
        selectinload(TrainingSession.enrolments),
    )
    return list(db.session.scalars(query))


def list_dates_of(trainings: Iterable[Training], after: datetime) -> list[TrainingSession]:
    """The same sessions without who gives them; two statements.

    Give the very trainings, so that the sessions need not load theirs.
    """
    query = _to_come([training.code for training in trainings], after).options(
        joinedload(TrainingSession.half_days), selectinload(TrainingSession.enrolments)
    )
    return list(db.session.scalars(query).unique())


def _to_come(codes: Iterable[str], after: datetime) -> Select[TrainingSession]:
    return (
        select(TrainingSession)
        .join(Training, Training.id == TrainingSession.training_id)
        .join(SessionHalfDay, SessionHalfDay.session_id == TrainingSession.id)
        .where(
            Training.code.in_(list(codes)),
            TrainingSession.state.in_(JOINABLE_STATES),
            TrainingSession.counts_at(after),
            SessionHalfDay.number == 1,
            SessionHalfDay.starts_at > after,
        )
        .order_by(SessionHalfDay.starts_at, TrainingSession.id)
    )
