"""The training file of a professional session, and the year of training."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from booking.api.schemas.fields import Asked, Instant, LowerCase, Told
from booking.trainings.rules import QuestionnaireKind


class QuestionnaireState(Told):
    """When a trainee was asked by mail, and answered."""

    questionnaire: Annotated[str, LowerCase(QuestionnaireKind)]
    asked_at: Instant | None
    answered_at: Instant | None


class FundingNoted(Told):
    """Codes of the yearly declaration; cents without VAT."""

    income: str
    objective: str
    income_cents: int


class FileTrainee(Told):
    """`signed_minutes`: of the half-days that trainee and trainer have both signed."""

    member: str
    signed_minutes: int
    questionnaires: list[QuestionnaireState]
    assessed_on: list[date]
    funding: FundingNoted | None


class TrainingFile(Told):
    session: str
    training: str
    professional: bool
    programme: str = Field(description="Empty where the aims of the training are all there is.")
    trainees: list[FileTrainee]


class Export(Asked):
    """The papers are made as things stand; nothing is to be told."""


class Archive(Told):
    """A ZIP of every paper with a manifest of dates and digests, in base 64."""

    name: str
    content_type: str
    size: int
    content: str


class ActivitySum(Told):
    """Who has signed for nothing is no trainee; cents without VAT."""

    trainees: int
    minutes: int
    income_cents: int


class SessionActivity(ActivitySum):
    session: str
    training: str


class CategoryActivity(ActivitySum):
    """`line` is that of frame C or F-3 of the form Cerfa 10443*17; empty: not filled in."""

    code: str
    line: str


class Activity(Told):
    """The professional sessions that ended in a local year, and their sum."""

    year: int
    due_on: date | None = Field(description="The official date, once it has been noted.")
    total: ActivitySum
    sessions: list[SessionActivity]
    by_income: list[CategoryActivity]
    by_objective: list[CategoryActivity]
