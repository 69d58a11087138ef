"""Practical tests: what is kept, and what a proposal asks of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask

from booking.database import db
from booking.trainings.models import Certification, PracticalAssessment
from booking.trainings.queries import items_of
from booking.trainings.refusals import Refused, Why
from booking.trainings.rules import ItemResult
from booking.trainings.service import certifying
from booking.trainings.service.assessing import Practice, assess
from booking.trainings.service.certifying import Assessment
from tests.learning import person, prove, training_named

TODAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 20)
PASSED, FAILED = ItemResult.PASSED, ItemResult.FAILED


@pytest.fixture(autouse=True)
def transaction(demo_app: Flask) -> Iterator[None]:
    """Each test is one transaction, of which nothing stays."""
    with demo_app.app_context():
        prove("U10")
        yield
        db.session.rollback()


def texts(*, critical: bool | None = None) -> list[str]:
    items = items_of(training_named("LASER"))
    return [item.text for item in items if critical in (None, item.critical)]


def practise(results: dict[str, ItemResult], on: date = TODAY, by: str = "S2") -> Any:
    practice = Practice(on, "Boîte en peuplier", results)
    return assess(person("U10"), training_named("LASER"), practice, person(by))


def propose(level: int = 2, *done: str, evidence: str = "") -> Any:
    assessment = Assessment(level, TODAY, done=done, evidence=evidence)
    return certifying.propose(person("U10"), training_named("LASER"), assessment, person("S2"))


def test_the_demo_marks_its_critical_points_and_their_levels() -> None:
    assert len(texts(critical=True)) == 5
    assert not any("critique" in text for text in texts())
    assert {item.level for item in items_of(training_named("LASER"))} == {2}
    assert {item.level for item in items_of(training_named("ACC"))} == {1}


def test_a_test_in_which_everything_was_passed_is_enough_for_a_proposal() -> None:
    assert propose().why is Why.CHECKLIST_INCOMPLETE
    kept = practise(dict.fromkeys(texts(), PASSED))
    assert (kept.part, kept.trainer_id) == ("Boîte en peuplier", person("S2").id)
    proposed = propose()
    assert isinstance(proposed, Certification)
    assert all(item["done"] for item in proposed.checklist)
    assert sum(item["critical"] for item in proposed.checklist) == 5


def test_a_failed_critical_point_blocks_even_when_ticked_until_it_is_passed_another_time() -> None:
    worst = texts(critical=True)[0]
    practise(dict.fromkeys(texts(), PASSED) | {worst: FAILED}, FRIDAY)
    assert propose(2, *texts()) == Refused(Why.CRITICAL_FAILED, (worst,))
    practise({worst: PASSED})
    assert isinstance(propose(), Certification)


def test_a_failed_point_that_is_not_critical_is_only_missing() -> None:
    plain = texts(critical=False)[0]
    practise(dict.fromkeys(texts(), PASSED) | {plain: FAILED})
    assert propose() == Refused(Why.CHECKLIST_INCOMPLETE, (plain,))
    assert isinstance(propose(2, plain), Certification)


def test_a_level_that_does_not_ask_for_a_point_is_not_blocked_by_it() -> None:
    practise({texts(critical=True)[0]: FAILED})
    assert isinstance(propose(1), Certification)


def test_an_equivalence_stands_in_for_the_practical_test_too() -> None:
    practise({texts(critical=True)[0]: FAILED})
    assert isinstance(propose(2, evidence="Badge vérifié"), Certification)


def test_trainers_assess_others_at_a_day_that_is_past() -> None:
    everything = dict.fromkeys(texts(), PASSED)
    assert practise(everything, by="S1") == Refused(Why.NOT_PERMITTED)
    assert practise(everything, by="U10") == Refused(Why.OWN_CERTIFICATION)
    assert practise(everything, date(2026, 11, 24)) == Refused(Why.ASSESSED_IN_FUTURE)
    assert practise({"Autre chose": PASSED}) == Refused(Why.ITEM_UNKNOWN, ("Autre chose",))


def test_a_test_is_never_rewritten() -> None:
    kept = practise(dict.fromkeys(texts(), PASSED))
    assert isinstance(kept, PracticalAssessment)
    kept.part = "Autre pièce"
    with pytest.raises(Exception, match="append-only"):
        db.session.flush()
