"""Reads of attendance sheets: who has signed for what, and what waits to be signed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TypeAlias

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from booking.database import db, rows_of
from booking.members.models import Member
from booking.site.queries import site_zone
from booking.trainings.models import (
    AttendanceEntry,
    Enrolment,
    EnrolmentState,
    SessionHalfDay,
    SessionKind,
    SessionState,
    Training,
    TrainingSession,
)
from booking.trainings.rules import (
    OPENS_BEFORE,
    Cell,
    CellState,
    EntryKind,
    FollowedSession,
    SigningTime,
    cell_of,
    signing_time,
)

TAKES_PART = (EnrolmentState.ENROLLED, EnrolmentState.ATTENDED, EnrolmentState.ABSENT)
RUNNING_STATES = (SessionState.OPEN, SessionState.CONFIRMED, SessionState.HELD)
"""In these a session is held, or soon to be, and its sheet can be written on."""

EntryCell: TypeAlias = Cell[AttendanceEntry]


@dataclass(frozen=True)
class SheetRow:
    """A trainee with his cell for each half-day, by number."""

    enrolment: Enrolment
    cells: Mapping[int, EntryCell]


@dataclass(frozen=True)
class Sheet:
    """The attendance sheet of a session: trainees by name, and every line, void ones too."""

    session: TrainingSession
    rows: tuple[SheetRow, ...]
    entries: tuple[AttendanceEntry, ...]

    @property
    def is_settled(self) -> bool:
        """Whether each half-day is signed by both, or the trainee noted absent."""
        return all(cell.is_settled for row in self.rows for cell in row.cells.values())

    def waiting_for_trainer(self, number: int) -> list[Member]:
        """Who has signed for a half-day and is not countersigned."""
        return [
            row.enrolment.member
            for row in self.rows
            if row.cells[number].state is CellState.TRAINEE_ALONE
        ]

    def half_day(self, number: int) -> SessionHalfDay | None:
        return next((half for half in self.session.half_days if half.number == number), None)


@dataclass(frozen=True)
class Place:
    """One trainee's half-day: where he signs."""

    enrolment: Enrolment
    half_day: SessionHalfDay
    cell: EntryCell

    @property
    def session(self) -> TrainingSession:
        return self.enrolment.session

    @property
    def member_id(self) -> int:
        return self.enrolment.member_id


def stands(entry: type[AttendanceEntry]) -> ColumnElement[bool]:
    """The line has not been taken back."""
    void = aliased(AttendanceEntry)
    return ~select(void.id).where(void.voids_id == entry.id).exists()


def is_signed_by_both() -> ColumnElement[bool]:
    """A trainer countersigns what a trainee has signed, and both are taken back together."""
    return (AttendanceEntry.kind == EntryKind.TRAINER) & stands(AttendanceEntry)


def find_session(code: str) -> TrainingSession | None:
    """A session with everything that its sheet names; five statements."""
    return db.session.scalar(
        select(TrainingSession)
        .options(
            joinedload(TrainingSession.training),
            joinedload(TrainingSession.trainer),
            selectinload(TrainingSession.co_trainers),
            selectinload(TrainingSession.half_days),
            selectinload(TrainingSession.enrolments).joinedload(Enrolment.member),
        )
        .where(TrainingSession.code == code)
    )


def sheet_of(session: TrainingSession) -> Sheet:
    """The sheet as it is now; one statement beside those of the session."""
    entries = _entries_of(session)
    taking_part = [one for one in session.enrolments if one.state in TAKES_PART]
    rows = tuple(
        SheetRow(enrolment, _cells(session, enrolment, entries))
        for enrolment in sorted(taking_part, key=lambda one: one.member.name)
    )
    return Sheet(session, rows, entries)


def find_place(session: TrainingSession, number: int, member_code: str) -> Place | None:
    """Where a trainee signs for a half-day; None when he has no place in the session."""
    sheet = sheet_of(session)
    half_day = sheet.half_day(number)
    row = next((row for row in sheet.rows if row.enrolment.member.code == member_code), None)
    if half_day is None or row is None:
        return None
    return Place(row.enrolment, half_day, row.cells[number])


def find_entry(entry_id: int) -> AttendanceEntry | None:
    """A line that can still be taken back."""
    return db.session.scalar(
        select(AttendanceEntry)
        .options(joinedload(AttendanceEntry.half_day))
        .where(
            AttendanceEntry.id == entry_id,
            AttendanceEntry.kind != EntryKind.VOID,
            stands(AttendanceEntry),
        )
    )


def list_places_of(member_id: int, now: datetime) -> list[Place]:
    """What a member can sign for in his own account now, the earliest first; one statement where
    nothing waits.
    """
    noted = select(AttendanceEntry.id).where(
        AttendanceEntry.enrolment_id == Enrolment.id,
        AttendanceEntry.half_day_id == SessionHalfDay.id,
        AttendanceEntry.kind.in_((EntryKind.TRAINEE, EntryKind.ABSENCE)),
        stands(AttendanceEntry),
    )
    rows = db.session.execute(
        select(Enrolment, SessionHalfDay)
        .join(Enrolment.session)
        .join(SessionHalfDay, SessionHalfDay.session_id == TrainingSession.id)
        .options(
            contains_eager(Enrolment.session).options(
                joinedload(TrainingSession.training), joinedload(TrainingSession.trainer)
            ),
            joinedload(Enrolment.member),
        )
        .where(
            Enrolment.member_id == member_id,
            Enrolment.state.in_((EnrolmentState.ENROLLED, EnrolmentState.ATTENDED)),
            TrainingSession.state.in_(RUNNING_STATES),
            TrainingSession.counts_at(now),
            SessionHalfDay.starts_at <= now + OPENS_BEFORE,
            ~noted.exists(),
        )
        .order_by(SessionHalfDay.starts_at)
    )
    return [Place(enrolment, half_day, Cell()) for enrolment, half_day in rows]


def list_given_by(trainer_id: int, now: datetime) -> list[TrainingSession]:
    """The sessions of a trainer that have begun and are not closed, the earliest first."""
    sessions = db.session.scalars(
        select(TrainingSession)
        .options(joinedload(TrainingSession.training), selectinload(TrainingSession.half_days))
        .where(
            TrainingSession.is_given_by(trainer_id),
            TrainingSession.state.in_(RUNNING_STATES),
            TrainingSession.counts_at(now),
        )
    )
    begun = [
        session
        for session in sessions
        if any(_can_be_signed(half_day, now) for half_day in session.half_days)
    ]
    return sorted(begun, key=lambda session: session.half_days[0].starts_at)


def _can_be_signed(half_day: SessionHalfDay, now: datetime) -> bool:
    time = signing_time(half_day.starts_at, half_day.ends_at, now)
    return time is not SigningTime.TOO_EARLY


def followed_sessions(
    member_ids: Iterable[int], now: datetime
) -> dict[tuple[int, int], list[FollowedSession]]:
    """What several members have followed, by member and training id; two statements."""
    rows = db.session.scalars(
        select(Enrolment)
        .join(Enrolment.session)
        .options(
            contains_eager(Enrolment.session),
            joinedload(Enrolment.session, TrainingSession.half_days),
        )
        .where(
            Enrolment.member_id.in_(list(member_ids)),
            Enrolment.state.in_(TAKES_PART),
            TrainingSession.state != SessionState.CANCELLED,
        )
        .order_by(Enrolment.id)
    )
    enrolments = rows.unique().all()
    lines = _by_cell(enrolment.id for enrolment in enrolments)
    followed: dict[tuple[int, int], list[FollowedSession]] = {}
    for enrolment in enrolments:
        key = enrolment.member_id, enrolment.session.training_id
        followed.setdefault(key, []).append(_followed(enrolment, lines, now))
    return followed


def _followed(
    enrolment: Enrolment, lines: Mapping[tuple[int, int], list[AttendanceEntry]], now: datetime
) -> FollowedSession:
    session = enrolment.session
    cells = {
        half_day.number: cell_of(lines.get((enrolment.id, half_day.id), ()))
        for half_day in session.half_days
    }
    zone = site_zone()
    signed = [half for half in session.half_days if cells[half.number].is_complete]
    return FollowedSession(
        code=session.code,
        is_refresher=session.kind is SessionKind.REFRESHER,
        last_on=max(half.starts_at for half in session.half_days).astimezone(zone).date(),
        has_begun=min(half.starts_at for half in session.half_days) <= now,
        numbers=tuple(cells),
        complete=frozenset(number for number, cell in cells.items() if cell.is_complete),
        days=tuple(sorted({half.starts_at.astimezone(zone).date() for half in signed})),
        late=frozenset(n for n, cell in cells.items() if cell.is_complete and cell.is_late),
    )


def signed_days(member_ids: Iterable[int]) -> list[tuple[int, str, date]]:
    """Member, training and local day of every half-day signed by both; one statement."""
    rows = rows_of(_signed(), members=list(member_ids))
    zone = site_zone()
    return [(row.member_id, row.code, row.starts_at.astimezone(zone).date()) for row in rows]


@cache
def _signed() -> Select[int, str, datetime]:
    """Made once, since whatever judges certifications asks it."""
    return (
        select(Enrolment.member_id, Training.code, SessionHalfDay.starts_at)
        .join(AttendanceEntry, AttendanceEntry.enrolment_id == Enrolment.id)
        .join(SessionHalfDay, SessionHalfDay.id == AttendanceEntry.half_day_id)
        .join(TrainingSession, TrainingSession.id == Enrolment.session_id)
        .join(Training, Training.id == TrainingSession.training_id)
        .where(Enrolment.member_id.in_(bindparam("members", expanding=True)), is_signed_by_both())
    )


def _entries_of(session: TrainingSession) -> tuple[AttendanceEntry, ...]:
    return tuple(
        db.session.scalars(
            select(AttendanceEntry)
            .join(SessionHalfDay, SessionHalfDay.id == AttendanceEntry.half_day_id)
            .options(joinedload(AttendanceEntry.actor))
            .where(SessionHalfDay.session_id == session.id)
            .order_by(AttendanceEntry.id)
        )
    )


def _cells(
    session: TrainingSession, enrolment: Enrolment, entries: Iterable[AttendanceEntry]
) -> dict[int, EntryCell]:
    own = [entry for entry in entries if entry.enrolment_id == enrolment.id]
    return {
        half_day.number: cell_of(entry for entry in own if entry.half_day_id == half_day.id)
        for half_day in session.half_days
    }


def _by_cell(enrolment_ids: Iterable[int]) -> dict[tuple[int, int], list[AttendanceEntry]]:
    """The lines of some enrolments, by enrolment and half-day; no statement for none."""
    ids = list(enrolment_ids)
    if not ids:
        return {}
    entries = db.session.scalars(
        select(AttendanceEntry)
        .where(AttendanceEntry.enrolment_id.in_(ids))
        .order_by(AttendanceEntry.id)
    )
    lines: dict[tuple[int, int], list[AttendanceEntry]] = {}
    for entry in entries:
        lines.setdefault((entry.enrolment_id, entry.half_day_id), []).append(entry)
    return lines
