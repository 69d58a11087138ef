"""What must hold after every step, whatever the model says: looked up in the database's rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from tests.histories import judging
from tests.histories.acting import Stored
from tests.histories.place import CREDIT_MINUTES, TOOLS
from tests.histories.world import ACTIVE, World, chain, days_of, minutes_on


def check(rows: Sequence[Stored], credit: int | None, world: World) -> None:
    """Raise AssertionError, with what is wrong."""
    no_unit_is_promised_twice(rows)
    active = [row for row in rows if row.state in ACTIVE]
    for row in active:
        everybody_is_certified(row, world)
    no_quota_is_passed(active, world)
    assert credit is None or 0 <= credit <= CREDIT_MINUTES, f"{credit} minutes of credit"


def no_unit_is_promised_twice(rows: Sequence[Stored]) -> None:
    blocking = [row for row in rows if row.blocks_until is not None]
    for one, other in combinations(blocking, 2):
        if (one.tool, one.unit) == (other.tool, other.unit):
            first, second = sorted((one, other), key=lambda row: row.start)
            free_from = (first.blocks_until or 0) + TOOLS[first.tool].buffer
            assert free_from <= second.start, f"{first} and {second} use one unit"


def everybody_is_certified(row: Stored, world: World) -> None:
    """The person for the whole chain of the machine; who has agreed to supervise, too."""
    if row.state == "CHECKED_IN":
        return  # what is taken away now interrupts nobody who is there
    days = days_of(row.start, row.end)
    for course, level in chain(row.tool, row.mode).items():
        lacking = judging.lacks(row.who, course, level, days, world)
        assert not lacking, f"{row} stands with {lacking} for {course}"
    agreed = {role: who for role, who, answer in row.seconds if answer == "ACCEPTED"}
    if row.mode == "SUPERVISED" and row.state == "CONFIRMED":
        levels = chain(row.tool, "AUTONOMOUS").items()
        supervisor = agreed.get("SUPERVISOR")
        assert supervisor, f"{row} is confirmed without a supervisor"
        assert judging.holds(supervisor, levels, days, world), f"{row}: {supervisor} may not"


def no_quota_is_passed(active: Sequence[Stored], world: World) -> None:
    for who, tool in {(row.who, row.tool) for row in active}:
        own = [row for row in active if (row.who, row.tool) == (who, tool)]
        ahead = sum(row.end - row.start for row in own if row.start > world.now)
        assert ahead <= TOOLS[tool].ahead, f"{who} has {ahead} minutes ahead on {tool}"
        a_day = TOOLS[tool].a_day
        for day in {day for row in own for day in days_of(row.start, row.end)}:
            used = sum(minutes_on(day, row.start, row.end) for row in own)
            assert a_day is None or used <= a_day, f"{who} uses {tool} for {used} minutes a day"
