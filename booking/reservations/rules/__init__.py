"""What a reservation may be: the reasons against it, and the states of its life.

`refusals` is the one answer for the form, the dry run, the greyed slots, the API and the nightly
recheck.
"""

from __future__ import annotations

from booking.periods import local_days
from booking.reservations.refusals import Refusal
from booking.reservations.rules.eligibility import against_these_days
from booking.reservations.rules.facts import (
    LONGEST_RESERVATION_DAYS,
    Busy,
    Facts,
    HeldPlan,
    HouseRulesFact,
    Lapsed,
    MachineFacts,
    MemberFacts,
    OverdueInvoice,
    PaymentRules,
    Purse,
    ReservationRequest,
    Span,
    UnitFacts,
)
from booking.reservations.rules.hours import Case, against_these_hours, free_unit
from booking.reservations.rules.price import price_of
from booking.reservations.rules.states import (
    ACTIVE_STATES,
    LAPSED_STATES,
    TRANSITIONS,
    ActNotAllowed,
    Mode,
    ReservationAct,
    ReservationState,
    next_state,
    state_at,
)

__all__ = [
    "ACTIVE_STATES",
    "LAPSED_STATES",
    "LONGEST_RESERVATION_DAYS",
    "TRANSITIONS",
    "ActNotAllowed",
    "Busy",
    "Facts",
    "HeldPlan",
    "HouseRulesFact",
    "Lapsed",
    "MachineFacts",
    "MemberFacts",
    "Mode",
    "OverdueInvoice",
    "PaymentRules",
    "Purse",
    "ReservationAct",
    "ReservationRequest",
    "ReservationState",
    "UnitFacts",
    "free_unit",
    "next_state",
    "price_of",
    "refusals",
    "state_at",
]


def refusals(request: ReservationRequest, facts: Facts) -> tuple[Refusal, ...]:
    """Every reason against this reservation, in the order of `RefusalCode`; empty: allowed.

    Waived reasons are left out.
    """
    days = local_days(request.period, facts.timetable.zone)
    found = (
        *against_these_days(Span(days, request.mode, request.asked_at), facts),
        *against_these_hours(Case(request, request.period, days, facts)),
    )
    standing = (refusal for refusal in found if not request.waives(refusal))
    return tuple(sorted(standing, key=lambda refusal: refusal.code.position))
