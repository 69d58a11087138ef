"""What a machine can be, and what of it the rules of a reservation rest on."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
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


class Origin(StrEnum):
    """Who sets a rule of use."""

    MACHINE = "MACHINE"
    AREA = "AREA"
    SITE = "SITE"


@dataclass(frozen=True, slots=True)
class Effective:
    """A rule of use as it counts, and who set it."""

    value: int
    origin: Origin


@dataclass(frozen=True, slots=True)
class RulesOfUse:
    """The rules of use that count for one machine, or for an area where a machine sets none.

    `future_hours` is how many one person may have ahead on one machine, `quota_minutes_per_day`
    how many on one local day, None where nobody sets a limit.
    """

    min_minutes: Effective
    max_minutes: Effective
    buffer_minutes: Effective
    slot_step_minutes: Effective
    lead_minutes: Effective
    horizon_days: Effective
    future_hours: Effective
    quota_minutes_per_day: Effective | None


RULE_NAMES = tuple(field.name for field in fields(RulesOfUse))

OwnValues = Mapping[str, int | None]
"""What one level sets, by the names of `RulesOfUse`; what is None it leaves to the wider one."""


def rules_of_use(levels: Iterable[tuple[Origin, OwnValues]]) -> RulesOfUse:
    """What counts when the levels are asked in turn, the narrowest first."""
    found: dict[str, Effective] = {}
    for origin, values in levels:
        for name in RULE_NAMES:
            value = values.get(name)
            if value is not None and name not in found:
                found[name] = Effective(value, origin)
    found_quota = found.pop("quota_minutes_per_day", None)
    return RulesOfUse(quota_minutes_per_day=found_quota, **found)


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
