"""How much may be held: of one machine by one person, and by the workshop's own quotas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from booking.periods import Period, local_day, local_days
from booking.quotas.rules import (
    Asker,
    ReachedLimit,
    ReservedFirst,
    reached_limits,
    reserved_first,
)
from booking.reservations.refusals import QuotaReached, QuotaRule, ReachedQuota
from booking.reservations.rules.facts import Facts, ReservationRequest

A_MINUTE = timedelta(minutes=1)


def quota_reached(request: ReservationRequest, facts: Facts) -> QuotaReached | None:
    """Every limit that would be passed with the new hours, and every time others have first."""
    reached = (
        *_hours_ahead(request, facts),
        *_hours_a_day(request, facts),
        *_limits(request, facts),
    )
    return QuotaReached(reached) if reached else None


def _limits(request: ReservationRequest, facts: Facts) -> Iterator[ReachedLimit | ReservedFirst]:
    limits, zone = facts.limits, facts.timetable.zone
    if not limits.quotas and not limits.priorities:
        return
    period, asked_at = request.period, request.asked_at
    days = local_days(period, zone)
    plans = (plan.code for plan in facts.purse.plans if plan.covers(days[0], days[-1]))
    member = facts.member
    asker = Asker(frozenset(plans), member.has_organisation, not member.needs_papers)
    yield from reached_limits(period, asked_at, asker, limits, facts.counted, zone)
    yield from reserved_first(period, asked_at, asker, limits, zone)


def _hours_ahead(request: ReservationRequest, facts: Facts) -> Iterator[ReachedQuota]:
    """Hours that have not begun at the time of asking; elapsed time."""
    if request.period.starts_at <= request.asked_at:
        return
    near = (period for period in facts.booked if period.starts_at > request.asked_at)
    booked = facts.minutes_ahead + _minutes(near)
    limit = facts.machine.future_minutes
    if booked + _minutes([request.period]) > limit:
        yield ReachedQuota(QuotaRule.HOURS_AHEAD, limit, booked)


def _hours_a_day(request: ReservationRequest, facts: Facts) -> Iterator[ReachedQuota]:
    """Hours on each local day that the use touches, where the machine sets a limit."""
    limit, zone = facts.machine.quota_minutes_per_day, facts.timetable.zone
    if limit is None:
        return
    for day in local_days(request.period, zone):
        whole = local_day(day, zone)
        booked = _minutes(part for p in facts.booked if (part := p.intersection(whole)))
        asked = request.period.intersection(whole)
        if asked and booked + _minutes([asked]) > limit:
            yield ReachedQuota(QuotaRule.HOURS_A_DAY, limit, booked, day)


def _minutes(periods: Iterable[Period]) -> int:
    return sum((period.duration for period in periods), timedelta()) // A_MINUTE
