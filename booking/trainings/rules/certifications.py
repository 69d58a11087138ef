"""What makes a certification count, and which acts its life allows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta


class CertificationState(StrEnum):
    """The life of a certification.

    EXPIRED and LAPSED are computed from dates when read (`state_on`), never stored.
    """

    REQUESTED = "REQUESTED"
    IN_TRAINING = "IN_TRAINING"
    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    SUSPENDED = "SUSPENDED"
    REVOKED = "REVOKED"
    REFUSED = "REFUSED"
    EXPIRED = "EXPIRED"
    LAPSED = "LAPSED"


class CertificationAct(StrEnum):
    REQUEST = "REQUEST"
    START_TRAINING = "START_TRAINING"
    PROPOSE = "PROPOSE"
    APPROVE = "APPROVE"
    REFUSE = "REFUSE"
    SUSPEND = "SUSPEND"
    REINSTATE = "REINSTATE"
    REVOKE = "REVOKE"
    CORRECT = "CORRECT"
    APPOINT = "APPOINT"


class ActNotAllowed(ValueError):  # noqa: N818 - it names what was met
    """The certification is not in a state that allows this act."""

    def __init__(self, state: CertificationState | None, act: CertificationAct) -> None:
        super().__init__(f"{act} is not allowed in state {state}")
        self.state = state
        self.act = act


TRANSITIONS: Mapping[tuple[CertificationState | None, CertificationAct], CertificationState] = {
    (None, CertificationAct.REQUEST): CertificationState.REQUESTED,
    (None, CertificationAct.START_TRAINING): CertificationState.IN_TRAINING,
    (None, CertificationAct.PROPOSE): CertificationState.PROPOSED,
    (CertificationState.REQUESTED, CertificationAct.START_TRAINING): CertificationState.IN_TRAINING,
    (CertificationState.REQUESTED, CertificationAct.PROPOSE): CertificationState.PROPOSED,
    (CertificationState.REQUESTED, CertificationAct.REFUSE): CertificationState.REFUSED,
    (CertificationState.IN_TRAINING, CertificationAct.PROPOSE): CertificationState.PROPOSED,
    (CertificationState.PROPOSED, CertificationAct.APPROVE): CertificationState.APPROVED,
    (CertificationState.PROPOSED, CertificationAct.REFUSE): CertificationState.REFUSED,
    (CertificationState.APPROVED, CertificationAct.SUSPEND): CertificationState.SUSPENDED,
    (CertificationState.APPROVED, CertificationAct.REVOKE): CertificationState.REVOKED,
    (CertificationState.SUSPENDED, CertificationAct.REINSTATE): CertificationState.APPROVED,
    (CertificationState.SUSPENDED, CertificationAct.REVOKE): CertificationState.REVOKED,
    (None, CertificationAct.APPOINT): CertificationState.APPROVED,
    (CertificationState.APPROVED, CertificationAct.CORRECT): CertificationState.APPROVED,
    (CertificationState.SUSPENDED, CertificationAct.CORRECT): CertificationState.SUSPENDED,
}


def next_state(state: CertificationState | None, act: CertificationAct) -> CertificationState:
    """The state after the act; None is "no record yet". Raises ActNotAllowed."""
    try:
        return TRANSITIONS[state, act]
    except KeyError:
        raise ActNotAllowed(state, act) from None


GRANTED_STATES = (CertificationState.APPROVED, CertificationState.SUSPENDED)
"""Approved once and not taken away; by its date or by lack of use it may have ended."""


def granted_levels(records: Iterable[tuple[int, CertificationState]]) -> list[int]:
    """The levels that a person was granted for one training since the last revocation, after which
    everything begins anew, as if there had been none.

    `records`: level and stored state of each record of the training, the oldest first.
    """
    levels: list[int] = []
    for level, state in records:
        if state is CertificationState.REVOKED:
            levels.clear()
        elif state in GRANTED_STATES:
            levels.append(level)
    return levels


@dataclass(frozen=True, slots=True)
class TrainingFact:
    """A training: months of non-use after which it lapses (None: never), what it asks before."""

    code: str
    lapse_months: int | None
    prerequisites: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class CertificationFact:
    """One record of one person. Dates are local; `valid_until` is inclusive.

    `last_used_on` is the last completed use or attended session of the training, directly or
    through the chain. A record that was never approved has no dates. `record_id` tells the
    records of one training apart.
    """

    training: str
    level: int
    state: CertificationState
    approved_on: date | None
    valid_until: date | None
    last_used_on: date | None
    suspension_reason: str | None = None
    record_id: int | None = None


class Shortfall(StrEnum):
    """What a certification lacks, the lightest cure first."""

    LEVEL_TOO_LOW = "LEVEL_TOO_LOW"
    EXPIRED = "EXPIRED"
    LAPSED = "LAPSED"
    SUSPENDED = "SUSPENDED"
    MISSING = "MISSING"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one needed training stands: `shortfalls` is empty when the certification is valid.

    `record` is the best one, None when none counts; `last_allowed_on` its last day before it
    lapses by non-use, None when it never does.
    """

    training: str
    needed_level: int
    shortfalls: tuple[Shortfall, ...]
    record: CertificationFact | None = None
    last_allowed_on: date | None = None
    lapse_months: int | None = None

    @property
    def is_valid(self) -> bool:
        return not self.shortfalls


def required_levels(
    wanted: Iterable[tuple[str, int]], trainings: Mapping[str, TrainingFact]
) -> dict[str, int]:
    """Every training of the chain with its level: the wanted ones, then their prerequisites.

    Prerequisites count at their own levels, the highest wins. A wanted training that is not in
    `trainings` is still required: a requirement never vanishes by accident.
    """
    needed: dict[str, int] = {}
    open_ends = list(wanted)
    for code, level in open_ends:
        if needed.get(code, 0) >= level:
            continue
        needed[code] = level
        if code in trainings:
            open_ends.extend(trainings[code].prerequisites)
    return needed


def cycle_through(
    code: str, prerequisites: Iterable[str], trainings: Mapping[str, TrainingFact]
) -> tuple[str, ...]:
    """The way from a training over one of its `prerequisites` back to itself, both ends named.

    Empty when no way leads back. What `trainings` says of `code` itself is not looked at.
    """
    ways: list[tuple[str, ...]] = [(code, prerequisite) for prerequisite in prerequisites]
    seen = set()
    for way in ways:
        reached = way[-1]
        if reached == code:
            return way
        if reached in trainings and reached not in seen:
            seen.add(reached)
            ways.extend((*way, further) for further, _ in trainings[reached].prerequisites)
    return ()


def validity_end(approved_on: date, months: int) -> date:
    """The last valid day: the same day of the month, or the last day of a shorter month."""
    last_day: date = approved_on + relativedelta(months=months)
    return last_day


REMINDER_DAYS = (60, 30, 7)
"""How many days before its end a member is written to, the earliest first."""


def reminder_due(ends_on: date, today: date) -> int | None:
    """Which of the letters before an end is due: the nearest, None for none (yet).

    Who could not be written to in time gets the one that fits, not those that were missed.
    """
    left = (ends_on - today).days
    if left < 0:
        return None
    return min((days for days in REMINDER_DAYS if left <= days), default=None)


REFERENT_LEVEL = 3
REVIEW_MONTHS = 12
"""A referent is looked at again every year, whatever the training says of the other levels."""

EARLY = timedelta(days=90)
"""How long before its end an assessment renews a certification instead of beginning a new one."""


def months_of_validity(level: int, months: int) -> int:
    """For how many months an approval at this level counts; `months` is the training's own."""
    return REVIEW_MONTHS if level >= REFERENT_LEVEL else months


def valid_until_of(
    approved_on: date, months: int, assessed_on: date | None, held_until: date | None
) -> date:
    """The last valid day of an approval.

    `held_until` is the end of what the person holds at this level or above on the day of the
    approval. Assessed within the last days of that (`EARLY`), it is renewed: the months count from
    there, so that nobody loses by coming early, and nobody gains by coming again and again.
    """
    if held_until is not None and held_until - (assessed_on or approved_on) <= EARLY:
        return validity_end(held_until, months)
    return validity_end(approved_on, months)


def last_allowed_day(certification: CertificationFact, lapse_months: int | None) -> date | None:
    """The last day before it lapses by non-use, None when it never does.

    The clock starts at the last use since the approval, or at the approval if there was none: an
    approval after a refresher counts anew.
    """
    starts = [d for d in (certification.approved_on, certification.last_used_on) if d is not None]
    if lapse_months is None or not starts:
        return None
    last_day: date = max(starts) + relativedelta(months=lapse_months)
    return last_day


def state_on(
    certification: CertificationFact, lapse_months: int | None, day: date
) -> CertificationState:
    """The state as people see it on a local day: an approved record may be EXPIRED or LAPSED."""
    if certification.state != CertificationState.APPROVED:
        return certification.state
    if certification.valid_until is not None and day > certification.valid_until:
        return CertificationState.EXPIRED
    last_allowed_on = last_allowed_day(certification, lapse_months)
    if last_allowed_on is not None and day > last_allowed_on:
        return CertificationState.LAPSED
    return CertificationState.APPROVED


def judge(
    needed_level: int,
    training: TrainingFact,
    certifications: Iterable[CertificationFact],
    days: Sequence[date],
) -> Verdict:
    """Whether one person's certifications cover this training on every one of the days.

    `days` are local dates in order. Only approved and suspended records of this training, dated
    no later than the first day, are looked at; any other is as if missing. Of several the best is
    judged: the one that lacks least, then with the lightest cure, then the highest level.
    """
    verdicts = [
        _judge_record(needed_level, training, certification, days)
        for certification in certifications
        if certification.training == training.code and _counts(certification, days[0])
    ]
    if not verdicts:
        return Verdict(training.code, needed_level, (Shortfall.MISSING,))
    return min(verdicts, key=_distance_from_valid)


def judge_chain(
    wanted: Iterable[tuple[str, int]],
    trainings: Mapping[str, TrainingFact],
    certifications: Sequence[CertificationFact],
    days: Sequence[date],
) -> tuple[Verdict, ...]:
    """How one person stands for every training of the chain, in the order it is asked."""
    return tuple(
        judge(level, trainings.get(code) or TrainingFact(code, None, ()), certifications, days)
        for code, level in required_levels(wanted, trainings).items()
    )


def covered_until(
    levels: Mapping[str, int],
    trainings: Mapping[str, TrainingFact],
    certifications: Sequence[CertificationFact],
    first_day: date,
) -> date | None:
    """The last day on which one person's certifications cover all of these trainings.

    By date and by lack of use, as it stands with what has been used so far. None where one of them
    is not held at its level at all, so that nothing ends. `first_day` as for `judge`.
    """
    ends = [
        _held_until(code, level, trainings.get(code), certifications, first_day)
        for code, level in levels.items()
    ]
    held = [end for end in ends if end is not None]
    return min(held, default=date.max) if len(held) == len(ends) else None


def _held_until(
    code: str,
    level: int,
    training: TrainingFact | None,
    certifications: Sequence[CertificationFact],
    first_day: date,
) -> date | None:
    lapse_months = training.lapse_months if training else None
    return max(
        (
            min(one.valid_until or date.max, last_allowed_day(one, lapse_months) or date.max)
            for one in certifications
            if one.training == code
            and one.level >= level
            and one.state is CertificationState.APPROVED
            and _counts(one, first_day)
        ),
        default=None,
    )


def _counts(certification: CertificationFact, first_day: date) -> bool:
    return (
        certification.state in (CertificationState.APPROVED, CertificationState.SUSPENDED)
        and certification.approved_on is not None
        and certification.approved_on <= first_day
    )


def _judge_record(
    needed_level: int,
    training: TrainingFact,
    certification: CertificationFact,
    days: Sequence[date],
) -> Verdict:
    last_day = days[-1]
    last_allowed_on = last_allowed_day(certification, training.lapse_months)
    shortfalls = []
    if certification.level < needed_level:
        shortfalls.append(Shortfall.LEVEL_TOO_LOW)
    if certification.valid_until is not None and last_day > certification.valid_until:
        shortfalls.append(Shortfall.EXPIRED)
    if last_allowed_on is not None and last_day > last_allowed_on:
        shortfalls.append(Shortfall.LAPSED)
    if certification.state == CertificationState.SUSPENDED:
        shortfalls.append(Shortfall.SUSPENDED)
    return Verdict(
        training.code,
        needed_level,
        tuple(shortfalls),
        certification,
        last_allowed_on,
        training.lapse_months,
    )


_CURES = tuple(Shortfall)


def _distance_from_valid(verdict: Verdict) -> tuple[int, list[int], int, int]:
    record = verdict.record
    assert record is not None
    end = record.valid_until or date.max
    return (
        len(verdict.shortfalls),
        [_CURES.index(shortfall) for shortfall in verdict.shortfalls],
        -record.level,
        -end.toordinal(),
    )
