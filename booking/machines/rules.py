"""What a machine can be, and what of it the rules of a reservation rest on."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from booking.machines.refusals import LongestBelowShortest, MachineRefusal, TooLongWithBuffer
from booking.periods import Period

MINUTES_A_DAY = 24 * 60


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


class Condition(StrEnum):
    """What a machine is at an instant: its standing state, unless an outage overrules it."""

    IN_SERVICE = "IN_SERVICE"
    RESTRICTED = "RESTRICTED"
    DOWN = "DOWN"
    LOCKED_OUT = "LOCKED_OUT"
    RETIRED = "RETIRED"


def condition(state: MachineState, outage: OutageFact | None) -> Condition:
    """The condition of a machine in this state, with this outage at the moment."""
    if state == MachineState.RETIRED or outage is None:
        return Condition(state)
    return Condition(outage.kind)


def blocked_until(
    kind: OutageKind,
    expected_end_at: datetime | None,
    ended_at: datetime | None,
    now: datetime,
) -> datetime | None:
    """The end of an outage as known now, None without end.

    A lockout does not end by itself: past its expected end it stands until somebody releases it.
    """
    if ended_at is not None:
        return ended_at
    overdue = expected_end_at is not None and expected_end_at <= now
    return None if overdue and kind == OutageKind.LOCKED_OUT else expected_end_at


@dataclass(frozen=True, slots=True)
class Effective:
    """A rule of use as it counts for a machine, and whether the value is the machine's own."""

    value: int
    is_own: bool


def effective(own: int | None, of_the_site: int) -> Effective:
    return Effective(of_the_site, False) if own is None else Effective(own, True)


@dataclass(frozen=True, slots=True)
class RulesOfUse:
    """The rules of use that count for one machine."""

    min_minutes: Effective
    max_minutes: Effective
    buffer_minutes: Effective
    slot_step_minutes: Effective
    lead_minutes: Effective
    horizon_days: Effective


MOST_UNITS = 50
LONGEST_DAYS = 31
"""The longest time, buffer included, for which a unit can be taken at once."""


def use_refusals(rules: RulesOfUse) -> tuple[MachineRefusal, ...]:
    """What stands against rules of use as they would count for a machine."""
    shortest, longest = rules.min_minutes.value, rules.max_minutes.value
    if longest < shortest:
        return (LongestBelowShortest(shortest, longest),)
    if longest + rules.buffer_minutes.value > LONGEST_DAYS * MINUTES_A_DAY:
        return (TooLongWithBuffer(LONGEST_DAYS),)
    return ()


def is_match(search: str, texts: Iterable[str]) -> bool:
    """Whether every word of `search` stands in some text, whatever its case and accents."""
    haystack = " ".join(plain(text) for text in texts)
    return all(word in haystack for word in plain(search).split())


def plain(text: str) -> str:
    """A text for comparing: no matter its case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@dataclass(frozen=True, slots=True)
class RequirementFact:
    """A training that a machine asks for, with the level for each kind of use."""

    training: str
    supervised_level: int
    autonomous_level: int
