"""Training files of professional sessions, and the yearly figures that they add up to."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import abort

from booking import clock
from booking.api.blueprint import api
from booking.api.contract import BEARER, answers, contract
from booking.api.schemas import files as shapes
from booking.database import writing
from booking.trainings.models import Funding
from booking.trainings.queries.files import (
    TraineeFile,
    TrainingFile,
    due_on,
    find_file,
    list_files_of_year,
)
from booking.trainings.rules import Sum, activity_of, sum_of
from booking.trainings.service import files as service
from booking.trainings.views.files import (
    FIRST_YEAR,
    LAST_YEAR,
    archive_name,
    archive_of,
    category_line,
    in_order_of_the_form,
)
from booking.web.access import get_acting_member, requires

MINUTE = timedelta(minutes=1)


@api.get("/sessions/<code>/training-file")
@requires("training_file.see", of=find_file)
@contract.validate(
    resp=answers(shapes.TrainingFile, 401, 404), tags=["training files"], security=BEARER
)
def show_training_file(file: TrainingFile) -> shapes.TrainingFile:
    """What is kept of a session, person by person, for its trainers and managers"""
    return shapes.TrainingFile(
        session=file.session.code,
        training=file.session.training.code,
        professional=file.is_professional,
        programme=file.programme,
        trainees=[_trainee(trainee) for trainee in file.trainees],
    )


def _trainee(trainee: TraineeFile) -> shapes.FileTrainee:
    return shapes.FileTrainee(
        member=trainee.enrolment.member.code,
        signed_minutes=trainee.hours // MINUTE,
        questionnaires=[
            shapes.QuestionnaireState(
                questionnaire=kind.lower(),
                asked_at=answer.asked_at,
                answered_at=answer.answered_at,
            )
            for kind, answer in sorted(trainee.answers.items())
        ],
        assessed_on=[one.assessed_on for one in trainee.assessments if one.assessed_on],
        funding=None if trainee.funding is None else _funding(trainee.funding),
    )


def _funding(funding: Funding) -> shapes.FundingNoted:
    return shapes.FundingNoted(
        income=funding.income,
        objective=funding.objective,
        income_cents=funding.income_cents,
    )


@api.post("/sessions/<code>/training-file/export")
@requires("training_file.see", of=find_file)
@contract.validate(
    resp=answers(shapes.Archive, 400, 401, 404, 413, 415, 422),
    tags=["training files"],
    security=BEARER,
)
def export_training_file(file: TrainingFile, json: shapes.Export) -> shapes.Archive:
    """Every paper of a session in one archive; the journal notes who took it"""
    content = archive_of(file)
    with writing():
        service.note_export(file, get_acting_member())
    return shapes.Archive(
        name=archive_name(file),
        content_type="application/zip",
        size=len(content),
        content=b64encode(content).decode(),
    )


@api.get("/training-activity/<int:year>")
@requires("activity.see")
@contract.validate(
    resp=answers(shapes.Activity, 401, 403, 404), tags=["training files"], security=BEARER
)
def show_activity(year: int) -> shapes.Activity:
    """The figures of a year of professional training, for managers and accountants"""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        abort(404)
    files = list_files_of_year(year, clock.now())
    facts = [[trainee.fact for trainee in file.trainees] for file in files]
    activity, due = activity_of(facts), due_on(year)
    return shapes.Activity(
        year=year,
        due_on=due.due_on if due else None,
        total=shapes.ActivitySum(**_sum(activity.total)),
        sessions=[
            shapes.SessionActivity(
                session=file.session.code,
                training=file.session.training.code,
                **_sum(sum_of(of_session)),
            )
            for file, of_session in zip(files, facts, strict=True)
        ],
        by_income=_categories(activity.by_income, "income"),
        by_objective=_categories(activity.by_objective, "objective"),
    )


def _categories(parts: Mapping[str, Sum], kind: str) -> list[shapes.CategoryActivity]:
    return [
        shapes.CategoryActivity(code=code, line=category_line(f"{kind}:{code}"), **_sum(part))
        for code, part in in_order_of_the_form(parts, kind)
    ]


def _sum(one: Sum) -> dict[str, Any]:
    return {
        "trainees": one.trainees,
        "minutes": one.hours // MINUTE,
        "income_cents": one.income_cents,
    }
