"""Reads of sessions and of what they occupy."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from booking import clock
from booking.database import db
from booking.machines.models import Machine, Unit
from booking.members.models import Member, MemberRole, Role
from booking.members.rules import AccountState
from booking.occupancies.models import Occupancy
from booking.occupancies.queries import list_taken
from booking.periods import Period
from booking.sessions.queries.teaching import Shortage, shortages_of, state_of
from booking.sessions.rules.enrolling import InLine, turns
from booking.sessions.rules.scheduling import Blocked
from booking.trainings.models import (
    Enrolment,
    EnrolmentState,
    SessionHalfDay,
    SessionState,
    Training,
    TrainingSession,
)
from booking.trainings.models.sessions import session_trainer
from booking.trainings.rules import JOINABLE_STATES, Place
from booking.trainings.rules.sessions import UNDECIDED_STATES

LONGEST_BUFFER = timedelta(days=1)
"""How far around a half-day its neighbours are read: more than any buffer."""


class Occupied(NamedTuple):
    """A machine that a session takes, with the number of its units."""

    machine: Machine
    units: int


def find_session(code: str) -> TrainingSession | None:
    """A session with its training, its trainers, its half-days and the people in it."""
    return db.session.scalar(_whole().where(TrainingSession.code == code))


def find_shown_session(code: str, *, planned: bool) -> TrainingSession | None:
    """A session that the reader may know of; those in preparation where `planned`."""
    session = find_session(code)
    is_hidden = session is not None and session.state is SessionState.PLANNED and not planned
    return None if is_hidden else session


def find_open_session(code: str) -> TrainingSession | None:
    """A session that people may look for a place in: not one in preparation."""
    return find_shown_session(code, planned=False)


def _whole() -> Select[Any]:
    return select(TrainingSession).options(
        joinedload(TrainingSession.training),
        joinedload(TrainingSession.trainer),
        selectinload(TrainingSession.co_trainers),
        selectinload(TrainingSession.half_days),
        selectinload(TrainingSession.enrolments)
        .joinedload(Enrolment.member)
        .joinedload(Member.organisation),
    )


def list_coming(training_code: str = "", *, planned: bool = False) -> list[TrainingSession]:
    """The sessions that are not over, the next first; those in preparation where asked for.

    Five statements whatever their number.
    """
    now = clock.now()
    last_end = (
        select(func.max(SessionHalfDay.ends_at))
        .where(SessionHalfDay.session_id == TrainingSession.id)
        .correlate(TrainingSession)
        .scalar_subquery()
    )
    query = _whole().where(last_end > now, TrainingSession.counts_at(now))
    if not planned:
        query = query.where(TrainingSession.state != SessionState.PLANNED)
    if training_code:
        query = query.where(TrainingSession.training.has(Training.code == training_code))
    return sorted(db.session.scalars(query), key=lambda session: (session.starts_at, session.id))


def list_to_settle(now: datetime) -> list[TrainingSession]:
    """Sessions of which time may have decided something that nobody has written down."""
    waits = exists().where(
        Enrolment.session_id == TrainingSession.id,
        Enrolment.state == EnrolmentState.WAITING,
        Enrolment.offered_until.is_(None),
    )
    is_decided = TrainingSession.state.in_(UNDECIDED_STATES) & (
        TrainingSession.auto_cancel_at <= now
    )
    query = _whole().where(or_(is_decided, waits & TrainingSession.state.in_(JOINABLE_STATES)))
    found = list(db.session.scalars(query.order_by(TrainingSession.id)))
    short = shortages_of([one for one in found if one.state is not one.state_now])
    return [one for one in found if _is_due(one, short.get(one.id))]


def whose_turn(session: TrainingSession) -> list[int]:
    """Ids of the places that wait and may be taken now, though nobody has written that down."""
    if session.state_now not in JOINABLE_STATES or session.has_begun:
        return []
    return turns(*line_of(session))


def line_of(session: TrainingSession) -> tuple[int, int, list[InLine]]:
    """The places of a session, how many are taken, and who waits for one in order."""
    line = [InLine(one.id, one.place_now is Place.OFFERED) for one in session.in_line]
    return session.places, len(session.enrolled), line


def _is_due(session: TrainingSession, shortage: Shortage | None) -> bool:
    return session.state is not state_of(session, shortage) or bool(whose_turn(session))


def list_of_series(series_id: int) -> list[TrainingSession]:
    """The sessions that were planned together, the first of them among them."""
    query = _whole().where(
        or_(TrainingSession.id == series_id, TrainingSession.series_id == series_id)
    )
    return sorted(db.session.scalars(query), key=lambda session: (session.starts_at, session.id))


def occupied_by(session: TrainingSession) -> list[Occupied]:
    """What a session takes over each of its half-days, by machine; one statement."""
    units = func.count(Occupancy.unit_id.distinct())
    rows = db.session.execute(
        select(Machine, units)
        .join(Unit, Unit.machine_id == Machine.id)
        .join(Occupancy, Occupancy.unit_id == Unit.id)
        .join(SessionHalfDay, SessionHalfDay.id == Occupancy.half_day_id)
        .where(SessionHalfDay.session_id == session.id)
        .group_by(Machine.id, SessionHalfDay.id)
        .order_by(Machine.code)
    )
    found: dict[int, Occupied] = {}
    for machine, count in rows:
        found[machine.id] = Occupied(machine, count)
    return list(found.values())


def occupied_by_each(sessions: Collection[TrainingSession]) -> dict[int, dict[str, int]]:
    """The same for several sessions, by id: units by the machine's code; one statement."""
    rows = db.session.execute(
        select(SessionHalfDay.session_id, Machine.code, func.count(Occupancy.unit_id.distinct()))
        .join(Occupancy, Occupancy.half_day_id == SessionHalfDay.id)
        .join(Unit, Unit.id == Occupancy.unit_id)
        .join(Machine, Machine.id == Unit.machine_id)
        .where(SessionHalfDay.session_id.in_([session.id for session in sessions]))
        .group_by(SessionHalfDay.session_id, SessionHalfDay.id, Machine.code)
        .order_by(Machine.code)
    )
    found: dict[int, dict[str, int]] = {session.id: {} for session in sessions}
    for session_id, code, units in rows:
        found[session_id][code] = units
    return found


def machine_ids_of(session_ids: Iterable[int]) -> set[int]:
    """Ids of the machines that sessions take."""
    query = (
        select(Unit.machine_id)
        .join(Occupancy, Occupancy.unit_id == Unit.id)
        .join(SessionHalfDay, SessionHalfDay.id == Occupancy.half_day_id)
        .where(SessionHalfDay.session_id.in_(list(session_ids)))
    )
    return set(db.session.scalars(query.distinct()))


def list_trainers() -> list[Member]:
    """Who may give a session, by name."""
    query = select(Member).where(
        Member.state == AccountState.APPROVED,
        Member.role_rows.any(MemberRole.role == Role.TRAINER),
    )
    return list(db.session.scalars(query.order_by(Member.name)))


def blocked_units(
    machine_ids: Collection[int], over: Period, without: Collection[int] = ()
) -> dict[int, list[Blocked]]:
    """What occupies each unit around a period and has not lapsed, by unit; one statement.

    As if the half-days whose ids are in `without` took nothing: they are planned anew.
    """
    now = clock.now()
    blocked: dict[int, list[Blocked]] = {}
    for taken in list_taken(machine_ids, Period(over.starts_at, over.ends_at + LONGEST_BUFFER)):
        has_lapsed = taken.lapses_at is not None and taken.lapses_at <= now
        if not taken.active or has_lapsed or taken.half_day_id in without:
            continue
        one = Blocked(
            Period(taken.starts_at, taken.ends_at),
            Period(taken.busy_from, taken.busy_until),
            taken.half_day_id is not None,
        )
        blocked.setdefault(taken.unit_id, []).append(one)
    return blocked


class Teaching(NamedTuple):
    """Half a day that somebody gives."""

    member_id: int
    session: str
    period: Period


def list_teaching(
    member_ids: Collection[int], over: Period, without: int | None = None
) -> list[Teaching]:
    """What some trainers give within a period, another session than `without`; one statement."""
    now = clock.now()
    gives = exists().where(
        session_trainer.c.session_id == TrainingSession.id,
        session_trainer.c.member_id == Member.id,
    )
    query = (
        select(Member.id, TrainingSession.code, SessionHalfDay.starts_at, SessionHalfDay.ends_at)
        .join_from(SessionHalfDay, TrainingSession)
        .join(Member, or_(TrainingSession.trainer_id == Member.id, gives))
        .where(
            Member.id.in_(list(member_ids)),
            TrainingSession.counts_at(now),
            SessionHalfDay.starts_at < over.ends_at,
            SessionHalfDay.ends_at > over.starts_at,
        )
        .order_by(SessionHalfDay.starts_at, TrainingSession.code)
    )
    if without is not None:
        query = query.where(TrainingSession.id != without)
    rows = db.session.execute(query)
    return [Teaching(member, code, Period(start, end)) for member, code, start, end in rows]
