"""What proves a training: attendance sheets, tests and practical tests."""

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
    OptionalReason,
    Text,
    Told,
)
from booking.trainings.rules import CellState, EntryKind, ItemResult, SigningMethod

MOST_QUESTIONS = 200
MOST_ITEMS = 100

Place = Annotated[int, Field(ge=0, le=100, strict=True)]
Item = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class SignNow(Asked):
    reason: OptionalReason = Field(
        default="", description="Asked more than 30 minutes after the half-day; kept for ever."
    )


class Countersigning(SignNow):
    members: list[Code] = Field(min_length=1, max_length=100)


class AbsenceNoted(Asked):
    member: Code


class Signature(Told):
    """`by` the trainee or the trainer; `late`: given afterwards, with its reason."""

    by: Annotated[str, LowerCase(EntryKind)]
    name: str | None = Field(description="Who signed; null where it was noted before.")
    method: Annotated[str, LowerCase(SigningMethod)]
    at: Instant
    late: bool
    reason: str


class Attendance(Told):
    """How one trainee stands for one half-day. Complete: signed by trainee and trainer."""

    member: str
    state: Annotated[str, LowerCase(CellState)]
    late: bool
    signatures: list[Signature]


class AttendedHalfDay(Told):
    number: int
    starts_at: Instant
    ends_at: Instant
    trainees: list[Attendance]


class AttendanceSheet(Told):
    session: str
    training: str
    trainer: str
    half_days: list[AttendedHalfDay]


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
