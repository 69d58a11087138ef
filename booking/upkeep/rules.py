"""What becomes of reservations that a stop or a closure stands upon, and for how long it stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from booking.machines.rules import OutageKind
from booking.periods import Period
from booking.upkeep.refusals import NoteMissing, ReturnPassed, ReturnTooFar, StopRefusal

FURTHEST_RETURN = timedelta(days=3 * 366)
END_OF_PLANNING = datetime(9998, 1, 1, tzinfo=UTC)
"""Later than anything is planned: the end of a stop whose end nobody knows."""


class Choice(StrEnum):
    """What becomes of the reservations concerned: cancelled by the site, kept with a warning to
    those who made them, or kept without a word.
    """

    CANCEL = "CANCEL"
    KEEP = "KEEP"
    KEEP_SILENTLY = "KEEP_SILENTLY"


def stopped_period(now: datetime, expected_end_at: datetime | None) -> Period:
    """What is left of a stop from now on."""
    return Period(now, expected_end_at or END_OF_PLANNING)


def return_refusals(expected_end_at: datetime | None, now: datetime) -> tuple[StopRefusal, ...]:
    """What stands against an expected return."""
    if expected_end_at is None:
        return ()
    if expected_end_at <= now:
        return (ReturnPassed(),)
    if expected_end_at > now + FURTHEST_RETURN:
        return (ReturnTooFar((now + FURTHEST_RETURN).date()),)
    return ()


def release_refusals(kind: OutageKind, note: str) -> tuple[StopRefusal, ...]:
    """A lockout is lifted only by saying who checked what."""
    return (NoteMissing(),) if kind == OutageKind.LOCKED_OUT and not note.strip() else ()
