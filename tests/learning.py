"""What people have followed and signed before a test begins, as the demo's people and trainings."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from booking import clock
from booking.database import db, writing
from booking.members.models import Member
from booking.members.queries import find_member
from booking.trainings.models import (
    AttendanceEntry,
    Enrolment,
    EnrolmentState,
    QuizAttempt,
    SessionHalfDay,
    SessionKind,
    SessionState,
    Training,
    TrainingSession,
)
from booking.trainings.queries import find_training
from booking.trainings.rules import EntryKind, SigningMethod
from booking.trainings.service import quizzes

HALF_A_DAY = timedelta(hours=3, minutes=30)


def person(code: str) -> Member:
    member = find_member(code)
    assert member is not None, code
    return member


def training_named(code: str) -> Training:
    training = find_training(code)
    assert training is not None, code
    return training


def a_session(
    *members: str,
    of: str = "LASER",
    trainer: str = "S2",
    begun: timedelta = timedelta(days=2),
    state: SessionState = SessionState.HELD,
    kind: SessionKind = SessionKind.COURSE,
    code: str = "T-90",
) -> TrainingSession:
    """A session that began so long ago, one half-day each day, with these trainees enrolled."""
    training = training_named(of)
    first = clock.now() - begun
    starts = [first + timedelta(days=number) for number in range(training.half_days)]
    session = TrainingSession(
        code=code,
        training=training,
        trainer=person(trainer),
        state=state,
        kind=kind,
        places=max(4, len(members)),
        half_days=[
            SessionHalfDay(number=number, starts_at=start, ends_at=start + HALF_A_DAY)
            for number, start in enumerate(starts, start=1)
        ],
        enrolments=[
            Enrolment(member=person(member), state=EnrolmentState.ENROLLED) for member in members
        ],
    )
    db.session.add(session)
    db.session.flush()
    return session


def sign_all(session: TrainingSession) -> None:
    """Everybody and the trainer have signed each half-day at the time."""
    for enrolment in session.enrolments:
        for half_day in session.half_days:
            for kind, actor in (
                (EntryKind.TRAINEE, enrolment.member_id),
                (EntryKind.TRAINER, session.trainer_id),
            ):
                db.session.add(
                    AttendanceEntry(
                        half_day_id=half_day.id,
                        enrolment_id=enrolment.id,
                        kind=kind,
                        method=SigningMethod.ACCOUNT,
                        at=half_day.starts_at,
                        actor_id=actor,
                    )
                )
    db.session.flush()


def pass_quiz(member: str, of: str = "LASER", *, passed: bool = True) -> QuizAttempt:
    """Somebody has just taken the test of a training, with everything right, or nothing."""
    training = training_named(of)
    drawn = quizzes.draw_questions(training, seed=1) or []
    attempt = QuizAttempt(
        member_id=person(member).id,
        training_id=training.id,
        started_at=clock.now(),
        seed=1,
        pass_percent=training.quiz_pass_percent,
        drawn=drawn,
        chosen=[{"answers": [0], "right": passed} for _question in drawn],
        sent_at=clock.now(),
        right_count=len(drawn) if passed else 0,
        passed=passed,
    )
    db.session.add(attempt)
    db.session.flush()
    return attempt


def prove(member: str, of: str = "LASER") -> None:
    """All that a proposal asks for but the practical test, in the present transaction."""
    taken = db.session.scalars(select(TrainingSession.code)).all()
    begun = timedelta(days=training_named(of).half_days + 1)
    sign_all(a_session(member, of=of, begun=begun, code=f"T-{90 + len(taken)}"))
    pass_quiz(member, of)


def prove_in(app: Flask, member: str, of: str = "LASER") -> None:
    """The same, in a transaction of its own."""
    with app.app_context(), writing():
        prove(member, of)
