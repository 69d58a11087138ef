"""Training sessions: planning them, taking a place, and the wish for more."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from booking.api.schemas.fields import (
    Asked,
    AskedInstant,
    Code,
    Instant,
    Line,
    LowerCase,
    OptionalReason,
    Reason,
    Told,
    comes_after,
)
from booking.api.schemas.problems import Problem
from booking.api.schemas.trainings import Session
from booking.sessions.rules.ranking import Half
from booking.sessions.rules.scheduling import MOST_HALF_DAYS, MOST_MACHINES
from booking.trainings.models import SessionKind
from booking.trainings.rules import Place

HALF_DAYS_OF_A_WEEK = 14
DESPITE = "Why it is held though the place is closed then, from who may grant waivers."
HalfDayOfTheWeek = Annotated[str, StringConstraints(pattern=rf"^[0-6]-({'|'.join(Half)})$")]


class OccupiedMachine(Told):
    machine: str
    units: int


class TrainingSession(Session):
    """A session with what it takes. Trainers are named to those who are signed in."""

    training: str
    trainers: list[str] = Field(description="Their codes; the one who answers for it first.")
    unable_trainers: list[str] = Field(
        description="Those of them who can no longer give it, for those who give it and managers."
    )
    minimum: int = Field(description="With fewer people it is cancelled on the decision date.")
    decides_at: Instant | None
    price_cents: int = Field(description="In euro cents, without VAT.")
    machines: list[OccupiedMachine]
    version: int = Field(description="To be sent with a change, which another one refuses.")


class SessionList(Told):
    items: list[TrainingSession]


class SessionFilter(Asked):
    training: Code | None = None


class NewHalfDay(Asked):
    starts_at: AskedInstant
    ends_at: Annotated[AskedInstant, comes_after("starts_at", at_most_days=1)]


class WantedMachine(Asked):
    machine: Code
    units: int = Field(default=1, ge=1, le=100)


class NewSession(Asked):
    training: Code = Field(examples=["LASER"])
    kind: Annotated[str, LowerCase(SessionKind)] = "course"
    trainer: Code | None = Field(default=None, description="Who answers for it; you by default.")
    co_trainers: list[Code] = Field(default=[], max_length=20)
    places: int = Field(ge=1, le=100)
    minimum: int = Field(default=1, ge=1, le=100)
    decision_hours: int | None = Field(
        default=None, ge=0, le=720, description="Hours before the start; null: never cancelled."
    )
    place: Line = ""
    half_days: list[NewHalfDay] = Field(min_length=1, max_length=MOST_HALF_DAYS)
    machines: list[WantedMachine] = Field(default=[], max_length=MOST_MACHINES)
    open: bool = Field(default=False, description="Open for enrolment at once.")
    despite: OptionalReason = Field(default="", description=DESPITE)


class ChangedSession(NewSession):
    version: int = Field(strict=True, description="The one that was read.")


class Trainers(Asked):
    version: int = Field(strict=True, description="The one that was read.")
    trainer: Code = Field(description="Who answers for it.", examples=["S3"])
    co_trainers: list[Code] = Field(default=[], max_length=20)


class SessionReason(Asked):
    reason: Reason = Field(description="The people concerned read it.")


class Repetition(Asked):
    frequency: Literal["week", "two_weeks", "month_position"] = "week"
    times: int = Field(default=1, ge=1, le=20)
    despite: OptionalReason = Field(default="", description=DESPITE)


class ForWhom(Asked):
    member: Code | None = Field(
        default=None, description="Somebody of your organisation, or anybody for managers."
    )


class Enrolment(Told):
    id: int
    session: str
    training: str
    member: str
    status: Annotated[str, LowerCase(Place)]
    place: int | None = Field(description="The place in line, from 1; null where there is none.")
    offered_until: Instant | None = Field(description="Until when a free place is held.")
    due_cents: int = Field(description="What is due for it, in euro cents, without VAT.")
    missing: list[str] = Field(
        description="Trainings whose certification does not hold on the days of the session any "
        "more; the place stays."
    )


class EnrolmentList(Told):
    items: list[Enrolment]


class SessionRefusal(Told):
    """One reason against an act on a session or a place."""

    code: str = Field(examples=["MACHINE_TAKEN", "PREREQUISITE_MISSING"])
    message: str = Field(description="One sentence in the reader's language.")


class SessionProblem(Problem):
    """Every reason against an act on a session.

    With `errors` instead of `refusals` where the request does not fit its schema.
    """

    refusals: list[SessionRefusal] | None = None


class NewInterest(Asked):
    half_days: list[HalfDayOfTheWeek] = Field(
        default=[],
        max_length=HALF_DAYS_OF_A_WEEK,
        description="Weekday, 0 for Monday, and half of the day; none is any.",
    )


class Interest(Told):
    training: str
    half_days: list[str]


class Demand(Told):
    training: str
    people: int
    needed: int = Field(description="So many people bring a proposal of dates.")


class DemandList(Told):
    items: list[Demand]
