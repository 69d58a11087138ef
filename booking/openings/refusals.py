"""Why weekly hours or a closure cannot be set like this; the words live in `wording`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, slots=True)
class EndsBeforeStart:
    """The end is not after the start."""


@dataclass(frozen=True, slots=True)
class OverlapsRule:
    """Another rule of the same access already covers part of these hours."""

    weekday: int
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class TooManyRules:
    """The day holds as many rules as a day may have."""

    weekday: int
    most: int


@dataclass(frozen=True, slots=True)
class AlreadyOver:
    """The closure would end before now: nobody could be told."""


@dataclass(frozen=True, slots=True)
class TooFarAhead:
    """The closure ends later than anything is planned: surely a slip of the pen."""

    last_day_on: date


HoursRefusal = EndsBeforeStart | OverlapsRule | TooManyRules
ClosureRefusal = EndsBeforeStart | AlreadyOver | TooFarAhead
