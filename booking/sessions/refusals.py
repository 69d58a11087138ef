"""Why an act on a session or on a place in it is refused, each with its facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from booking.periods import Period
from booking.trainings.rules.sessions import SessionState


@dataclass(frozen=True, slots=True)
class SessionStateForbids:
    """It is cancelled, held or closed, or not yet that far."""

    state: SessionState


@dataclass(frozen=True, slots=True)
class SessionHasBegun:
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class TrainingNotOffered:
    training: str


@dataclass(frozen=True, slots=True)
class NotATrainer:
    name: str


@dataclass(frozen=True, slots=True)
class TrainerIsBusy:
    """A trainer gives another session at that time."""

    name: str
    session: str
    period: Period


@dataclass(frozen=True, slots=True)
class HalfDayInPast:
    half_day: Period


@dataclass(frozen=True, slots=True)
class HalfDaysOverlap:
    half_day: Period


@dataclass(frozen=True, slots=True)
class MachineTaken:
    """Too few units are free over a half-day, cleaning times counted; `seen` stands there."""

    machine: str
    half_day: Period
    free: int
    wanted: int
    seen: Period
    by_session: bool


@dataclass(frozen=True, slots=True)
class TooFewUnits:
    machine: str
    units: int


@dataclass(frozen=True, slots=True)
class TooFewPlaces:
    """So many have a place already."""

    enrolled: int


@dataclass(frozen=True, slots=True)
class MinimumAbovePlaces:
    places: int


@dataclass(frozen=True, slots=True)
class ReasonMissing:
    pass


@dataclass(frozen=True, slots=True)
class NotOnTheClock:
    """The clock jumps over an hour of the session on that day."""

    day: date


ScheduleRefusal = (
    SessionStateForbids
    | SessionHasBegun
    | TrainingNotOffered
    | NotATrainer
    | TrainerIsBusy
    | HalfDayInPast
    | HalfDaysOverlap
    | MachineTaken
    | TooFewUnits
    | TooFewPlaces
    | MinimumAbovePlaces
    | ReasonMissing
    | NotOnTheClock
)


@dataclass(frozen=True, slots=True)
class Refused:
    """The act was not done: everything that stands against it."""

    reasons: tuple[ScheduleRefusal, ...]

    @property
    def only_taken(self) -> bool:
        """Whether another time is all that is needed."""
        return all(isinstance(one, MachineTaken | TrainerIsBusy) for one in self.reasons)
