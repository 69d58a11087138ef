"""The acts on reservations: gather, decide, change, record. The caller holds the transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from booking import clock
from booking.database import db, key_of, lock, reread
from booking.journal import service as journal
from booking.machines.models import Machine
from booking.members import service as accounts
from booking.members.models import Member, Role
from booking.occupancies import service as occupancies
from booking.outbox import service as outbox
from booking.periods import Period
from booking.reservations.models import Reservation, Waiver
from booking.reservations.queries import gather_facts, list_future_of
from booking.reservations.queries.workshop import get_workshop
from booking.reservations.refusals import Refusal, RefusalCode
from booking.reservations.rules import (
    Facts,
    Mode,
    ReservationAct,
    ReservationRequest,
    ReservationState,
    free_unit,
    next_state,
    refusals,
)
from booking.site.queries import get_site
from booking.trainings.models import Certification


@dataclass(frozen=True)
class Wish:
    """What somebody asks for. `waivers` are the reasons for which a manager sets codes aside."""

    member: Member
    machine: Machine
    period: Period
    mode: Mode = Mode.AUTONOMOUS
    purpose: str = ""
    firing_type: str | None = None
    waivers: Mapping[RefusalCode, str] = field(default_factory=dict)
    idempotency_key: str | None = None


@dataclass(frozen=True)
class Refused:
    """The reservation cannot exist: every reason, in the order of the table."""

    refusals: tuple[Refusal, ...]

    @property
    def only_taken(self) -> bool:
        """Whether another time is all that is needed."""
        taken = {RefusalCode.SLOT_TAKEN, RefusalCode.BUFFER_CONFLICT}
        return all(refusal.code in taken for refusal in self.refusals)


CANCELLABLE_STATES = frozenset({ReservationState.HELD, ReservationState.CONFIRMED})


class CannotCancel(StrEnum):
    """Why a reservation cannot be cancelled any more."""

    ENDED = "ENDED"
    STARTED = "STARTED"


def judge(wish: Wish) -> tuple[Refusal, ...]:
    """Every reason against a wish, without changing anything."""
    facts = gather_facts(wish.member, wish.machine, wish.period)
    return refusals(_request(wish), facts)


def reserve(wish: Wish, actor: Member) -> Reservation | Refused:
    """Promise a unit of the machine, or say everything that stands against it.

    The units, the person and the certifications are held before deciding, so that no other
    reservation, suspension or revocation can slip in between the answer and the promise.
    """
    _hold(wish)
    facts = gather_facts(wish.member, wish.machine, wish.period)
    reasons = refusals(_request(wish), facts)
    if reasons:
        return Refused(reasons)
    unit_id = free_unit(wish.period, facts)
    if unit_id is None:  # SLOT_TAKEN is never waivable
        raise AssertionError("no refusal and no free unit")
    reservation = _write(wish, actor)
    occupancies.take(unit_id, reservation.id, wish.period, facts.machine.buffer)
    db.session.flush()
    set_aside = _record_waivers(reservation, wish, facts, actor)
    _tell("reservation.confirmed", reservation, wish.member, wish.machine)
    journal.record(
        "reservation.made",
        "reservation",
        reservation.id,
        actor_id=actor.id,
        reason="; ".join(wish.waivers[code] for code in set_aside),
        after=_as_facts(reservation, wish.machine) | {"waived": [str(c) for c in set_aside]},
    )
    return reservation


def _request(wish: Wish) -> ReservationRequest:
    return ReservationRequest(
        period=wish.period,
        mode=wish.mode,
        asked_at=clock.now(),
        waived=frozenset(wish.waivers),
    )


def _hold(wish: Wish) -> None:
    """Lock what the decision rests on, in the order everybody keeps: units, person, records."""
    member_id = key_of(wish.member)
    occupancies.lock_machines([key_of(wish.machine)])
    lock(select(Member.id).where(Member.id == member_id).with_for_update(key_share=True))
    lock(
        select(Certification.id)
        .where(Certification.member_id == member_id)
        .order_by(Certification.id)
        .with_for_update(read=True)
    )
    reread(wish.member, wish.machine, get_site())


def _write(wish: Wish, actor: Member) -> Reservation:
    reservation = Reservation(
        member_id=wish.member.id,
        machine_id=wish.machine.id,
        organisation_id=wish.member.organisation_id,
        state=next_state(None, ReservationAct.CONFIRM),
        mode=wish.mode,
        starts_at=wish.period.starts_at,
        ends_at=wish.period.ends_at,
        purpose=wish.purpose,
        firing_type=wish.firing_type,
        created_at=clock.now(),
        created_by_id=actor.id,
        idempotency_key=wish.idempotency_key,
        waivers=[],
    )
    db.session.add(reservation)
    db.session.flush()
    return reservation


def _record_waivers(
    reservation: Reservation, wish: Wish, facts: Facts, actor: Member
) -> list[RefusalCode]:
    """Keep the waivers that were needed, and only those."""
    if not wish.waivers:
        return []
    strict = ReservationRequest(wish.period, wish.mode, reservation.created_at)
    needed = [r.code for r in refusals(strict, facts) if r.code in wish.waivers]
    for code in needed:
        reservation.waivers.append(
            Waiver(
                code=code,
                reason=wish.waivers[code],
                granted_by_id=actor.id,
                granted_at=reservation.created_at,
            )
        )
    return needed


def cancel(reservation: Reservation, actor: Member, reason: str = "") -> CannotCancel | None:
    """Give the time back. The member or his organisation may until the start, a manager longer.

    None when it is done, else why it cannot be.
    """
    lock(select(Reservation.id).where(Reservation.id == key_of(reservation)).with_for_update())
    db.session.refresh(reservation)
    if reservation.state not in CANCELLABLE_STATES or reservation.ends_at <= clock.now():
        return CannotCancel.ENDED
    by_member = actor.id == reservation.member_id or not _manages(actor)
    if by_member and reservation.starts_at <= clock.now():
        return CannotCancel.STARTED
    if by_member:
        _cancel([reservation], ReservationAct.CANCEL_BY_MEMBER, actor, reason)
    else:
        cancel_by_site([reservation], actor, reason)
    return None


def _manages(actor: Member) -> bool:
    return Role.MANAGER in actor.roles


def cancel_by_site(reservations: Iterable[Reservation], actor: Member, reason: str) -> None:
    """Cancel reservations of others, free of charge; each member is told why by mail."""
    _cancel(list(reservations), ReservationAct.CANCEL_BY_SITE, actor, reason)


def warn_at_risk(reservations: Iterable[Reservation], reason: str) -> None:
    """Tell those who reserved that it is kept, though the machine may not be usable."""
    for reservation in reservations:
        _tell("reservation.at_risk", reservation, reservation.member, reservation.machine, reason)


def _cancel(
    reservations: list[Reservation], act: ReservationAct, actor: Member, reason: str
) -> None:
    now = clock.now()
    by_site = act is ReservationAct.CANCEL_BY_SITE
    for reservation in reservations:
        before = reservation.state
        reservation.state = next_state(before, act)
        reservation.cancelled_at = now
        reservation.cancelled_by_id = actor.id
        reservation.cancel_reason = reason
        outbox.withdraw(_topic(reservation))
        kind = "reservation.cancelled_by_site" if by_site else "reservation.cancelled_by_member"
        _tell(kind, reservation, reservation.member, reservation.machine, reason)
        journal.record(
            "reservation.cancelled",
            "reservation",
            reservation.id,
            actor_id=actor.id,
            reason=reason,
            before={"state": before},
            after={"state": reservation.state},
        )
    occupancies.release(reservation.id for reservation in reservations)


def suspend_member(member: Member, actor: Member, reason: str) -> list[Reservation]:
    """Suspend an account and cancel what it still has reserved; returns the cancelled ones."""
    accounts.suspend(member, actor, reason)
    return _cancel_future(member, actor, reason)


def member_leaves(member: Member, actor: Member, reason: str) -> list[Reservation]:
    """Close an account the same day and cancel what it still has reserved."""
    accounts.mark_left(member, actor)
    return _cancel_future(member, actor, reason)


def _cancel_future(member: Member, actor: Member, reason: str) -> list[Reservation]:
    db.session.flush()  # holds the account before looking at what rests on it
    future = [
        reservation
        for reservation in list_future_of(member.id, clock.now())
        if reservation.state in CANCELLABLE_STATES
    ]
    cancel_by_site(future, actor, reason)
    return future


def _topic(reservation: Reservation) -> str:
    return f"reservation:{reservation.id}"


def _tell(
    kind: str, reservation: Reservation, member: Member, machine: Machine, reason: str = ""
) -> None:
    facts = _as_facts(reservation, machine) | {
        "reservation": reservation.id,
        "machine_name": machine.name,
        "ppe": [name for code, name in get_workshop().ppe.items() if code in machine.ppe_codes],
        "reason": reason,
    }
    outbox.record(kind, member, facts, topic=_topic(reservation))


def _as_facts(reservation: Reservation, machine: Machine) -> dict[str, Any]:
    """Plain values for the journal and for mails."""
    return {
        "machine": machine.code,
        "starts_at": reservation.starts_at.isoformat(),
        "ends_at": reservation.ends_at.isoformat(),
        "mode": reservation.mode,
    }
