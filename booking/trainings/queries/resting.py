"""Places in sessions to come, with the trainings that they rest on."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload, selectinload

from booking import clock
from booking.database import db
from booking.trainings.models import (
    Enrolment,
    EnrolmentState,
    SessionHalfDay,
    SessionKind,
    TrainingSession,
)
from booking.trainings.queries.catalogue import training_facts
from booking.trainings.rules import required_levels


class RestingPlace(NamedTuple):
    """A place in a course that has not begun; `asks` are the codes of the whole chain before it."""

    member_id: int
    session: TrainingSession
    asks: frozenset[str]

    @property
    def facts(self) -> dict[str, Any]:
        """Plain values for a mail."""
        return {
            "session": self.session.code,
            "training": self.session.training.code,
            "starts_at": self.session.starts_at.isoformat(),
        }


def list_resting_places(member_ids: Collection[int]) -> list[RestingPlace]:
    """The places of some people in courses to come, the next first; four statements at most."""
    now = clock.now()
    has_begun = exists().where(
        SessionHalfDay.session_id == TrainingSession.id, SessionHalfDay.starts_at <= now
    )
    query = (
        select(Enrolment.member_id, TrainingSession)
        .join(TrainingSession, TrainingSession.id == Enrolment.session_id)
        .options(joinedload(TrainingSession.training), selectinload(TrainingSession.half_days))
        .where(
            Enrolment.member_id.in_(member_ids),
            Enrolment.state == EnrolmentState.ENROLLED,
            TrainingSession.kind == SessionKind.COURSE,
            TrainingSession.counts_at(now),
            ~has_begun,
        )
    )
    rows = db.session.execute(query).all()
    if not rows:
        return []
    trainings = training_facts()
    places = [
        RestingPlace(
            member_id,
            session,
            frozenset(required_levels(trainings[session.training.code].prerequisites, trainings)),
        )
        for member_id, session in rows
    ]
    return sorted(places, key=lambda one: (one.session.starts_at, one.session.id))
