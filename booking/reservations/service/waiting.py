"""Waiting for time on a machine: joining the list, leaving it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select, update

from booking import clock
from booking.database import db, hold_row, key_of, lock
from booking.journal import service as journal
from booking.machines.models import Machine
from booking.members.models import Member
from booking.periods import Period
from booking.reservations.models import Reservation, WaitlistEntry
from booking.reservations.queries import gather_facts
from booking.reservations.queries.searching import find_time
from booking.reservations.queries.waiting import list_open_of
from booking.reservations.queries.workshop import get_workshop
from booking.reservations.refusals import Refusal
from booking.reservations.rules import MachineFacts
from booking.reservations.rules.searching import Ask, against_the_person
from booking.reservations.rules.waiting import LONGEST_WATCH, WaitlistState, Waits


@dataclass(frozen=True)
class Watch:
    """What somebody waits for: a use of this length on a machine, anywhere within a period."""

    member: Member
    machine: Machine
    period: Period
    length: timedelta
    waits: Waits = Waits.FOR_OFFER


@dataclass(frozen=True)
class WatchTooLong:
    longest: timedelta = LONGEST_WATCH


@dataclass(frozen=True)
class NoRoom:
    """The period watched is over, or what is left of it is shorter than the use."""


@dataclass(frozen=True)
class LengthNotAllowed:
    min_minutes: int
    max_minutes: int
    grid_minutes: int


@dataclass(frozen=True)
class WaitsAlready:
    entry: WaitlistEntry


@dataclass(frozen=True)
class FreeAlready:
    """There is nothing to wait for: this time can be had."""

    period: Period


@dataclass(frozen=True)
class NotEligible:
    """No time would be offered to this person as things are."""

    reasons: tuple[Refusal, ...]
    period: Period


WaitRefusal = WatchTooLong | NoRoom | LengthNotAllowed | WaitsAlready | FreeAlready | NotEligible


class CannotLeave(StrEnum):
    """Why an entry cannot be taken back: its time was offered, or it is closed."""

    OFFERED = "OFFERED"
    CLOSED = "CLOSED"


def join(watch: Watch, actor: Member) -> WaitlistEntry | WaitRefusal:
    """Take the last place of the list, or say why waiting would be in vain.

    Where a manager approves each reservation nothing can be offered: the person is told.
    """
    lock(select(Member.id).where(Member.id == key_of(watch.member)).with_for_update(key_share=True))
    refused = _against(watch)
    if refused is not None:
        return refused
    entry = WaitlistEntry(
        member_id=watch.member.id,
        machine_id=watch.machine.id,
        waits=_waits_on(watch),
        watched_from=watch.period.starts_at,
        watched_until=watch.period.ends_at,
        minutes=watch.length // timedelta(minutes=1),
        state=WaitlistState.WAITING,
        created_at=clock.now(),
    )
    db.session.add(entry)
    db.session.flush()
    journal.record(
        "waitlist.joined",
        "waitlist",
        entry.id,
        actor_id=actor.id,
        after={
            "machine": watch.machine.code,
            "member": watch.member.code,
            "from": watch.period.starts_at.isoformat(),
            "to": watch.period.ends_at.isoformat(),
            "minutes": entry.minutes,
            "waits": entry.waits,
        },
    )
    return entry


def _waits_on(watch: Watch) -> Waits:
    to_be_approved = get_workshop().by_id[watch.machine.id].facts.needs_approval
    return Waits.FOR_NOTICE if to_be_approved else watch.waits


def _against(watch: Watch) -> WaitRefusal | None:
    now = clock.now()
    machine = get_workshop().by_id[watch.machine.id]
    if watch.period.duration > LONGEST_WATCH:
        return WatchTooLong()
    start = max(watch.period.starts_at, now)
    if watch.period.ends_at - start < watch.length:
        return NoRoom()
    if not _is_length_allowed(watch.length, machine.facts):
        facts = machine.facts
        return LengthNotAllowed(facts.min_minutes, facts.max_minutes, facts.grid_minutes)
    for line in list_open_of(watch.member.id):
        same_machine = line.entry.machine_id == watch.machine.id
        if same_machine and line.entry.watched.overlaps(watch.period):
            return WaitsAlready(line.entry)
    first = Period(start, start + watch.length)
    facts_then = gather_facts(watch.member, watch.machine, first)
    reasons = against_the_person(first, Ask(watch.length, now), facts_then)
    if reasons:
        return NotEligible(reasons, first)
    free = find_time(watch.member, machine, watch.length, Period(start, watch.period.ends_at))
    return FreeAlready(free) if free else None


def _is_length_allowed(length: timedelta, machine: MachineFacts) -> bool:
    minutes = length // timedelta(minutes=1)
    in_bounds = machine.min_minutes <= minutes <= machine.max_minutes
    return in_bounds and minutes % machine.grid_minutes == 0


def leave(entry: WaitlistEntry, actor: Member) -> CannotLeave | None:
    """Give up one's place; None when it is done. What is offered is declined, not left."""
    hold_row(entry)
    if entry.state is WaitlistState.OFFERED:
        return CannotLeave.OFFERED
    if entry.state_now is not WaitlistState.WAITING:
        return CannotLeave.CLOSED
    entry.state = WaitlistState.WITHDRAWN
    journal.record("waitlist.left", "waitlist", entry.id, actor_id=actor.id)
    return None


def end_offer(reservation: Reservation, outcome: WaitlistState) -> bool:
    """Note what became of the offer for which this was held; False where it was none."""
    db.session.flush()
    ended = db.session.execute(
        update(WaitlistEntry)
        .where(
            WaitlistEntry.reservation_id == key_of(reservation),
            WaitlistEntry.state == WaitlistState.OFFERED,
        )
        .values(state=outcome)
        .returning(WaitlistEntry.id)
        .execution_options(synchronize_session="fetch")
    ).all()
    return bool(ended)
