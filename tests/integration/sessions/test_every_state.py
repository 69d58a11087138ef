"""Every act on a session, on the places in it and on its sheet: in every state, by everybody.

What is expected stands in two tables: WHO by the roles of the workshop, WHEN by the life of a
session. They are written from what each role is there for, not from the application.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking import clock, permissions
from booking.database import db
from booking.journal.models import JournalEntry
from booking.members.models import Member
from booking.members.rules import AccountState
from booking.outbox.models import Message
from booking.sessions.queries.sessions import find_open_session, find_session
from booking.sessions.refusals import Refused
from booking.sessions.service import enrolling, naming, repeating, scheduling
from booking.site.queries import site_zone
from booking.trainings.models import (
    AttendanceEntry,
    Enrolment,
    EnrolmentState,
    SessionState,
    TrainingSession,
)
from booking.trainings.queries import find_place, sheet_of
from booking.trainings.refusals import Refused as NotSigned
from booking.trainings.refusals import Why
from booking.trainings.rules import SigningMethod
from booking.trainings.service import attendance
from booking.trainings.service.attendance import Signature
from tests.integration.sessions.records import HOUR, a_session, half_day
from tests.integration.trainings.records import person

At = Callable[[Flask, str], None]

# The session: two half-days, two places, both taken, and one person who waits


FIRST, SECOND = half_day(7), half_day(8)
DECIDES_AT = FIRST.starts_at - 48 * HOUR


class State(StrEnum):
    """A state as people see it; those with `UNWRITTEN` are worked out, nobody has noted them."""

    PLANNED = "PLANNED"
    PLANNED_FELL_UNWRITTEN = "PLANNED_FELL_UNWRITTEN"
    PLANNED_TOO_LATE = "PLANNED_TOO_LATE"
    OPEN = "OPEN"
    OPEN_FELL_UNWRITTEN = "OPEN_FELL_UNWRITTEN"
    CONFIRMED_UNWRITTEN = "CONFIRMED_UNWRITTEN"
    CONFIRMED = "CONFIRMED"
    RUNNING = "RUNNING"
    OVER = "OVER"
    HELD = "HELD"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"


NOW_IN = {
    State.PLANNED_FELL_UNWRITTEN: DECIDES_AT + HOUR,
    State.PLANNED_TOO_LATE: FIRST.starts_at + HOUR,
    State.OPEN_FELL_UNWRITTEN: DECIDES_AT + HOUR,
    State.CONFIRMED_UNWRITTEN: DECIDES_AT + HOUR,
    State.RUNNING: FIRST.starts_at + HOUR,
    State.OVER: SECOND.ends_at + 2 * HOUR,
    State.HELD: SECOND.ends_at + 2 * HOUR,
    State.CLOSED: SECOND.ends_at + 2 * HOUR,
}
WRITTEN = {
    State.PLANNED: SessionState.PLANNED,
    State.PLANNED_FELL_UNWRITTEN: SessionState.PLANNED,
    State.PLANNED_TOO_LATE: SessionState.PLANNED,
    State.OPEN: SessionState.OPEN,
    State.OPEN_FELL_UNWRITTEN: SessionState.OPEN,
    State.CONFIRMED_UNWRITTEN: SessionState.OPEN,
    State.HELD: SessionState.HELD,
    State.CLOSED: SessionState.CLOSED,
    State.CANCELLED: SessionState.CANCELLED,
}
HAS_BEGUN = (State.RUNNING, State.OVER, State.HELD, State.CLOSED)
FELL = (State.PLANNED_FELL_UNWRITTEN, State.OPEN_FELL_UNWRITTEN)

TRAINEE, SIGNED, WAITS, GAVE_BACK, NEW = "U03", "U11", "U12", "U15", "U04"
"""In it, in it and signed, waiting, who owes for a late word, and the trainee's colleague."""

SUSPENDED = {"artisan who is suspended", "trainer of the session who is suspended"}
PEOPLE = {
    "visitor": None,
    "the trainee": TRAINEE,
    "who waits": WAITS,
    "who gave a place back": GAVE_BACK,
    "other artisan": "U10",
    "artisan who is suspended": "U05",
    "admin of the trainee's organisation": "U02",
    "admin of another organisation": "U17",
    "trainer of the session": "S2",
    "second trainer of the session": "U09",
    "trainer of the session who is suspended": "U13",
    "other trainer": "S3",
    "referent": "U06",
    "manager": "S1",
    "accountant": "S4",
    "stakeholder": "S5",
    "technical admin": "S7",
}


def a_session_in(state: State, app: Flask, at: At) -> TrainingSession:
    made = a_session(
        "ACC",
        by="S2",
        machines={},
        half_days=(FIRST, SECOND),
        places=3 if state in FELL else 2,
        minimum=3 if state in FELL else 1,
        opened=False,
    )
    made.co_trainers = [person("U09"), person("U13")]
    made.training.price_cents = 9_000
    ended = state is State.CLOSED
    states = {
        TRAINEE: EnrolmentState.ATTENDED if ended else EnrolmentState.ENROLLED,
        SIGNED: EnrolmentState.ATTENDED if ended else EnrolmentState.ENROLLED,
        WAITS: EnrolmentState.WAITING,
        GAVE_BACK: EnrolmentState.CANCELLED,
    }
    for code, place in states.items():
        member = person(code)
        pays = member.organisation_id
        made.enrolments.append(Enrolment(member=member, state=place, organisation_id=pays))
    place_of(GAVE_BACK, made).fee_excl_cents = 9_000
    place_of(WAITS, made).waiting_position = 1
    made.state = WRITTEN.get(state, SessionState.CONFIRMED)
    made.lapses_at = DECIDES_AT if state in FELL else None
    if state in (State.PLANNED_TOO_LATE, State.CANCELLED):
        made.auto_cancel_at = None
    db.session.flush()
    if state in NOW_IN:
        if ended:
            made.state = SessionState.HELD
        at(app, (FIRST.starts_at + HOUR).isoformat())
        if state in HAS_BEGUN:
            sign(SIGNED, made, person(SIGNED))
        made.state = WRITTEN.get(state, SessionState.CONFIRMED)
        at(app, NOW_IN[state].isoformat())
    db.session.flush()
    return made


def place_of(code: str, session: TrainingSession) -> Enrolment:
    return next(one for one in session.enrolments if one.member.code == code)


# The acts: what a page and a program guard them by, and what they do


VOID = "void a signature"
"""Where nobody has signed there is nothing to be void."""

Done = Callable[[TrainingSession, Member], object]


@dataclass(frozen=True)
class Act:
    """`views` are the endpoints that offer it, `thing` what their guard is asked about."""

    views: tuple[str, ...]
    thing: Callable[[TrainingSession], Any]
    do: Done
    and_for: str = ""
    prepare: Callable[[TrainingSession], object] = lambda _session: None


def itself(session: TrainingSession) -> TrainingSession | None:
    return find_session(session.code)


def as_seen(session: TrainingSession) -> TrainingSession | None:
    return find_open_session(session.code)


def half_a_day(code: str, session: TrainingSession) -> Any:
    return find_place(session, 1, code)


def change(session: TrainingSession, actor: Member) -> object:
    shorter = replace(repeating.draft_of(session), places=5, trainers=(person("S2"),))
    return scheduling.change(session, session.version, shorter, actor)


def again(session: TrainingSession, actor: Member) -> object:
    return repeating.repeat(session, [date(2027, 1, 26)], site_zone(), actor)


def name_another(session: TrainingSession, actor: Member) -> object:
    return naming.name_trainers(session, session.version, [person("S3")], actor)


def sign(code: str, session: TrainingSession, actor: Member) -> object:
    own = Signature(SigningMethod.ACCOUNT, "Oubliée")
    return attendance.sign(session.code, 1, code, own, actor)


def sign_here(session: TrainingSession, actor: Member) -> object:
    drawn = "M10 10" + "".join(f"L{n * 20} {n * 9}" for n in range(1, 10))
    signature = Signature(SigningMethod.DRAWN, "Oubliée", drawing=drawn)
    return attendance.sign(session.code, 1, TRAINEE, signature, actor)


def countersign(session: TrainingSession, actor: Member) -> object:
    return attendance.countersign(session.code, 1, [SIGNED], "Oubliée", actor)


def note_absence(session: TrainingSession, actor: Member) -> object:
    return attendance.note_absence(session.code, 1, TRAINEE, actor)


def settle_the_sheet(session: TrainingSession) -> None:
    """As far as that is possible."""
    for number, code in ((1, TRAINEE), (2, TRAINEE), (2, SIGNED)):
        attendance.note_absence(session.code, number, code, person("S2"))
    countersign(session, person("S2"))


def close(session: TrainingSession, actor: Member) -> object:
    return attendance.close(session.code, actor)


def void(session: TrainingSession, actor: Member) -> object:
    (line,) = sheet_of(session).entries
    return attendance.void(line.id, "Erreur", actor)


def offer_a_place(session: TrainingSession) -> None:
    """There is one more, and it is held for who waits."""
    session.places += 1
    place_of(WAITS, session).offered_until = clock.now() + HOUR


def make_room(session: TrainingSession) -> None:
    session.places += 10


def accept(session: TrainingSession, actor: Member) -> object:
    return enrolling.accept(place_of(WAITS, session), actor)


def enrol(session: TrainingSession, actor: Member) -> object:
    return enrolling.enrol(session, actor, actor)


def enrol_colleague(session: TrainingSession, actor: Member) -> object:
    return enrolling.enrol(session, person(NEW), actor)


def leave(code: str, session: TrainingSession, actor: Member) -> object:
    return enrolling.cancel(place_of(code, session), actor)


def waive(session: TrainingSession, actor: Member) -> object:
    return enrolling.waive_fee(place_of(GAVE_BACK, session), actor, "Malade")


def edit(name: str, do: Done) -> Act:
    return Act((f"sessions.{name}", f"api.{name.removesuffix('_up')}_session"), itself, do)


def see(_session: TrainingSession, _actor: Member) -> object:
    return True


ACTS = {
    "change": replace(edit("update", change), views=("sessions.update", "api.change_session")),
    "open": edit("open_up", scheduling.open_up),
    "confirm": edit("confirm", scheduling.confirm),
    "cancel": edit("cancel", lambda session, by: scheduling.cancel(session, by, "En panne")),
    "repeat": edit("repeat", again),
    "name another trainer": Act(
        ("sessions.name_trainers", "api.name_trainers_of_session"), itself, name_another
    ),
    "see who is in it": Act(("api.enrolments_of_session",), itself, see),
    "take a place": Act(("sessions.enrol", "api.enrol"), as_seen, enrol, prepare=make_room),
    "take a place for a colleague of the trainee": Act(
        ("sessions.enrol", "api.enrol"), as_seen, enrol_colleague, and_for=NEW, prepare=make_room
    ),
    "wait": Act(
        ("sessions.wait", "api.wait_for_place"),
        as_seen,
        lambda session, by: enrolling.wait(session, by, by),
    ),
    "give the trainee's place back": Act(
        ("sessions.give_back", "api.cancel_enrolment"),
        partial(place_of, TRAINEE),
        partial(leave, TRAINEE),
    ),
    "leave the waiting list": Act(
        ("sessions.give_back", "api.cancel_enrolment"),
        partial(place_of, WAITS),
        partial(leave, WAITS),
    ),
    "take the place that is offered": Act(
        ("sessions.accept", "api.accept_place"),
        partial(place_of, WAITS),
        accept,
        prepare=offer_a_place,
    ),
    "give up a late fee": Act(
        ("sessions.waive_fee", "api.waive_enrolment_fee"), partial(place_of, GAVE_BACK), waive
    ),
    "sign as the trainee": Act(
        ("attendance.sign",), partial(half_a_day, TRAINEE), partial(sign, TRAINEE)
    ),
    "let the trainee sign on one's device": Act(
        ("attendance.sign",), partial(half_a_day, TRAINEE), sign_here
    ),
    "countersign": Act(("attendance.countersign",), itself, countersign),
    "note an absence": Act(("attendance.note_absence",), itself, note_absence),
    "close": Act(("attendance.close",), itself, close, prepare=settle_the_sheet),
    VOID: Act(("attendance.void",), itself, void),
}


# What is expected


GIVE_IT = {"trainer of the session", "second trainer of the session"}
RUN_IT = {*GIVE_IT, "manager"}
"""A trainer is there for his sessions, a manager for all of them; nobody else plans."""

ATTEND = {
    "the trainee",
    "who waits",
    "who gave a place back",
    "other artisan",
    "admin of the trainee's organisation",
    "admin of another organisation",
    *GIVE_IT,
    "other trainer",
    "referent",
    "manager",
}
"""All who work in the workshop may learn there; books, figures and servers need no place."""

WHO: dict[str, set[str]] = {
    "change": RUN_IT,
    "open": RUN_IT,
    "confirm": RUN_IT,
    "cancel": RUN_IT,
    "repeat": RUN_IT,
    "name another trainer": RUN_IT,
    "see who is in it": RUN_IT,
    "take a place": ATTEND,
    "take a place for a colleague of the trainee": {
        "admin of the trainee's organisation",
        "manager",
    },
    "wait": ATTEND,
    "give the trainee's place back": {
        "the trainee",
        "admin of the trainee's organisation",
        "manager",
    },
    "leave the waiting list": {"who waits", "manager"},
    "take the place that is offered": {"who waits"},
    "give up a late fee": {"manager"},
    "sign as the trainee": {"the trainee"},
    "let the trainee sign on one's device": GIVE_IT,
    "countersign": GIVE_IT,
    "note an absence": GIVE_IT,
    "close": RUN_IT,
    VOID: {"manager"},
}
NOT_FOR_THEM = {
    "take a place": {"the trainee", "who waits", *GIVE_IT},
    "wait": {"the trainee", "who waits", *GIVE_IT},
}
"""Who has a place already, waits for one or gives the session asks in vain."""

TO_COME = {State.PLANNED, State.OPEN, State.CONFIRMED_UNWRITTEN, State.CONFIRMED}
ENROLLING = {State.OPEN, State.CONFIRMED_UNWRITTEN, State.CONFIRMED}
BEGUN = {State.RUNNING, State.OVER, State.HELD}
ENDED = {State.OVER, State.HELD}

WHEN: dict[str, set[State]] = {
    "change": TO_COME,
    "open": {State.PLANNED},
    "confirm": {State.OPEN},
    "cancel": TO_COME,
    "repeat": set(State),
    "name another trainer": set(State) - {State.CLOSED, State.CANCELLED, *FELL},
    "see who is in it": set(State),
    "take a place": ENROLLING,
    "take a place for a colleague of the trainee": ENROLLING,
    "wait": ENROLLING,
    "give the trainee's place back": TO_COME,
    "leave the waiting list": TO_COME,
    "take the place that is offered": ENROLLING,
    "give up a late fee": set(State) - {State.CANCELLED, *FELL},
    "sign as the trainee": BEGUN,
    "let the trainee sign on one's device": BEGUN,
    "countersign": BEGUN,
    "note an absence": BEGUN,
    "close": ENDED,
    VOID: {*BEGUN, State.CLOSED},
}


class Answer(StrEnum):
    DONE = "done"
    REFUSED = "refused, with a reason"
    NOT_THEIRS = "not for this person"


def expected(act: str, state: State, who: str) -> Answer:
    if who not in WHO[act]:
        return Answer.NOT_THEIRS
    if who in NOT_FOR_THEM.get(act, ()) or state not in WHEN[act]:
        return Answer.REFUSED
    return Answer.DONE


# Asking


@pytest.fixture(autouse=True)
def transaction(demo_app: Flask) -> Iterator[None]:
    with demo_app.app_context():
        yield
        db.session.rollback()


def may(app: Flask, act: Act, thing: Any, actor: Member) -> bool:
    """What the pages and the programs' addresses say, which is the same."""
    (right,) = {getattr(app.view_functions[view], "access", "") for view in act.views}
    for_whom = not act.and_for or permissions.may(
        actor, "reservation.make_for_others", person(act.and_for)
    )
    return permissions.may(actor, right, thing) and for_whom


def answer(app: Flask, act: Act, session: TrainingSession, thing: Any, who: str) -> Answer:
    """What is answered; what was done is taken back again."""
    code = PEOPLE[who]
    if code is None:
        return Answer.NOT_THEIRS
    actor = person(code)
    if who in SUSPENDED:
        actor.state = AccountState.SUSPENDED
    if not may(app, act, thing, actor):
        found = Answer.NOT_THEIRS
    elif thing is None:
        found = Answer.REFUSED
    else:
        found = attempt(act, session, actor)
    actor.state = AccountState.APPROVED
    return found


def attempt(act: Act, session: TrainingSession, actor: Member) -> Answer:
    trial = db.session.begin_nested()
    act.prepare(session)
    before = written()
    outcome = act.do(session, actor)
    is_done = not isinstance(outcome, Refused | NotSigned)
    assert is_done or written() == before, "refused, and yet something was written"
    trial.rollback()
    if is_done:
        return Answer.DONE
    is_forbidden = isinstance(outcome, NotSigned) and outcome.why is Why.NOT_PERMITTED
    return Answer.NOT_THEIRS if is_forbidden else Answer.REFUSED


def written() -> list[int | None]:
    """How much stands in the journal and on the sheet, and waits to be sent."""
    db.session.flush()
    return [
        db.session.scalar(select(func.count()).select_from(table))
        for table in (JournalEntry, Message, AttendanceEntry)
    ]


def test_the_tables_speak_of_every_act() -> None:
    assert WHO.keys() == WHEN.keys() == ACTS.keys()


@pytest.mark.parametrize("state", [*State])
def test_each_act_is_for_these_people_in_these_states_alone(
    state: State, demo_app: Flask, at: At
) -> None:
    session = a_session_in(state, demo_app, at)
    wrong = []
    for name, act in ACTS.items():
        if name == VOID and not sheet_of(session).entries:
            continue
        thing = act.thing(session)
        for who in PEOPLE:
            found, wanted = answer(demo_app, act, session, thing, who), expected(name, state, who)
            if found is not wanted:
                wrong.append(f"{who}: {name} is {found}, not {wanted}")
    assert not wrong, "\n".join(wrong)
