"""Reads of the waiting lists."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased, joinedload

from booking import clock
from booking.database import db
from booking.periods import Period
from booking.reservations.models import WaitlistEntry
from booking.reservations.rules.waiting import WaitlistState, Waits

OPEN_STATES = (WaitlistState.WAITING, WaitlistState.OFFERED)


@dataclass(frozen=True)
class InLine:
    """An entry and its place among those that wait for an offer of the same time, from 1; None
    for one that does not.
    """

    entry: WaitlistEntry
    place: int | None


def find_entry(number: int) -> WaitlistEntry | None:
    """The entry with its machine, its member and what is held for it."""
    return db.session.scalar(_entries().where(WaitlistEntry.id == number))


def find_offer_of(reservation_id: int) -> WaitlistEntry | None:
    """The entry for which this reservation is held, until there is an answer."""
    return db.session.scalar(
        _entries().where(
            WaitlistEntry.reservation_id == reservation_id,
            WaitlistEntry.state == WaitlistState.OFFERED,
        )
    )


def find_in_line(entry: WaitlistEntry) -> InLine:
    return _in_line(WaitlistEntry.id == entry.id)[0]


def list_open_of(member_id: int) -> list[InLine]:
    """What a member waits for and is offered, the oldest first; one statement."""
    return _still_open(WaitlistEntry.member_id == member_id)


def list_open_on(machine_id: int) -> list[InLine]:
    """Who waits for a machine, in order; one statement."""
    return _still_open(WaitlistEntry.machine_id == machine_id)


def list_closed_of(member_id: int, limit: int) -> list[WaitlistEntry]:
    """What has become of a member's former entries, the latest first."""
    query = _entries().where(WaitlistEntry.member_id == member_id, ~_is_open(clock.now()))
    return list(db.session.scalars(query.order_by(WaitlistEntry.id.desc()).limit(limit)))


def machines_waited_for(machine_ids: Collection[int]) -> set[int]:
    """Those of these machines for which somebody waits."""
    query = select(WaitlistEntry.machine_id).where(
        WaitlistEntry.machine_id.in_(machine_ids),
        WaitlistEntry.state == WaitlistState.WAITING,
        WaitlistEntry.watched_until > clock.now(),
    )
    return set(db.session.scalars(query.distinct()))


def list_waiting_for(machine_id: int, period: Period) -> list[WaitlistEntry]:
    """Who waits for time of this machine within a period, in order, held until the act is done."""
    query = (
        select(WaitlistEntry)
        .options(joinedload(WaitlistEntry.member), joinedload(WaitlistEntry.machine))
        .where(
            WaitlistEntry.machine_id == machine_id,
            WaitlistEntry.state == WaitlistState.WAITING,
            WaitlistEntry.watched_from < period.ends_at,
            WaitlistEntry.watched_until > period.starts_at,
        )
        .order_by(*_ORDER)
        .with_for_update(of=WaitlistEntry)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))


_ORDER = (WaitlistEntry.created_at, WaitlistEntry.id)


def _is_open(now: datetime) -> ColumnElement[bool]:
    return WaitlistEntry.state.in_(OPEN_STATES) & (WaitlistEntry.watched_until > now)


def _entries() -> Select[WaitlistEntry]:
    return select(WaitlistEntry).options(
        joinedload(WaitlistEntry.machine),
        joinedload(WaitlistEntry.member),
        joinedload(WaitlistEntry.reservation),
    )


def _still_open(condition: ColumnElement[bool]) -> list[InLine]:
    """Without offers that nobody answered in time."""
    found = _in_line(condition & _is_open(clock.now()))
    return [line for line in found if line.entry.state_now in OPEN_STATES]


def _in_line(condition: ColumnElement[bool]) -> list[InLine]:
    before = aliased(WaitlistEntry)
    place = (
        select(func.count())
        .select_from(before)
        .where(
            before.machine_id == WaitlistEntry.machine_id,
            before.state == WaitlistState.WAITING,
            before.waits == Waits.FOR_OFFER,
            before.watched_from < WaitlistEntry.watched_until,
            before.watched_until > WaitlistEntry.watched_from,
            (before.created_at < WaitlistEntry.created_at)
            | ((before.created_at == WaitlistEntry.created_at) & (before.id <= WaitlistEntry.id)),
        )
        .correlate(WaitlistEntry)
        .scalar_subquery()
    )
    rows = db.session.execute(_entries().add_columns(place).where(condition).order_by(*_ORDER))
    return [InLine(entry, count if _waits_in_line(entry) else None) for entry, count in rows]


def _waits_in_line(entry: WaitlistEntry) -> bool:
    return entry.waits is Waits.FOR_OFFER and entry.state_now is WaitlistState.WAITING
