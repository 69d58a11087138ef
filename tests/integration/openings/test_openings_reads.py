"""Which hours and closures count for a machine, and what the database itself refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from booking.database import db
from booking.machines.queries import find_area, get_machine, list_machines
from booking.openings.models import Closure, Level, Opening
from booking.openings.queries import (
    closures_between,
    hours_that_count,
    list_closures,
    weekly_openings,
    weekly_openings_of,
)
from booking.openings.rules import Access, ClosureScope, PublicHoliday
from booking.reservations.queries.workshop import get_workshop
from tests.statements import statements_of

DECEMBER = datetime(2026, 12, 1, tzinfo=UTC)
JANUARY = datetime(2027, 1, 1, tzinfo=UTC)


def an_opening(**where: int | None) -> Opening:
    return Opening(weekday=6, starts=time(10), ends=time(12), access=Access.ALL, **where)


def test_a_machine_follows_its_area_and_an_area_the_site(demo_app: Flask) -> None:
    with demo_app.app_context():
        wood = weekly_openings(get_machine("M01"))
        quiet = weekly_openings(get_machine("M03"))
        assert (wood[0].starts, quiet[0].starts) == (time(7), time(6))
        source, _ = hours_that_count(Level(machine=get_machine("M01")))
        assert source == Level(area=find_area("BOIS"))


def test_hours_of_its_own_replace_all_others(demo_app: Flask) -> None:
    with demo_app.app_context():
        machine = get_machine("M01")
        db.session.add(an_opening(machine_id=machine.id))
        db.session.flush()
        assert [rule.weekday for rule in weekly_openings(machine)] == [6]


def test_the_hours_of_all_machines_take_one_statement(demo_app: Flask) -> None:
    with demo_app.app_context():
        machines = list_machines()
        with statements_of(demo_app) as sent:
            hours = weekly_openings_of(machines)
    assert len(sent) == 1
    assert hours.keys() == {machine.id for machine in machines}


def test_a_place_without_any_hours_is_closed(demo_app: Flask) -> None:
    with demo_app.app_context():
        db.session.execute(db.delete(Opening))
        assert weekly_openings(get_machine("M01")) == ()


def test_closures_concern_what_lies_within_their_place(demo_app: Flask) -> None:
    with demo_app.app_context():
        of_laser, of_saw = (
            [closure.scope for closure in list_closures(DECEMBER, JANUARY, get_machine(code))]
            for code in ("M03", "M06")
        )
    assert of_laser == [ClosureScope.MACHINE, ClosureScope.SITE]
    assert of_saw == [ClosureScope.AREA, ClosureScope.SITE]


def test_touching_and_cancelled_closures_do_not_count(demo_app: Flask) -> None:
    with demo_app.app_context():
        first = closures_between(DECEMBER, JANUARY)[0]
        assert first not in closures_between(first.ends_at, JANUARY)
        assert first not in closures_between(DECEMBER, first.starts_at)
        first.cancelled_at = DECEMBER
        db.session.flush()
        assert first not in closures_between(DECEMBER, JANUARY)


def test_holidays_run_over_the_turn_of_the_year(demo_app: Flask) -> None:
    with demo_app.app_context():
        found = get_workshop().holidays_between(date(2026, 12, 25), date(2027, 1, 1))
    assert list(found.values()) == [
        PublicHoliday.CHRISTMAS,
        PublicHoliday.ST_STEPHEN,
        PublicHoliday.NEW_YEAR,
    ]


def test_the_database_refuses_a_rule_or_closure_of_two_places(demo_app: Flask) -> None:
    with demo_app.app_context():
        machine = get_machine("M01")
        here = {"area_id": machine.area_id, "machine_id": machine.id}
        db.session.add(an_opening(**here))
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()
        db.session.add(Closure(starts_at=DECEMBER, ends_at=JANUARY, reason="", **here))
        with pytest.raises(IntegrityError):
            db.session.flush()


def test_the_database_refuses_an_eighth_day_and_a_closure_without_length(demo_app: Flask) -> None:
    with demo_app.app_context():
        opening = an_opening()
        opening.weekday = 7
        db.session.add(opening)
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()
        for end in (DECEMBER, DECEMBER - timedelta(hours=1)):
            db.session.add(Closure(starts_at=DECEMBER, ends_at=end, reason=""))
            with pytest.raises(IntegrityError):
                db.session.flush()
            db.session.rollback()
