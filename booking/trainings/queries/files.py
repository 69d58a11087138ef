"""The training file of a session: what is kept of it, person by person, and what still lacks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from booking import clock
from booking.database import db
from booking.members.models import Member
from booking.periods import local_day
from booking.site.queries import site_zone
from booking.trainings.models import (
    ActivityYear,
    AttendanceEntry,
    Certification,
    Enrolment,
    EnrolmentState,
    Funding,
    PracticalAssessment,
    Questionnaire,
    QuizAttempt,
    SessionFile,
    SessionHalfDay,
    Training,
    TrainingSession,
)
from booking.trainings.queries.assessing import assessments_of
from booking.trainings.queries.attendance import TAKES_PART, EntryCell, stands
from booking.trainings.queries.quizzes import NO_ATTEMPT, QuizStanding, quiz_standings
from booking.trainings.rules import EntryKind, QuestionnaireKind, TraineeFact, cell_of, is_asked

ASSESSED_WITHIN = relativedelta(months=6)
"""So long after a session an assessment is still a fruit of it."""


@dataclass(frozen=True)
class TraineeFile:
    """One person's part of the file; `cells` are those of the attendance sheet, by half-day id."""

    enrolment: Enrolment
    half_days: tuple[SessionHalfDay, ...]
    cells: Mapping[int, EntryCell]
    answers: Mapping[QuestionnaireKind, Questionnaire]
    assessments: tuple[Certification, ...]
    practice: tuple[PracticalAssessment, ...]
    quizzes: tuple[QuizAttempt, ...]
    funding: Funding | None

    @property
    def signed(self) -> tuple[SessionHalfDay, ...]:
        """The half-days that trainee and trainer have both signed."""
        return tuple(half for half in self.half_days if self.cells[half.id].is_complete)

    @property
    def hours(self) -> timedelta:
        return sum((half.ends_at - half.starts_at for half in self.signed), timedelta())

    @property
    def has_attended(self) -> bool:
        return bool(self.signed)

    @property
    def fact(self) -> TraineeFact:
        """As the yearly figures see it."""
        funding = self.funding
        return TraineeFact(
            self.hours,
            funding.income_cents if funding else 0,
            funding.income if funding else "",
            funding.objective if funding else "",
        )


@dataclass(frozen=True)
class TrainingFile:
    """Everything that is kept of a session; trainees by name."""

    session: TrainingSession
    settings: SessionFile | None
    trainees: tuple[TraineeFile, ...]

    @property
    def is_professional(self) -> bool:
        return _is_professional(self.session, self.settings)

    @property
    def programme(self) -> str:
        """As it was written for the session; empty where the training's aims are all there is."""
        return self.settings.programme if self.settings else ""

    @cached_property
    def starts_at(self) -> datetime:
        return min(half.starts_at for half in self.session.half_days)

    @cached_property
    def ends_at(self) -> datetime:
        return max(half.ends_at for half in self.session.half_days)


def find_file(code: str) -> TrainingFile | None:
    """The file of a session that has half-days; a constant number of statements."""
    session = db.session.scalar(_sessions().where(TrainingSession.code == code))
    if session is None or not session.half_days:
        return None
    return _files([session], _read_assessed([session]))[0]


def list_files_of_year(year: int, now: datetime) -> list[TrainingFile]:
    """The professional sessions that have ended in a local year, by their last day; the same."""
    zone = site_zone()
    ends_at = (
        select(func.max(SessionHalfDay.ends_at))
        .where(SessionHalfDay.session_id == TrainingSession.id)
        .correlate(TrainingSession)
        .scalar_subquery()
    )
    first, after = _new_year(year, zone), _new_year(year + 1, zone)
    query = _sessions().where(
        TrainingSession.counts_at(now),
        counts_as_professional(),
        ends_at > first,
        ends_at <= min(after, now),
    )
    return sorted(
        _files(db.session.scalars(query).all(), _Assessed()),
        key=lambda one: (one.ends_at, one.session.code),
    )


def counts_as_professional() -> ColumnElement[bool]:
    """What is set for the session, else what its training says."""
    own = (
        select(SessionFile.professional)
        .where(SessionFile.session_id == TrainingSession.id)
        .correlate(TrainingSession)
        .scalar_subquery()
    )
    of_training = (
        select(Training.professional)
        .where(Training.id == TrainingSession.training_id)
        .correlate(TrainingSession)
        .scalar_subquery()
    )
    return func.coalesce(own, of_training).is_(True)


def due_on(year: int) -> ActivityYear | None:
    return db.session.get(ActivityYear, year)


def _is_professional(session: TrainingSession, settings: SessionFile | None) -> bool:
    return settings.professional if settings else session.training.professional


def _new_year(year: int, zone: ZoneInfo) -> datetime:
    return local_day(datetime(year, 1, 1, tzinfo=zone).date(), zone).starts_at


def _sessions() -> Select[TrainingSession]:
    return select(TrainingSession).options(
        joinedload(TrainingSession.training),
        joinedload(TrainingSession.trainer),
        selectinload(TrainingSession.co_trainers),
        selectinload(TrainingSession.half_days),
        selectinload(TrainingSession.enrolments)
        .joinedload(Enrolment.member)
        .joinedload(Member.organisation),
    )


Key: TypeAlias = tuple[int, int]
"""Member and training."""


@dataclass(frozen=True)
class _Assessed:
    """What people were assessed for; the figures of a year do without."""

    certifications: Mapping[Key, Sequence[Certification]] = field(default_factory=dict)
    practice: Mapping[Key, Sequence[PracticalAssessment]] = field(default_factory=dict)
    quizzes: Mapping[Key, QuizStanding] = field(default_factory=dict)


def _read_assessed(sessions: Iterable[TrainingSession]) -> _Assessed:
    members = {enrolment.member_id for enrolment in _taking_part(sessions)}
    return _Assessed(_assessments(members), assessments_of(members), quiz_standings(members))


def _taking_part(sessions: Iterable[TrainingSession]) -> list[Enrolment]:
    return [one for session in sessions for one in session.enrolments if one.state in TAKES_PART]


def _files(sessions: Iterable[TrainingSession], assessed: _Assessed) -> list[TrainingFile]:
    sessions = list(sessions)
    ids = [session.id for session in sessions]
    taking_part = _taking_part(sessions)
    numbers = [enrolment.id for enrolment in taking_part]
    own_settings = _all(select(SessionFile).where(SessionFile.session_id.in_(ids)))
    settings = {one.session_id: one for one in own_settings}
    paid = _all(select(Funding).where(Funding.enrolment_id.in_(numbers)))
    fundings = {one.enrolment_id: one for one in paid}
    answers: dict[int, dict[QuestionnaireKind, Questionnaire]] = {}
    for one in _all(select(Questionnaire).where(Questionnaire.enrolment_id.in_(numbers))):
        answers.setdefault(one.enrolment_id, {})[one.kind] = one
    lines = _lines(taking_part)
    zone = site_zone()

    def of_trainee(session: TrainingSession, enrolment: Enrolment) -> TraineeFile:
        key = enrolment.member_id, session.training_id
        first_on, last_on = _days_of_assessment(session)
        standing = assessed.quizzes.get(key, NO_ATTEMPT)
        return TraineeFile(
            enrolment,
            tuple(session.half_days),
            {
                half.id: cell_of(lines.get((enrolment.id, half.id), ()))
                for half in session.half_days
            },
            answers.get(enrolment.id, {}),
            tuple(
                one
                for one in assessed.certifications.get(key, ())
                if one.assessed_on is not None and first_on <= one.assessed_on <= last_on
            ),
            tuple(
                one
                for one in assessed.practice.get(key, ())
                if first_on <= one.assessed_on <= last_on
            ),
            tuple(
                one
                for one in reversed(standing.attempts)
                if one.sent_at and first_on <= one.sent_at.astimezone(zone).date() <= last_on
            ),
            fundings.get(enrolment.id),
        )

    return [
        TrainingFile(
            session,
            settings.get(session.id),
            tuple(
                of_trainee(session, one)
                for one in sorted(session.enrolments, key=lambda one: one.member.name)
                if one.state in TAKES_PART
            ),
        )
        for session in sessions
    ]


def _days_of_assessment(session: TrainingSession) -> tuple[date, date]:
    """The local days between which an assessment is this session's: a later one renews."""
    zone = site_zone()
    first = min(half.starts_at for half in session.half_days).astimezone(zone).date()
    last = max(half.ends_at for half in session.half_days).astimezone(zone).date()
    last_on: date = last + ASSESSED_WITHIN
    return first, last_on


def _lines(taking_part: Iterable[Enrolment]) -> dict[tuple[int, int], list[AttendanceEntry]]:
    """The lines of the attendance sheets, by enrolment and half-day."""
    numbers = [enrolment.id for enrolment in taking_part]
    query = (
        select(AttendanceEntry)
        .options(joinedload(AttendanceEntry.actor))
        .where(AttendanceEntry.enrolment_id.in_(numbers))
    )
    found: dict[tuple[int, int], list[AttendanceEntry]] = {}
    for line in _all(query.order_by(AttendanceEntry.id)):
        found.setdefault((line.enrolment_id, line.half_day_id), []).append(line)
    return found


def _assessments(members: Collection[int]) -> dict[Key, list[Certification]]:
    """The records for which members were assessed."""
    found: dict[Key, list[Certification]] = {}
    query = (
        select(Certification)
        .options(joinedload(Certification.assessed_by))
        .where(Certification.member_id.in_(members), Certification.assessed_on.is_not(None))
        .order_by(Certification.id)
    )
    for one in _all(query):
        found.setdefault((one.member_id, one.training_id), []).append(one)
    return found


def _all(query: Select[Any]) -> list[Any]:
    return list(db.session.scalars(query))


# Questionnaires


@dataclass(frozen=True)
class Asked:
    """A questionnaire as its trainee finds it; `answer` is None until he was asked or answers."""

    enrolment: Enrolment
    kind: QuestionnaireKind
    answer: Questionnaire | None

    @property
    def member_id(self) -> int:
        return self.enrolment.member_id

    @property
    def session(self) -> TrainingSession:
        return self.enrolment.session

    @property
    def starts_at(self) -> datetime:
        return min(half.starts_at for half in self.session.half_days)

    @property
    def ends_at(self) -> datetime:
        return max(half.ends_at for half in self.session.half_days)


def find_asked(number: int, kind: str) -> Asked | None:
    """One questionnaire of an enrolment in a professional session, if it is meant for it."""
    if kind.upper() not in set(QuestionnaireKind):
        return None
    found = _asked(Enrolment.id == number)
    return next((one for one in found if one.kind == kind.upper()), None)


def list_asked_of(member_id: int) -> list[Asked]:
    """Every questionnaire of a member's professional sessions, the latest session first."""
    return _asked(Enrolment.member_id == member_id)


def list_asked_between(first: datetime, last: datetime) -> list[Asked]:
    """Those of sessions of which some half-day begins within this time."""
    within = (
        select(SessionHalfDay.id)
        .where(
            SessionHalfDay.session_id == Enrolment.session_id,
            SessionHalfDay.starts_at > first,
            SessionHalfDay.starts_at < last,
        )
        .exists()
    )
    return _asked(within)


def _asked(condition: ColumnElement[bool]) -> list[Asked]:
    query = (
        select(Enrolment)
        .join(Enrolment.session)
        .options(
            joinedload(Enrolment.member),
            contains_eager(Enrolment.session).joinedload(TrainingSession.training),
            selectinload(Enrolment.session, TrainingSession.half_days),
        )
        .where(
            condition,
            Enrolment.state.in_((EnrolmentState.ENROLLED, EnrolmentState.ATTENDED)),
            TrainingSession.counts_at(clock.now()),
            counts_as_professional(),
        )
        .order_by(Enrolment.id.desc())
    )
    enrolments = [one for one in db.session.scalars(query) if one.session.half_days]
    numbers = [enrolment.id for enrolment in enrolments]
    known = {
        (one.enrolment_id, one.kind): one
        for one in _all(select(Questionnaire).where(Questionnaire.enrolment_id.in_(numbers)))
    }
    signed = _have_signed(numbers)
    return [
        Asked(enrolment, kind, known.get((enrolment.id, kind)))
        for enrolment in enrolments
        for kind in QuestionnaireKind
        if is_asked(kind, has_signed=enrolment.id in signed)
    ]


def _have_signed(numbers: Collection[int]) -> set[int]:
    """Those of these enrolments whose trainee has signed for some half-day."""
    query = select(AttendanceEntry.enrolment_id).where(
        AttendanceEntry.enrolment_id.in_(numbers),
        AttendanceEntry.kind == EntryKind.TRAINEE,
        stands(AttendanceEntry),
    )
    return set(_all(query))
