"""What proves a training beside attendance: tests and practical tests."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from booking.api.schemas.fields import (
    Asked,
    AskedDate,
    Code,
    Instant,
    Line,
    LowerCase,
    Text,
    Told,
)
from booking.trainings.rules import ItemResult

MOST_QUESTIONS = 200
MOST_ITEMS = 100

Place = Annotated[int, Field(ge=0, le=100, strict=True)]
Item = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class AskedQuestion(Told):
    """Which answers are right is told to nobody; `critical` ones must all be right."""

    question: str
    critical: bool
    answers: list[str]
    right: bool | None = Field(description="Whether it was answered rightly; null before.")


class Attempt(Told):
    """One try at the test of a training; answers are counted from 0, as they are listed."""

    id: int
    member: str
    training: str
    started_at: Instant
    sent_at: Instant | None
    passed: bool | None
    right: int | None
    total: int
    pass_percent: int
    questions: list[AskedQuestion]


class AttemptList(Told):
    """The sent ones, the last one first."""

    items: list[Attempt]


class AttemptFilter(Asked):
    member: Code | None = Field(default=None, description="For trainers and managers.")


class NewAttempt(Asked):
    """It is begun as the training says; nothing is to be told."""


class GivenAnswers(Asked):
    answers: list[Annotated[list[Place], Field(max_length=6)]] = Field(
        max_length=MOST_QUESTIONS,
        description="For each question, in its order, the answers chosen, counted from 0.",
    )


class NewPractice(Asked):
    member: Code
    assessed_on: AskedDate | None = Field(default=None, description="A local day, else today.")
    part: Annotated[Line, Field(min_length=1)] = Field(description="What was made.")
    results: dict[Item, Annotated[str, LowerCase(ItemResult)]] = Field(
        max_length=MOST_ITEMS, description="By item of the checklist; left out: not seen."
    )
    note: Text = ""


class PracticeItem(Told):
    item: str
    critical: bool
    level: int
    result: Annotated[str, LowerCase(ItemResult)]


class Practice(Told):
    """A practical test as it was written down; it never changes."""

    id: int
    member: str
    training: str
    trainer: str
    assessed_on: date
    part: str
    note: str
    results: list[PracticeItem]
