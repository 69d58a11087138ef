"""Was this member certified for this training at this level on that day?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from booking.database import db
from booking.trainings.models import Certification
from booking.trainings.queries import last_attended, standings_on, was_certified
from booking.trainings.rules import Shortfall
from booking.trainings.service import catalogue, certifying
from booking.trainings.service.certifying import Assessment
from tests.integration.trainings.records import person, training

SetClock = Callable[[Flask, str], None]


@pytest.fixture(autouse=True)
def transaction(demo_app: Flask) -> Iterator[None]:
    with demo_app.app_context():
        yield
        db.session.rollback()


def answer(member: str, of: str, level: int, on: str, last_used_on: date | None = None) -> bool:
    uses = {of: last_used_on} if last_used_on else {}
    day = date.fromisoformat(on)
    return was_certified(person(member).id, of, level, day, uses).was_certified


@pytest.mark.parametrize(
    ("member", "of", "level", "on", "expected"),
    [
        ("U05", "ACC", 1, "2023-09-11", False),
        ("U05", "ACC", 1, "2023-09-12", True),
        ("U05", "ACC", 1, "2025-09-12", True),
        ("U05", "ACC", 1, "2026-11-23", True),
        ("U05", "ACC", 1, "2027-09-10", False),
        ("U05", "ACC", 2, "2026-11-23", False),
        ("U24", "ACC", 1, "2026-11-23", False),
        ("U27", "CNC-1", 2, "2026-11-23", False),
        ("U29", "ACC", 1, "2022-06-01", True),
        ("U29", "ACC", 1, "2024-06-01", False),
        ("U10", "LASER", 1, "2026-11-23", False),
    ],
)
def test_the_past_of_the_demo_is_known_day_by_day(
    member: str, of: str, level: int, on: str, expected: bool
) -> None:
    assert answer(member, of, level, on) is expected


def test_every_act_changes_the_answer_from_its_day_on(demo_app: Flask, at: SetClock) -> None:
    approved = approve_on(demo_app, at, "2026-03-02")
    acts: dict[str, Callable[[], object]] = {
        "2026-04-06": lambda: certifying.suspend(approved.id, person("S1"), "Feu"),
        "2026-05-04": lambda: certifying.reinstate(approved.id, person("S1"), "Vu"),
        "2026-06-01": lambda: certifying.revoke(approved.id, person("S1"), "Récidive"),
    }
    for day, act in acts.items():
        at(demo_app, f"{day}T10:00:00+02:00")
        assert isinstance(act(), Certification)
    db.session.flush()
    expected = {
        "2026-03-01": False,
        "2026-03-02": True,
        "2026-04-05": True,
        "2026-04-06": False,
        "2026-05-03": False,
        "2026-05-04": True,
        "2026-05-31": True,
        "2026-06-01": False,
        "2026-12-31": False,
    }
    assert {day: answer("U10", "LASER", 2, day) for day in expected} == expected


def approve_on(app: Flask, at: SetClock, day: str) -> Certification:
    at(app, f"{day}T10:00:00+01:00")
    assessment = Assessment(2, date.fromisoformat(day), evidence="Vu ensemble")
    proposed = certifying.propose(person("U10"), training("LASER"), assessment, person("S2"))
    assert isinstance(proposed, Certification)
    approved = certifying.approve(proposed.id, person("S1"), {}, waiver="Accueil fait ce matin")
    assert isinstance(approved, Certification)
    return approved


def test_an_act_late_in_the_evening_belongs_to_the_local_day(demo_app: Flask, at: SetClock) -> None:
    at(demo_app, "2026-07-01T00:30:00+02:00")
    assessment = Assessment(2, date(2026, 7, 1), evidence="Vu ensemble")
    proposed = certifying.propose(person("U10"), training("LASER"), assessment, person("S2"))
    assert isinstance(proposed, Certification)
    certifying.approve(proposed.id, person("S1"), {}, waiver="Accueil fait hier")
    db.session.flush()
    assert not answer("U10", "LASER", 2, "2026-06-30")
    assert answer("U10", "LASER", 2, "2026-07-01")


def test_lack_of_use_counts_up_to_the_day_that_is_asked() -> None:
    standing = was_certified(person("U18").id, "BOIS-1", 2, date(2026, 11, 23), {})
    assert standing.verdict.shortfalls == (Shortfall.LAPSED,)
    assert answer("U18", "BOIS-1", 2, "2026-11-23", last_used_on=date(2026, 6, 3))


def test_a_signed_half_day_counts_as_use_from_its_day_on() -> None:
    member = person("U19")
    assert last_attended(member.id) == {"BOIS-1": date(2026, 11, 19)}
    assert last_attended(member.id, until=date(2026, 11, 18)) == {"BOIS-1": date(2026, 11, 18)}
    assert last_attended(member.id, until=date(2026, 11, 17)) == {}
    assert last_attended(person("U30").id) == {"BOIS-1": date(2026, 11, 18)}


def test_a_later_change_of_terms_does_not_rewrite_the_past(demo_app: Flask, at: SetClock) -> None:
    """Six months without use were allowed, then two, then any number."""
    laser = training("LASER")
    approve_on(demo_app, at, "2026-01-05")
    at(demo_app, "2026-05-04T10:00:00+02:00")
    stricter = replace(catalogue.terms_of(laser), lapse_months=2)
    catalogue.change(laser.id, stricter, person("S1"))
    at(demo_app, "2026-06-08T10:00:00+02:00")
    catalogue.change(laser.id, replace(stricter, lapse_months=None), person("S1"))
    db.session.flush()
    expected = {
        "2026-05-03": True,  # six months
        "2026-05-04": False,  # two months
        "2026-06-07": False,
        "2026-06-08": True,  # never
    }
    assert {day: answer("U10", "LASER", 2, day) for day in expected} == expected


def test_a_chain_is_answered_training_by_training() -> None:
    member = person("U19")
    day = date(2026, 11, 23)
    standings = standings_on(member.id, {"BOIS-2": 1, "BOIS-1": 2, "ACC": 1}, day, {})
    assert [standing.verdict.training for standing in standings] == ["BOIS-2", "BOIS-1", "ACC"]
    assert all(standing.was_certified for standing in standings)
