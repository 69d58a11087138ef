"""Training sessions: the dates to come, planning them, places in them, and the wish for more."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import timedelta
from typing import Any, NoReturn

from flask import abort, url_for

from booking.api.blueprint import api
from booking.api.contract import BEARER, BEARER_OR_NONE, answers, contract, refused
from booking.api.schemas import sessions as shapes
from booking.api.schemas.trainings import HalfDay
from booking.api.schemas.waitlist import NoAnswer
from booking.api.views.reservations import for_whom
from booking.database import writing
from booking.machines.models import Machine
from booking.machines.queries import find_machine
from booking.members.models import Member
from booking.members.queries import find_member
from booking.periods import Period
from booking.reservations.rules.series import Frequency, Recurrence, days_of
from booking.sessions.queries.demand import list_demands
from booking.sessions.queries.eligibility import Preparedness, unprepared
from booking.sessions.queries.enrolments import find_enrolment, list_enrolments_of
from booking.sessions.queries.sessions import (
    find_open_session,
    find_session,
    find_shown_session,
    list_coming,
    occupied_by,
    occupied_by_each,
)
from booking.sessions.queries.teaching import Shortage, shortage_of, shortages_of, state_of
from booking.sessions.refusals import Refused
from booking.sessions.service import enrolling, interest, naming, scheduling
from booking.sessions.service.repeating import repeat
from booking.sessions.service.scheduling import Draft
from booking.sessions.views.enrolling import list_of_my_people
from booking.sessions.wording import explain
from booking.trainings.models import Enrolment, SessionKind, Training, TrainingSession
from booking.trainings.queries import find_training
from booking.trainings.rules import Place
from booking.web.access import acting_member, get_acting_member, may, public, requires
from booking.web.errors import problem
from booking.web.filters import zone

REFUSED: dict[str, Any] = {
    "HTTP_409": (shapes.SessionProblem, "Another time, or the waiting list, is all that is needed"),
    "HTTP_422": (shapes.SessionProblem, "Refused"),
}


@api.get("/sessions")
@public
@contract.validate(
    resp=answers(shapes.SessionList, 401, 422), tags=["sessions"], security=BEARER_OR_NONE
)
def list_of_sessions(query: shapes.SessionFilter) -> shapes.SessionList:
    """The sessions to come, of all trainings or one; those in preparation for who plans them"""
    return _told_all(list_coming(query.training or "", planned=may("session.plan")))


@api.get("/sessions/<code>")
@public
@contract.validate(
    resp=answers(shapes.TrainingSession, 401, 404), tags=["sessions"], security=BEARER_OR_NONE
)
def show_session(code: str) -> shapes.TrainingSession:
    """One session"""
    session = find_shown_session(code, planned=may("session.plan")) or abort(404)
    return _whole(session)


@api.post("/sessions")
@requires("session.plan")
@contract.validate(
    resp=answers(shapes.TrainingSession, 400, 401, 403, 413, 415, status=201, **REFUSED),
    tags=["sessions"],
    security=BEARER,
)
def create_session(
    json: shapes.NewSession,
) -> tuple[shapes.TrainingSession, int, dict[str, str]]:
    """Plan a session; its machines are promised to it as to a reservation"""
    me = get_acting_member()
    with writing():
        made = scheduling.plan(_draft(json), me)
        if not isinstance(made, Refused) and json.open:
            made = scheduling.open_up(made, me)
        if isinstance(made, Refused):
            _refuse(made)
        answer = _whole(made)
    return answer, 201, {"Location": url_for("api.show_session", code=answer.code)}


@api.post("/sessions/<code>/change")
@requires("session.edit", of=find_session)
@contract.validate(
    resp=answers(shapes.TrainingSession, 400, 401, 404, 413, 415, **REFUSED),
    tags=["sessions"],
    security=BEARER,
)
def change_session(session: TrainingSession, json: shapes.ChangedSession) -> shapes.TrainingSession:
    """Say everything of a session anew; its training stays, those in it are told of new hours"""
    with writing():
        me = get_acting_member()
        outcome = scheduling.change(session, json.version, _draft(json), me)
        if isinstance(outcome, Refused):
            _refuse(outcome)
        return _whole(outcome)


@api.post("/sessions/<code>/open")
@requires("session.edit", of=find_session)
@contract.validate(
    resp=answers(shapes.TrainingSession, 400, 401, 404, 413, 415, **REFUSED),
    tags=["sessions"],
    security=BEARER,
)
def open_session(session: TrainingSession, json: NoAnswer) -> shapes.TrainingSession:
    """Let people enrol"""
    with writing():
        outcome = scheduling.open_up(session, get_acting_member())
        if isinstance(outcome, Refused):
            _refuse(outcome)
        return _whole(outcome)


@api.post("/sessions/<code>/confirm")
@requires("session.edit", of=find_session)
@contract.validate(
    resp=answers(shapes.TrainingSession, 400, 401, 404, 413, 415, **REFUSED),
    tags=["sessions"],
    security=BEARER,
)
def confirm_session(session: TrainingSession, json: NoAnswer) -> shapes.TrainingSession:
    """Promise that it takes place, however many have enrolled"""
    with writing():
        outcome = scheduling.confirm(session, get_acting_member())
        if isinstance(outcome, Refused):
            _refuse(outcome)
        return _whole(outcome)


@api.post("/sessions/<code>/cancel")
@requires("session.edit", of=find_session)
@contract.validate(
    resp=answers(shapes.TrainingSession, 400, 401, 404, 413, 415, **REFUSED),
    tags=["sessions"],
    security=BEARER,
)
def cancel_session(session: TrainingSession, json: shapes.SessionReason) -> shapes.TrainingSession:
    """Give a session up: all are told why, and nothing is due"""
    with writing():
        outcome = scheduling.cancel(session, get_acting_member(), json.reason)
        if isinstance(outcome, Refused):
            _refuse(outcome)
        return _whole(outcome)


@api.post("/sessions/<code>/trainers")
@requires("session.edit", of=find_session)
@contract.validate(
    resp=answers(shapes.TrainingSession, 400, 401, 404, 413, 415, **REFUSED),
    tags=["sessions"],
    security=BEARER,
)
def name_trainers_of_session(
    session: TrainingSession, json: shapes.Trainers
) -> shapes.TrainingSession:
    """Name who gives it, also once it has begun; what is signed stays with who signed it"""
    first = _trainer(json.trainer, "trainer")
    others = [_trainer(code, f"co_trainers.{n}") for n, code in enumerate(json.co_trainers)]
    with writing():
        trainers = list(dict.fromkeys((first, *others)))
        me = get_acting_member()
        outcome = naming.name_trainers(session, json.version, trainers, me)
        if isinstance(outcome, Refused):
            _refuse(outcome)
        return _whole(outcome)


@api.post("/sessions/<code>/repeat")
@requires("session.edit", of=find_session)
@contract.validate(
    resp=answers(shapes.SessionList, 400, 401, 404, 413, 415, status=201, **REFUSED),
    tags=["sessions"],
    security=BEARER,
)
def repeat_session(
    session: TrainingSession, json: shapes.Repetition
) -> tuple[shapes.SessionList, int]:
    """Plan the same session again at the same wall times: every date, or none"""
    first_on = session.starts_at.astimezone(zone()).date()
    frequency = Frequency(json.frequency.upper())
    days = days_of(Recurrence(frequency, first_on, count=json.times + 1))[1:]
    with writing():
        made = repeat(session, days, zone(), get_acting_member(), json.despite)
        if isinstance(made, Refused):
            _refuse(made)
        return _told_all(made), 201


@api.get("/sessions/<code>/enrolments")
@requires("session.see_people", of=find_session)
@contract.validate(resp=answers(shapes.EnrolmentList, 401, 404), tags=["sessions"], security=BEARER)
def enrolments_of_session(session: TrainingSession) -> shapes.EnrolmentList:
    """Who is in a session and who waits, for those who give it and managers"""
    return _places(session.enrolments)


@api.post("/sessions/<code>/enrol")
@requires("enrolment.make", of=find_open_session)
@contract.validate(
    resp=answers(shapes.Enrolment, 400, 401, 403, 404, 413, 415, status=201, **REFUSED),
    tags=["sessions"],
    security=BEARER,
)
def enrol(
    session: TrainingSession, json: shapes.ForWhom
) -> tuple[shapes.Enrolment, int, dict[str, str]]:
    """Take a place; prerequisites are judged for the days of the session

    409 when only a place is missing: wait for one.
    """
    with writing():
        return _made(enrolling.enrol(session, for_whom(json.member), get_acting_member()))


@api.post("/sessions/<code>/wait")
@requires("enrolment.make", of=find_open_session)
@contract.validate(
    resp=answers(shapes.Enrolment, 400, 401, 403, 404, 413, 415, status=201, **REFUSED),
    tags=["sessions"],
    security=BEARER,
)
def wait_for_place(
    session: TrainingSession, json: shapes.ForWhom
) -> tuple[shapes.Enrolment, int, dict[str, str]]:
    """Wait for a place in a full session

    409 when places are left: enrol.
    """
    with writing():
        return _made(enrolling.wait(session, for_whom(json.member), get_acting_member()))


def _made(outcome: Enrolment | Refused) -> tuple[shapes.Enrolment, int, dict[str, str]]:
    if isinstance(outcome, Refused):
        _refuse(outcome)
    answer = _place(outcome)
    return answer, 201, {"Location": url_for("api.show_enrolment", number=answer.id)}


@api.get("/enrolments")
@requires("enrolment.list")
@contract.validate(resp=answers(shapes.EnrolmentList, 401, 403), tags=["sessions"], security=BEARER)
def list_of_enrolments() -> shapes.EnrolmentList:
    """Your places in sessions, the latest session first

    Then those of your people, if you answer for an organisation.
    """
    places = [*list_enrolments_of(get_acting_member().id), *list_of_my_people()]
    return _places(places)


@api.get("/enrolments/<int:number>")
@requires("enrolment.cancel", of=find_enrolment)
@contract.validate(resp=answers(shapes.Enrolment, 401, 404), tags=["sessions"], security=BEARER)
def show_enrolment(enrolment: Enrolment) -> shapes.Enrolment:
    """One place, and what is offered"""
    return _place(enrolment)


@api.post("/enrolments/<int:number>/accept")
@requires("enrolment.answer", of=find_enrolment)
@contract.validate(
    resp=answers(shapes.Enrolment, 400, 401, 404, 413, 415, **REFUSED),
    tags=["sessions"],
    security=BEARER,
)
def accept_place(enrolment: Enrolment, json: NoAnswer) -> shapes.Enrolment:
    """Take the place that is offered; the prerequisites are asked again"""
    with writing():
        outcome = enrolling.accept(enrolment, get_acting_member())
        if isinstance(outcome, Refused):
            _refuse(outcome)
        return _place(outcome)


@api.post("/enrolments/<int:number>/cancel")
@requires("enrolment.cancel", of=find_enrolment)
@contract.validate(
    resp=answers(shapes.Enrolment, 400, 401, 404, 413, 415, **REFUSED),
    tags=["sessions"],
    security=BEARER,
)
def cancel_enrolment(enrolment: Enrolment, json: NoAnswer) -> shapes.Enrolment:
    """Give a place back, leave the waiting list or decline an offer

    Late, your own cancellation keeps the price (`due_cents`).
    """
    with writing():
        outcome = enrolling.cancel(enrolment, get_acting_member())
        if isinstance(outcome, Refused):
            _refuse(outcome)
        return _place(outcome)


@api.post("/enrolments/<int:number>/waive-fee")
@requires("waiver.grant", of=find_enrolment)
@contract.validate(
    resp=answers(shapes.Enrolment, 400, 401, 404, 413, 415, **REFUSED),
    tags=["sessions"],
    security=BEARER,
)
def waive_enrolment_fee(enrolment: Enrolment, json: shapes.SessionReason) -> shapes.Enrolment:
    """Give up what a late cancellation keeps, for managers"""
    with writing():
        outcome = enrolling.waive_fee(enrolment, get_acting_member(), json.reason)
        if isinstance(outcome, Refused):
            _refuse(outcome)
        return _place(outcome)


@api.post("/trainings/<code>/interest")
@requires("interest.declare", of=find_training)
@contract.validate(
    resp=answers(shapes.Interest, 400, 401, 404, 413, 415, **REFUSED),
    tags=["sessions"],
    security=BEARER,
)
def declare_interest(training: Training, json: shapes.NewInterest) -> shapes.Interest:
    """Say that you would attend a training, and when; a mail tells you when a session opens"""
    with writing():
        outcome = interest.declare(training, json.half_days, get_acting_member())
        if isinstance(outcome, Refused):
            _refuse(outcome)
        return shapes.Interest(training=training.code, half_days=outcome.half_days)


@api.post("/trainings/<code>/interest/withdraw")
@requires("interest.declare", of=find_training)
@contract.validate(
    resp=answers(shapes.Interest, 400, 401, 404, 413, 415, 422), tags=["sessions"], security=BEARER
)
def withdraw_interest(training: Training, json: NoAnswer) -> shapes.Interest:
    """Take it back"""
    with writing():
        interest.withdraw(training, get_acting_member())
    return shapes.Interest(training=training.code, half_days=[])


@api.get("/demand")
@requires("interest.list")
@contract.validate(resp=answers(shapes.DemandList, 401, 403), tags=["sessions"], security=BEARER)
def list_of_demand() -> shapes.DemandList:
    """How many people would attend each training, for trainers and managers"""
    return shapes.DemandList(
        items=[
            shapes.Demand(training=one.training.code, people=len(one.interests), needed=one.needed)
            for one in list_demands()
        ]
    )


def _draft(asked: shapes.NewSession) -> Draft:
    training = find_training(asked.training)
    if training is None:
        refused("training", "unknown_training")
    hours = asked.decision_hours
    units: dict[Machine, int] = {}
    for number, wanted in enumerate(asked.machines):
        machine = find_machine(wanted.machine)
        if machine is None:
            refused(f"machines.{number}.machine", "unknown_machine")
        units[machine] = units.get(machine, 0) + wanted.units
    first = _trainer(asked.trainer, "trainer") if asked.trainer else get_acting_member()
    others = [_trainer(code, f"co_trainers.{n}") for n, code in enumerate(asked.co_trainers)]
    half_days = sorted(Period(one.starts_at, one.ends_at) for one in asked.half_days)
    return Draft(
        training=training,
        kind=SessionKind(asked.kind.upper()),
        trainers=tuple(dict.fromkeys((first, *others))),
        places=asked.places,
        place=asked.place,
        minimum=asked.minimum,
        decides_before=None if hours is None else timedelta(hours=hours),
        half_days=tuple(half_days),
        units=units,
        despite=asked.despite,
    )


def _trainer(code: str, field: str) -> Member:
    return find_member(code) or refused(field, "unknown_member")


def _refuse(outcome: Refused) -> NoReturn:
    reasons = [
        {"code": _code(type(reason).__name__), "message": explain(reason)}
        for reason in outcome.reasons
    ]
    detail = " ".join(reason["message"] for reason in reasons)
    abort(problem(409 if outcome.only_taken else 422, detail, refusals=reasons))


def _code(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper()


def _whole(session: TrainingSession) -> shapes.TrainingSession:
    machines = {one.machine.code: one.units for one in occupied_by(session)}
    return _told(session, machines, shortage_of(session))


def _told_all(sessions: Collection[TrainingSession]) -> shapes.SessionList:
    machines, shortages = occupied_by_each(sessions), shortages_of(sessions)
    return shapes.SessionList(
        items=[_told(one, machines[one.id], shortages.get(one.id)) for one in sessions]
    )


def _told(
    session: TrainingSession, machines: dict[str, int], shortage: Shortage | None
) -> shapes.TrainingSession:
    trainers = [one.code for one in session.trainers] if acting_member() else []
    unable = shortage.unable if shortage and may("session.edit", session) else ()
    return shapes.TrainingSession(
        code=session.code,
        kind=session.kind.lower(),
        state=state_of(session, shortage).lower(),
        places=session.places,
        free_places=session.free_places,
        place=session.place,
        half_days=[
            HalfDay(starts_at=one.starts_at, ends_at=one.ends_at) for one in session.half_days
        ],
        training=session.training.code,
        trainers=trainers,
        unable_trainers=[one.member.code for one in unable],
        minimum=session.minimum,
        decides_at=session.auto_cancel_at,
        price_cents=session.training.price_cents,
        machines=[
            shapes.OccupiedMachine(machine=code, units=units) for code, units in machines.items()
        ],
        version=session.version,
    )


def _places(enrolments: Collection[Enrolment]) -> shapes.EnrolmentList:
    lacking = unprepared(enrolments)
    return shapes.EnrolmentList(items=[_shape(one, lacking.get(one.id)) for one in enrolments])


def _place(enrolment: Enrolment) -> shapes.Enrolment:
    return _shape(enrolment, unprepared([enrolment]).get(enrolment.id))


def _shape(enrolment: Enrolment, lacking: Preparedness | None) -> shapes.Enrolment:
    session = enrolment.session
    now = enrolment.place_now
    waits = now in (Place.WAITING, Place.OFFERED)
    return shapes.Enrolment(
        id=enrolment.id,
        session=session.code,
        training=session.training.code,
        member=enrolment.member.code,
        status=now.lower(),
        place=session.in_line.index(enrolment) + 1 if waits else None,
        offered_until=enrolment.offered_until if now is Place.OFFERED else None,
        due_cents=enrolment.due_cents,
        missing=lacking.codes(session.training.code) if lacking else [],
    )
