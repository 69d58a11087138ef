"""Freed time goes to those who wait for it: held for the first in line who may have it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from booking import clock
from booking.database import db, store
from booking.journal import service as journal
from booking.occupancies import service as occupancies
from booking.openings.rules import Access, Timetable
from booking.outbox import service as outbox
from booking.periods import Period, local_days
from booking.reservations.models import Reservation, WaitlistEntry
from booking.reservations.queries import gather_facts
from booking.reservations.queries.searching import Barred, find_barred, find_time
from booking.reservations.queries.waiting import list_waiting_for, machines_waited_for
from booking.reservations.queries.workshop import OfferedMachine, get_workshop
from booking.reservations.rules import Mode, ReservationAct, free_unit, next_state
from booking.reservations.rules.waiting import WaitlistState, Waits, answer_until, around
from booking.reservations.service.settling import Freed, settle
from booking.reservations.service.telling import as_facts, topic_of
from booking.site.queries import get_site

TIME_TO_ANSWER = timedelta(minutes=5)
"""Time that begins sooner is not offered: nobody could answer."""

FURTHEST_ANSWER = timedelta(days=31)
"""How far ahead open time is looked for in which to answer."""


def offer_freed(freed: Iterable[Freed]) -> None:
    """Offer time that was just given back to those who wait for it, in their order; where a manager
    approves each reservation, it is only told to be free.

    One who may no longer use the machine is skipped and told; one whom only these hours do not
    suit keeps the place. Without anybody who waits this costs one statement.
    """
    now = clock.now()
    to_offer = [one for one in freed if one.period.ends_at > now]
    waited_for = machines_waited_for({one.machine_id for one in to_offer}) if to_offer else set()
    if not waited_for:
        return
    db.session.flush()
    occupancies.lock_machines(waited_for)
    to_offer = [one for one in to_offer if one.machine_id in waited_for]
    to_offer += settle(waited_for)
    for machine_id, period in to_offer:
        entries = list_waiting_for(machine_id, period)
        for entry in sorted(entries, key=lambda entry: entry.waits is not Waits.FOR_OFFER):
            _answer(entry, period)
            db.session.flush()


def _answer(entry: WaitlistEntry, freed: Period) -> None:
    length = timedelta(minutes=entry.minutes)
    within = around(freed, entry.watched, length, clock.now() + TIME_TO_ANSWER)
    if within is None:
        return
    machine = get_workshop().by_id[entry.machine_id]
    time = find_time(entry.member, machine, length, within)
    if time is None:
        barred = find_barred(entry.member, machine, length, within)
        if barred is not None:
            _skip(entry, barred)
    elif entry.waits is Waits.FOR_OFFER and not machine.facts.needs_approval:
        _hold(entry, machine, time)
    else:
        _tell_free(entry, machine, time)


def _hold(entry: WaitlistEntry, machine: OfferedMachine, time: Period) -> None:
    """Take a unit for the person until the answer is due. Credit hours move with the answer."""
    facts = gather_facts(entry.member, entry.machine, time)
    unit_id = free_unit(time, facts)
    if unit_id is None:
        raise AssertionError("a time that can be had and no free unit")
    now = clock.now()
    until = _answer_until(machine, time.starts_at, now)
    reservation = store(
        Reservation,
        member_id=entry.member_id,
        machine_id=entry.machine_id,
        organisation_id=entry.member.organisation_id,
        state=next_state(None, ReservationAct.HOLD),
        mode=Mode.AUTONOMOUS,
        starts_at=time.starts_at,
        ends_at=time.ends_at,
        created_at=now,
        created_by_id=entry.member_id,
        lapses_at=until,
    )
    occupancies.take(unit_id, reservation.id, time, facts.machine.buffer, until)
    entry.state = WaitlistState.OFFERED
    entry.reservation_id = reservation.id
    _tell(
        "waitlist.offered",
        entry,
        time,
        topic=topic_of(reservation),
        answer_until=until.isoformat(),
    )
    journal.record(
        "waitlist.offered",
        "waitlist",
        entry.id,
        actor_id=None,
        after=as_facts(reservation, entry.machine)
        | {"reservation": reservation.id, "answer_until": until.isoformat()},
    )


def _answer_until(machine: OfferedMachine, starts_at: datetime, now: datetime) -> datetime:
    workshop = get_workshop()
    days = local_days(Period(now, min(starts_at, now + FURTHEST_ANSWER)), workshop.zone)
    holidays = workshop.holidays_between(days[0], days[-1])
    timetable = Timetable(machine.weekly, workshop.zone)
    closed = [closure.period for closure in machine.closures]
    open_periods = [
        part
        for day in days
        if day not in holidays
        for opening in timetable.on(day)
        if opening.access is Access.ALL
        for part in opening.period.minus(closed)
    ]
    hold = timedelta(minutes=get_site().slot_hold_minutes)
    return answer_until(now, hold, open_periods, latest=starts_at)


def _skip(entry: WaitlistEntry, barred: Barred) -> None:
    entry.state = WaitlistState.SKIPPED
    codes = [str(refusal.code) for refusal in barred.against]
    _tell("waitlist.skipped", entry, barred.period, codes=codes)
    journal.record("waitlist.skipped", "waitlist", entry.id, actor_id=None, after={"codes": codes})


def _tell_free(entry: WaitlistEntry, machine: OfferedMachine, time: Period) -> None:
    entry.state = WaitlistState.TOLD
    _tell("waitlist.free", entry, time, needs_approval=machine.facts.needs_approval)


def _tell(
    kind: str, entry: WaitlistEntry, time: Period, *, topic: str = "", **others: object
) -> None:
    facts = {
        "entry": entry.id,
        "machine": entry.machine.code,
        "machine_name": entry.machine.name,
        "starts_at": time.starts_at.isoformat(),
        "ends_at": time.ends_at.isoformat(),
        **others,
    }
    outbox.record(kind, entry.member, facts, topic=topic)
