"""A machine leaves service and returns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from booking import clock
from booking.database import db
from booking.journal import service as journal
from booking.machines.models import Machine, Outage
from booking.machines.rules import OutageKind
from booking.members.models import Member
from booking.periods import Period
from booking.upkeep.queries import list_cancellable
from booking.upkeep.refusals import AlreadyReleased, AlreadyStopped, StopRefusal
from booking.upkeep.rules import release_refusals, return_refusals, stopped_period
from booking.upkeep.service.concerned import Answer, Done, hold, offer_again, settle


@dataclass(frozen=True)
class Stop:
    """How a machine is to be stopped from now on; no expected end means until further notice."""

    kind: OutageKind
    reason: str
    expected_end_at: datetime | None


def stop(
    machine: Machine, wanted: Stop, answer: Answer, actor: Member
) -> Done | tuple[StopRefusal, ...]:
    """Take a machine out of service from now on, with what was decided about its reservations.

    Raises `NotSeen` when a reservation is concerned that the decision could not know of.
    """
    hold([machine.id])
    now = clock.now()
    refused = return_refusals(wanted.expected_end_at, now)
    if _open_outage(machine, wanted.kind):
        refused = (AlreadyStopped(), *refused)
    if refused:
        return refused
    outage = Outage(
        machine_id=machine.id,
        kind=wanted.kind,
        starts_at=now,
        expected_end_at=wanted.expected_end_at,
        reason=wanted.reason,
        reported_by_id=actor.id,
    )
    db.session.add(outage)
    concerned = list_cancellable(stopped_period(now, wanted.expected_end_at), [machine.id])
    cancelled = settle(concerned, answer, actor, wanted.reason)
    journal.record(
        "machine.stopped",
        "machine",
        machine.code,
        actor_id=actor.id,
        reason=wanted.reason,
        after={
            "kind": wanted.kind,
            "expected_end_at": _iso(wanted.expected_end_at),
            "reservations": answer.choice,
            "cancelled": len(cancelled),
        },
    )
    return Done(len(cancelled))


def _open_outage(machine: Machine, kind: OutageKind) -> Outage | None:
    return db.session.scalar(
        select(Outage).where(
            Outage.machine_id == machine.id, Outage.kind == kind, Outage.ended_at.is_(None)
        )
    )


def reschedule(
    outage: Outage, expected_end_at: datetime | None, answer: Answer, actor: Member
) -> Done | tuple[StopRefusal, ...]:
    """Move the expected return of an outage that has not ended, or take it away.

    Raises `NotSeen` when a reservation is concerned that the decision could not know of.
    """
    hold([outage.machine_id])
    db.session.refresh(outage)
    now = clock.now()
    refused = return_refusals(expected_end_at, now)
    if outage.ended_at is not None:
        refused = (AlreadyReleased(), *refused)
    if refused:
        return refused
    before = outage.expected_end_at
    stood_still = _still_to_come(outage, now)
    outage.expected_end_at = expected_end_at
    concerned = list_cancellable(stopped_period(now, expected_end_at), [outage.machine_id])
    cancelled = settle(concerned, answer, actor, outage.reason)
    journal.record(
        "machine.return_moved",
        "machine",
        outage.machine.code,
        actor_id=actor.id,
        reason=outage.reason,
        before={"expected_end_at": _iso(before)},
        after={
            "expected_end_at": _iso(expected_end_at),
            "reservations": answer.choice,
            "cancelled": len(cancelled),
        },
    )
    stands_still = stopped_period(now, expected_end_at)
    offer_again([outage.machine_id], (p for s in stood_still for p in s.minus([stands_still])))
    return Done(len(cancelled))


def release(outage: Outage, note: str, actor: Member) -> tuple[StopRefusal, ...]:
    """Put a machine back in service; `note` says who checked what. Returns what stands against."""
    hold([outage.machine_id])
    db.session.refresh(outage)
    refused = release_refusals(outage.kind, note)
    if outage.ended_at is not None:
        refused = (AlreadyReleased(), *refused)
    if refused:
        return refused
    now = clock.now()
    stood_still = _still_to_come(outage, now)
    outage.ended_at = now
    outage.ended_by_id = actor.id
    outage.release_note = note
    journal.record(
        "machine.released",
        "machine",
        outage.machine.code,
        actor_id=actor.id,
        reason=note,
        before={"kind": outage.kind, "starts_at": _iso(outage.starts_at)},
        after={"ended_at": _iso(outage.ended_at)},
    )
    offer_again([outage.machine_id], stood_still)
    return ()


def _still_to_come(outage: Outage, now: datetime) -> list[Period]:
    """The time that nobody could have reserved from now on, were it to last as it stands."""
    until = outage.fact(now).expected_end_at
    return [] if until is not None and until <= now else [stopped_period(now, until)]


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
