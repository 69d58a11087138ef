"""Free time for one person: when a machine can be had, and which machines at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from booking import clock
from booking.members.models import Member
from booking.periods import A_DAY, Period, in_utc, local_day, local_days
from booking.reservations.queries.facts import gather_facts_of
from booking.reservations.queries.workshop import OfferedMachine, get_workshop
from booking.reservations.refusals import NeedsApproval, Refusal, RefusalCode
from booking.reservations.rules import Facts, Mode, ReservationRequest, refusals
from booking.reservations.rules.chaining import Step, plan
from booking.reservations.rules.searching import (
    A_MINUTE,
    Ask,
    against_the_person,
    earliest,
    fits_these_hours,
    is_allowed,
    latest,
)

LOOK_AHEAD = timedelta(days=14)
"""How far around a refused time others are looked for."""

ANOTHER_TIME_HELPS = frozenset(
    {
        RefusalCode.MACHINE_NOT_BOOKABLE,
        RefusalCode.OUTSIDE_OPENING,
        RefusalCode.CLOSED_DAY,
        RefusalCode.BUDDY_REQUIRED,
        RefusalCode.TOO_SOON,
        RefusalCode.TOO_FAR,
        RefusalCode.QUOTA_REACHED,
        RefusalCode.SLOT_TAKEN,
        RefusalCode.BUFFER_CONFLICT,
        RefusalCode.MEMBER_OVERLAP,
    }
)


class Found(NamedTuple):
    """A machine at a time; `against` is empty when it can be had then, and `next_free` is the
    first time from then on, None when there is none or it can be had.
    """

    machine: OfferedMachine
    against: tuple[Refusal, ...]
    next_free: Period | None


class Alternative(NamedTuple):
    """A time at which a machine can be had."""

    machine: OfferedMachine
    period: Period


def find_machines(
    member: Member, machines: Sequence[OfferedMachine], wanted: Period, until: Period
) -> list[Found]:
    """How each machine stands at the wanted time, and when else it can be had within `until`; those
    that a manager approves, as they stand for who asks.

    Two statements, and two more for each change of the person's plan within `until`.
    """
    now = clock.now()
    ids = [machine.id for machine in machines]
    at_once = gather_facts_of(member, ids, wanted)
    request = ReservationRequest(wanted, Mode.AUTONOMOUS, now, approved=True)
    against = {machine_id: refusals(request, facts) for machine_id, facts in at_once.items()}
    later = [
        machine for machine in machines if against[machine.id] and _may_help(against[machine.id])
    ]
    ask = Ask(wanted.duration, now)
    free = _first_free(member, later, ask, until) if later else {}
    return [Found(m, against[m.id], free.get(m.id)) for m in machines]


def find_earliest(
    member: Member, machine: OfferedMachine, length: timedelta, mode: Mode = Mode.AUTONOMOUS
) -> Period | None:
    """The first time from now on at which a machine can be had, within its horizon; where the
    person can have none, the first at which nothing but his own standing is in the way.
    """
    now = clock.now()
    ask = Ask(length, now, mode)
    until = Period(now, now + timedelta(days=machine.facts.horizon_days) + length)
    parts = [(part, by_id[machine.id]) for part, by_id in _by_plan(member, [machine], until, ())]
    for will_do in (is_allowed, fits_these_hours):
        for part, facts in parts:
            if time := earliest(ask, facts, part, will_do):
                return time
    return None


def find_time(
    member: Member, machine: OfferedMachine, length: timedelta, within: Period
) -> Period | None:
    """The first time in `within` at which a machine can be had."""
    return _first_free(member, [machine], Ask(length, clock.now()), within).get(machine.id)


class Barred(NamedTuple):
    """A time that could be had, and what stands against the person."""

    period: Period
    against: tuple[Refusal, ...]


def find_barred(
    member: Member, machine: OfferedMachine, length: timedelta, within: Period
) -> Barred | None:
    """The first time in `within` at which nothing but the person's own standing is in the way."""
    ask = Ask(length, clock.now())
    for part, facts in _by_plan(member, [machine], within, ()):
        time = earliest(ask, facts[machine.id], part, fits_these_hours)
        if time and (against := against_the_person(time, ask, facts[machine.id])):
            return Barred(time, against)
    return None


def list_alternatives(
    member: Member,
    machine: OfferedMachine,
    period: Period,
    against: Sequence[Refusal],
    without: Collection[int] = (),
) -> list[Alternative]:
    """The nearest times before and after on this machine, and its like at the same time, for a
    reservation that is to be moved `without` itself.

    Nothing where another time would not help.
    """
    if not against or not _may_help(against):
        return []
    now = clock.now()
    ask = Ask(period.duration, now)
    earlier = Period(now, period.ends_at - A_MINUTE) if period.ends_at - A_MINUTE > now else None
    later = Period(period.starts_at + A_MINUTE, period.ends_at + LOOK_AHEAD)
    found = [
        _last_free(member, machine, ask, earlier, without) if earlier else None,
        _first_free(member, [machine], ask, later, without).get(machine.id),
    ]
    alike = list_alike(machine)
    at_once = gather_facts_of(member, [m.id for m in alike], period, without) if alike else {}
    request = ReservationRequest(period, Mode.AUTONOMOUS, now, approved=True)
    return [Alternative(machine, time) for time in found if time] + [
        Alternative(m, period) for m in alike if not refusals(request, at_once[m.id])
    ]


def list_alike(machine: OfferedMachine) -> list[OfferedMachine]:
    """The other machines that do the same work."""
    offered = get_workshop().machines
    return [other for other in offered if other.category == machine.category and other != machine]


def _may_help(against: Sequence[Refusal]) -> bool:
    """Whether another time may do; none does away with the approval that a machine asks for."""
    of_the_time = [one for one in against if not isinstance(one, NeedsApproval)]
    return bool(of_the_time) and all(one.code in ANOTHER_TIME_HELPS for one in of_the_time)


def _first_free(
    member: Member,
    machines: Sequence[OfferedMachine],
    ask: Ask,
    within: Period,
    without: Collection[int] = (),
) -> dict[int, Period]:
    """The first time of each machine that has one, by its id."""
    found: dict[int, Period] = {}
    for part, facts in _by_plan(member, machines, within, without):
        for machine in machines:
            if machine.id not in found and (time := earliest(ask, facts[machine.id], part)):
                found[machine.id] = time
    return found


def _last_free(
    member: Member, machine: OfferedMachine, ask: Ask, within: Period, without: Collection[int]
) -> Period | None:
    for part, facts in reversed(list(_by_plan(member, [machine], within, without))):
        if time := latest(ask, facts[machine.id], part):
            return time
    return None


def _by_plan(
    member: Member,
    machines: Sequence[OfferedMachine],
    within: Period,
    without: Collection[int],
) -> Iterator[tuple[Period, dict[int, Facts]]]:
    """The parts of a period in which the same plans cover the person, with their facts.

    What a plan allows holds for all days of the facts, so they end where a plan begins or ends.
    """
    ids = [machine.id for machine in machines]
    facts = gather_facts_of(member, ids, within, without)
    some = next(iter(facts.values()))
    days = local_days(within, some.timetable.zone)
    cuts = {plan.starts_on for plan in some.purse.plans}
    cuts |= {plan.ends_on + A_DAY for plan in some.purse.plans if plan.ends_on}
    inner = sorted(cut for cut in cuts if days[0] < cut <= days[-1])
    if not inner:
        yield within, facts
        return
    for part in _cut(within, inner, some):
        yield part, gather_facts_of(member, ids, part, without)


def _cut(within: Period, days: Sequence[date], facts: Facts) -> Iterator[Period]:
    start = within.starts_at
    for day in days:
        cut = local_day(day, facts.timetable.zone).starts_at
        yield Period(start, cut)
        start = cut
    yield Period(start, within.ends_at)


class Use(NamedTuple):
    """One use of a chain, at most `gap` after the one before it."""

    machine: OfferedMachine
    length: timedelta
    gap: timedelta


def find_chain(member: Member, uses: Sequence[Use], start: datetime) -> tuple[Period, ...] | None:
    """The earliest times from an instant on at which a person can have these uses in this order."""
    now = clock.now()
    horizon = now + timedelta(days=max(use.machine.facts.horizon_days for use in uses))
    begin = max(start, now)
    if begin >= horizon:
        return None
    machines = list({use.machine.id: use.machine for use in uses}.values())
    for part, facts in _by_plan(member, machines, Period(begin, horizon), ()):
        steps = [Step(Ask(use.length, now), facts[use.machine.id], use.gap) for use in uses]
        if times := plan(steps, part):
            return times
    return None


def find_like(
    member: Member, machine: OfferedMachine, past: Period, mode: Mode = Mode.AUTONOMOUS
) -> Period:
    """The next time at the same weekday and hour as `past`, else the earliest of its length.

    Where the rules allow none, the next of that weekday and hour, with what stands against it.
    """
    now = clock.now()
    ask = Ask(past.duration, now, mode)
    until = Period(now, now + timedelta(days=machine.facts.horizon_days) + ask.length)
    parts = [(part, by_id[machine.id]) for part, by_id in _by_plan(member, [machine], until, ())]
    zone = get_workshop().zone
    starts = _same_hour_weekly(past.starts_at.astimezone(zone), now, until.ends_at)
    weekly = [Period(start, start + ask.length) for start in starts]
    for period in weekly:
        for part, facts in parts:
            if part.contains(period) and is_allowed(period, ask, facts):
                return period
    free = (time for part, facts in parts if (time := earliest(ask, facts, part)))
    return next(free, weekly[0])


def _same_hour_weekly(past: datetime, after: datetime, until: datetime) -> Iterator[datetime]:
    """The instants after now at which the clock shows the same on the same weekday."""
    weeks = max(0, (after - past) // timedelta(days=7))
    start = past + weeks * timedelta(days=7)  # on the wall clock
    while start < until:
        if start > after:
            yield in_utc(start)
        start += timedelta(days=7)
