"""Whether a session could be held at some hours: machines in use, closures, weekly hours."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from booking import clock
from booking.machines.models import Machine
from booking.openings.queries import closures_between
from booking.openings.rules import ClosureFact, ClosureScope, Timetable, continuous
from booking.periods import Period, local_days
from booking.reservations.queries.workshop import OfferedMachine, get_workshop
from booking.reservations.rules.hours import closed_day, not_bookable
from booking.sessions import refusals as why
from booking.sessions.refusals import ScheduleRefusal

Held = tuple[Period, int | None]
"""A half-day on a machine, by its id, or without one."""


def held_on(half_days: Iterable[Period], machines: Collection[Machine]) -> list[Held]:
    """Each half-day on each machine; alone where there is none."""
    ids: list[int | None] = [machine.id for machine in machines]
    return [(half_day, machine_id) for half_day in half_days for machine_id in ids or [None]]


def against_holding(held: Sequence[Held]) -> Iterator[ScheduleRefusal]:
    """What the machines and the hours of the workshop say against it; two statements at most.

    Without a machine it is the closures of the whole site, and hours at which some machine is open.
    """
    workshop = get_workshop()
    of_site = _closures_of_site([half_day for half_day, machine_id in held if machine_id is None])
    for half_day, machine_id in held:
        if machine_id is None:
            yield from _against_the_day(half_day, of_site, workshop.machines)
            continue
        machine = workshop.by_id[machine_id]
        if not_bookable(machine.facts_at(clock.now()), half_day) is not None:
            yield why.MachineOutOfUse(machine.code, half_day)
        yield from _against_the_day(half_day, machine.closures, [machine], machine.code)


def out_of_use(
    half_days: Iterable[Period], machines: Collection[Machine]
) -> list[why.MachineOutOfUse]:
    """The machines of a session that are retired by now, or stand still over one of its half-days
    that is not over.
    """
    workshop, now = get_workshop(), clock.now()
    return [
        why.MachineOutOfUse(machine.code, half_day)
        for machine in machines
        for half_day in half_days
        if half_day.ends_at > now
        and not_bookable(workshop.by_id[machine.id].facts_at(now), half_day) is not None
    ]


def _against_the_day(
    half_day: Period,
    closures: Iterable[ClosureFact],
    machines: Iterable[OfferedMachine],
    named: str = "",
) -> Iterator[ScheduleRefusal]:
    workshop = get_workshop()
    days = local_days(half_day, workshop.zone)
    holidays = workshop.holidays_between(days[0], days[-1])
    closed = closed_day(closures, holidays, days, half_day)
    if closed is not None:
        yield why.ClosedThen(half_day, closed.closures, closed.holidays)
    if not any(_is_open(one, half_day) for one in machines):
        yield why.OutsideHours(half_day, named)


def _closures_of_site(half_days: Sequence[Period]) -> list[ClosureFact]:
    if not half_days:
        return []
    ends_at = max(one.ends_at for one in half_days)
    found = closures_between(min(half_days).starts_at, ends_at)
    return [one.fact for one in found if one.scope is ClosureScope.SITE]


def _is_open(machine: OfferedMachine, half_day: Period) -> bool:
    """By the weekly hours alone; a run without people need only start within them."""
    zone = get_workshop().zone
    timetable = Timetable(machine.weekly, zone)
    days = local_days(half_day, zone)
    openings = continuous(one for day in days for one in timetable.on(day))
    if machine.facts.runs_unattended:
        return any(half_day.starts_at in one for one in openings)
    return any(one.contains(half_day) for one in openings)
