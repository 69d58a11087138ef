"""Looking for a time that the rules allow, in the same facts and with the same rules.

What is forbidden is forbidden in stretches: a time that is allowed while the one before it is not
begins where a stretch ends. So the earliest allowed time is found by judging a few starts, not
every start of the grid; a test compares both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.periods import Period, local_day, local_days
from booking.reservations.refusals import Refusal
from booking.reservations.rules.eligibility import against_these_days
from booking.reservations.rules.facts import Facts, ReservationRequest, Span
from booking.reservations.rules.hours import Case, against_these_hours
from booking.reservations.rules.states import Mode

A_MINUTE = timedelta(minutes=1)


class Ask(NamedTuple):
    """How long a use is to be, of which kind, and when it is asked for."""

    length: timedelta
    asked_at: datetime
    mode: Mode = Mode.AUTONOMOUS


def is_allowed(period: Period, ask: Ask, facts: Facts) -> bool:
    return not against_the_person(period, ask, facts) and fits_these_hours(period, ask, facts)


def against_the_person(period: Period, ask: Ask, facts: Facts) -> tuple[Refusal, ...]:
    """What stands against this person on the days of the period, at whatever hour."""
    days = local_days(period, facts.timetable.zone)
    return against_these_days(Span(days, ask.mode, ask.asked_at), facts)


def fits_these_hours(period: Period, ask: Ask, facts: Facts) -> bool:
    """Whether these hours could be had by somebody against whom nothing stands."""
    days = local_days(period, facts.timetable.zone)
    request = ReservationRequest(period, ask.mode, ask.asked_at)
    return not against_these_hours(Case(request, period, days, facts))


Test = Callable[[Period, Ask, Facts], bool]
"""Whether a time will do."""


def earliest(ask: Ask, facts: Facts, within: Period, will_do: Test = is_allowed) -> Period | None:
    """The first time in `within` that the rules allow, None when there is none.

    `facts` must answer for all of `within`.
    """
    starts = _starts([within.starts_at, *_ends_of_obstacles(ask, facts, within)], facts)
    return _first(sorted(starts), ask, facts, within, will_do)


def latest(ask: Ask, facts: Facts, within: Period) -> Period | None:
    """The last time in `within` that the rules allow."""
    ends = [within.ends_at, *_begins_of_obstacles(ask, facts, within)]
    starts = _starts_before((end - ask.length for end in ends), facts)
    return _first(sorted(starts, reverse=True), ask, facts, within, is_allowed)


def _first(
    starts: Iterable[datetime], ask: Ask, facts: Facts, within: Period, will_do: Test
) -> Period | None:
    for start in starts:
        period = Period(start, start + ask.length)
        if within.contains(period) and will_do(period, ask, facts):
            return period
    return None


def _ends_of_obstacles(ask: Ask, facts: Facts, within: Period) -> Iterator[datetime]:
    """Every instant from which something stands no longer in the way."""
    yield ask.asked_at + timedelta(minutes=facts.machine.lead_minutes)
    if facts.freed:
        yield ask.asked_at
    for unit in facts.units:
        yield from (busy.busy_until for busy in unit.busy)
    yield from (own.period.ends_at for own in facts.own_reservations)
    yield from (closure.period.ends_at for closure in facts.closures)
    yield from (o.expected_end_at for o in facts.machine.outages if o.expected_end_at)
    for day in local_days(within, facts.timetable.zone):
        yield local_day(day, facts.timetable.zone).starts_at
        yield from (time.ends_at for time in _set_apart(day, facts))
        yield from (opening.starts_at for opening in _openings(day, ask, facts))


def _begins_of_obstacles(ask: Ask, facts: Facts, within: Period) -> Iterator[datetime]:
    """Every instant up to which nothing stands in the way of a use that ends there."""
    buffer = facts.machine.buffer
    for priority in facts.limits.priorities:
        yield ask.asked_at + timedelta(hours=priority.opens_hours) + ask.length
    yield ask.asked_at + timedelta(days=facts.machine.horizon_days) + ask.length
    for unit in facts.units:
        yield from (busy.busy_from - buffer for busy in unit.busy)
    yield from (own.period.starts_at for own in facts.own_reservations)
    yield from (closure.period.starts_at for closure in facts.closures)
    yield from (outage.starts_at for outage in facts.machine.outages)
    for day in local_days(within, facts.timetable.zone):
        yield local_day(day, facts.timetable.zone).ends_at
        yield from (time.starts_at for time in _set_apart(day, facts))
        for opening in _openings(day, ask, facts):
            yield opening.ends_at
            # an unattended run need only start within
            yield opening.ends_at + ask.length - A_MINUTE


def _set_apart(day: date, facts: Facts) -> Iterator[Period]:
    """The peak hours of a day, and those that some plans have first."""
    peaks = (facts.limits.peaks,) if facts.limits.peaks else ()
    for times in (*peaks, *(priority.times for priority in facts.limits.priorities)):
        yield from (weekly.period for weekly in times.on(day))


def _openings(day: date, ask: Ask, facts: Facts) -> tuple[Period, ...]:
    """The hours that this use may take, and those of them in which nobody else is asked for."""
    hours = facts.hours((day,), ask.mode)
    return (*hours.usable, *hours.staffed)


def _starts(instants: Iterable[datetime], facts: Facts) -> set[datetime]:
    zone, step = facts.timetable.zone, facts.machine.grid_minutes
    return {_on_grid(instant, zone, step) for instant in instants}


def _starts_before(instants: Iterable[datetime], facts: Facts) -> set[datetime]:
    zone, step = facts.timetable.zone, facts.machine.grid_minutes
    return {_on_grid(instant, zone, step, backwards=True) for instant in instants}


def _on_grid(instant: datetime, zone: ZoneInfo, step: int, *, backwards: bool = False) -> datetime:
    """The instant, or the next (the last) one after it whose wall time lies on the grid."""
    whole = instant.replace(second=0, microsecond=0)
    if not backwards and whole < instant:
        whole += A_MINUTE
    while past := _past_the_grid(whole, zone, step):
        whole += -past * A_MINUTE if backwards else (step - past) * A_MINUTE
    return whole


def _past_the_grid(instant: datetime, zone: ZoneInfo, step: int) -> int:
    wall = instant.astimezone(zone)
    return (wall.hour * 60 + wall.minute) % step
