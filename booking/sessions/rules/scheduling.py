"""Which units a session may take, and when it is given again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.periods import NonexistentWallTime, Period, resolve_wall_time


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
