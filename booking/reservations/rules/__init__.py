"""What a reservation may be: the reasons against it, and the states of its life.

`refusals` is the one answer for the form, the dry run, the greyed slots, the API and the nightly
recheck.
"""

from __future__ import annotations

from booking.reservations.rules.arriving import closing_at, over_at, refusals_at_check_in
from booking.reservations.rules.companions import companions_needed
from booking.reservations.rules.facts import (
    LONGEST_RESERVATION_DAYS,
    Busy,
    CompanionFacts,
    Facts,
    HeldPlan,
    HouseRulesFact,
    Lapsed,
    MachineFacts,
    MemberFacts,
    NoShows,
    OverdueInvoice,
    PaymentRules,
    Purse,
    ReservationRequest,
    UnitFacts,
)
from booking.reservations.rules.hours import free_unit
from booking.reservations.rules.judging import refusals
from booking.reservations.rules.open_machines import freest_mode
from booking.reservations.rules.price import price_of, with_returned
from booking.reservations.rules.rechecking import Later, Promise, newly, recheck
from booking.reservations.rules.states import (
    ACTIVE_STATES,
    CALENDAR_STATUS,
    CURRENT_ANSWERS,
    LAPSED_STATES,
    TRANSITIONS,
    ActNotAllowed,
    CalendarStatus,
    CompanionAnswer,
    CompanionRole,
    HandOverAnswer,
    Mode,
    ReservationAct,
    ReservationState,
    awaited_until,
    next_state,
    state_at,
)

__all__ = [
    "ACTIVE_STATES",
    "CALENDAR_STATUS",
    "CURRENT_ANSWERS",
    "LAPSED_STATES",
    "LONGEST_RESERVATION_DAYS",
    "TRANSITIONS",
    "ActNotAllowed",
    "Busy",
    "CalendarStatus",
    "CompanionAnswer",
    "CompanionFacts",
    "CompanionRole",
    "Facts",
    "HandOverAnswer",
    "HeldPlan",
    "HouseRulesFact",
    "Lapsed",
    "Later",
    "MachineFacts",
    "MemberFacts",
    "Mode",
    "NoShows",
    "OverdueInvoice",
    "PaymentRules",
    "Promise",
    "Purse",
    "ReservationAct",
    "ReservationRequest",
    "ReservationState",
    "UnitFacts",
    "awaited_until",
    "closing_at",
    "companions_needed",
    "free_unit",
    "freest_mode",
    "newly",
    "next_state",
    "over_at",
    "price_of",
    "recheck",
    "refusals",
    "refusals_at_check_in",
    "state_at",
    "with_returned",
]
