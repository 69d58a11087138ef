"""Why a machine cannot be stopped, put back or changed like this; the words live in `wording`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class AlreadyStopped:
    """An outage of this kind has not ended yet: extend it or put the machine back first."""


@dataclass(frozen=True, slots=True)
class AlreadyReleased:
    """Somebody has put the machine back in service meanwhile."""


@dataclass(frozen=True, slots=True)
class ClosureEnded:
    """Somebody has cancelled the closure meanwhile, or it is over."""


@dataclass(frozen=True, slots=True)
class ReturnPassed:
    """The expected return is not in the future."""


@dataclass(frozen=True, slots=True)
class ReturnTooFar:
    """The expected return is later than anything is planned."""

    last_day_on: date


@dataclass(frozen=True, slots=True)
class NoteMissing:
    """A locked-out machine is released by saying who checked what."""


@dataclass(frozen=True, slots=True)
class SameState:
    """The machine is in this state already."""


@dataclass(frozen=True, slots=True)
class StillTaken:
    """The unit is promised to coming reservations or sessions."""

    times: int


@dataclass(frozen=True, slots=True)
class LastUnit:
    """Without this unit the machine would have none: stop the machine instead."""


@dataclass(frozen=True, slots=True)
class TooManyUnits:
    """The machine has as many units as a machine may have."""

    most: int


@dataclass(frozen=True, slots=True)
class UnknownTraining:
    """There is no such training on offer."""

    code: str


StopRefusal = AlreadyStopped | AlreadyReleased | ReturnPassed | ReturnTooFar | NoteMissing
UnitRefusal = StillTaken | LastUnit | TooManyUnits
UpkeepRefusal = StopRefusal | SameState | UnitRefusal | UnknownTraining | ClosureEnded
