"""A session with too few people falls at its decision date, whether any job runs or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from booking import worker
from booking.database import db, writing
from booking.journal.models import JournalEntry
from booking.members.models import Member
from booking.outbox.models import Message
from booking.reservations.models import Reservation
from booking.reservations.service import Wish, reserve
from booking.sessions import refusals as why
from booking.sessions.queries.sessions import list_coming, list_to_settle
from booking.sessions.refusals import Refused
from booking.sessions.service import enrolling, scheduling
from booking.sessions.service.repeating import draft_of
from booking.trainings.models import Enrolment, SessionState
from booking.trainings.queries import list_given_by, list_places_of, next_session
from booking.trainings.rules import Place
from tests.integration.sessions.records import HOUR, NOW, half_day, machine, session, taken_by
from tests.integration.trainings.records import person

At = Callable[[Flask, str], None]
BEFORE, AT_THE_DATE = "2026-12-06T08:59:59+01:00", "2026-12-06T09:00:00+01:00"
"""T-04 of the demo has one of two people, and is decided then."""


@pytest.fixture
def context(demo_app: Flask) -> Iterator[None]:
    with demo_app.app_context():
        yield
        db.session.rollback()


def mails(kind: str) -> set[str]:
    query = select(Member.code).join(Message, Message.recipient == Member.email)
    return set(db.session.scalars(query.where(Message.kind == kind)))


@pytest.mark.usefixtures("context")
class TestReading:
    def test_it_reads_as_cancelled_from_the_decision_date_on(self, demo_app: Flask, at: At) -> None:
        at(demo_app, BEFORE)
        assert session("T-04").state_now is SessionState.OPEN
        at(demo_app, AT_THE_DATE)
        assert session("T-04").state_now is SessionState.CANCELLED
        assert session("T-04").enrolments[0].place_now is Place.CANCELLED
        assert "T-04" not in {one.code for one in list_coming()}
        assert next_session("CNC-1", NOW) is not None
        at(demo_app, AT_THE_DATE)
        assert next_session("CNC-1", session("T-04").auto_cancel_at or NOW) is None

    def test_nobody_enrols_any_more(self, demo_app: Flask, at: At) -> None:
        at(demo_app, AT_THE_DATE)
        outcome = enrolling.enrol(session("T-04"), person("U15"), person("U15"))
        assert isinstance(outcome, Refused)
        assert why.SessionStateForbids(SessionState.CANCELLED) in outcome.reasons

    def test_its_machine_is_free_from_that_instant_on(self, demo_app: Flask, at: At) -> None:
        wanted = half_day(15, at=8, length=2)
        wish = Wish(person("U15"), machine("M02"), wanted)
        at(demo_app, BEFORE)
        assert not isinstance(reserve(wish, person("U15")), Reservation)
        at(demo_app, AT_THE_DATE)
        outcome = reserve(wish, person("U15"))
        assert isinstance(outcome, Reservation), outcome

    def test_there_is_nothing_to_sign_in_it(self, demo_app: Flask, at: At) -> None:
        begun = session("T-04").starts_at
        at(demo_app, begun.isoformat())
        assert [one.session.code for one in list_places_of(person("U06").id, begun)] == []
        assert "T-04" not in {one.code for one in list_given_by(person("S2").id, begun)}

    def test_the_one_who_makes_the_minimum_keeps_it(self, demo_app: Flask, at: At) -> None:
        made = session("T-04")
        assert isinstance(enrolling.enrol(made, person("U15"), person("U15")), Enrolment)
        assert made.lapses_at is None
        assert {one.lapses_at for one in taken_by(made)} == {None}
        db.session.flush()
        at(demo_app, AT_THE_DATE)
        assert made.state_now is SessionState.CONFIRMED

    def test_who_leaves_before_the_date_puts_it_at_risk_again_later_nobody_does(
        self, demo_app: Flask, at: At
    ) -> None:
        made = session("T-04")
        second = enrolling.enrol(made, person("U15"), person("U15"))
        assert isinstance(second, Enrolment)
        enrolling.cancel(second, person("U15"))
        assert made.lapses_at == made.auto_cancel_at
        assert {one.lapses_at for one in taken_by(made)} == {made.auto_cancel_at}
        third = enrolling.enrol(made, person("U15"), person("U15"))
        assert isinstance(third, Enrolment)
        db.session.flush()
        at(demo_app, AT_THE_DATE)
        enrolling.cancel(third, person("U15"))
        assert made.state_now is SessionState.CONFIRMED

    def test_what_the_decision_date_has_confirmed_a_later_date_decides_not_anew(
        self, demo_app: Flask, at: At
    ) -> None:
        made = session("T-04")
        second = enrolling.enrol(made, person("U15"), person("U15"))
        assert isinstance(second, Enrolment)
        db.session.flush()
        at(demo_app, AT_THE_DATE)
        usual = draft_of(made)
        later = replace(usual, half_days=(half_day(22),), units={}, decides_before=96 * HOUR)
        assert not isinstance(scheduling.change(made, made.version, later, person("S2")), Refused)
        assert not isinstance(enrolling.cancel(second, person("U15")), Refused)
        assert made.state is SessionState.CONFIRMED
        assert made.lapses_at is None
        assert mails("session.confirmed") == mails("session.moved") == {"U06", "U15"}

    def test_a_confirmed_session_takes_place_in_any_case(self, demo_app: Flask, at: At) -> None:
        made = session("T-04")
        assert not isinstance(scheduling.confirm(made, person("S2")), Refused)
        db.session.flush()
        at(demo_app, AT_THE_DATE)
        assert made.state_now is SessionState.CONFIRMED
        assert {one.lapses_at for one in taken_by(made)} == {None}


class TestWritingDown:
    def test_the_worker_writes_it_down_once_and_tells_everybody(
        self, demo_app: Flask, at: At
    ) -> None:
        at(demo_app, AT_THE_DATE)
        for _round in range(2):
            worker.settle_sessions(demo_app)
        with demo_app.app_context():
            fallen = session("T-04")
            assert fallen.state is SessionState.CANCELLED
            assert not any(one.active for one in taken_by(fallen))
            assert mails("session.too_few") == {"U06", "S2"}
            acts = db.session.scalars(
                select(JournalEntry.act).where(JournalEntry.subject_code == "T-04")
            ).all()
            assert acts == ["session.cancelled_by_itself"]
            assert list_to_settle(fallen.starts_at) == []

    def test_before_the_date_it_writes_nothing(self, demo_app: Flask, at: At) -> None:
        at(demo_app, BEFORE)
        worker.settle_sessions(demo_app)
        with demo_app.app_context():
            assert session("T-04").state is SessionState.OPEN

    def test_an_offer_without_answer_goes_on_to_the_next(self, demo_app: Flask, at: At) -> None:
        with demo_app.app_context(), writing():
            laser = session("T-03")
            enrolling.wait(laser, person("U15"), person("U15"))
            enrolling.cancel(laser.enrolments[0], person("U10"))
        at(demo_app, "2026-11-24T08:00:00+01:00")
        worker.settle_sessions(demo_app)
        with demo_app.app_context():
            places = {one.member.code: one.place_now for one in session("T-03").enrolments}
            assert places["U26"] is Place.LAPSED
            assert places["U15"] is Place.OFFERED
            assert mails("enrolment.offered") == {"U26", "U15"}
