"""The catalogue of trainings: terms, prerequisites, archiving."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from booking.database import db
from booking.journal.models import JournalEntry
from booking.machines.models import Requirement
from booking.trainings.models import Training
from booking.trainings.queries import (
    count_requests,
    list_dependents,
    list_sessions,
    list_trainings,
    next_session,
    next_sessions,
    training_facts,
)
from booking.trainings.refusals import Refused, Why
from booking.trainings.service import catalogue
from booking.trainings.service.catalogue import TrainingTerms
from tests.integration.trainings.records import person, training
from tests.statements import statements_of

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)


@pytest.fixture(autouse=True)
def transaction(demo_app: Flask) -> Iterator[None]:
    with demo_app.app_context():
        yield
        db.session.rollback()


def terms(**others: Any) -> TrainingTerms:
    usual = TrainingTerms(
        code="TOUR",
        title={"fr": "Tournage sur bois"},
        aims="Tourner sans danger",
        duration_minutes=210,
        half_days=1,
        places=3,
        demand_minimum=None,
        price_cents=9000,
        levels=[1, 2],
        validity_months=24,
        lapse_months=6,
        attendance_required=True,
        quiz_pause_hours=12,
        checklist=[{"text": "Arrête le tour", "critical": True, "level": 2}],
        quiz_questions=0,
        quiz_pass_percent=80,
        quiz_critical_questions=0,
        professional=False,
        prerequisites={"BOIS-1": 1},
    )
    return replace(usual, **others)


def journal_of(code: str) -> list[JournalEntry]:
    db.session.flush()
    query = select(JournalEntry).where(
        JournalEntry.subject_kind == "training", JournalEntry.subject_code == code
    )
    return list(db.session.scalars(query.order_by(JournalEntry.id)))


def test_a_manager_adds_a_training_with_its_prerequisites() -> None:
    created = catalogue.create(terms(), person("S1"))
    assert isinstance(created, Training)
    assert training_facts()["TOUR"].prerequisites == (("BOIS-1", 1),)
    assert journal_of("TOUR")[0].act == "training.created"


@pytest.mark.parametrize("who", ["S2", "S4", "S7", "U01", "U10"])
def test_nobody_else_changes_the_catalogue(who: str) -> None:
    laser = training("LASER")
    assert catalogue.create(terms(), person(who)) == Refused(Why.NOT_PERMITTED)
    assert catalogue.change(laser.id, terms(), person(who)) == Refused(Why.NOT_PERMITTED)
    assert catalogue.archive(laser.id, person(who)) == Refused(Why.NOT_PERMITTED)
    assert catalogue.restore(laser.id, person(who)) == Refused(Why.NOT_PERMITTED)
    assert journal_of("LASER") == []


@pytest.mark.parametrize(
    ("change", "why", "names"),
    [
        ({"code": "LASER"}, Why.CODE_TAKEN, ()),
        ({"prerequisites": {"NOPE": 1}}, Why.TRAINING_ARCHIVED, ("NOPE",)),
        ({"prerequisites": {"ACC": 2}}, Why.PREREQUISITE_LEVEL, ("ACC",)),
        ({"prerequisites": {"TOUR": 1}}, Why.TRAINING_ARCHIVED, ("TOUR",)),
    ],
)
def test_terms_that_cannot_be_are_refused_with_names(
    change: dict[str, Any], why: Why, names: tuple[str, ...]
) -> None:
    assert catalogue.create(terms(**change), person("S1")) == Refused(why, names)


def test_prerequisites_that_turn_in_a_circle_are_named_in_order() -> None:
    acc = training("ACC")
    circle = replace(catalogue.terms_of(acc), prerequisites={"BOIS-2": 1})
    outcome = catalogue.change(acc.id, circle, person("S1"))
    assert outcome == Refused(Why.PREREQUISITE_CYCLE, ("ACC", "BOIS-2", "BOIS-1", "ACC"))
    assert training_facts()["ACC"].prerequisites == ()


def test_a_change_tells_the_journal_what_was_and_what_is() -> None:
    laser = training("LASER")
    new = replace(
        catalogue.terms_of(laser), validity_months=18, prerequisites={"ACC": 1, "CNC-1": 1}
    )
    assert catalogue.change(laser.id, new, person("S1")) is laser
    (entry,) = journal_of("LASER")
    assert entry.act == "training.changed"
    assert entry.before == {"validity_months": 12, "prerequisites": {"ACC": 1}}
    assert entry.after == {"validity_months": 18, "prerequisites": {"ACC": 1, "CNC-1": 1}}
    assert training_facts()["LASER"].prerequisites == (("ACC", 1), ("CNC-1", 1))


def test_a_change_of_nothing_is_no_entry_and_the_code_stays() -> None:
    laser = training("LASER")
    catalogue.change(laser.id, replace(catalogue.terms_of(laser), code="OTHER"), person("S1"))
    assert laser.code == "LASER"
    assert journal_of("LASER") == []


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("LASER", ("M03", "M04")),
        ("BOIS-1", ("M06", "M07", "M08", "BOIS-2")),
        ("BOIS-2", ("M05",)),
    ],
)
def test_what_is_still_required_is_not_archived_and_says_by_what(
    code: str, names: tuple[str, ...]
) -> None:
    found = training(code)
    assert catalogue.archive(found.id, person("S1")) == Refused(Why.STILL_REQUIRED, names)
    assert found.archived_at is None


def test_a_training_that_nothing_requires_is_archived_and_restored() -> None:
    for requirement in db.session.scalars(
        select(Requirement).where(Requirement.training_code == "BOIS-2")
    ):
        db.session.delete(requirement)
    db.session.flush()
    found = training("BOIS-2")
    assert catalogue.archive(found.id, person("S1")) is found
    db.session.flush()
    assert "BOIS-2" not in [t.code for t in list_trainings()]
    assert [t.code for t in list_trainings(archived=True)] == ["BOIS-2"]
    assert "BOIS-2" in training_facts()
    assert [t.code for t in list_dependents(training("BOIS-1"))] == []
    outcome = catalogue.create(terms(prerequisites={"BOIS-2": 1}), person("S1"))
    assert outcome == Refused(Why.TRAINING_ARCHIVED, ("BOIS-2",))
    assert catalogue.restore(found.id, person("S1")) is found
    acts = [entry.act for entry in journal_of("BOIS-2")]
    assert acts == ["training.archived", "training.restored"]


def test_a_training_is_not_restored_before_its_prerequisite() -> None:
    created = catalogue.create(terms(code="A", prerequisites={}), person("S1"))
    following = catalogue.create(terms(code="B", prerequisites={"A": 1}), person("S1"))
    assert isinstance(created, Training)
    assert isinstance(following, Training)
    catalogue.archive(following.id, person("S1"))
    catalogue.archive(created.id, person("S1"))
    outcome = catalogue.restore(following.id, person("S1"))
    assert outcome == Refused(Why.TRAINING_ARCHIVED, ("A",))


# Sessions


def test_the_next_session_is_the_first_that_can_still_be_joined() -> None:
    session = next_session("LASER", NOW)
    assert session is not None
    assert session.code == "T-03"
    assert next_session("LASER", session.half_days[0].starts_at) is None
    assert next_session("BOIS-1", NOW) is None


def test_next_sessions_of_many_trainings_take_as_many_statements_as_of_one(
    demo_app: Flask,
) -> None:
    with statements_of(demo_app) as of_one:
        next_sessions(["LASER"], NOW)
    everything = training_facts()
    db.session.expunge_all()
    with statements_of(demo_app) as of_all:
        found = next_sessions(everything, NOW)
    assert {code: session.code for code, session in found.items()} == {
        "ACC": "T-01",
        "LASER": "T-03",
        "CNC-1": "T-04",
        "METAL-1": "T-05",
        "CERAM-1": "T-06",
        "BOIS-2": "T-07",
        "TEXTILE-1": "T-08",
    }
    assert len(of_all) == len(of_one)
    assert len(list_sessions(["LASER"], NOW)) == 1


def test_requests_are_counted_by_training() -> None:
    assert count_requests() == {"LASER": 1, "CNC-1": 2}
