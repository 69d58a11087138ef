"""The reasons that look at the hours: machine, openings, closures, length, notice, units."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from booking.machines.rules import MachineState, OutageKind
from booking.openings.rules import ClosureFact, PublicHoliday
from booking.periods import Period
from booking.reservations.refusals import (
    BuddyRequired,
    BufferConflict,
    ClosedDay,
    HolidayFact,
    InsufficientCredit,
    MachineNotBookable,
    MemberOverlap,
    OffGrid,
    OutsideOpening,
    Refusal,
    SlotTaken,
    TooFar,
    TooLong,
    TooShort,
    TooSoon,
)
from booking.reservations.rules.companions import buddy_lack, lone_periods
from booking.reservations.rules.facts import (
    Busy,
    Facts,
    MachineFacts,
    ReservationRequest,
    UnitFacts,
)
from booking.reservations.rules.price import price_of
from booking.reservations.rules.quotas import quota_reached


class Case(NamedTuple):
    """One request with its period and the local days it touches."""

    request: ReservationRequest
    period: Period
    days: tuple[date, ...]
    facts: Facts


def against_these_hours(case: Case) -> tuple[Refusal, ...]:
    """Every reason that stands at these hours, in the order of `RefusalCode`."""
    found = [rule(case) for rule in _RULES]
    return tuple(refusal for refusal in found if refusal is not None)


def against_arriving(case: Case) -> tuple[Refusal, ...]:
    """Of these reasons, those that are asked again of somebody who is there: what was promised
    stands, but a machine may have stopped, and a second person may be missing.
    """
    found = (_machine_not_bookable(case), _buddy_required(case))
    return tuple(refusal for refusal in found if refusal is not None)


def free_unit(period: Period, facts: Facts, rather: int | None = None) -> int | None:
    """The first unit that is free for the period and its buffer, None when there is none; before
    all others the one with the id `rather`.
    """
    units = sorted(facts.units, key=lambda unit: unit.unit_id != rather) if rather else facts.units
    return first_free(period, units, facts.machine.buffer)


def first_free(period: Period, units: Sequence[UnitFacts], buffer: timedelta) -> int | None:
    """The first of these units that is free for the period and its buffer."""
    blocked_until = period.ends_at + buffer
    for unit in units:
        if not unit.blocked_in(period.starts_at, blocked_until):
            return unit.unit_id
    return None


def _machine_not_bookable(case: Case) -> Refusal | None:
    return not_bookable(case.facts.machine, case.period)


def not_bookable(machine: MachineFacts, period: Period) -> MachineNotBookable | None:
    """Whether the machine is retired, or stands still at these hours as far as is known."""
    outages = tuple(outage for outage in machine.outages if outage.overlaps(period))
    if machine.state == MachineState.RETIRED:
        return MachineNotBookable(MachineState.RETIRED, outages)
    if not outages:
        return None
    locked_out = any(outage.kind == OutageKind.LOCKED_OUT for outage in outages)
    return MachineNotBookable(OutageKind.LOCKED_OUT if locked_out else OutageKind.DOWN, outages)


def _outside_opening(case: Case) -> Refusal | None:
    """Weekly rules only. An unattended run need only start inside an opening open to the member,
    be it an extended one.
    """
    facts, period = case.facts, case.period
    usable = facts.hours(case.days, case.request.mode).usable
    if facts.machine.runs_unattended:
        allowed = any(period.starts_at in opening for opening in usable)
    else:
        allowed = any(opening.contains(period) for opening in usable)
    return None if allowed else OutsideOpening(usable)


def _closed_day(case: Case) -> Refusal | None:
    return closed_day(case.facts.closures, case.facts.holidays, case.days, case.period)


def closed_day(
    closures: Iterable[ClosureFact],
    holidays: Mapping[date, PublicHoliday],
    days: Iterable[date],
    period: Period,
) -> ClosedDay | None:
    """The closures at these hours and the public holidays on their local days."""
    met = tuple(closure for closure in closures if closure.period.overlaps(period))
    free = tuple(HolidayFact(day, holidays[day]) for day in days if day in holidays)
    return ClosedDay(met, free) if met or free else None


def _buddy_required(case: Case) -> Refusal | None:
    """It is only asked when the time itself is allowed; a waived refusal of the time allows it."""
    lone = lone_periods(case.period, case.days, case.request.mode, case.facts)
    if not lone:
        return None
    for against_the_time in (_outside_opening(case), _closed_day(case)):
        if against_the_time is not None and not case.request.waives(against_the_time):
            return None
    lack = buddy_lack(case.period, case.days, case.facts)
    return BuddyRequired(lone, lack) if lack else None


def _too_short(case: Case) -> Refusal | None:
    min_minutes = case.facts.machine.min_minutes
    return TooShort(min_minutes) if case.period.duration < _minutes(min_minutes) else None


def _too_long(case: Case) -> Refusal | None:
    max_minutes = case.facts.machine.max_minutes
    return TooLong(max_minutes) if case.period.duration > _minutes(max_minutes) else None


def _off_grid(case: Case) -> Refusal | None:
    """The grid counts from 00:00 on the dial of the workshop's clock."""
    grid_minutes = case.facts.machine.grid_minutes
    for instant in (case.period.starts_at, case.period.ends_at):
        wall = instant.astimezone(case.facts.timetable.zone)
        if (wall.hour * 60 + wall.minute) % grid_minutes or wall.second or wall.microsecond:
            return OffGrid(grid_minutes)
    return None


def _too_soon(case: Case) -> Refusal | None:
    """Time that somebody did not come for asks for no notice."""
    if case.request.start_stands:
        return None
    lead_minutes = case.facts.machine.lead_minutes
    start, asked_at = case.period.starts_at, case.request.asked_at
    earliest = asked_at + _minutes(lead_minutes)
    if start >= earliest:
        return None
    if start >= asked_at and not Period(start, earliest).minus(case.facts.freed):
        return None
    return TooSoon(lead_minutes, earliest)


def _too_far(case: Case) -> Refusal | None:
    """Days of 24 hours: the horizon does not move with the clock change."""
    horizon_days = case.facts.machine.horizon_days
    latest = case.request.asked_at + timedelta(days=horizon_days)
    if case.request.start_stands or case.period.starts_at <= latest:
        return None
    return TooFar(horizon_days, latest)


def _quota_reached(case: Case) -> Refusal | None:
    return quota_reached(case.request, case.facts)


def _no_free_unit(case: Case) -> Refusal | None:
    """SLOT_TAKEN when every unit is taken in the time itself, else BUFFER_CONFLICT."""
    period, facts = case.period, case.facts
    if free_unit(period, facts) is not None:
        return None
    taken = [unit.taken_in(period.starts_at, period.ends_at) for unit in facts.units]
    if all(taken):
        return SlotTaken(_seen_periods(taken))
    blocked_until = period.ends_at + facts.machine.buffer
    blocked = [unit.blocked_in(period.starts_at, blocked_until) for unit in facts.units]
    return BufferConflict(facts.machine.buffer_minutes, _seen_periods(blocked))


def _seen_periods(busy_by_unit: list[tuple[Busy, ...]]) -> tuple[Period, ...]:
    seen = {Period(busy.starts_at, busy.ends_at) for unit in busy_by_unit for busy in unit}
    return tuple(sorted(seen))


def _member_overlap(case: Case) -> Refusal | None:
    if case.facts.machine.runs_unattended:
        return None
    overlapping = tuple(
        own
        for own in case.facts.own_reservations
        if not own.unattended and own.period.overlaps(case.period)
    )
    return MemberOverlap(overlapping) if overlapping else None


def _insufficient_credit(case: Case) -> Refusal | None:
    """Asked only of who pays with credit hours or not at all."""
    if not case.request.credit_only:
        return None
    missing = price_of(case.period, case.request.firing_type, case.facts).paid_minutes
    return InsufficientCredit(missing) if missing else None


def _minutes(minutes: int) -> timedelta:
    return timedelta(minutes=minutes)


_RULES: tuple[Callable[[Case], Refusal | None], ...] = (
    _machine_not_bookable,
    _outside_opening,
    _closed_day,
    _buddy_required,
    _too_short,
    _too_long,
    _off_grid,
    _too_soon,
    _too_far,
    _quota_reached,
    _no_free_unit,
    _member_overlap,
    _insufficient_credit,
)
