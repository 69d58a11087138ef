"""Uses that follow one another, such as milling and then sanding: the earliest that fit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from booking.periods import Period
from booking.reservations.rules.facts import Facts
from booking.reservations.rules.searching import A_MINUTE, Ask, earliest


class Step(NamedTuple):
    """One use of a chain; it begins at most `gap` after the end of the one before it."""

    ask: Ask
    facts: Facts
    gap: timedelta


def plan(steps: Sequence[Step], within: Period) -> tuple[Period, ...] | None:
    """The earliest times at which every step can be had in this order, None when there are none.

    The first step is as early as the others allow, then the second, and so on. The facts of every
    step must answer for all of `within`; what one step takes of quotas and credit hours the next
    does not know, so the answer is still to be judged as a whole.
    """
    step, *rest = steps
    start = within.starts_at
    while start + step.ask.length <= within.ends_at:
        time = earliest(step.ask, step.facts, Period(start, within.ends_at))
        if time is None:
            return None
        if not rest:
            return (time,)
        following = _after(time, step, rest, within.ends_at)
        if following is None:
            return None
        latest_end = following[0].starts_at - rest[0].gap
        if time.ends_at >= latest_end:
            return time, *following
        start = max(time.starts_at + A_MINUTE, latest_end - step.ask.length)
    return None


def _after(
    time: Period, step: Step, rest: Sequence[Step], until: datetime
) -> tuple[Period, ...] | None:
    same_machine = step.facts.machine.code == rest[0].facts.machine.code
    start = time.ends_at + (step.facts.machine.buffer if same_machine else timedelta())
    return plan(rest, Period(start, until)) if start < until else None
