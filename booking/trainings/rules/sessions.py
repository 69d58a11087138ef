"""The life of a session and of a place in it, as it is at an instant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum


class SessionKind(StrEnum):
    COURSE = "COURSE"
    REFRESHER = "REFRESHER"


class SessionState(StrEnum):
    PLANNED = "PLANNED"
    OPEN = "OPEN"
    CONFIRMED = "CONFIRMED"
    HELD = "HELD"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"


class SessionAct(StrEnum):
    PLAN = "PLAN"
    CHANGE = "CHANGE"
    OPEN = "OPEN"
    CONFIRM = "CONFIRM"
    CANCEL = "CANCEL"


SESSION_TRANSITIONS: Mapping[tuple[SessionState | None, SessionAct], SessionState] = {
    (None, SessionAct.PLAN): SessionState.PLANNED,
    (SessionState.PLANNED, SessionAct.CHANGE): SessionState.PLANNED,
    (SessionState.OPEN, SessionAct.CHANGE): SessionState.OPEN,
    (SessionState.CONFIRMED, SessionAct.CHANGE): SessionState.CONFIRMED,
    (SessionState.PLANNED, SessionAct.OPEN): SessionState.OPEN,
    (SessionState.OPEN, SessionAct.CONFIRM): SessionState.CONFIRMED,
    (SessionState.PLANNED, SessionAct.CANCEL): SessionState.CANCELLED,
    (SessionState.OPEN, SessionAct.CANCEL): SessionState.CANCELLED,
    (SessionState.CONFIRMED, SessionAct.CANCEL): SessionState.CANCELLED,
}
"""Which acts the life of a session allows; attendance leads on to HELD and CLOSED."""

JOINABLE_STATES = (SessionState.OPEN, SessionState.CONFIRMED)
"""Sessions in which somebody may take a place."""

UNDECIDED_STATES = (SessionState.PLANNED, SessionState.OPEN)
"""Sessions that are cancelled by themselves when too few have enrolled by the decision date."""


def session_after(state: SessionState | None, act: SessionAct) -> SessionState | None:
    """The state after an act, None where the state does not allow it."""
    return SESSION_TRANSITIONS.get((state, act))


def session_state_at(
    state: SessionState, decides_at: datetime | None, lapses_at: datetime | None, now: datetime
) -> SessionState:
    """How a session stands at an instant, be it written down or not.

    `lapses_at` is the decision date while too few are enrolled; with enough of them, an open
    session is confirmed from that date (`decides_at`) on.
    """
    if state not in UNDECIDED_STATES:
        return state
    if lapses_at is not None and lapses_at <= now:
        return SessionState.CANCELLED
    if state is SessionState.OPEN and decides_at is not None and decides_at <= now:
        return SessionState.CONFIRMED
    return state


def lapse_of(
    state: SessionState,
    decides_at: datetime | None,
    minimum: int,
    enrolled: int,
    now: datetime,
    lapses_at: datetime | None,
) -> datetime | None:
    """The instant from which a session counts no more, None where it is kept.

    After the decision date nothing changes any more: who leaves then cancels no session.
    """
    if state not in UNDECIDED_STATES or decides_at is None:
        return None
    if decides_at <= now:
        return lapses_at
    return decides_at if enrolled < minimum else None


class EnrolmentState(StrEnum):
    WAITING = "WAITING"
    ENROLLED = "ENROLLED"
    ATTENDED = "ATTENDED"
    ABSENT = "ABSENT"
    CANCELLED = "CANCELLED"


class Place(StrEnum):
    """An enrolment as people see it: its state, and what time makes of a waiting one.

    OFFERED: a free place is held for who waits; LAPSED: the answer did not come in time; SKIPPED:
    when a place came free something was missing; OVER: the session began without a place.
    """

    WAITING = "WAITING"
    OFFERED = "OFFERED"
    ENROLLED = "ENROLLED"
    ATTENDED = "ATTENDED"
    ABSENT = "ABSENT"
    CANCELLED = "CANCELLED"
    LAPSED = "LAPSED"
    SKIPPED = "SKIPPED"
    OVER = "OVER"


PLACE_TAKEN = (EnrolmentState.ENROLLED, EnrolmentState.ATTENDED, EnrolmentState.ABSENT)
"""Enrolments that take one of the places."""


def place_at(
    state: EnrolmentState,
    offered_until: datetime | None,
    lacked: Sequence[str],
    session: SessionState,
    starts_at: datetime,
    now: datetime,
) -> Place:
    """How an enrolment stands at an instant; `session` is its session's state at that instant.

    `lacked` are the trainings that were missing when its turn came.
    """
    if state is EnrolmentState.CANCELLED:
        return Place.SKIPPED if lacked else Place.CANCELLED
    if state is EnrolmentState.WAITING and session is not SessionState.CANCELLED:
        if offered_until is not None:
            return Place.OFFERED if offered_until > now else Place.LAPSED
        return Place.WAITING if starts_at > now else Place.OVER
    if session is SessionState.CANCELLED:
        return Place.CANCELLED
    return Place(state)
