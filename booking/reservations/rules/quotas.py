"""How much of one machine one person may hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from booking.periods import Period, local_day, local_days
from booking.reservations.refusals import QuotaReached, QuotaRule, ReachedQuota
from booking.reservations.rules.facts import Facts, ReservationRequest

A_MINUTE = timedelta(minutes=1)


def quota_reached(request: ReservationRequest, facts: Facts) -> QuotaReached | None:
    """Every limit that the person's hours on this machine would pass, with the new ones."""
    reached = (*_hours_ahead(request, facts), *_hours_a_day(request, facts))
    return QuotaReached(reached) if reached else None


def _hours_ahead(request: ReservationRequest, facts: Facts) -> Iterator[ReachedQuota]:
    """Hours that have not begun at the time of asking; elapsed time."""
    if request.period.starts_at <= request.asked_at:
        return
    booked = _minutes(p for p in facts.booked if p.starts_at > request.asked_at)
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
