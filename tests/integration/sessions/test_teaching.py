"""Sessions to come whose trainers can no longer give them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from booking import worker
from booking.database import db, writing
from booking.decisions.queries import count_waiting
from booking.members.models import Role
from booking.members.rules import AccountState
from booking.outbox.models import Message
from booking.sessions import refusals as why
from booking.sessions.queries.sessions import list_to_settle
from booking.sessions.queries.teaching import (
    find_news_of_shortages,
    list_shortages,
    shortage_of,
    state_of,
)
from booking.sessions.refusals import Refused
from booking.sessions.rules.teaching import Unable
from booking.sessions.service import accounts, enrolling, naming, scheduling
from booking.sessions.service.repeating import draft_of
from booking.sessions.service.settling import settle
from booking.trainings.models import Enrolment, SessionState, TrainingSession
from booking.trainings.refusals import Refused as NotSigned
from booking.trainings.rules import CertificationState
from booking.trainings.service import attendance
from tests.integration.sessions.records import NOW, a_draft, a_session, half_day, session
from tests.integration.trainings.records import a_certification, mails_to, person
from tests.statements import statements_of

At = Callable[[Flask, str], None]
TODAY = NOW.date()
DECIDED = "2026-11-28T09:00:00+01:00"
"""Two days before the session of these tests."""


@pytest.fixture
def context(demo_app: Flask) -> Iterator[None]:
    with demo_app.app_context():
        yield
        db.session.rollback()


def a_course(by: str = "S2", **others: Any) -> TrainingSession:
    return a_session("CERAM-1", by=by, machines={}, **others)


def suspend(code: str) -> None:
    person(code).state = AccountState.SUSPENDED
    db.session.flush()


def is_no_trainer_any_more(code: str) -> None:
    member = person(code)
    member.role_rows = [row for row in member.role_rows if row.role is not Role.TRAINER]
    db.session.flush()


def causes(made: TrainingSession) -> dict[str, tuple[Unable, ...]]:
    shortage = shortage_of(made)
    return {one.member.code: one.why for one in shortage.unable} if shortage else {}


@pytest.mark.usefixtures("context")
class TestWhoCan:
    def test_a_trainer_whose_account_is_in_order_can(self) -> None:
        assert causes(a_course()) == {}

    @pytest.mark.parametrize("end", [accounts.suspend_member, accounts.member_leaves])
    def test_whose_account_is_suspended_or_ended_cannot(self, end: Callable[..., None]) -> None:
        made = a_course()
        end(person("S2"), person("S1"), "Raison")
        assert causes(made) == {"S2": (Unable.ACCOUNT,)}

    def test_who_is_no_trainer_any_more_cannot(self) -> None:
        made = a_course()
        is_no_trainer_any_more("S2")
        assert causes(made) == {"S2": (Unable.ROLE,)}

    @pytest.mark.parametrize("state", [CertificationState.SUSPENDED, CertificationState.REVOKED])
    def test_who_has_lost_the_certification_of_what_is_taught_cannot(
        self, state: CertificationState
    ) -> None:
        made = a_course()
        record = a_certification("S2", "CERAM-1")
        assert causes(made) == {}
        record.state = state
        db.session.flush()
        assert causes(made) == {"S2": (Unable.CERTIFICATION,)}

    def test_a_certification_serves_on_its_last_day_and_no_longer(self) -> None:
        made = a_course()
        record = a_certification("S2", "CERAM-1", valid_until=TODAY)
        assert causes(made) == {}
        record.valid_until = TODAY - timedelta(days=1)
        db.session.flush()
        assert causes(made) == {"S2": (Unable.CERTIFICATION,)}

    def test_a_newer_record_serves_as_well(self) -> None:
        made = a_course()
        a_certification("S2", "CERAM-1", CertificationState.REVOKED)
        a_certification("S2", "CERAM-1")
        assert causes(made) == {}

    def test_one_who_was_only_proposed_or_refused_has_lost_nothing(self) -> None:
        made = a_course()
        a_certification("S2", "CERAM-1", CertificationState.REFUSED)
        assert causes(made) == {}

    def test_every_cause_is_told_and_who_is_left_keeps_it_going(self) -> None:
        made = a_course(trainers=(person("S2"), person("S3")))
        suspend("S2")
        is_no_trainer_any_more("S2")
        shortage = shortage_of(made)
        assert shortage is not None
        assert not shortage.is_total
        assert causes(made) == {"S2": (Unable.ACCOUNT, Unable.ROLE)}
        suspend("S3")
        shortage = shortage_of(made)
        assert shortage is not None
        assert shortage.is_total

    def test_a_session_that_has_begun_or_is_given_up_is_short_of_nobody(
        self, demo_app: Flask, at: At
    ) -> None:
        made = a_course()
        suspend("S2")
        given_up = a_course(by="S3", half_days=(half_day(8),))
        assert not isinstance(scheduling.cancel(given_up, person("S1"), "Raison"), Refused)
        suspend("S3")
        codes = {one.session.code for one in list_shortages()}
        assert made.code in codes
        assert given_up.code not in codes
        at(demo_app, made.starts_at.isoformat())
        assert made.code not in {one.session.code for one in list_shortages()}


@pytest.mark.usefixtures("context")
class TestWhatMayBeDone:
    def test_nobody_is_named_who_has_lost_the_certification(self) -> None:
        a_certification("S3", "CERAM-1", CertificationState.SUSPENDED)
        outcome = scheduling.plan(a_draft("CERAM-1", by="S3", machines={}), person("S1"))
        assert isinstance(outcome, Refused)
        assert outcome.reasons == (why.TrainerNotCertified(person("S3").name, "CERAM-1"),)

    def test_without_anybody_to_give_it_it_is_neither_opened_nor_confirmed(self) -> None:
        prepared, opened = a_course(opened=False), a_session("ACC", by="S3", machines={})
        suspend("S2")
        suspend("S3")
        for made, act in ((prepared, scheduling.open_up), (opened, scheduling.confirm)):
            outcome = act(made, person("S1"))
            assert isinstance(outcome, Refused)
            assert outcome.reasons == (why.NobodyGivesIt(),)

    def test_with_somebody_else_it_is(self) -> None:
        made = a_course()
        suspend("S2")
        other = replace(draft_of(made), trainers=(person("S3"),))
        assert not isinstance(scheduling.change(made, made.version, other, person("S1")), Refused)
        assert shortage_of(made) is None
        assert not isinstance(scheduling.confirm(made, person("S1")), Refused)

    def test_one_of_two_trainers_is_enough(self) -> None:
        made = a_course(trainers=(person("S2"), person("S3")))
        suspend("S2")
        assert not isinstance(scheduling.confirm(made, person("S1")), Refused)

    def test_its_decision_date_confirms_nothing_that_nobody_can_give(
        self, demo_app: Flask, at: At
    ) -> None:
        made = a_course()
        assert isinstance(enrolling.enrol(made, person("U10"), person("U10")), Enrolment)
        suspend("S2")
        at(demo_app, DECIDED)
        assert state_of(made, shortage_of(made)) is SessionState.OPEN
        assert made not in list_to_settle(made.starts_at - timedelta(hours=1))
        settle(made)
        assert made.state is SessionState.OPEN
        assert "session.confirmed" not in {one.kind for one in mails_to(person("U10"))}
        person("S2").state = AccountState.APPROVED
        db.session.flush()
        assert state_of(made, shortage_of(made)) is SessionState.CONFIRMED
        settle(made)
        assert session(made.code).state is SessionState.CONFIRMED

    def test_with_too_few_people_it_falls_all_the_same(self, demo_app: Flask, at: At) -> None:
        made = a_course()
        suspend("S2")
        at(demo_app, DECIDED)
        assert state_of(made, shortage_of(made)) is SessionState.CANCELLED
        settle(made)
        assert made.state is SessionState.CANCELLED

    def test_each_such_session_waits_for_a_decision(self) -> None:
        made, before = a_course(trainers=(person("S2"), person("S3"))), count_waiting()
        for code in ("S2", "S3"):
            suspend(code)
        short = len(list_shortages())
        assert made in [one.session for one in list_shortages()]
        assert count_waiting() == before + short


@pytest.mark.usefixtures("context")
class TestNamingSomebodyElse:
    def test_a_session_that_runs_is_handed_on_and_the_sheet_goes_on(
        self, demo_app: Flask, at: At
    ) -> None:
        made = a_course(half_days=(half_day(7), half_day(8)))
        assert isinstance(enrolling.enrol(made, person("U10"), person("U10")), Enrolment)
        assert not isinstance(scheduling.confirm(made, person("S1")), Refused)
        suspend("S2")
        at(demo_app, half_day(8).starts_at.isoformat())
        shortage = shortage_of(made)
        assert shortage is not None
        assert shortage.is_total
        assert not isinstance(
            naming.name_trainers(made, made.version, [person("S3")], person("S1")), Refused
        )
        assert shortage_of(made) is None
        noted = attendance.note_absence(made.code, 2, "U10", person("S3"))
        assert not isinstance(noted, NotSigned)

    def test_who_gave_it_may_stay_beside_the_new_one(self) -> None:
        made = a_course()
        suspend("S2")
        both = [person("S3"), person("S2")]
        assert not isinstance(naming.name_trainers(made, made.version, both, person("S1")), Refused)
        assert made.trainers == both

    def test_those_alone_who_can_no_longer_are_not_named(self) -> None:
        made = a_course()
        assert not isinstance(
            naming.name_trainers(made, made.version, [person("S2"), person("S3")], person("S1")),
            Refused,
        )
        suspend("S2")
        outcome = naming.name_trainers(made, made.version, [person("S2")], person("S1"))
        assert outcome == Refused((why.NobodyGivesIt(),))
        assert made.trainers == [person("S2"), person("S3")]

    def test_nobody_is_named_who_cannot_is_busy_or_attends(self) -> None:
        made = a_course()
        a_session("ACC", by="S3", machines={})
        assert isinstance(enrolling.enrol(made, person("U09"), person("U09")), Enrolment)
        outcome = naming.name_trainers(
            made, made.version, [person("U10"), person("S3"), person("U09")], person("S1")
        )
        assert isinstance(outcome, Refused)
        assert {type(one) for one in outcome.reasons} == {
            why.NotATrainer,
            why.TrainerIsBusy,
            why.TrainerHasPlace,
        }
        assert made.trainers == [person("S2")]


def test_managers_read_one_letter_of_all_of_them_once(demo_app: Flask) -> None:
    with demo_app.app_context(), writing():
        a_course(half_days=(half_day(8),))
        accounts.suspend_member(person("S2"), person("S1"), "Raison")
    for _round in range(2):
        worker.tell_of_unable_trainers(demo_app)
    with demo_app.app_context():
        letters = db.session.scalars(
            select(Message).where(Message.kind == "session.trainer_unable")
        ).all()
        (letter,) = letters
        assert letter.recipient == person("S1").email
        told = {one["session"] for one in letter.facts["sessions"]}
        assert told == {one.session.code for one in list_shortages()} >= {"T-03", "T-04", "T-09"}
        assert not any(find_news_of_shortages())
    with demo_app.app_context(), writing():
        accounts.suspend_member(person("U01"), person("S1"), "Raison")
    worker.tell_of_unable_trainers(demo_app)
    with demo_app.app_context():
        letters = db.session.scalars(
            select(Message).where(Message.kind == "session.trainer_unable").order_by(Message.id)
        ).all()
        held_and_to_come = [one["session"] for one in letters[-1].facts["sessions"]]
        assert held_and_to_come == ["T-02", "T-07"]
        assert len(letters) == 2


def letters(app: Flask) -> list[Message]:
    """What managers were written, in order."""
    with app.app_context():
        query = select(Message).where(Message.kind == "session.trainer_unable")
        return list(db.session.scalars(query.order_by(Message.id)))


class TestBeingTold:
    @pytest.fixture
    def made(self, demo_app: Flask) -> str:
        """A session on two days that S2 gives."""
        with demo_app.app_context(), writing():
            return a_course(half_days=(half_day(7), half_day(8))).code

    def lose(self, app: Flask, code: str, state: AccountState = AccountState.SUSPENDED) -> None:
        with app.app_context(), writing():
            person(code).state = state
        worker.tell_of_unable_trainers(app)

    def test_what_happens_again_is_told_again(self, demo_app: Flask, made: str) -> None:
        self.lose(demo_app, "S2")
        self.lose(demo_app, "S2", AccountState.APPROVED)
        assert len(letters(demo_app)) == 1
        self.lose(demo_app, "S2")
        first, second = (
            {one["session"] for one in letter.facts["sessions"]} for letter in letters(demo_app)
        )
        assert made in first == second

    def test_who_is_named_again_and_lost_again_is_told_of_again(
        self, demo_app: Flask, made: str
    ) -> None:
        self.lose(demo_app, "S2")
        for codes in (["S3"], ["S3", "S2"]):
            with demo_app.app_context(), writing():
                found, people = session(made), [person(code) for code in codes]
                named = naming.name_trainers(found, found.version, people, person("S1"))
                assert not isinstance(named, Refused) or codes != ["S3"]
            self.lose(demo_app, "S2", AccountState.APPROVED)
        assert len(letters(demo_app)) == 1
        self.lose(demo_app, "S2")
        assert made in {one["session"] for one in letters(demo_app)[-1].facts["sessions"]}

    def test_of_a_session_that_has_begun_managers_hear_once_nobody_is_left(
        self, demo_app: Flask, at: At, made: str
    ) -> None:
        with demo_app.app_context(), writing():
            session(made).co_trainers = [person("S3")]
            session(made).state = SessionState.CONFIRMED
        at(demo_app, (half_day(7).starts_at + timedelta(hours=1)).isoformat())
        self.lose(demo_app, "S2")
        assert made not in {
            s["session"] for one in letters(demo_app) for s in one.facts["sessions"]
        }
        self.lose(demo_app, "S3")
        (told,) = [one for one in letters(demo_app)[-1].facts["sessions"] if one["session"] == made]
        assert (told["nobody_left"], told["has_begun"]) == (True, True)
        assert len(told["trainers"]) == 2


def test_trainers_are_not_named_over_what_somebody_else_has_named_meanwhile(
    demo_app: Flask,
) -> None:
    with demo_app.app_context():
        made = a_course()
        read = made.version
        first = naming.name_trainers(made, read, [person("S3")], person("S1"))
        assert not isinstance(first, Refused)
        second = naming.name_trainers(made, read, [person("S2")], person("S1"))
        assert second == Refused((why.ChangedMeanwhile(),))
        assert made.trainers == [person("S3")]
        db.session.rollback()


def test_while_everybody_can_looking_is_two_statements(demo_app: Flask) -> None:
    with demo_app.app_context():
        find_news_of_shortages()
        with statements_of(demo_app) as asked:
            assert not any(find_news_of_shortages())
        assert len(asked) == 2
