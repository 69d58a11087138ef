"""Reads of trainings, sessions and certifications."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from booking.database import db
from booking.site.queries import site_zone
from booking.trainings.models import (
    Certification,
    Enrolment,
    EnrolmentState,
    Prerequisite,
    SessionHalfDay,
    SessionState,
    Training,
    TrainingSession,
)
from booking.trainings.rules import CertificationFact, TrainingFact

JOINABLE_STATES = (SessionState.OPEN, SessionState.CONFIRMED)


def list_trainings(*, archived: bool = False) -> list[Training]:
    """The trainings on offer, or the archived ones, by code, with their prerequisites."""
    is_archived = Training.archived_at.is_not(None)
    query = select(Training).where(is_archived if archived else ~is_archived)
    return list(db.session.scalars(query.order_by(Training.code)))


def find_training(code: str) -> Training | None:
    return db.session.scalar(select(Training).where(Training.code == code))


def training_facts() -> dict[str, TrainingFact]:
    """Every training by code, archived ones too: a requirement never vanishes. Two statements."""
    prerequisites: dict[int, list[tuple[str, int]]] = {}
    asked = select(Prerequisite.training_id, Training.code, Prerequisite.level).join(
        Training, Training.id == Prerequisite.required_id
    )
    for training_id, code, level in db.session.execute(asked.order_by(Training.code)):
        prerequisites.setdefault(training_id, []).append((code, level))
    return {
        code: TrainingFact(code, lapse_months, tuple(prerequisites.get(id_, ())))
        for id_, code, lapse_months in db.session.execute(
            select(Training.id, Training.code, Training.lapse_months)
        )
    }


def certification_facts(
    member_id: int, last_uses: Mapping[str, date]
) -> tuple[CertificationFact, ...]:
    """Every record of one member as the rules judge it; two statements.

    `last_uses`: the local day of the last completed use of each training, directly or through
    the chain. Attended sessions are added here.
    """
    uses = latest(last_uses, last_attended(member_id))
    rows = db.session.execute(
        select(
            Training.code,
            Certification.level,
            Certification.state,
            Certification.approved_on,
            Certification.valid_until,
            Certification.suspension_reason,
        )
        .join(Training, Training.id == Certification.training_id)
        .where(Certification.member_id == member_id)
        .order_by(Certification.id)
    )
    return tuple(
        CertificationFact(code, level, state, approved_on, valid_until, uses.get(code), reason)
        for code, level, state, approved_on, valid_until, reason in rows
    )


def latest(*uses: Mapping[str, date]) -> dict[str, date]:
    """The latest day of each training among several accounts of its use."""
    found: dict[str, date] = {}
    for days in uses:
        for code, day in days.items():
            found[code] = max(found.get(code, day), day)
    return found


def last_attended(member_id: int, until: date | None = None) -> dict[str, date]:
    """The local day of a member's last attended session of each training, up to a day."""
    zone = site_zone()
    rows = db.session.execute(
        select(Training.code, SessionHalfDay.starts_at)
        .join(TrainingSession, TrainingSession.id == SessionHalfDay.session_id)
        .join(Training, Training.id == TrainingSession.training_id)
        .join(Enrolment, Enrolment.session_id == TrainingSession.id)
        .where(Enrolment.member_id == member_id, Enrolment.state == EnrolmentState.ATTENDED)
    )
    attended = [(code, at.astimezone(zone).date()) for code, at in rows]
    return latest(*({code: day} for code, day in attended if until is None or day <= until))


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
    query = (
        select(TrainingSession)
        .join(Training, Training.id == TrainingSession.training_id)
        .join(SessionHalfDay, SessionHalfDay.session_id == TrainingSession.id)
        .options(
            joinedload(TrainingSession.training),
            joinedload(TrainingSession.trainer),
            selectinload(TrainingSession.half_days),
            selectinload(TrainingSession.enrolments),
        )
        .where(
            Training.code.in_(list(codes)),
            TrainingSession.state.in_(JOINABLE_STATES),
            SessionHalfDay.number == 1,
            SessionHalfDay.starts_at > after,
        )
        .order_by(SessionHalfDay.starts_at, TrainingSession.id)
    )
    return list(db.session.scalars(query))
