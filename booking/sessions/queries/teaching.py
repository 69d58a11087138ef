"""Sessions to come whose trainers can no longer give them, as it is today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import compress
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ScalarSelect,
    Select,
    exists,
    func,
    or_,
    select,
    union,
)
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from booking import clock
from booking.database import db
from booking.journal.models import JournalEntry
from booking.members.models import Member, MemberRole, Role
from booking.members.rules import AccountState
from booking.sessions.rules.teaching import Unable
from booking.site.queries import site_zone
from booking.trainings.models import Certification, SessionHalfDay, SessionState, TrainingSession
from booking.trainings.models.sessions import session_trainer
from booking.trainings.rules import CertificationState

NOT_DONE = (
    SessionState.PLANNED,
    SessionState.OPEN,
    SessionState.CONFIRMED,
    SessionState.HELD,
)
"""Sessions that somebody must be there to give, or to countersign."""
ENDED = (CertificationState.SUSPENDED, CertificationState.REVOKED)
TOLD = "session.trainer_unable"
SETTLED = "session.shortage_settled"


class Present(NamedTuple):
    """The instant and the local day at which something is asked, or their places in a statement."""

    now: datetime | BindParameter[datetime]
    today: date | BindParameter[date]


class UnableTrainer(NamedTuple):
    """Somebody who is to give a session and no longer can."""

    session_id: int
    member: Member
    why: tuple[Unable, ...]


@dataclass(frozen=True)
class Shortage:
    """A session that is not closed, with those who can no longer give it."""

    session: TrainingSession
    unable: tuple[UnableTrainer, ...]

    @property
    def is_total(self) -> bool:
        """Whether nobody is left to give it."""
        return len(self.unable) == len(self.session.trainers)

    @property
    def is_to_tell(self) -> bool:
        """Whether managers are written to of it: of what has begun only where nobody is left."""
        return self.is_total or not self.session.has_begun

    @property
    def codes(self) -> set[str]:
        """Of those who can no longer give it."""
        return {one.member.code for one in self.unable}


class ShortageNews(NamedTuple):
    """What managers are to be told, and of which sessions what they were told is over: the codes
    of trainers who can give it again, or are to give it no more.
    """

    to_tell: list[Shortage]
    settled: dict[TrainingSession, set[str]]


def shortage_of(session: TrainingSession) -> Shortage | None:
    """Who can no longer give a session; None where all can, or it is closed or given up. One
    statement.
    """
    return shortages_of([session]).get(session.id)


def state_of(session: TrainingSession, shortage: Shortage | None) -> SessionState:
    """How a session stands at this moment, given who can no longer give it."""
    return session.state_given(has_trainer=shortage is None or not shortage.is_total)


def shortages_of(sessions: Collection[TrainingSession]) -> dict[int, Shortage]:
    """The same for several sessions, by id; those that are short alone."""
    by_id = {session.id: session for session in sessions}
    found: dict[int, list[UnableTrainer]] = {}
    for one in _unable(TrainingSession.id.in_(by_id)) if by_id else ():
        found.setdefault(one.session_id, []).append(one)
    return {number: Shortage(by_id[number], tuple(unable)) for number, unable in found.items()}


def list_shortages() -> list[Shortage]:
    """Every session to come that is short of a trainer, the next first."""
    return _list_short(_to_come(_present()))


def _list_short(numbers: Select[Any]) -> list[Shortage]:
    short = select(TrainingSession).where(TrainingSession.id.in_(numbers))
    sessions = db.session.scalars(
        short.options(
            joinedload(TrainingSession.training),
            joinedload(TrainingSession.trainer),
            selectinload(TrainingSession.co_trainers),
            selectinload(TrainingSession.half_days),
        )
    )
    found = shortages_of(list(sessions)).values()
    return sorted(found, key=lambda one: (one.session.starts_at, one.session.id))


def list_given_by(member_id: int) -> list[TrainingSession]:
    """What somebody is to give, alone or with others, and has not begun; the next first."""
    now = clock.now()
    query = (
        select(TrainingSession)
        .options(joinedload(TrainingSession.training), selectinload(TrainingSession.half_days))
        .where(
            TrainingSession.is_given_by(member_id),
            TrainingSession.state.in_(NOT_DONE),
            TrainingSession.counts_at(now),
            ~_has_begun(now),
        )
    )
    return sorted(db.session.scalars(query), key=lambda one: (one.starts_at, one.id))


def find_news_of_shortages() -> ShortageNews:
    """What has changed since managers were last told; two statements where all can."""
    short = {one.session: one for one in _list_short(_short(_present(), TrainingSession.id))}
    told = _told()
    to_tell = [
        one for session, one in short.items() if one.is_to_tell and one.codes - told[session]
    ]
    settled = {
        session: over
        for session, codes in told.items()
        if (over := codes - (short[session].codes if session in short else set()))
    }
    return ShortageNews(to_tell, settled)


def _told() -> defaultdict[TrainingSession, set[str]]:
    """The trainers of whom managers have been told, by sessions that are not closed; but for those
    with whom it was settled since.
    """
    rows = db.session.execute(
        select(TrainingSession, JournalEntry.act, JournalEntry.after)
        .join(JournalEntry, JournalEntry.subject_code == TrainingSession.code)
        .where(
            TrainingSession.state.in_(NOT_DONE),
            TrainingSession.counts_at(clock.now()),
            JournalEntry.subject_kind == "session",
            JournalEntry.act.in_((TOLD, SETTLED)),
        )
        .order_by(JournalEntry.id)
    )
    told: defaultdict[TrainingSession, set[str]] = defaultdict(set)
    for session, act, after in rows:
        if act == TOLD:
            told[session].update(after["trainers"])
        else:
            told[session].difference_update(after["trainers"])
    return told


def shortages_to_count(present: Present) -> ScalarSelect[int]:
    """How many sessions to come are short of a trainer; part of another statement."""
    short = _to_come(present).distinct().subquery()
    return select(func.count()).select_from(short).scalar_subquery()


def list_uncertified(training_id: int, members: Iterable[Member]) -> list[Member]:
    """Those of them who have lost the certification of what they would teach; one statement."""
    numbers = [member.id for member in members]
    lost = _has_lost(training_id, _present())
    return list(db.session.scalars(select(Member).where(Member.id.in_(numbers), lost)))


def _unable(*conditions: ColumnElement[bool]) -> list[UnableTrainer]:
    present = _present()
    rows = db.session.execute(
        _short(present, TrainingSession.id, Member, *_causes(present).values())
        .where(*conditions)
        .order_by(TrainingSession.id, Member.name)
    )
    return [
        UnableTrainer(number, member, tuple(compress(Unable, holds)))
        for number, member, *holds in rows.unique()
    ]


def _to_come(present: Present) -> Select[Any]:
    """The ids of those that have not begun."""
    return _short(present, TrainingSession.id).where(~_has_begun(present.now))


def _short(present: Present, *columns: Any) -> Select[Any]:
    """One row for each session that is not closed and each trainer of it who no longer can."""
    # From the sessions to those who give them: joined by one OR, every member would be looked at.
    gives = union(
        select(
            TrainingSession.id.label("session_id"), TrainingSession.trainer_id.label("member_id")
        ),
        select(session_trainer.c.session_id, session_trainer.c.member_id),
    ).subquery()
    return (
        select(*columns)
        .select_from(TrainingSession)
        .join(gives, gives.c.session_id == TrainingSession.id)
        .join(Member, Member.id == gives.c.member_id)
        .where(
            TrainingSession.state.in_(NOT_DONE),
            TrainingSession.counts_at(present.now),
            or_(*_causes(present).values()),
        )
    )


def _has_begun(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    return exists().where(
        SessionHalfDay.session_id == TrainingSession.id, SessionHalfDay.starts_at <= now
    )


def _causes(present: Present) -> dict[Unable, ColumnElement[bool]]:
    return {
        Unable.ACCOUNT: Member.state != AccountState.APPROVED,
        Unable.ROLE: ~Member.role_rows.any(MemberRole.role == Role.TRAINER),
        Unable.CERTIFICATION: _has_lost(TrainingSession.training_id, present),
    }


def _has_lost(
    training_id: int | InstrumentedAttribute[int], present: Present
) -> ColumnElement[bool]:
    """Whether somebody has held the certification of a training and holds none that counts; who
    never had one teaches by the role alone.
    """
    of_it = (Certification.member_id == Member.id) & (Certification.training_id == training_id)
    granted = Certification.state == CertificationState.APPROVED
    runs = or_(Certification.valid_until.is_(None), Certification.valid_until >= present.today)
    had = exists().where(of_it, or_(granted, Certification.state.in_(ENDED)))
    return had & ~exists().where(of_it, granted, runs)


def _present() -> Present:
    return Present(clock.now(), clock.today(site_zone()))
