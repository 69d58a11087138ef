"""Reads of the requests for machines whose reservations are approved one by one."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, ScalarSelect, Select, func, select
from sqlalchemy.orm import joinedload

from booking import clock
from booking.database import db
from booking.periods import Period
from booking.reservations.models import ApprovalRequest
from booking.reservations.queries.workshop import get_workshop
from booking.reservations.rules.approving import ApprovalState, Wanted

CLOSED_BY_ITSELF = (ApprovalState.APPROVED, ApprovalState.WITHDRAWN)
"""What needs no word any more: there is a reservation, or the person wanted none."""

NO_UNIT = 0
"""The id of a unit that is no longer in service: nothing is free on it."""


def find_request(number: int) -> ApprovalRequest | None:
    """The request with its machine and its people."""
    return db.session.scalar(_requests().where(ApprovalRequest.id == number))


def find_request_by_key(created_by_id: int, key: str) -> ApprovalRequest | None:
    """The request that somebody has made with this idempotency key."""
    return db.session.scalar(
        _requests().where(
            ApprovalRequest.created_by_id == created_by_id,
            ApprovalRequest.idempotency_key == key,
        )
    )


def find_asked_already(member_id: int, machine_id: int, period: Period) -> ApprovalRequest | None:
    """The waiting request of a member for a machine that meets a period."""
    return db.session.scalar(
        _requests()
        .where(
            ApprovalRequest.member_id == member_id,
            ApprovalRequest.machine_id == machine_id,
            ApprovalRequest.waits_at(clock.now()),
            *_within(period),
        )
        .order_by(ApprovalRequest.id)
        .limit(1)
    )


def list_waiting_requests() -> list[ApprovalRequest]:
    """Everything that can still be approved, by start; one statement."""
    query = _requests().where(ApprovalRequest.waits_at(clock.now()))
    return list(db.session.scalars(query.order_by(*_ORDER)))


def count_of_waiting(now: datetime | BindParameter[datetime]) -> ScalarSelect[int]:
    """How many can still be approved, as part of a statement."""
    query = select(func.count()).select_from(ApprovalRequest)
    return query.where(ApprovalRequest.waits_at(now)).scalar_subquery()


def list_requests_of(member_id: int) -> list[ApprovalRequest]:
    """What a member asks for, and what became of it as long as its time has not come."""
    query = _requests().where(
        ApprovalRequest.member_id == member_id,
        ApprovalRequest.starts_at > clock.now(),
        ApprovalRequest.state.not_in(CLOSED_BY_ITSELF),
    )
    return list(db.session.scalars(query.order_by(*_ORDER)))


def hold_waiting(machine_id: int, period: Period, buffer: timedelta) -> list[ApprovalRequest]:
    """What is asked of a machine within a period and its buffers, held until the act is done."""
    around = Period(period.starts_at - buffer, period.ends_at + buffer)
    query = (
        _requests()
        .where(
            ApprovalRequest.machine_id == machine_id,
            ApprovalRequest.waits_at(clock.now()),
            *_within(around),
        )
        .order_by(ApprovalRequest.id)
    )
    return list(db.session.scalars(_held(query)))


def hold_waiting_of(member_id: int) -> list[ApprovalRequest]:
    """What a member asks for, held until the act is done."""
    query = _requests().where(
        ApprovalRequest.member_id == member_id, ApprovalRequest.waits_at(clock.now())
    )
    return list(db.session.scalars(_held(query.order_by(ApprovalRequest.id))))


def lapsed_requests(now: datetime) -> Select[ApprovalRequest]:
    """Those whose time to be decided is up, and nobody has written that down."""
    return _requests().where(
        ApprovalRequest.state == ApprovalState.WAITING, ApprovalRequest.lapses_at <= now
    )


def hold_lapsed_requests(now: datetime, at_once: int) -> list[ApprovalRequest]:
    """So many of these at most; what another worker has in hand is left to it."""
    query = lapsed_requests(now).order_by(ApprovalRequest.id).limit(at_once)
    return list(db.session.scalars(_held(query, skip_locked=True)))


_ORDER = (ApprovalRequest.starts_at, ApprovalRequest.id)


def _requests() -> Select[ApprovalRequest]:
    return select(ApprovalRequest).options(
        joinedload(ApprovalRequest.machine),
        joinedload(ApprovalRequest.member),
        joinedload(ApprovalRequest.supervisor),
        joinedload(ApprovalRequest.buddy),
    )


def _within(period: Period) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return ApprovalRequest.starts_at < period.ends_at, ApprovalRequest.ends_at > period.starts_at


def _held(query: Select[ApprovalRequest], *, skip_locked: bool = False) -> Select[ApprovalRequest]:
    """The rows as they are now, held until the transaction ends."""
    return query.with_for_update(of=ApprovalRequest, skip_locked=skip_locked).execution_options(
        populate_existing=True
    )


def wanted_by(asked: ApprovalRequest) -> Wanted:
    """What a request asks for: any unit, or the one it names."""
    if asked.unit is None:
        return Wanted(asked.period)
    unit_id = get_workshop().by_id[asked.machine_id].unit_id(asked.unit)
    return Wanted(asked.period, unit_id or NO_UNIT)
