"""Giving time back: by the member, by the site, with the account."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum

from booking import clock
from booking.database import db, key_of
from booking.journal import service as journal
from booking.members import service as accounts
from booking.members.models import Member, Role
from booking.occupancies import service as occupancies
from booking.outbox import service as outbox
from booking.reservations.models import Reservation
from booking.reservations.queries import list_future_of, machines_of_future
from booking.reservations.queries.requests import hold_waiting_of
from booking.reservations.rules import (
    ReservationAct,
    ReservationState,
    next_state,
)
from booking.reservations.rules.approving import ApprovalState
from booking.reservations.rules.waiting import WaitlistState
from booking.reservations.service.asking import release
from booking.reservations.service.fees import keep_fee
from booking.reservations.service.holding import hold_rows
from booking.reservations.service.offering import offer_freed
from booking.reservations.service.overtaking import settle_request
from booking.reservations.service.risking import withdraw_from_all
from booking.reservations.service.settling import freed_by
from booking.reservations.service.telling import News, tell_together, topic_of
from booking.reservations.service.waiting import end_offer

CANCELLABLE_STATES = frozenset({ReservationState.HELD, ReservationState.CONFIRMED})


class CannotCancel(StrEnum):
    """Why a reservation cannot be cancelled any more."""

    ENDED = "ENDED"
    STARTED = "STARTED"


def cancel(reservation: Reservation, actor: Member, reason: str = "") -> CannotCancel | None:
    """Give the time back. The member or his organisation may until the start, a manager longer.

    None when it is done, else why it cannot be.
    """
    return cancel_all([reservation], actor, reason)


def cancel_all(
    reservations: Collection[Reservation], actor: Member, reason: str = ""
) -> CannotCancel | None:
    """Give back those of one member that still can be, in one act; each costs what its own
    cancellation costs. None when any was given back, else why none can be.
    """
    occupancies.lock_machines({one.machine_id for one in reservations})
    hold_rows(reservations)
    obstacles = {one: _cannot_cancel(one, actor) for one in reservations}
    cancelled = [one for one, obstacle in obstacles.items() if obstacle is None]
    if not cancelled:
        return next(iter(obstacles.values()), CannotCancel.ENDED)
    if is_by_member(cancelled[0], actor):
        _cancel(cancelled, ReservationAct.CANCEL_BY_MEMBER, actor, reason)
    else:
        cancel_by_site(cancelled, actor, reason)
    return None


def _cannot_cancel(reservation: Reservation, actor: Member) -> CannotCancel | None:
    now = clock.now()
    if reservation.state_now not in CANCELLABLE_STATES or reservation.ends_at <= now:
        return CannotCancel.ENDED
    if is_by_member(reservation, actor) and reservation.starts_at <= now:
        return CannotCancel.STARTED
    return None


def is_by_member(reservation: Reservation, actor: Member) -> bool:
    """Whether a cancellation counts as the member's own; else it is the site's, and free."""
    return actor.id == reservation.member_id or not _manages(actor)


def _manages(actor: Member) -> bool:
    return Role.MANAGER in actor.roles


def cancel_by_site(reservations: Iterable[Reservation], actor: Member, reason: str) -> None:
    """Cancel reservations of others, free of charge; each member is told why by mail."""
    _cancel(list(reservations), ReservationAct.CANCEL_BY_SITE, actor, reason)


def warn_at_risk(reservations: Iterable[Reservation], reason: str) -> None:
    """Tell those who reserved that it is kept, though the machine may not be usable."""
    tell_together([News("reservation.at_risk", one) for one in reservations], reason)


def warn_rules_changed(reservations: Iterable[Reservation], reason: str) -> None:
    """Tell those who reserved that it is kept, though it could not be made like this any more."""
    tell_together([News("reservation.rules_changed", one) for one in reservations], reason)


def _cancel(
    reservations: list[Reservation], act: ReservationAct, actor: Member, reason: str
) -> None:
    now = clock.now()
    by_site = act is ReservationAct.CANCEL_BY_SITE
    kind = "reservation.cancelled_by_site" if by_site else "reservation.cancelled_by_member"
    news = []
    for reservation in reservations:
        before = reservation.state
        reservation.state = next_state(before, act)
        reservation.cancelled_at = now
        reservation.lapses_at = None
        reservation.cancelled_by_id = actor.id
        reservation.cancel_reason = reason
        keep_fee(reservation, by_member=not by_site)
        outbox.withdraw(topic_of(reservation))
        was_offer = before is ReservationState.HELD and end_offer(
            reservation, WaitlistState.LAPSED if by_site else WaitlistState.DECLINED
        )
        if by_site or not was_offer:
            news.append(News(kind, reservation))
        journal.record(
            "reservation.cancelled",
            "reservation",
            reservation.id,
            actor_id=actor.id,
            reason=reason,
            before={"state": before},
            after={"state": reservation.state, "fee_percent": reservation.fee_percent or 0},
        )
    tell_together(news, reason)
    release(reservations)
    occupancies.release(reservation.id for reservation in reservations)
    offer_freed(freed_by(reservations))


def suspend_member(member: Member, actor: Member, reason: str) -> list[Reservation]:
    """Suspend an account and cancel what it still has reserved; returns the cancelled ones."""
    hold_machines_of(member)
    accounts.suspend(member, actor, reason)
    withdraw_from_all(member)
    return _cancel_future(member, actor, reason)


def member_leaves(member: Member, actor: Member, reason: str) -> list[Reservation]:
    """Close an account the same day and cancel what it still has reserved."""
    hold_machines_of(member)
    accounts.mark_left(member, actor)
    withdraw_from_all(member)
    return _cancel_future(member, actor, reason)


def hold_machines_of(member: Member) -> None:
    """Units come first: what is freed may go to others, who are looked at under this lock."""
    hold_machines_of_all([key_of(member)])


def hold_machines_of_all(member_ids: Collection[int]) -> None:
    """The same for several members."""
    occupancies.lock_machines(machines_of_future(member_ids, clock.now()))


def _cancel_future(member: Member, actor: Member, reason: str) -> list[Reservation]:
    db.session.flush()  # holds the account before looking at what rests on it
    future = [
        reservation
        for reservation in list_future_of(member.id, clock.now())
        if reservation.state_now in CANCELLABLE_STATES
    ]
    cancel_by_site(future, actor, reason)
    for asked in hold_waiting_of(member.id):
        settle_request(asked, ApprovalState.REFUSED, actor, reason)
    return future
