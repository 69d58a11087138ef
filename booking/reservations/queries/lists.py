"""Reads of reservations."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, or_, select, tuple_
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from booking import clock
from booking.database import db
from booking.machines.models import Machine
from booking.members.models import Member
from booking.members.rules import REMINDER_HOURS
from booking.occupancies.guard import LONGEST_DAYS
from booking.periods import Period
from booking.reservations.models import Companion, Reservation, Series
from booking.reservations.rules import CompanionAnswer, ReservationState

_STILL_THERE = Reservation.state == ReservationState.CHECKED_IN
"""Of those that count: somebody has arrived and not left, be it after the end."""


def find_reservation(number: int) -> Reservation | None:
    """The reservation with its machine and member."""
    return db.session.scalar(
        select(Reservation)
        .options(joinedload(Reservation.machine), joinedload(Reservation.member))
        .where(Reservation.id == number)
    )


def find_series(number: int) -> Series | None:
    return db.session.scalar(
        select(Series).options(joinedload(Series.member)).where(Series.id == number)
    )


def list_of_series(series_id: int, member_id: int) -> list[Reservation]:
    """The reservations of a series that are still this member's, cancelled ones too, by start."""
    return _list_with_machine(
        Reservation.series_id == series_id, Reservation.member_id == member_id
    )


def list_future_of(member_id: int, after: datetime) -> list[Reservation]:
    """Active reservations of a member that end after an instant, the next first; with them the one
    for which he is still there.
    """
    return _list_with_machine(Reservation.member_id == member_id, *_is_future(after))


def machines_of_future(member_ids: Collection[int], after: datetime) -> set[int]:
    """The ids of the machines on which several members have such reservations; one statement."""
    query = select(Reservation.machine_id).where(
        Reservation.member_id.in_(member_ids), *_is_future(after)
    )
    return set(db.session.scalars(query.distinct()))


def _is_future(after: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Reservation.counts_at(clock.now()),
        (Reservation.ends_at > after) | _STILL_THERE,
        Reservation.starts_at > after - timedelta(days=LONGEST_DAYS),
    )


def list_future_of_organisation(organisation_id: int, after: datetime) -> list[Reservation]:
    """Active reservations that an organisation pays for and that end after an instant."""
    return _list_with_machine(
        Reservation.organisation_id == organisation_id,
        Reservation.counts_at(clock.now()),
        Reservation.ends_at > after,
    )


def list_all_after(after: datetime, words: str, limit: int, offset: int) -> list[Reservation]:
    """Everybody's active reservations that end after an instant, by start.

    `words` narrows to machines and members whose code or name holds them.
    """
    query = (
        select(Reservation)
        .join(Reservation.machine)
        .join(Reservation.member)
        .options(
            contains_eager(Reservation.machine),
            contains_eager(Reservation.member),
            selectinload(Reservation.companions),
        )
        .where(
            Reservation.counts_at(clock.now()),
            Reservation.ends_at > after,
            Reservation.starts_at > after - timedelta(days=LONGEST_DAYS),
        )
        .order_by(Reservation.starts_at, Reservation.id)
    )
    if words:
        query = query.where(
            Machine.code.icontains(words, autoescape=True)
            | Member.name.icontains(words, autoescape=True)
            | Member.code.icontains(words, autoescape=True)
        )
    return list(db.session.scalars(query.limit(limit).offset(offset)))


def list_past_of(member_id: int, before: datetime, limit: int, offset: int) -> list[Reservation]:
    """What a member reserved up to now, cancelled ones too, the latest first."""
    query = (
        select(Reservation)
        .options(joinedload(Reservation.machine))
        .where(
            Reservation.member_id == member_id,
            ~Reservation.counts_at(clock.now()) | ((Reservation.ends_at <= before) & ~_STILL_THERE),
        )
        .order_by(Reservation.starts_at.desc(), Reservation.id.desc())
    )
    return list(db.session.scalars(query.limit(limit).offset(offset)))


def list_missed_since(since: datetime) -> list[Reservation]:
    """The reservations that began since then and for which nobody came, by start."""
    now = clock.now()
    return _list_with_machine(
        Reservation.starts_at >= since, Reservation.starts_at <= now, Reservation.is_missed_at(now)
    )


def list_staying_longer() -> list[Reservation]:
    """Those who are still there after their end, the longest first."""
    now = clock.now()
    return _list_with_machine(_STILL_THERE, Reservation.lapses_at > now, Reservation.ends_at < now)


def list_machines_to_settle(now: datetime) -> list[int]:
    """The ids of machines on which something has lapsed that nobody has written down."""
    query = select(Reservation.machine_id).where(Reservation.has_lapsed_at(now))
    return list(db.session.scalars(query.distinct().order_by(Reservation.machine_id)))


def find_by_idempotency_key(created_by_id: int, key: str) -> Reservation | None:
    """What a member has already reserved with this key."""
    return db.session.scalar(
        select(Reservation).where(
            Reservation.created_by_id == created_by_id, Reservation.idempotency_key == key
        )
    )


def list_page(
    *,
    member_id: int | None = None,
    organisation_id: int | None = None,
    ends_after: datetime | None = None,
    starts_before: datetime | None = None,
    after: Reservation | None = None,
    limit: int,
) -> list[Reservation]:
    """Reservations of every state by start, those after the one already seen; two statements."""
    query = (
        select(Reservation)
        .options(
            joinedload(Reservation.machine),
            joinedload(Reservation.member),
            joinedload(Reservation.organisation),
            selectinload(Reservation.waivers),
            selectinload(Reservation.companions).joinedload(Companion.member),
        )
        .order_by(Reservation.starts_at, Reservation.id)
        .limit(limit)
    )
    if member_id is not None:
        query = query.where(Reservation.member_id == member_id)
    if organisation_id is not None:
        query = query.where(Reservation.organisation_id == organisation_id)
    if ends_after is not None:
        query = query.where(Reservation.ends_at > ends_after)
    if starts_before is not None:
        query = query.where(Reservation.starts_at < starts_before)
    if after is not None:
        seen = (after.starts_at, after.id)
        query = query.where(tuple_(Reservation.starts_at, Reservation.id) > seen)
    return list(db.session.scalars(query))


def list_active_between(
    period: Period, machine_ids: Iterable[int] | None = None
) -> list[Reservation]:
    """Active reservations that overlap a period, of some machines or of all, by start."""
    conditions = [
        Reservation.counts_at(clock.now()),
        Reservation.starts_at < period.ends_at,
        Reservation.ends_at > period.starts_at,
        Reservation.starts_at > period.starts_at - timedelta(days=LONGEST_DAYS),
    ]
    if machine_ids is not None:
        conditions.append(Reservation.machine_id.in_(list(machine_ids)))
    return _list_with_machine(*conditions)


def _list_with_machine(*conditions: object) -> list[Reservation]:
    query = (
        select(Reservation)
        .options(
            joinedload(Reservation.machine),
            joinedload(Reservation.member),
            selectinload(Reservation.companions),
        )
        .where(*conditions)  # type: ignore[arg-type]
        .order_by(Reservation.starts_at, Reservation.id)
    )
    return list(db.session.scalars(query))


def reservations_to_remind_of(now: datetime) -> Select[Reservation]:
    """Confirmed reservations that their members want to be reminded of by now, by id."""
    return (
        select(Reservation)
        .join(Reservation.member)
        .options(contains_eager(Reservation.member), joinedload(Reservation.machine))
        .where(Reservation.reminded_at.is_(None), *_to_be_reminded_of(now))
        .order_by(Reservation.id)
    )


def companions_to_remind(now: datetime) -> Select[Companion]:
    """Second persons who have agreed to be there and want to be reminded of it by now, by id."""
    return (
        select(Companion)
        .join(Companion.reservation)
        .join(Companion.member)
        .options(
            contains_eager(Companion.member),
            contains_eager(Companion.reservation).joinedload(Reservation.machine),
        )
        .where(
            Companion.answer == CompanionAnswer.ACCEPTED,
            Companion.reminded_at.is_(None),
            *_to_be_reminded_of(now),
        )
        .order_by(Companion.id)
    )


def _to_be_reminded_of(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What is confirmed and begins within the hours that the joined member has chosen."""
    in_time = or_(
        *(
            (Member.reminder_hours == hours)
            & (Reservation.starts_at <= now + timedelta(hours=hours))
            for hours in REMINDER_HOURS
            if hours
        )
    )
    return (
        Reservation.state == ReservationState.CONFIRMED,
        Reservation.counts_at(now),
        Reservation.starts_at > now,
        Reservation.starts_at <= now + timedelta(hours=max(REMINDER_HOURS)),
        in_time,
    )
