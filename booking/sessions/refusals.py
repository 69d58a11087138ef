"""Why an act on a session or on a place in it is refused, each with its facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from booking.openings.rules import ClosureFact
from booking.periods import Period
from booking.reservations.refusals import HolidayFact
from booking.trainings.rules.certifications import Verdict
from booking.trainings.rules.sessions import Place, SessionState


@dataclass(frozen=True, slots=True)
class SessionStateForbids:
    """It is cancelled, held or closed, or not yet that far."""

    state: SessionState


@dataclass(frozen=True, slots=True)
class SessionHasBegun:
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class ChangedMeanwhile:
    """Somebody has changed it since it was read."""


@dataclass(frozen=True, slots=True)
class TrainingNotOffered:
    training: str


@dataclass(frozen=True, slots=True)
class NotATrainer:
    name: str


@dataclass(frozen=True, slots=True)
class TrainerNotCertified:
    """A trainer has lost the certification of what would be taught."""

    name: str
    training: str


@dataclass(frozen=True, slots=True)
class NobodyGivesIt:
    """None of those who are to give it can any more."""


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
class MachineOutOfUse:
    """It is retired, or stands still at that time as far as is known."""

    machine: str
    half_day: Period


@dataclass(frozen=True, slots=True)
class ClosedThen:
    half_day: Period
    closures: tuple[ClosureFact, ...]
    holidays: tuple[HolidayFact, ...]


@dataclass(frozen=True, slots=True)
class OutsideHours:
    """Outside the weekly hours of a machine; of every machine where none is named."""

    half_day: Period
    machine: str


@dataclass(frozen=True, slots=True)
class TooFewUnits:
    machine: str
    units: int


@dataclass(frozen=True, slots=True)
class TooFewPlaces:
    """So many places are taken, or held for somebody."""

    promised: int


@dataclass(frozen=True, slots=True)
class TrainerHasPlace:
    """Who would give it has a place in it, or waits for one."""

    name: str


@dataclass(frozen=True, slots=True)
class KindIsFixed:
    """People are in it, and a course asks other things of them than a refresher."""


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
    | ChangedMeanwhile
    | SessionHasBegun
    | TrainingNotOffered
    | NotATrainer
    | TrainerNotCertified
    | NobodyGivesIt
    | TrainerIsBusy
    | HalfDayInPast
    | HalfDaysOverlap
    | MachineTaken
    | MachineOutOfUse
    | ClosedThen
    | OutsideHours
    | TooFewUnits
    | TooFewPlaces
    | TrainerHasPlace
    | KindIsFixed
    | MinimumAbovePlaces
    | ReasonMissing
    | NotOnTheClock
)


@dataclass(frozen=True, slots=True)
class AccountNotInOrder:
    """The account is not approved, or it is suspended."""


@dataclass(frozen=True, slots=True)
class GivesItHimself:
    """Trainers take no place in their own session."""


@dataclass(frozen=True, slots=True)
class AlreadyIn:
    """This person has a place, or waits for one."""

    place: Place


@dataclass(frozen=True, slots=True)
class NoPlaceLeft:
    """Every place is taken or goes to one of so many who wait."""

    waiting: int


@dataclass(frozen=True, slots=True)
class PlacesLeft:
    """There is nothing to wait for."""

    places: int


@dataclass(frozen=True, slots=True)
class PrerequisiteMissing:
    """A training that is asked for does not hold on the days of the session; where it is next
    given.
    """

    verdict: Verdict
    next_session: str | None
    next_starts_at: datetime | None


@dataclass(frozen=True, slots=True)
class RecordMissing:
    """A refresher renews a certification that this person has never had."""

    training: str


@dataclass(frozen=True, slots=True)
class PlaceForbids:
    """The place is given back, was not answered in time, or is not that far."""

    place: Place


@dataclass(frozen=True, slots=True)
class NothingDue:
    pass


@dataclass(frozen=True, slots=True)
class OwnFee:
    """Nobody gives up a fee that he owes himself."""


EnrolmentRefusal = (
    SessionStateForbids
    | SessionHasBegun
    | AccountNotInOrder
    | GivesItHimself
    | AlreadyIn
    | NoPlaceLeft
    | PlacesLeft
    | PrerequisiteMissing
    | RecordMissing
    | PlaceForbids
    | NothingDue
    | OwnFee
)
SessionRefusal = ScheduleRefusal | EnrolmentRefusal


WAIVABLE = ClosedThen | OutsideHours
"""What somebody who may grant waivers sets aside with a reason in writing."""

_OF_THE_HOUR = MachineTaken | TrainerIsBusy | NoPlaceLeft | PlacesLeft


@dataclass(frozen=True, slots=True)
class Refused:
    """The act was not done: everything that stands against it."""

    reasons: tuple[SessionRefusal, ...]

    @property
    def only_taken(self) -> bool:
        """Whether another time, or another list, is all that is needed."""
        return all(isinstance(one, _OF_THE_HOUR) for one in self.reasons)

    @property
    def only_waivable(self) -> bool:
        """Whether a reason in writing is all that is needed, from who may grant waivers."""
        return all(isinstance(one, WAIVABLE) for one in self.reasons)
