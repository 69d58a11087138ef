"""Trainings that ask for one another: the whole chain judged, and ways that lead back."""

from __future__ import annotations

from datetime import date

import pytest

from booking.trainings.rules import (
    CertificationFact,
    CertificationState,
    Shortfall,
    TrainingFact,
    cycle_through,
    judge_chain,
)

TRAININGS = {
    "ACC": TrainingFact("ACC", None, ()),
    "BOIS-1": TrainingFact("BOIS-1", 6, (("ACC", 1),)),
    "BOIS-2": TrainingFact("BOIS-2", 6, (("BOIS-1", 2),)),
    "CNC-1": TrainingFact("CNC-1", 9, (("ACC", 1),)),
}
TODAY = date(2026, 11, 23)


def held(training: str, level: int) -> CertificationFact:
    return CertificationFact(
        training, level, CertificationState.APPROVED, TODAY, date(2028, 11, 23), None
    )


def test_every_training_of_a_chain_is_judged_at_its_level() -> None:
    records = [held("BOIS-1", 1), held("ACC", 1)]
    verdicts = judge_chain([("BOIS-2", 1)], TRAININGS, records, [TODAY])
    found = [(v.training, v.needed_level, v.shortfalls) for v in verdicts]
    assert found == [
        ("BOIS-2", 1, (Shortfall.MISSING,)),
        ("BOIS-1", 2, (Shortfall.LEVEL_TOO_LOW,)),
        ("ACC", 1, ()),
    ]


def test_a_training_that_nobody_knows_is_still_asked_for() -> None:
    (verdict,) = judge_chain([("GONE", 1)], TRAININGS, [], [TODAY])
    assert verdict.shortfalls == (Shortfall.MISSING,)


@pytest.mark.parametrize(
    ("code", "asked", "way"),
    [
        ("ACC", ["BOIS-2"], ("ACC", "BOIS-2", "BOIS-1", "ACC")),
        ("ACC", ["CNC-1"], ("ACC", "CNC-1", "ACC")),
        ("BOIS-1", ["CNC-1", "BOIS-2"], ("BOIS-1", "BOIS-2", "BOIS-1")),
        ("BOIS-1", ["BOIS-1"], ("BOIS-1", "BOIS-1")),
        ("BOIS-2", ["BOIS-1", "CNC-1"], ()),
        ("NEW", ["BOIS-2", "CNC-1"], ()),
        ("NEW", [], ()),
    ],
)
def test_a_way_that_leads_back_is_named_from_end_to_end(
    code: str, asked: list[str], way: tuple[str, ...]
) -> None:
    assert cycle_through(code, asked, TRAININGS) == way
