"""Trainings, and when each is next given."""

from __future__ import annotations

from flask import abort

from booking import clock
from booking.api.blueprint import api
from booking.api.contract import BEARER_OR_NONE, answers, contract
from booking.api.schemas import trainings as shapes
from booking.trainings.models import Training, TrainingSession
from booking.trainings.queries import find_training, items_of, list_sessions, list_trainings
from booking.web.access import public
from booking.web.filters import localized


@api.get("/trainings")
@public
@contract.validate(
    resp=answers(shapes.TrainingList, 401), tags=["trainings"], security=BEARER_OR_NONE
)
def list_of_trainings() -> shapes.TrainingList:
    """The trainings on offer, with the sessions that can be joined"""
    trainings = list_trainings()
    sessions: dict[str, list[TrainingSession]] = {training.code: [] for training in trainings}
    for session in list_sessions(sessions, clock.now()):
        sessions[session.training.code].append(session)
    return shapes.TrainingList(
        items=[_told(training, sessions[training.code]) for training in trainings]
    )


@api.get("/trainings/<code>")
@public
@contract.validate(
    resp=answers(shapes.Training, 401, 404), tags=["trainings"], security=BEARER_OR_NONE
)
def show_training(code: str) -> shapes.Training:
    """One training, with the sessions that can be joined"""
    training = find_training(code) or abort(404)
    return _told(training, list_sessions([code], clock.now()))


def _told(training: Training, sessions: list[TrainingSession]) -> shapes.Training:
    return shapes.Training(
        code=training.code,
        title=localized(training.title),
        aims=training.aims,
        duration_minutes=training.duration_minutes,
        price_cents=training.price_cents,
        levels=training.levels,
        validity_months=training.validity_months,
        lapse_months=training.lapse_months,
        checklist=[item.text for item in items_of(training)],
        practical=[
            shapes.PracticalItem(item=item.text, critical=item.critical, level=item.level)
            for item in items_of(training)
        ],
        prerequisites=[
            shapes.Prerequisite(training=asked.required.code, level=asked.level)
            for asked in training.prerequisites
        ],
        next_sessions=[_session(session) for session in sessions],
    )


def _session(session: TrainingSession) -> shapes.Session:
    return shapes.Session(
        code=session.code,
        kind=session.kind.lower(),
        state=session.state_now.lower(),
        places=session.places,
        free_places=session.free_places,
        place=session.place,
        half_days=[
            shapes.HalfDay(starts_at=half_day.starts_at, ends_at=half_day.ends_at)
            for half_day in session.half_days
        ],
    )
