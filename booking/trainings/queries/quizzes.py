"""Reads of question banks and of attempts at tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking.database import db
from booking.site.queries import site_zone
from booking.trainings.models import (
    OPEN_STATES,
    Certification,
    Enrolment,
    EnrolmentState,
    QuizAttempt,
    QuizQuestion,
    SessionState,
    Training,
    TrainingSession,
)
from booking.trainings.rules import QuestionFact, next_attempt_at


@dataclass(frozen=True)
class QuizStanding:
    """How somebody stands with the test of a training: the sent attempts, the last one first."""

    attempts: tuple[QuizAttempt, ...]

    @property
    def best(self) -> QuizAttempt | None:
        """The last passed one, else the one with most right answers."""
        passed = next((attempt for attempt in self.attempts if attempt.passed), None)
        return passed or max(self.attempts, key=lambda one: one.right_count or 0, default=None)

    def passed_since(self, since: date) -> bool:
        """Whether one sent on a local day from `since` on was passed."""
        zone = site_zone()
        return any(
            attempt.passed and attempt.sent_at and attempt.sent_at.astimezone(zone).date() >= since
            for attempt in self.attempts
        )


NO_ATTEMPT = QuizStanding(())


def list_questions(training: Training) -> list[QuizQuestion]:
    """The whole bank of a training, retired ones last."""
    query = select(QuizQuestion).where(QuizQuestion.training_id == training.id)
    order = QuizQuestion.retired_at.is_not(None), QuizQuestion.critical.desc(), QuizQuestion.id
    return list(db.session.scalars(query.order_by(*order)))


def find_question(question_id: int) -> QuizQuestion | None:
    query = select(QuizQuestion).options(joinedload(QuizQuestion.training))
    return db.session.scalar(query.where(QuizQuestion.id == question_id))


def find_attempt(number: int) -> QuizAttempt | None:
    query = select(QuizAttempt).options(
        joinedload(QuizAttempt.training), joinedload(QuizAttempt.member)
    )
    return db.session.scalar(query.where(QuizAttempt.id == number))


def find_open_attempt(member_id: int, training_id: int) -> QuizAttempt | None:
    """The one that is begun and not sent; there is one at most."""
    return db.session.scalar(
        select(QuizAttempt).where(
            QuizAttempt.member_id == member_id,
            QuizAttempt.training_id == training_id,
            QuizAttempt.sent_at.is_(None),
        )
    )


def quiz_standings(member_ids: Iterable[int]) -> dict[tuple[int, int], QuizStanding]:
    """How several members stand, by member and training id; one statement."""
    attempts = db.session.scalars(
        select(QuizAttempt)
        .where(QuizAttempt.member_id.in_(list(member_ids)), QuizAttempt.sent_at.is_not(None))
        .order_by(QuizAttempt.id.desc())
    )
    found: dict[tuple[int, int], tuple[QuizAttempt, ...]] = {}
    for attempt in attempts:
        key = attempt.member_id, attempt.training_id
        found[key] = (*found.get(key, ()), attempt)
    return {key: QuizStanding(sent) for key, sent in found.items()}


def quiz_standing(member_id: int, training_id: int) -> QuizStanding:
    return quiz_standings([member_id]).get((member_id, training_id), NO_ATTEMPT)


def free_again_at(standing: QuizStanding, training: Training) -> datetime | None:
    """From when on the next attempt may begin; None: at once."""
    failed = [one.sent_at for one in standing.attempts if one.sent_at and not one.passed]
    return next_attempt_at(failed, training.quiz_pause_hours)


def is_in_training(member_id: int, training_id: int) -> bool:
    """Whether somebody has a place in a session of the training, or has asked for it."""
    enrolled = (
        select(Enrolment.id)
        .join(TrainingSession, TrainingSession.id == Enrolment.session_id)
        .where(
            Enrolment.member_id == member_id,
            Enrolment.state.in_((EnrolmentState.ENROLLED, EnrolmentState.ATTENDED)),
            TrainingSession.training_id == training_id,
            TrainingSession.state != SessionState.CANCELLED,
        )
    )
    asked = select(Certification.id).where(
        Certification.member_id == member_id,
        Certification.training_id == training_id,
        Certification.state.in_(OPEN_STATES),
    )
    return bool(db.session.scalar(select(enrolled.exists() | asked.exists())))


def facts_of(questions: Sequence[QuizQuestion]) -> list[QuestionFact]:
    """Those that can be drawn."""
    return [
        QuestionFact(question.id, question.critical, len(question.answers))
        for question in questions
        if question.retired_at is None
    ]
