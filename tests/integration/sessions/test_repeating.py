"""Giving a session again: every date, or none with all that stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.database import db
from booking.sessions import refusals as why
from booking.sessions.queries.sessions import list_of_series, occupied_by
from booking.sessions.refusals import Refused
from booking.sessions.service.repeating import repeat
from booking.trainings.models import SessionState, TrainingSession
from tests.integration.sessions.records import a_session, half_day, machine, taken_by
from tests.integration.trainings.records import person

PARIS = ZoneInfo("Europe/Paris")
WEEK = timedelta(days=7)
DAYS = [date(2027, 2, 8), date(2027, 2, 15)]
FIRST = half_day(70)


@pytest.fixture(autouse=True)
def transaction(demo_app: Flask) -> Iterator[None]:
    with demo_app.app_context():
        yield
        db.session.rollback()


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(TrainingSession)) or 0


def test_each_date_is_a_session_of_its_own_with_the_same_terms() -> None:
    first = a_session(half_days=(FIRST, half_day(71)), machines={"M04": 1, "R1": 2})
    made = repeat(first, DAYS, PARIS, person("S2"))
    assert not isinstance(made, Refused)
    assert list_of_series(first.series_id or 0) == [first, *made]
    for weeks, one in enumerate(made, start=1):
        assert one.starts_at == first.starts_at + weeks * WEEK
        assert one.state is SessionState.OPEN
        assert one.auto_cancel_at == one.starts_at - timedelta(hours=48)
        assert len(taken_by(one)) == 6
        assert occupied_by(one) == occupied_by(first)
    assert len({one.code for one in made}) == 2


def test_one_date_in_the_way_leaves_all_of_them_undone() -> None:
    first = a_session(half_days=(FIRST,))
    a_session(by="S3", half_days=(half_day(84),))
    before = count()
    outcome = repeat(first, DAYS, PARIS, person("S2"))
    assert isinstance(outcome, Refused)
    assert outcome.reasons == (
        why.MachineTaken("M04", half_day(84), 0, 1, half_day(84), by_session=True),
    )
    assert count() == before
    assert first.series_id is None


def test_dates_that_overlap_one_another_are_refused() -> None:
    first = a_session(half_days=(FIRST, half_day(77)))
    apart = [date(2027, 3, 1), date(2027, 3, 8)]
    outcome = repeat(first, apart, PARIS, person("S2"))
    assert isinstance(outcome, Refused)
    assert why.HalfDaysOverlap(half_day(105)) in outcome.reasons


def test_dates_that_touch_leave_time_to_clean_between_two_sessions() -> None:
    machine("M04").buffer_minutes = 15
    days = [date(2027, 3, 1), date(2027, 3, 2)]
    first = a_session(
        half_days=(half_day(70, at=8, length=4), half_day(71, at=12, length=4)), opened=False
    )
    outcome = repeat(first, days, PARIS, person("S2"))
    assert isinstance(outcome, Refused)
    assert {type(one) for one in outcome.reasons} == {why.MachineTaken}


def test_a_session_in_preparation_is_repeated_in_preparation() -> None:
    first = a_session(opened=False, half_days=(FIRST,))
    made = repeat(first, DAYS, PARIS, person("S2"))
    assert not isinstance(made, Refused)
    assert {one.state for one in made} == {SessionState.PLANNED}
