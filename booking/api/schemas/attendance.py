"""Attendance sheets, and what is written on them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from booking.api.schemas.fields import (
    Asked,
    Code,
    Instant,
    LowerCase,
    OptionalReason,
    Reason,
    Told,
)
from booking.trainings.models import SessionState
from booking.trainings.rules import LONGEST_DRAWING, CellState, EntryKind, SigningMethod

Pin = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
Strokes = Annotated[str, StringConstraints(max_length=LONGEST_DRAWING)]


class SignNow(Asked):
    reason: OptionalReason = Field(
        default="", description="Asked more than 30 minutes after the half-day; kept for ever."
    )


class SignOnDevice(SignNow):
    pin: Pin | None = Field(default=None, description="The trainee's own code of six figures.")
    drawing: Strokes | None = Field(
        default=None,
        description=(
            "Strokes on a pad of 600 by 200 as an SVG path of whole numbers, such as "
            "`M10 80L42 61L90 70`: eight points at least."
        ),
    )


class Countersigning(SignNow):
    members: list[Code] = Field(min_length=1, max_length=100)


class AbsenceNoted(Asked):
    member: Code


class Voiding(Asked):
    reason: Reason


class Closing(Asked):
    """A sheet is closed as it stands; nothing is to be told."""


class Signature(Told):
    """`by` the trainee or the trainer; `late`: given afterwards, with its reason."""

    id: int = Field(description="Of this line; a manager takes it back by it.")
    by: Annotated[str, LowerCase(EntryKind)]
    name: str | None = Field(
        description="From whose account: the trainer's for a trainee who signed on his device. "
        "Null where it was noted before."
    )
    method: Annotated[str, LowerCase(SigningMethod)]
    at: Instant
    late: bool
    reason: str


class NotedAbsence(Told):
    """A trainer noted that the trainee did not come."""

    id: int = Field(description="Of this line; a manager takes it back by it.")
    name: str | None
    at: Instant


class Attendance(Told):
    """How one trainee stands for one half-day. Complete: signed by trainee and trainer."""

    member: str
    state: Annotated[str, LowerCase(CellState)]
    late: bool
    signatures: list[Signature]
    absence: NotedAbsence | None


class AttendedHalfDay(Told):
    number: int
    starts_at: Instant
    ends_at: Instant
    trainees: list[Attendance]


class AttendanceSheet(Told):
    session: str
    training: str
    trainer: str
    state: Annotated[str, LowerCase(SessionState)]
    half_days: list[AttendedHalfDay]
