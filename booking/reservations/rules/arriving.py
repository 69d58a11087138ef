"""The day itself: what is asked again of who arrives, and when a use is over by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from booking.openings.rules import Timetable
from booking.periods import A_DAY, local_days
from booking.reservations.refusals import Refusal, TooManyNoShows
from booking.reservations.rules.eligibility import against_these_days
from booking.reservations.rules.facts import Facts, ReservationRequest, Span
from booking.reservations.rules.hours import Case, against_arriving

TIME_TO_LEAVE = timedelta(hours=1)
"""For who works up to the closing: how long the end list may still be filled in."""

DAYS_TO_FETCH = 8
"""Within which somebody comes for what a machine has made alone: over any closed days."""


def refusals_at_check_in(request: ReservationRequest, facts: Facts) -> tuple[Refusal, ...]:
    """Every reason why the machine must not be used now, in the order of `RefusalCode`.

    Account, rules, papers, machine, certifications, supervisor and buddy are asked again; time,
    notice, quotas and past no-shows were settled when it was reserved. Waived reasons are left
    out.
    """
    days = local_days(request.period, facts.timetable.zone)
    found = (
        *against_these_days(Span(days, request.mode, request.asked_at), facts),
        *against_arriving(Case(request, request.period, days, facts)),
    )
    standing = (
        refusal
        for refusal in found
        if not request.waives(refusal) and not isinstance(refusal, TooManyNoShows)
    )
    return tuple(sorted(standing, key=lambda refusal: refusal.code.position))


def closing_at(ends_at: datetime, timetable: Timetable) -> datetime:
    """The last closing of the local day in which a use ends, that end itself at the earliest."""
    day = ends_at.astimezone(timetable.zone).date()
    return max([ends_at, *(opening.period.ends_at for opening in timetable.on(day))])


def over_at(ends_at: datetime, timetable: Timetable, runs_unattended: bool) -> datetime:
    """When a use is over for who never says so: with the closing of the day, an hour after the
    end at the earliest. What has run alone is fetched on the next open day.
    """
    earliest = ends_at + TIME_TO_LEAVE
    if not runs_unattended:
        return max(closing_at(ends_at, timetable), earliest)
    first = ends_at.astimezone(timetable.zone).date()
    for number in range(DAYS_TO_FETCH):
        openings = timetable.on(first + number * A_DAY)
        closing = max((opening.period.ends_at for opening in openings), default=earliest)
        if closing > earliest:
            return closing
    return earliest
