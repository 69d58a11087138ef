"""Which units a session may take, and when it is given again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.periods import NonexistentWallTime, Period, resolve_wall_time

MOST_HALF_DAYS = 20
MOST_MACHINES = 12
"""So much one session takes at most: a page shows all of it, and a program sends no more."""


class Blocked(NamedTuple):
    """What occupies a unit: what people see, and what is blocked with set-up and cleaning."""

    seen: Period
    busy: Period
    is_session: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """So many units of one machine, each with its cleaning time afterwards."""

    machine: str
    unit_ids: tuple[int, ...]
    wanted: int
    buffer: timedelta


class Conflict(NamedTuple):
    """A machine with too few free units over one half-day, and what stands there first."""

    machine: str
    half_day: Period
    free: int
    wanted: int
    in_the_way: Blocked


def units_for(
    claim: Claim, half_day: Period, taken: Mapping[int, Sequence[Blocked]]
) -> tuple[int, ...] | Conflict:
    """The lowest free units of a machine over a half-day, or what is in the way."""
    wanted = Period(half_day.starts_at, half_day.ends_at + claim.buffer)
    in_the_way: list[Blocked] = []
    free = []
    for unit_id in claim.unit_ids:
        met = [one for one in taken.get(unit_id, ()) if one.busy.overlaps(wanted)]
        if met:
            in_the_way += met
        else:
            free.append(unit_id)
    if len(free) >= claim.wanted:
        return tuple(free[: claim.wanted])
    return Conflict(claim.machine, half_day, len(free), claim.wanted, min(in_the_way))


class Promise(NamedTuple):
    """A unit over a half-day, blocked until it is cleaned."""

    unit_id: int
    half_day: Period
    busy: Period


class Assignment(NamedTuple):
    """The units that a session gets over each of its half-days, and what it does not get."""

    promises: tuple[Promise, ...]
    conflicts: tuple[Conflict, ...]


def assign(
    claims: Sequence[Claim], half_days: Sequence[Period], taken: Mapping[int, Sequence[Blocked]]
) -> Assignment:
    """Decide once which units one session takes; half-days do not overlap.

    Its own half-days may follow one another on a unit without its being cleaned in between: the
    time for it ends where the next one begins.
    """
    promises: list[Promise] = []
    conflicts = []
    for claim in claims:
        for half_day in half_days:
            units = units_for(claim, half_day, taken)
            if isinstance(units, Conflict):
                conflicts.append(units)
                continue
            busy = Period(half_day.starts_at, half_day.ends_at + claim.buffer)
            promises += [Promise(unit_id, half_day, busy) for unit_id in units]
    return Assignment(_back_to_back(promises), tuple(conflicts))


def _back_to_back(promises: Iterable[Promise]) -> tuple[Promise, ...]:
    later_start: dict[int, datetime] = {}
    kept = []
    for one in sorted(promises, key=lambda one: one.half_day, reverse=True):
        until = min(one.busy.ends_at, later_start.get(one.unit_id, one.busy.ends_at))
        kept.append(one._replace(busy=Period(one.busy.starts_at, until)))
        later_start[one.unit_id] = one.half_day.starts_at
    return tuple(reversed(kept))


def overlapping(half_days: Iterable[Period]) -> Period | None:
    """The first half-day that begins before the one before it has ended."""
    in_order = sorted(half_days)
    return next((later for one, later in pairwise(in_order) if one.overlaps(later)), None)


def shifted(
    half_days: Sequence[Period], first_on: date, zone: ZoneInfo
) -> tuple[Period, ...] | None:
    """The same half-days at the same wall times, the first of them on another local day.

    None where the clock jumps over one of the times.
    """
    shift = first_on - half_days[0].starts_at.astimezone(zone).date()

    def moved(instant: datetime) -> datetime:
        local = instant.astimezone(zone)
        wall = local.time().replace(fold=0)
        return resolve_wall_time(local.date() + shift, wall, zone)

    try:
        return tuple(Period(moved(one.starts_at), moved(one.ends_at)) for one in half_days)
    except NonexistentWallTime:
        return None
