"""The one answer: every reason against a reservation."""

from __future__ import annotations

from booking.periods import local_days
from booking.reservations.refusals import NeedsApproval, Refusal
from booking.reservations.rules.eligibility import against_these_days
from booking.reservations.rules.facts import Facts, ReservationRequest, Span
from booking.reservations.rules.hours import Case, against_these_hours


def refusals(request: ReservationRequest, facts: Facts) -> tuple[Refusal, ...]:
    """Every reason against this reservation, in the order of `RefusalCode`; empty: allowed.

    Waived reasons are left out.
    """
    days = local_days(request.period, facts.timetable.zone)
    found = (
        *against_these_days(Span(days, request.mode, request.asked_at), facts),
        *against_these_hours(Case(request, request.period, days, facts)),
        *_against_going_unasked(request, facts),
    )
    standing = (refusal for refusal in found if not request.waives(refusal))
    return tuple(sorted(standing, key=lambda refusal: refusal.code.position))


def _against_going_unasked(request: ReservationRequest, facts: Facts) -> tuple[Refusal, ...]:
    """No matter of days or hours: who looks for a free time is to find what he may ask for."""
    return (NeedsApproval(),) if facts.machine.needs_approval and not request.approved else ()
