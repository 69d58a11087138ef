"""Who waits for time on a machine, and until when an offer of it waits for an answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from booking.periods import Period, merge

LONGEST_WATCH = timedelta(days=92)
"""How long one entry of a waiting list may watch a machine."""


class Waits(StrEnum):
    """FOR_OFFER: freed time is held until the person answers; FOR_NOTICE: only told."""

    FOR_OFFER = "FOR_OFFER"
    FOR_NOTICE = "FOR_NOTICE"


class WaitlistState(StrEnum):
    """TOLD ends a notice, the others an offer; EXPIRED is never written: the watch is over."""

    WAITING = "WAITING"
    OFFERED = "OFFERED"
    TOLD = "TOLD"
    TAKEN = "TAKEN"
    DECLINED = "DECLINED"
    LAPSED = "LAPSED"
    WITHDRAWN = "WITHDRAWN"
    SKIPPED = "SKIPPED"
    EXPIRED = "EXPIRED"


def waitlist_state_at(
    state: WaitlistState, watched_until: datetime, offer_lapses_at: datetime | None, now: datetime
) -> WaitlistState:
    """How an entry stands at an instant, be it written down or not."""
    if state is WaitlistState.WAITING and watched_until <= now:
        return WaitlistState.EXPIRED
    if state is WaitlistState.OFFERED and offer_lapses_at is not None and offer_lapses_at <= now:
        return WaitlistState.LAPSED
    return state


def answer_until(
    offered_at: datetime, hold: timedelta, open_periods: Iterable[Period], latest: datetime
) -> datetime:
    """Until when an offer is held: `hold` of open time from `offered_at` on, at most `latest`.

    Nobody needs to answer at night: time in which the workshop is closed does not count.
    """
    left = hold
    for opening in merge(open_periods):
        start = max(opening.starts_at, offered_at)
        if start >= latest:
            break
        if opening.ends_at - start >= left:
            return min(start + left, latest)
        left -= max(opening.ends_at - start, timedelta())
    return latest


def around(freed: Period, watched: Period, length: timedelta, now: datetime) -> Period | None:
    """Where a use of this length may lie that rests on freed time and begins after `now`."""
    start = max(watched.starts_at, freed.starts_at - length, now)
    end = min(watched.ends_at, freed.ends_at + length)
    return Period(start, end) if end - start >= length else None
