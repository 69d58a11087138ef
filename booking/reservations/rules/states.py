"""The kinds of use and the life of a reservation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum


class Mode(StrEnum):
    """The kind of use: alone, or with somebody who holds the autonomous level."""

    AUTONOMOUS = "AUTONOMOUS"
    SUPERVISED = "SUPERVISED"


class CompanionRole(StrEnum):
    """Why a second person is there: to watch over the use, or so that nobody is alone."""

    SUPERVISOR = "SUPERVISOR"
    BUDDY = "BUDDY"


class CompanionAnswer(StrEnum):
    """What the second person said; REPLACED by somebody else, RELEASED with the reservation."""

    PENDING = "PENDING"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"
    REPLACED = "REPLACED"
    RELEASED = "RELEASED"


CURRENT_ANSWERS = frozenset({CompanionAnswer.PENDING, CompanionAnswer.ACCEPTED})


class ReservationState(StrEnum):
    """HELD waits for the word of another person."""

    HELD = "HELD"
    CONFIRMED = "CONFIRMED"
    CHECKED_IN = "CHECKED_IN"
    COMPLETED = "COMPLETED"
    CANCELLED_BY_MEMBER = "CANCELLED_BY_MEMBER"
    CANCELLED_BY_SITE = "CANCELLED_BY_SITE"
    NO_SHOW = "NO_SHOW"


LAPSED_STATES: Mapping[ReservationState, ReservationState] = {
    ReservationState.HELD: ReservationState.CANCELLED_BY_SITE,
    ReservationState.CONFIRMED: ReservationState.NO_SHOW,
    ReservationState.CHECKED_IN: ReservationState.COMPLETED,
}
"""What a promise becomes of itself when its time is up: the word of another person did not come,
nobody came, or somebody left without a word.
"""


def state_at(
    state: ReservationState, lapses_at: datetime | None, now: datetime, starts_at: datetime
) -> ReservationState:
    """How a reservation stands at an instant, be it written down or not.

    A promise that ends before its start was not missed: what it rested on has ended.
    """
    if lapses_at is None or now < lapses_at:
        return state
    if state is ReservationState.CONFIRMED and lapses_at <= starts_at:
        return ReservationState.CANCELLED_BY_SITE
    return LAPSED_STATES.get(state, state)


def awaited_until(
    starts_at: datetime, deadline: timedelta, grace: timedelta, now: datetime
) -> datetime:
    """Until when a word may come: up to the deadline before the start; for a use that is asked for
    later than that, up to the start, and for one that has begun as long as somebody may arrive.
    """
    last = starts_at - deadline
    if last > now:
        return last
    return starts_at if starts_at > now else starts_at + grace


ACTIVE_STATES = frozenset(
    {ReservationState.HELD, ReservationState.CONFIRMED, ReservationState.CHECKED_IN}
)


class CalendarStatus(StrEnum):
    """What a calendar shows of a reservation, in the words of calendars (RFC 5545, 3.8.1.11)."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


CALENDAR_STATUS: Mapping[ReservationState, CalendarStatus] = {
    ReservationState.HELD: CalendarStatus.TENTATIVE,
    ReservationState.CONFIRMED: CalendarStatus.CONFIRMED,
    ReservationState.CHECKED_IN: CalendarStatus.CONFIRMED,
    ReservationState.COMPLETED: CalendarStatus.CONFIRMED,
    ReservationState.CANCELLED_BY_MEMBER: CalendarStatus.CANCELLED,
    ReservationState.CANCELLED_BY_SITE: CalendarStatus.CANCELLED,
    ReservationState.NO_SHOW: CalendarStatus.CANCELLED,
}


class HandOverAnswer(StrEnum):
    """What became of the offer of a reservation to another member."""

    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"


class ReservationAct(StrEnum):
    HOLD = "HOLD"
    CONFIRM = "CONFIRM"
    CHECK_IN = "CHECK_IN"
    COMPLETE = "COMPLETE"
    CANCEL_BY_MEMBER = "CANCEL_BY_MEMBER"
    CANCEL_BY_SITE = "CANCEL_BY_SITE"
    MARK_NO_SHOW = "MARK_NO_SHOW"


class ActNotAllowed(ValueError):  # noqa: N818 - it names what was met
    """The reservation is not in a state that allows this act."""

    def __init__(self, state: ReservationState | None, act: ReservationAct) -> None:
        super().__init__(f"{act} is not allowed in state {state}")
        self.state = state
        self.act = act


TRANSITIONS: Mapping[tuple[ReservationState | None, ReservationAct], ReservationState] = {
    (None, ReservationAct.HOLD): ReservationState.HELD,
    (None, ReservationAct.CONFIRM): ReservationState.CONFIRMED,
    (ReservationState.HELD, ReservationAct.CONFIRM): ReservationState.CONFIRMED,
    (ReservationState.HELD, ReservationAct.CANCEL_BY_MEMBER): ReservationState.CANCELLED_BY_MEMBER,
    (ReservationState.HELD, ReservationAct.CANCEL_BY_SITE): ReservationState.CANCELLED_BY_SITE,
    (ReservationState.CONFIRMED, ReservationAct.HOLD): ReservationState.HELD,
    (ReservationState.CONFIRMED, ReservationAct.CHECK_IN): ReservationState.CHECKED_IN,
    (
        ReservationState.CONFIRMED,
        ReservationAct.CANCEL_BY_MEMBER,
    ): ReservationState.CANCELLED_BY_MEMBER,
    (ReservationState.CONFIRMED, ReservationAct.CANCEL_BY_SITE): ReservationState.CANCELLED_BY_SITE,
    (ReservationState.CONFIRMED, ReservationAct.MARK_NO_SHOW): ReservationState.NO_SHOW,
    (ReservationState.CHECKED_IN, ReservationAct.COMPLETE): ReservationState.COMPLETED,
}


def next_state(state: ReservationState | None, act: ReservationAct) -> ReservationState:
    """The state after the act; None is "no reservation yet". Raises ActNotAllowed."""
    try:
        return TRANSITIONS[state, act]
    except KeyError:
        raise ActNotAllowed(state, act) from None
