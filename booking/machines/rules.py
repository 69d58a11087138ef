"""What a machine can be, and what of it the rules of a reservation rest on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from booking.periods import Period


class RiskClass(StrEnum):
    RED = "RED"
    AMBER = "AMBER"
    GREEN = "GREEN"


class MachineState(StrEnum):
    """The standing state; DOWN and LOCKED_OUT are outages with a period."""

    IN_SERVICE = "IN_SERVICE"
    RESTRICTED = "RESTRICTED"
    RETIRED = "RETIRED"


class OutsideStaffed(StrEnum):
    """What is allowed when no staff is there.

    NO: nothing. EXTENDED: use by members with extended access. EXTENDED_BUDDY: the same with a
    second person. UNATTENDED: a run starts in an opening and goes on at any time.
    """

    NO = "NO"
    EXTENDED = "EXTENDED"
    EXTENDED_BUDDY = "EXTENDED_BUDDY"
    UNATTENDED = "UNATTENDED"


class OutageKind(StrEnum):
    """DOWN does not work; LOCKED_OUT is separated from energy until someone has checked it."""

    DOWN = "DOWN"
    LOCKED_OUT = "LOCKED_OUT"


@dataclass(frozen=True, slots=True)
class OutageFact:
    """Out of service from `starts_at` until `expected_end_at`, without end when that is None."""

    kind: OutageKind
    starts_at: datetime
    expected_end_at: datetime | None
    reason: str

    def overlaps(self, period: Period) -> bool:
        return self.starts_at < period.ends_at and (
            self.expected_end_at is None or period.starts_at < self.expected_end_at
        )


@dataclass(frozen=True, slots=True)
class RequirementFact:
    """A training that a machine asks for, with the level for each kind of use."""

    training: str
    supervised_level: int
    autonomous_level: int
