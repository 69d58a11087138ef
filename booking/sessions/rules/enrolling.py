"""Who has the next free place, and what giving one back late costs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple


class InLine(NamedTuple):
    """Somebody who waits, in order; a place is held for who has an offer."""

    key: int
    is_offered: bool


def seats_to_offer(places: int, enrolled: int, line: Sequence[InLine]) -> int:
    """How many places are neither taken nor held for somebody."""
    return max(0, places - enrolled - sum(one.is_offered for one in line))


def turns(places: int, enrolled: int, line: Sequence[InLine]) -> list[int]:
    """Whose turn it is: those to whom the free places go next, in their order."""
    waiting = [one.key for one in line if not one.is_offered]
    return waiting[: seats_to_offer(places, enrolled, line)]


def held_until(now: datetime, hold: timedelta, starts_at: datetime) -> datetime:
    """Until when a freed place is held: at most up to the start of the session."""
    return min(now + hold, starts_at)


def is_free_of_charge(now: datetime, starts_at: datetime, free_before: timedelta) -> bool:
    """Whether a place may be given back for nothing; `free_before` the start at the latest."""
    return now <= starts_at - free_before
