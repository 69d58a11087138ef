"""The file of a session of professional training: its programme, answers, and who paid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select

from booking.database import db
from booking.demo.files import Files
from booking.trainings.models import (
    Enrolment,
    Funding,
    Questionnaire,
    SessionFile,
    TrainingSession,
)
from booking.trainings.rules import QUESTIONS, QuestionnaireKind


def add_training_files(files: Files) -> None:
    """Every file there is, of the sessions that are loaded already."""
    for item in files.records["training_sessions"]:
        if "programme_fr" in item:
            db.session.add_all(_file(item))
    db.session.flush()


def _file(item: dict[str, Any]) -> Iterator[SessionFile | Funding | Questionnaire]:
    query = select(TrainingSession).where(TrainingSession.code == item["code"])
    session = db.session.scalars(query).one()
    programme = item["programme_fr"].strip()
    yield SessionFile(session_id=session.id, professional=True, programme=programme)
    for enrolment, told in zip(session.enrolments, item["enrolments"], strict=True):
        yield Funding(enrolment_id=enrolment.id, **told["funding"])
        yield from _answers(enrolment, told.get("answers", {}))


def _answers(
    enrolment: Enrolment, answers: Mapping[str, dict[str, Any]]
) -> Iterator[Questionnaire]:
    for name, given in answers.items():
        kind = QuestionnaireKind(name.upper())
        yield Questionnaire(
            enrolment_id=enrolment.id,
            kind=kind,
            answered_at=given["at"],
            marks=dict(zip(QUESTIONS[kind], given["marks"], strict=True)),
            comment=given.get("comment_fr", ""),
        )
