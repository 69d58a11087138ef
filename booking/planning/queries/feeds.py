"""What calendar feeds show, and whose they are. What names nobody is read without names."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from booking.database import LocalizedText, db
from booking.machines.models import Machine, Outage, Unit
from booking.members.models import Member
from booking.members.queries import digest
from booking.occupancies.guard import LONGEST_DAYS
from booking.occupancies.models import Occupancy
from booking.openings.models import Closure
from booking.planning.models import Feed
from booking.reservations.models import Companion, Reservation
from booking.reservations.rules import CALENDAR_STATUS, CURRENT_ANSWERS, CalendarStatus
from booking.trainings.models import (
    Enrolment,
    EnrolmentState,
    SessionHalfDay,
    SessionState,
    Training,
    TrainingSession,
)
from booking.trainings.rules import session_state_at

BACK = timedelta(days=30)
"""How long what is over stays in a feed. Ahead nothing limits it but what can be reserved."""

CANCELLED_FOR = timedelta(days=28)
"""How long a feed shows that something was cancelled, so that every program has seen it."""

LONGEST = timedelta(days=LONGEST_DAYS)


def list_feeds(member_id: int) -> list[Feed]:
    """The addresses of a member that are in use, the latest first."""
    return list(
        db.session.scalars(
            select(Feed)
            .options(joinedload(Feed.machine), joinedload(Feed.area))
            .where(Feed.member_id == member_id, Feed.revoked_at.is_(None))
            .order_by(Feed.created_at.desc(), Feed.id.desc())
        )
    )


def find_feed(feed_id: int) -> Feed | None:
    """The address in use with this number."""
    return db.session.scalar(
        select(Feed)
        .options(joinedload(Feed.machine), joinedload(Feed.area))
        .where(Feed.id == feed_id, Feed.revoked_at.is_(None))
    )


def find_feed_by_token(token: str) -> Feed | None:
    """The feed of this secret, unless it was revoked or its member is gone."""
    feed = db.session.scalar(
        select(Feed)
        .join(Feed.member)
        .options(
            contains_eager(Feed.member).lazyload(Member.role_rows),
            joinedload(Feed.machine),
            joinedload(Feed.area),
        )
        .where(Feed.token_hash == digest(token), Feed.revoked_at.is_(None))
    )
    return feed if feed is not None and feed.member.is_active else None


def list_reservations(feed: Feed, now: datetime) -> list[Reservation]:
    """The member's own reservations, or all those of the machine or the area, by id."""
    is_kept = [state for state, shown in CALENDAR_STATUS.items() if shown != _CANCELLED]
    query = (
        select(Reservation)
        .join(Reservation.machine)
        .options(contains_eager(Reservation.machine).joinedload(Machine.area))
        .where(
            _concerns(feed) if feed.is_of_place else Reservation.member_id == feed.member_id,
            Reservation.starts_at > now - BACK - LONGEST,
            Reservation.ends_at > now - BACK,
            or_(Reservation.state.in_(is_kept), Reservation.changed_at > now - CANCELLED_FOR),
        )
    )
    return list(db.session.scalars(query.order_by(Reservation.id)))


def list_accompanied(feed: Feed, now: datetime) -> list[Companion]:
    """What the member was asked to be there for and has not refused, by id."""
    query = (
        select(Companion)
        .join(Companion.reservation)
        .join(Reservation.machine)
        .options(
            contains_eager(Companion.reservation).options(
                contains_eager(Reservation.machine).joinedload(Machine.area),
                joinedload(Reservation.member).lazyload(Member.role_rows),
            )
        )
        .where(
            Companion.member_id == feed.member_id,
            Companion.answer.in_(CURRENT_ANSWERS),
            Reservation.ends_at > now - BACK,
        )
    )
    return list(db.session.scalars(query.order_by(Companion.id)))


_CANCELLED = CalendarStatus.CANCELLED


def _concerns(feed: Feed) -> ColumnElement[bool]:
    if feed.machine_id is not None:
        return Machine.id == feed.machine_id
    return Machine.area_id == feed.area_id


class HalfDay(NamedTuple):
    """Half a day of a training; on a machine, where the feed is of a place."""

    id: int
    starts_at: datetime
    ends_at: datetime
    written_state: SessionState
    auto_cancel_at: datetime | None
    lapses_at: datetime | None
    version: int
    place: str
    session_code: str
    title: LocalizedText
    machine_code: str | None

    def state_at(self, now: datetime) -> SessionState:
        """How its session stands, be it written down or not."""
        return session_state_at(self.written_state, self.auto_cancel_at, self.lapses_at, now)

    def sequence_at(self, now: datetime) -> int:
        """The number of its last change; falling by itself is one."""
        return self.version + (self.state_at(now) is not self.written_state)


def list_own_half_days(feed: Feed, now: datetime) -> list[HalfDay]:
    """Of the sessions that the member gives or has a place in, cancelled ones too; by id."""
    has_place = (
        select(Enrolment.id)
        .where(
            Enrolment.session_id == TrainingSession.id,
            Enrolment.member_id == feed.member_id,
            Enrolment.state.in_((EnrolmentState.ENROLLED, EnrolmentState.ATTENDED)),
        )
        .exists()
    )
    rows = db.session.execute(
        select(*_HALF_DAY)
        .join(TrainingSession, TrainingSession.id == SessionHalfDay.session_id)
        .join(Training, Training.id == TrainingSession.training_id)
        .where(
            or_(TrainingSession.is_given_by(feed.member_id), has_place),
            SessionHalfDay.ends_at > now - BACK,
        )
        .order_by(SessionHalfDay.id)
    )
    return [HalfDay._make((*row, None)) for row in rows]


def list_half_days_on(feed: Feed, now: datetime) -> list[HalfDay]:
    """Of the sessions that take the machine or one of the area's, machine by machine."""
    rows = db.session.execute(
        select(*_HALF_DAY, Machine.code)
        .join(TrainingSession, TrainingSession.id == SessionHalfDay.session_id)
        .join(Training, Training.id == TrainingSession.training_id)
        .join(Occupancy, Occupancy.half_day_id == SessionHalfDay.id)
        .join(Unit, Unit.id == Occupancy.unit_id)
        .join(Machine, Machine.id == Unit.machine_id)
        .where(
            _concerns(feed),
            Occupancy.active,
            Occupancy.lapses_at.is_(None) | (Occupancy.lapses_at > now),
            SessionHalfDay.ends_at > now - BACK,
        )
        .order_by(SessionHalfDay.id, Machine.code)
    )
    by_machine = {(row.id, row.code): HalfDay(*row) for row in rows}
    return list(by_machine.values())


_HALF_DAY = (
    SessionHalfDay.id,
    SessionHalfDay.starts_at,
    SessionHalfDay.ends_at,
    TrainingSession.state,
    TrainingSession.auto_cancel_at,
    TrainingSession.lapses_at,
    TrainingSession.version,
    TrainingSession.place,
    TrainingSession.code.label("session_code"),
    Training.title,
)


def list_closures_of(feed: Feed, now: datetime) -> list[Closure]:
    """The closures of the site, the area and the machines that the feed is about, by id."""
    of_site = and_(Closure.area_id.is_(None), Closure.machine_id.is_(None))
    if feed.machine is not None:
        narrower = or_(
            Closure.area_id == feed.machine.area_id, Closure.machine_id == feed.machine_id
        )
    else:
        narrower = or_(Closure.area_id == feed.area_id, Machine.area_id == feed.area_id)
    query = (
        select(Closure)
        .outerjoin(Machine, Machine.id == Closure.machine_id)
        .options(contains_eager(Closure.machine), joinedload(Closure.area))
        .where(
            or_(of_site, narrower),
            Closure.cancelled_at.is_(None),
            Closure.ends_at > now - BACK,
        )
    )
    return list(db.session.scalars(query.order_by(Closure.id)))


def list_outages_of(feed: Feed) -> list[Outage]:
    """The outages of the machine, or the area's machines, that nobody has ended; by id."""
    query = (
        select(Outage)
        .join(Outage.machine)
        .options(contains_eager(Outage.machine))
        .where(_concerns(feed), Outage.ended_at.is_(None))
    )
    return list(db.session.scalars(query.order_by(Outage.id)))
