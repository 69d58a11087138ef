"""Requests for machines whose reservations are approved one by one: their life, and who of several
would lose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from booking.periods import Period
from booking.reservations.rules.facts import Busy, UnitFacts
from booking.reservations.rules.hours import first_free


class ApprovalState(StrEnum):
    """OVERTAKEN: somebody else has the time; LAPSED: nobody decided in time."""

    WAITING = "WAITING"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"
    OVERTAKEN = "OVERTAKEN"
    LAPSED = "LAPSED"


def approval_state_at(state: ApprovalState, lapses_at: datetime, now: datetime) -> ApprovalState:
    """How a request stands at an instant, be it written down or not."""
    if state is ApprovalState.WAITING and lapses_at <= now:
        return ApprovalState.LAPSED
    return state


def decided_until(starts_at: datetime, lead: timedelta, now: datetime) -> datetime:
    """Until when a request can be approved: as long as the machine could be reserved; for freed
    time, which asks for no notice, up to the start.
    """
    last = starts_at - lead
    return last if last > now else starts_at


def competing(wanted: Mapping[int, Period], buffer: timedelta) -> list[tuple[int, ...]]:
    """The requests for one machine, by their ids, in groups: within a group times meet, their
    buffers included, if only through others. By start.
    """
    groups: list[list[int]] = []
    blocked_until: datetime | None = None
    for key, period in sorted(wanted.items(), key=lambda one: one[1]):
        if blocked_until is None or period.starts_at >= blocked_until:
            groups.append([])
            blocked_until = period.ends_at + buffer
        groups[-1].append(key)
        blocked_until = max(blocked_until, period.ends_at + buffer)
    return [tuple(group) for group in groups]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A time on a machine, on any unit of it or on the one with this id."""

    period: Period
    unit_id: int | None = None


def unit_for(wanted: Wanted, units: Sequence[UnitFacts], buffer: timedelta) -> int | None:
    """The first unit that is free for it, None when there is none."""
    possible = [unit for unit in units if wanted.unit_id in (None, unit.unit_id)]
    return first_free(wanted.period, possible, buffer)


def losers(
    asked: int, wanted: Mapping[int, Wanted], units: Sequence[UnitFacts], buffer: timedelta
) -> tuple[int, ...]:
    """Which of the others could no longer be had once this one is approved; none where it cannot
    be approved itself.
    """
    taken = wanted[asked].period
    unit_id = unit_for(wanted[asked], units, buffer)
    if unit_id is None:
        return ()
    after = [_with(taken, unit, buffer) if unit.unit_id == unit_id else unit for unit in units]
    return tuple(
        other
        for other, theirs in wanted.items()
        if other != asked
        and unit_for(theirs, units, buffer) is not None
        and unit_for(theirs, after, buffer) is None
    )


def _with(taken: Period, unit: UnitFacts, buffer: timedelta) -> UnitFacts:
    busy = Busy(taken.starts_at, taken.ends_at, taken.starts_at, taken.ends_at + buffer)
    return replace(unit, busy=tuple(sorted((*unit.busy, busy))))
