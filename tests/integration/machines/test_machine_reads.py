"""Machines read with all their parts, in a number of statements that does not grow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from booking import clock
from booking.database import db, writing
from booking.machines.models import Machine, Outage, Requirement, Unit
from booking.machines.queries import find_machine, get_machine, list_machines, outages_between
from booking.machines.rules import LONGEST_DAYS as LONGEST_USE
from booking.machines.rules import OutageKind
from booking.machines.service import create
from booking.members.queries import find_member
from booking.occupancies.guard import LONGEST_DAYS as LONGEST_OCCUPANCY
from tests.statements import statements_of
from tests.web.checking import Browser

JUNE = datetime(2026, 6, 10, tzinfo=UTC)


def use_all_parts(machine: Machine) -> None:
    machine.condition_at(clock.now())
    assert machine.area.code
    assert [unit.number for unit in machine.units]
    assert [requirement.fact for requirement in machine.requirements]


def test_a_machine_comes_with_its_parts_in_four_statements(demo_app: Flask) -> None:
    with demo_app.app_context(), statements_of(demo_app) as sent:
        use_all_parts(get_machine("M09"))
    assert len(sent) == 4


def test_all_machines_come_with_their_parts_in_four_statements(demo_app: Flask) -> None:
    with demo_app.app_context(), statements_of(demo_app) as sent:
        for machine in list_machines():
            if machine.code != "R1":  # the training room asks for nothing
                use_all_parts(machine)
    assert len(sent) == 4


def test_an_unknown_machine_is_none_or_an_error(demo_app: Flask) -> None:
    with demo_app.app_context():
        assert find_machine("M99") is None
        with pytest.raises(LookupError):
            get_machine("M99")


def more_machines(app: Flask, count: int) -> None:
    with app.app_context(), writing():
        manager = find_member("S1")
        assert manager is not None
        like = get_machine("M01")
        for number in range(count):
            values: dict[str, Any] = {
                "code": f"X{number}",
                "name": {"fr": f"Machine {number}"},
                "area_id": like.area_id,
                "category": "OTHER",
                "risk_class": like.risk_class,
            }
            create(values, 1, manager)


@pytest.mark.parametrize("path", ["/machines", "/machines?usable=1", "/openings", "/machines/M01"])
def test_pages_take_as_many_statements_for_many_machines_as_for_few(
    demo_app: Flask, path: str
) -> None:
    browser = Browser(demo_app, "U05")
    with statements_of(demo_app) as few:
        browser.get(path)
    more_machines(demo_app, 40)
    with statements_of(demo_app) as many:
        browser.get(path)
    assert len(many) == len(few)


def stopped_on(day: datetime) -> list[str]:
    return [outage.machine.code for outage in outages_between(day, day + timedelta(days=1))]


def test_ended_outages_are_read_for_the_past_alone(demo_app: Flask) -> None:
    with demo_app.app_context():
        assert [o.machine.code for o in outages_between(JUNE, JUNE + timedelta(days=1))] == ["M03"]
        assert get_machine("M03").outage_facts(clock.now()) == ()
        assert [
            o.machine.code for o in outages_between(clock.now(), clock.now() + timedelta(1))
        ] == ["M13"]


def test_the_longest_use_is_what_the_guard_lets_through() -> None:
    assert LONGEST_USE == LONGEST_OCCUPANCY


@pytest.mark.parametrize(
    "changes",
    [
        {"min_minutes": 0},
        {"min_minutes": 60, "max_minutes": 30},
        {"buffer_minutes": -1},
    ],
)
def test_the_database_refuses_rules_of_use_that_cannot_be(
    demo_app: Flask, changes: dict[str, int]
) -> None:
    with demo_app.app_context():
        machine = get_machine("M01")
        for name, value in changes.items():
            setattr(machine, name, value)
        with pytest.raises(IntegrityError):
            db.session.flush()


def a_requirement(training: str, supervised: int, autonomous: int) -> Requirement:
    return Requirement(
        machine_id=get_machine("M01").id,
        training_code=training,
        supervised_level=supervised,
        autonomous_level=autonomous,
    )


@pytest.mark.parametrize(("supervised", "autonomous"), [(0, 2), (2, 1), (1, 4)])
def test_the_database_refuses_levels_that_cannot_be(
    demo_app: Flask, supervised: int, autonomous: int
) -> None:
    with demo_app.app_context():
        db.session.add(a_requirement("LASER", supervised, autonomous))
        with pytest.raises(IntegrityError):
            db.session.flush()


def test_the_database_refuses_a_unit_twice_and_a_training_nobody_gives(demo_app: Flask) -> None:
    with demo_app.app_context():
        db.session.add(Unit(machine_id=get_machine("M01").id, number=1))
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()
        db.session.add(a_requirement("NOWHERE", 1, 2))
        with pytest.raises(IntegrityError):
            db.session.flush()


def test_the_database_refuses_an_outage_that_ends_before_it_starts(demo_app: Flask) -> None:
    with demo_app.app_context():
        machine_id = get_machine("M01").id
        for ends in ({"expected_end_at": JUNE}, {"ended_at": JUNE - timedelta(minutes=1)}):
            db.session.add(
                Outage(
                    machine_id=machine_id, kind=OutageKind.DOWN, starts_at=JUNE, reason="", **ends
                )
            )
            with pytest.raises(IntegrityError):
                db.session.flush()
            db.session.rollback()
