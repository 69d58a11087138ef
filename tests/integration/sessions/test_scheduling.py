"""Planning sessions: in the same guard as reservations, whoever comes first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.database import db
from booking.journal.models import JournalEntry
from booking.machines.models import Outage
from booking.machines.rules import OutageKind
from booking.outbox.models import Message
from booking.reservations.models import Reservation
from booking.reservations.refusals import RefusalCode
from booking.reservations.service import Refused as NotReserved
from booking.reservations.service import Wish, reserve
from booking.sessions import refusals as why
from booking.sessions.queries.sessions import list_coming, occupied_by
from booking.sessions.refusals import Refused
from booking.sessions.service import enrolling, naming, repeating, scheduling
from booking.site.queries import site_zone
from booking.trainings.models import (
    Enrolment,
    SessionHalfDay,
    SessionKind,
    SessionState,
    TrainingSession,
)
from tests.integration.sessions.records import (
    HOUR,
    NOW,
    a_draft,
    a_session,
    half_day,
    machine,
    session,
    taken_by,
)
from tests.integration.trainings.records import mails_to, person
from tests.statements import statements_of

At = Callable[[Flask, str], None]


@pytest.fixture(autouse=True)
def transaction(demo_app: Flask) -> Iterator[None]:
    with demo_app.app_context():
        yield
        db.session.rollback()


def reasons(outcome: object) -> tuple[object, ...]:
    assert isinstance(outcome, Refused), outcome
    return outcome.reasons


def reserved(code: str = "U15", on: str = "M03", **hours: float) -> Reservation | NotReserved:
    return reserve(Wish(person(code), machine(on), half_day(**hours)), person(code))


def test_a_session_takes_its_units_over_each_half_day_with_their_cleaning_time() -> None:
    made = a_session(machines={"M03": 1, "R1": 2}, half_days=(half_day(7), half_day(8)))
    taken = taken_by(made)
    assert len(taken) == 6
    buffer = machine("M03").buffer_minutes or 0
    first = next(one for one in taken if one.unit.machine.code == "M03")
    assert first.busy_until - first.ends_at == timedelta(minutes=buffer)
    assert {(one.machine.code, one.units) for one in occupied_by(made)} == {("M03", 1), ("R1", 2)}


def test_its_own_half_days_may_follow_one_another_on_a_machine_that_is_cleaned() -> None:
    machine("M04").buffer_minutes = 15
    morning, afternoon = half_day(7, at=8, length=4), half_day(7, at=12, length=4)
    made = a_session(half_days=(morning, afternoon))
    ends = [one.busy_until for one in taken_by(made)]
    assert ends == [afternoon.starts_at, afternoon.ends_at + timedelta(minutes=15)]
    assert not isinstance(
        scheduling.change(
            made, made.version, a_draft(half_days=(morning, afternoon)), person("S2")
        ),
        Refused,
    )
    assert [one.busy_until for one in taken_by(made)] == ends


def test_a_session_cannot_be_put_on_a_reserved_machine() -> None:
    made = reserved(in_days=7, at=8, length=2)
    assert isinstance(made, Reservation), made
    outcome = scheduling.plan(a_draft(machines={"M03": 1}), person("S2"))
    assert reasons(outcome) == (
        why.MachineTaken("M03", half_day(), 0, 1, half_day(length=2), by_session=False),
    )
    assert isinstance(outcome, Refused)
    assert outcome.only_taken


def test_a_reservation_cannot_be_put_on_a_session() -> None:
    a_session(machines={"M03": 1}, half_days=(half_day(7),))
    outcome = reserved(in_days=7, at=9, length=1)
    assert isinstance(outcome, NotReserved)
    assert RefusalCode.SLOT_TAKEN in {one.code for one in outcome.refusals}


def test_two_sessions_do_not_share_a_machine_nor_a_trainer() -> None:
    first = a_session()
    met = reasons(scheduling.plan(a_draft(by="S3"), person("S1")))
    assert met == (why.MachineTaken("M04", half_day(), 0, 1, half_day(), by_session=True),)
    met = reasons(scheduling.plan(a_draft(machines={}), person("S1")))
    assert met == (why.TrainerIsBusy(person("S2").name, first.code, half_day()),)


def test_everything_that_stands_against_it_is_told_at_once() -> None:
    draft = a_draft(
        by="U10",
        places=2,
        minimum=3,
        half_days=(half_day(-4), half_day(7), half_day(7, at=9)),
        machines={"M04": 9},
    )
    kinds = {type(one) for one in reasons(scheduling.plan(draft, person("S1")))}
    assert kinds == {
        why.NotATrainer,
        why.MinimumAbovePlaces,
        why.HalfDayInPast,
        why.HalfDaysOverlap,
        why.TooFewUnits,
    }


def test_what_is_refused_changes_nothing() -> None:
    made = a_session()
    other = a_session(by="S3", half_days=(half_day(9),))
    draft = replace(a_draft(by="S3", places=5), half_days=(half_day(7),))
    assert reasons(scheduling.change(other, other.version, draft, person("S1")))
    assert (other.places, other.half_days[0].period) == (2, half_day(9))
    assert [one.starts_at for one in taken_by(other)] == [half_day(9).starts_at]
    assert made.half_days[0].period == half_day(7)


def all_of(made: TrainingSession) -> tuple[object, ...]:
    """What a session is and takes, and what stands in the journal and waits to be sent."""
    db.session.expire_all()
    taken = [
        (one.unit_id, one.half_day_id, one.starts_at, one.ends_at, one.busy_until, one.active)
        for one in taken_by(made)
    ]
    counts = [
        db.session.scalar(select(func.count()).select_from(table))
        for table in (JournalEntry, Message, SessionHalfDay)
    ]
    terms = (made.version, made.places, made.trainer.code, made.state, made.moved_at)
    return (terms, [one.period for one in made.half_days], taken, counts)


@pytest.mark.parametrize(
    "other",
    [
        {"half_days": (half_day(9),)},
        {"half_days": (half_day(7), half_day(9))},
        {"machines": {"M03": 1}},
        {"machines": {"M02": 1, "M03": 1}},
        {"machines": {"M02": 9}},
        {"half_days": (half_day(11),), "by": "S3"},
        {"half_days": (half_day(-7),)},
        {"half_days": (half_day(13),)},
        {"half_days": (half_day(14),)},
    ],
    ids=[
        "a day on which the machine is reserved",
        "one more half-day, on which the machine is reserved",
        "another machine, which another session has then",
        "one more machine, which another session has then",
        "more units than there are",
        "a day on which the new trainer gives another session",
        "a day that is over",
        "a Sunday",
        "a day on which the machine stands still",
    ],
)
def test_a_change_that_is_refused_keeps_the_old_slot(other: dict[str, Any]) -> None:
    made = a_session(machines={"M02": 1}, half_days=(half_day(7), half_day(8)))
    assert isinstance(enrolling.enrol(made, person("U10"), person("U10")), Enrolment)
    a_session(by="S3", machines={"M03": 1}, half_days=(half_day(7), half_day(11)))
    assert isinstance(reserved(on="M02", in_days=9, at=8, length=2), Reservation)
    db.session.add(
        Outage(
            machine=machine("M02"),
            kind=OutageKind.DOWN,
            starts_at=half_day(14).starts_at - HOUR,
            expected_end_at=half_day(14).ends_at,
            reason="Tube usé",
        )
    )
    db.session.flush()
    before = all_of(made)
    draft = a_draft(**{"machines": {"M02": 1}, "half_days": (half_day(7), half_day(8))} | other)
    assert reasons(scheduling.change(made, made.version, draft, person("S1")))
    assert all_of(made) == before
    assert not isinstance(reserved(on="M02", in_days=7, at=8, length=2), Reservation)


def test_a_change_frees_what_it_leaves_and_does_not_stand_in_its_own_way() -> None:
    made = a_session(machines={"M03": 1}, half_days=(half_day(7), half_day(8)))
    draft = a_draft(machines={"M03": 1}, half_days=(half_day(7, at=9),))
    assert not isinstance(scheduling.change(made, made.version, draft, person("S2")), Refused)
    assert [one.starts_at for one in taken_by(made)] == [half_day(7, at=9).starts_at]
    assert isinstance(reserved(in_days=8, at=8, length=2), Reservation)


def test_a_cancelled_session_frees_its_machines_and_tells_everybody_why() -> None:
    made = session("T-03")
    outcome = scheduling.cancel(made, person("S2"), "Laser en panne")
    assert not isinstance(outcome, Refused)
    assert made.state_now is SessionState.CANCELLED
    assert not any(one.active for one in taken_by(made))
    for code in ("U10", "U26", "S2"):
        letter = mails_to(person(code))[-1]
        assert (letter.kind, letter.facts["reason"]) == ("session.cancelled", "Laser en panne")
        assert letter.facts.get("gives", False) == (code == "S2")
    again = scheduling.cancel(made, person("S2"), "Encore")
    assert reasons(again) == (why.SessionStateForbids(SessionState.CANCELLED),)


def test_cancelling_asks_why() -> None:
    assert reasons(scheduling.cancel(a_session(), person("S2"), "")) == (why.ReasonMissing(),)


def test_a_session_that_has_begun_stays_as_it_is(demo_app: Flask, at: At) -> None:
    at(demo_app, "2026-12-03T09:00:00+01:00")
    made = session("T-03")
    begun = (why.SessionHasBegun(made.starts_at),)
    assert reasons(scheduling.cancel(made, person("S1"), "Trop tard")) == begun
    assert reasons(scheduling.change(made, made.version, a_draft(), person("S1")))[0] == begun[0]


def test_those_in_it_are_told_of_new_hours_alone() -> None:
    made = session("T-03")
    units = {one.machine: one.units for one in occupied_by(made)}
    draft = a_draft(half_days=(made.half_days[0].period,), places=4, machines={})
    draft = replace(draft, units=units, place="Ailleurs")
    assert not isinstance(scheduling.change(made, made.version, draft, person("S2")), Refused)
    assert not [one for one in mails_to(person("U10")) if one.kind == "session.moved"]
    later = replace(draft, half_days=(half_day(11, at=8),))
    assert not isinstance(scheduling.change(made, made.version, later, person("S2")), Refused)
    for code in ("U10", "U26"):
        assert mails_to(person(code))[-1].kind == "session.moved"
    assert "session.moved" not in kinds_to("S2")


def kinds_to(code: str) -> list[str]:
    return [one.kind for one in mails_to(person(code))]


def test_who_gives_it_is_told_what_somebody_else_makes_of_it() -> None:
    made = scheduling.plan(a_draft(machines={}, half_days=(half_day(8),)), person("S1"))
    assert isinstance(made, TrainingSession)
    assert kinds_to("S2") == ["session.to_give"]
    later = a_draft(machines={}, half_days=(half_day(9),))
    assert not isinstance(scheduling.change(made, made.version, later, person("S1")), Refused)
    assert kinds_to("S2") == ["session.to_give", "session.moved"]
    assert mails_to(person("S2"))[-1].facts["gives"]
    other = replace(later, trainers=(person("S3"),))
    assert not isinstance(scheduling.change(made, made.version, other, person("S1")), Refused)
    assert kinds_to("S2")[-1] == "session.handed_on"
    assert kinds_to("S3") == ["session.to_give"]
    named = naming.name_trainers(made, made.version, [person("S2")], person("S2"))
    assert not isinstance(named, Refused)
    assert kinds_to("S2")[-1] == "session.handed_on"
    assert kinds_to("S3") == ["session.to_give", "session.handed_on"]


def test_who_is_to_give_a_session_again_and_again_is_told_once() -> None:
    made = a_session(machines={}, half_days=(half_day(8),))
    days = [date(2026, 12, day) for day in (15, 22)]
    again = repeating.repeat(made, days, site_zone(), person("S1"))
    assert isinstance(again, list)
    (told,) = [one for one in mails_to(person("S2")) if one.kind == "session.to_give"]
    assert [one["session"] for one in told.facts["sessions"]] == [one.code for one in again]


def test_a_session_that_was_changed_meanwhile_is_not_written_over() -> None:
    made = a_session(machines={"M03": 1}, decides_before=None)
    read = made.version
    other = a_draft(machines={"M03": 1}, decides_before=None, half_days=(half_day(8),))
    assert not isinstance(scheduling.change(made, read, other, person("S2")), Refused)
    again = replace(other, half_days=(half_day(9),))
    outcome = scheduling.change(made, read, again, person("S2"))
    assert reasons(outcome) == (why.ChangedMeanwhile(),)
    assert made.half_days[0].period == half_day(8)
    with_units = replace(other, units={machine("M04"): 1})
    newer = made.version
    assert not isinstance(scheduling.change(made, newer, with_units, person("S2")), Refused)
    assert made.version > newer


def test_fewer_places_than_people_in_it_are_refused() -> None:
    made = session("T-03")
    draft = a_draft(half_days=(made.half_days[0].period,), places=3, machines={})
    assert reasons(scheduling.change(made, made.version, draft, person("S2"))) == (
        why.TooFewPlaces(4),
    )


def test_a_place_that_is_offered_is_kept_as_one_that_is_taken() -> None:
    made = a_session("ACC", by="S3", machines={})
    for code in ("U10", "U11"):
        assert isinstance(enrolling.enrol(made, person(code), person(code)), Enrolment)
    assert isinstance(enrolling.wait(made, person("U12"), person("U12")), Enrolment)
    assert not isinstance(enrolling.cancel(made.enrolments[0], person("U10")), Refused)
    draft = a_draft("ACC", by="S3", machines={}, places=1)
    assert reasons(scheduling.change(made, made.version, draft, person("S3"))) == (
        why.TooFewPlaces(2),
    )
    made.places = 1
    outcome = enrolling.accept(made.enrolments[2], person("U12"))
    assert reasons(outcome) == (why.NoPlaceLeft(0),)


def test_who_attends_a_session_is_not_made_its_trainer() -> None:
    made = a_session("ACC", by="S3", machines={})
    assert isinstance(enrolling.enrol(made, person("S2"), person("S2")), Enrolment)
    for trainers in ((person("S2"),), (person("S3"), person("S2"))):
        draft = a_draft("ACC", machines={}, trainers=trainers)
        outcome = scheduling.change(made, made.version, draft, person("S1"))
        assert reasons(outcome) == (why.TrainerHasPlace(person("S2").name),)


def test_a_course_becomes_no_refresher_while_people_are_in_it() -> None:
    made = a_session("ACC", by="S3", machines={})
    draft = a_draft("ACC", by="S3", machines={}, kind=SessionKind.REFRESHER)
    place = enrolling.enrol(made, person("U10"), person("U10"))
    assert isinstance(place, Enrolment)
    assert reasons(scheduling.change(made, made.version, draft, person("S3"))) == (
        why.KindIsFixed(),
    )
    assert not isinstance(enrolling.cancel(place, person("U10")), Refused)
    assert not isinstance(scheduling.change(made, made.version, draft, person("S3")), Refused)


def test_no_session_is_held_on_a_machine_that_stands_still() -> None:
    hours = half_day(7)
    outage = Outage(
        machine=machine("M04"),
        kind=OutageKind.DOWN,
        starts_at=NOW,
        expected_end_at=hours.ends_at,
        reason="Tube usé",
    )
    db.session.add(outage)
    db.session.flush()
    for actor, despite in (("S2", ""), ("S1", "Quand même")):
        outcome = scheduling.plan(a_draft(despite=despite), person(actor))
        assert reasons(outcome) == (why.MachineOutOfUse("M04", hours),)


WINTER = half_day(37)
SUNDAY = half_day(13)


@pytest.mark.parametrize("machines", [{}, {"M04": 1}])
def test_a_closed_day_and_other_hours_are_waived_in_writing_by_a_manager_alone(
    machines: dict[str, int],
) -> None:
    draft = a_draft(machines=machines, half_days=(SUNDAY, WINTER))
    met = reasons(scheduling.plan(draft, person("S1")))
    assert {type(one) for one in met} == {why.ClosedThen, why.OutsideHours}
    assert isinstance(scheduling.plan(replace(draft, despite="Oui"), person("S2")), Refused)
    made = scheduling.plan(replace(draft, despite="Seule date possible"), person("S1"))
    assert isinstance(made, TrainingSession)
    said = db.session.scalars(
        select(JournalEntry.reason).where(JournalEntry.subject_code == made.code)
    )
    assert list(said) == ["Seule date possible"]


def test_a_change_asks_the_hours_of_what_is_new_alone() -> None:
    draft = a_draft(machines={}, half_days=(WINTER,), despite="Seule date possible")
    made = scheduling.plan(draft, person("S1"))
    assert isinstance(made, TrainingSession)
    plain = replace(draft, despite="", places=4)
    assert not isinstance(scheduling.change(made, made.version, plain, person("S2")), Refused)
    with_machine = replace(plain, units={machine("M04"): 1})
    met = reasons(scheduling.change(made, made.version, with_machine, person("S2")))
    assert {type(one) for one in met} == {why.ClosedThen}
    moved = replace(plain, half_days=(half_day(38),))
    met = reasons(scheduling.change(made, made.version, moved, person("S2")))
    assert {type(one) for one in met} == {why.ClosedThen}


def test_a_session_in_preparation_is_listed_for_who_plans_alone() -> None:
    made = a_session(opened=False)
    assert made in list_coming(planned=True)
    assert made not in list_coming()


def test_the_decision_date_counts_back_from_the_first_half_day() -> None:
    made = a_session(decides_before=48 * HOUR)
    assert made.auto_cancel_at == half_day().starts_at - 48 * HOUR
    soon = a_session(half_days=(half_day(1),), by="S3", machines={}, decides_before=48 * HOUR)
    assert soon.auto_cancel_at is None


def test_a_list_asks_as_many_statements_for_many_sessions_as_for_few(demo_app: Flask) -> None:
    with statements_of(demo_app) as few:
        list_coming("LASER")
    db.session.rollback()
    with statements_of(demo_app) as many:
        list_coming()
    assert len(few) == len(many) <= 8


def test_each_act_stands_in_the_journal() -> None:
    made = a_session()
    scheduling.confirm(made, person("S2"))
    scheduling.cancel(made, person("S2"), "Raison")
    acts = db.session.scalars(
        select(JournalEntry.act)
        .where(JournalEntry.subject_kind == "session", JournalEntry.subject_code == made.code)
        .order_by(JournalEntry.id)
    )
    assert list(acts) == [
        "session.planned",
        "session.opened",
        "session.confirmed",
        "session.cancelled",
    ]
