"""What a machine is at an instant, which rules of use can be, and how machines are found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from booking.machines.refusals import LongestBelowShortest, MachineRefusal, TooLongWithBuffer
from booking.machines.rules import (
    Condition,
    Effective,
    MachineState,
    Origin,
    OutageFact,
    OutageKind,
    OwnValues,
    RulesOfUse,
    blocked_until,
    condition,
    is_match,
    rules_of_use,
    use_refusals,
)

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
LATER = NOW + timedelta(days=2)
EARLIER = NOW - timedelta(days=2)


def an_outage(kind: OutageKind) -> OutageFact:
    return OutageFact(kind, EARLIER, None, "")


@pytest.mark.parametrize("state", MachineState)
def test_without_an_outage_the_standing_state_counts(state: MachineState) -> None:
    assert condition(state, None).value == state.value


@pytest.mark.parametrize("kind", OutageKind)
@pytest.mark.parametrize("state", [MachineState.IN_SERVICE, MachineState.RESTRICTED])
def test_an_outage_overrules_the_standing_state(state: MachineState, kind: OutageKind) -> None:
    assert condition(state, an_outage(kind)).value == kind.value


def test_a_retired_machine_stays_retired() -> None:
    assert condition(MachineState.RETIRED, an_outage(OutageKind.DOWN)) == Condition.RETIRED


@pytest.mark.parametrize("kind", OutageKind)
@pytest.mark.parametrize("expected", [None, EARLIER, LATER])
def test_what_has_ended_blocks_until_its_end(kind: OutageKind, expected: datetime | None) -> None:
    assert blocked_until(kind, expected, NOW, NOW) == NOW


@pytest.mark.parametrize("kind", OutageKind)
@pytest.mark.parametrize("expected", [None, LATER])
def test_what_goes_on_blocks_until_the_expected_end(
    kind: OutageKind, expected: datetime | None
) -> None:
    assert blocked_until(kind, expected, None, NOW) == expected


@pytest.mark.parametrize("expected", [EARLIER, NOW])
def test_an_overdue_lockout_has_no_end_while_an_overdue_repair_has_ended(
    expected: datetime,
) -> None:
    assert blocked_until(OutageKind.LOCKED_OUT, expected, None, NOW) is None
    assert blocked_until(OutageKind.DOWN, expected, None, NOW) == expected


SITE = {
    "min_minutes": 30,
    "max_minutes": 480,
    "buffer_minutes": 15,
    "slot_step_minutes": 30,
    "lead_minutes": 30,
    "horizon_days": 60,
    "future_hours": 24,
}


def rules(own: OwnValues, of_the_area: OwnValues | None = None) -> RulesOfUse:
    levels = [(Origin.MACHINE, own), (Origin.AREA, of_the_area or {}), (Origin.SITE, SITE)]
    return rules_of_use(levels)


def some_rules(shortest: int, longest: int, buffer: int) -> RulesOfUse:
    return rules({"min_minutes": shortest, "max_minutes": longest, "buffer_minutes": buffer})


@pytest.mark.parametrize(
    ("shortest", "longest", "buffer", "expected"),
    [
        (30, 30, 0, ()),
        (31, 30, 0, (LongestBelowShortest(31, 30),)),
        (30, 31 * 1440, 0, ()),
        (30, 31 * 1440 - 15, 15, ()),
        (30, 31 * 1440, 1, (TooLongWithBuffer(31),)),
    ],
)
def test_rules_of_use_hold_together(
    shortest: int, longest: int, buffer: int, expected: tuple[MachineRefusal, ...]
) -> None:
    assert use_refusals(some_rules(shortest, longest, buffer)) == expected


def test_the_narrowest_value_wins_even_when_it_is_nothing() -> None:
    found = rules({"buffer_minutes": 0}, {"buffer_minutes": 45, "lead_minutes": 0})
    assert found.buffer_minutes == Effective(0, Origin.MACHINE)
    assert found.lead_minutes == Effective(0, Origin.AREA)
    assert found.horizon_days == Effective(60, Origin.SITE)


def test_nobody_need_set_a_limit_for_a_day() -> None:
    assert rules({}).quota_minutes_per_day is None
    assert rules({}, {"quota_minutes_per_day": 240}).quota_minutes_per_day == Effective(
        240, Origin.AREA
    )


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", True),
        ("  ", True),
        ("FRAISEUSE", True),
        ("fraiseuse numerique", True),
        ("numérique shopbot", True),
        ("NUMÉRIQUE", True),
        ("e\u0301tabli", True),
        ("STRASSE", True),
        ("laser", False),
        ("fraiseuse laser", False),
    ],
)
def test_a_search_finds_every_word_whatever_its_case_and_accents(search: str, found: bool) -> None:
    texts = ("Fraiseuse numérique", "ShopBot", "Établi", "Straße")
    assert is_match(search, texts) is found
