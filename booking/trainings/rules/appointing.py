"""Level 3: nobody is trained for it, a manager appoints, and looks again every year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

AUTONOMOUS_LEVEL = 2
HELD_MONTHS = 6
"""For so many months that level has been held without a break."""
USED = timedelta(hours=20)
"""So long the machines that ask for the training have been used, to the end of each use."""


class Unmet(StrEnum):
    """A condition that a manager may set aside in writing."""

    HELD_TOO_SHORT = "HELD_TOO_SHORT"
    USED_TOO_LITTLE = "USED_TOO_LITTLE"


@dataclass(frozen=True, slots=True)
class Grounds:
    """On what an appointment rests: since which local day the autonomous level is held without a
    break, None when it is not held today; how long machines were used.
    """

    held_since: date | None
    used: timedelta


def unmet(grounds: Grounds, today: date) -> tuple[Unmet, ...]:
    """The conditions that do not hold."""
    last_start = today - relativedelta(months=HELD_MONTHS)
    lacks = []
    if grounds.held_since is None or grounds.held_since > last_start:
        lacks.append(Unmet.HELD_TOO_SHORT)
    if grounds.used < USED:
        lacks.append(Unmet.USED_TOO_LITTLE)
    return tuple(lacks)
