"""What the recorded life of certifications says about any day, past days included."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from booking.trainings.rules import (
    CertificationFact,
    CertificationState,
    TrainingFact,
    Verdict,
    judge,
)


@dataclass(frozen=True, slots=True)
class EventFact:
    """One recorded act: from the local day `effective_on` on, the record is as said here.

    Validity days are local and inclusive, None before an approval.
    """

    certification_id: int
    effective_on: date
    state: CertificationState
    level: int
    valid_from: date | None
    valid_until: date | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a member stood on one local day for one training and level."""

    on: date
    verdict: Verdict

    @property
    def was_certified(self) -> bool:
        return self.verdict.is_valid


def in_force_on(events: Iterable[EventFact], day: date) -> dict[int, EventFact]:
    """What each record was on a day, by id; `events` come in the order they were recorded.

    What was recorded later is the better knowledge: it replaces everything said before about
    the days from its `effective_on` on. So a correction reaches back, and no further.
    """
    return {event.certification_id: event for event in events if event.effective_on <= day}


A_DAY = timedelta(days=1)


def held_since(level: int, events: Sequence[EventFact], today: date) -> date | None:
    """The first local day of the unbroken stretch up to today in which some record of one training
    was valid at a level; None when none is today. A suspension breaks it, a renewal does not.
    """
    ends = {event.valid_until + A_DAY for event in events if event.valid_until}
    starts = {event.valid_from for event in events if event.valid_from}
    since = None
    for day in sorted({event.effective_on for event in events} | starts | ends):
        if day > today:
            break
        is_held = any(_covers(fact, level, day) for fact in in_force_on(events, day).values())
        since = (since or day) if is_held else None
    return since


def _covers(fact: EventFact, level: int, day: date) -> bool:
    if fact.state is not CertificationState.APPROVED or fact.level < level:
        return False
    if fact.valid_from is None or fact.valid_until is None:
        return False
    return fact.valid_from <= day <= fact.valid_until


DATED_STATES = frozenset(
    {CertificationState.APPROVED, CertificationState.SUSPENDED, CertificationState.REVOKED}
)
"""What a record is from its approval on."""


def corrected(
    events: Sequence[EventFact], level: int, valid_from: date, valid_until: date
) -> list[EventFact]:
    """What is to be recorded so that one record reads, on every day, with these values.

    Suspensions and a revocation stay on their days: each stretch since the approval is said anew.
    Days before the former first day that become valid are approved ones.
    """
    first_days = sorted({event.effective_on for event in events} | {valid_from})
    known = {day: fact for day in first_days for fact in in_force_on(events, day).values()}
    dated = {day: fact for day, fact in known.items() if fact.state in DATED_STATES}
    new = {"level": level, "valid_from": valid_from, "valid_until": valid_until}
    said = [replace(fact, effective_on=day, **new) for day, fact in dated.items()]  # type: ignore[arg-type]
    if said and valid_from < said[0].effective_on:
        approved = replace(
            said[0], effective_on=valid_from, state=CertificationState.APPROVED, reason=""
        )
        said.insert(0, approved)
    return said


def standing_on(
    day: date,
    needed_level: int,
    training: TrainingFact,
    events: Iterable[EventFact],
    last_used_on: date | None,
) -> Standing:
    """Judge the records of one member and training as they were on a day.

    `last_used_on` is the last use or attended session up to that day.
    """
    records = (
        _as_fact(event, training.code, last_used_on) for event in in_force_on(events, day).values()
    )
    return Standing(day, judge(needed_level, training, records, [day]))


def _as_fact(event: EventFact, training: str, last_used_on: date | None) -> CertificationFact:
    suspended = event.state is CertificationState.SUSPENDED
    return CertificationFact(
        training=training,
        level=event.level,
        state=event.state,
        approved_on=event.valid_from,
        valid_until=event.valid_until,
        last_used_on=last_used_on,
        suspension_reason=event.reason if suspended else None,
        record_id=event.certification_id,
    )
