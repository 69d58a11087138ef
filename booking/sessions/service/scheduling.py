"""Planning a session, changing it, opening it, and giving it up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from booking import clock, permissions
from booking.database import db
from booking.journal import service as journal
from booking.machines.models import Machine
from booking.members.models import Member, Role
from booking.members.rules import AccountState
from booking.occupancies import service as occupancies
from booking.outbox import service as outbox
from booking.periods import Period
from booking.reservations import service as reservations
from booking.reservations.queries.workshop import get_workshop
from booking.reservations.service import Freed
from booking.sessions import refusals as why
from booking.sessions.queries.closed import against_holding, held_on
from booking.sessions.queries.sessions import blocked_units, list_teaching, occupied_by
from booking.sessions.queries.teaching import list_uncertified, shortage_of
from booking.sessions.refusals import WAIVABLE, Refused, ScheduleRefusal
from booking.sessions.rules.scheduling import (
    Assignment,
    Blocked,
    Claim,
    Conflict,
    Promise,
    assign,
    overlapping,
)
from booking.sessions.service.deciding import follow_minimum, write_confirmed_by_date
from booking.sessions.service.holding import hold
from booking.sessions.service.interest import tell_interested
from booking.sessions.service.offering import offer_places
from booking.sessions.service.telling import (
    as_facts,
    everybody_in,
    tell,
    tell_of_naming,
    tell_to_give,
    topic_of,
    topic_of_enrolment,
)
from booking.trainings.models import (
    SessionHalfDay,
    SessionKind,
    SessionState,
    Training,
    TrainingSession,
)
from booking.trainings.rules import SessionAct, lapse_of, session_after
from booking.trainings.rules.sessions import UNDECIDED_STATES

CODE = "T-"


@dataclass(frozen=True)
class Draft:
    """Everything that is said of a session when it is planned.

    The first trainer answers for it. `decides_before` is how long before its start a session with
    too few people is cancelled, None for one that is held in any case. `units` are so many of each
    machine over every half-day. `despite` is why it is held though the place is closed then.
    """

    training: Training
    kind: SessionKind
    trainers: tuple[Member, ...]
    places: int
    place: str
    minimum: int
    decides_before: timedelta | None
    half_days: tuple[Period, ...]
    units: Mapping[Machine, int]
    despite: str = ""

    @property
    def span(self) -> Period:
        return Period(self.half_days[0].starts_at, max(one.ends_at for one in self.half_days))

    def decides_at(self, now: datetime) -> datetime | None:
        """The decision date; None where it would lie in the past."""
        if self.decides_before is None:
            return None
        instant = self.half_days[0].starts_at - self.decides_before
        return instant if instant > now else None


def plan(draft: Draft, actor: Member) -> TrainingSession | Refused:
    """Add a session in preparation; its machines are promised to it from now on."""
    made = plan_all([draft], actor)
    return made if isinstance(made, Refused) else made[0]


def plan_all(
    drafts: Sequence[Draft], actor: Member, first: TrainingSession | None = None
) -> list[TrainingSession] | Refused:
    """Add several sessions that belong together, with a first one that is there where one is given,
    or none and say everything in the way.
    """
    machine_ids = {machine.id for draft in drafts for machine in draft.units}
    people = {trainer for draft in drafts for trainer in draft.trainers}
    hold([first] if first else [], people, machine_ids)
    assignments = _assign_all(drafts)
    reasons = tuple(
        dict.fromkeys(
            reason
            for number, draft in enumerate(drafts)
            for reason in (
                *_against(draft, None, assignments[number]),
                *_closed(draft, actor),
                *_between(draft, drafts[:number]),
            )
        )
    )
    if reasons:
        return Refused(reasons)
    freed = reservations.settle(machine_ids)
    made = [_add(draft, one, actor) for draft, one in zip(drafts, assignments, strict=True)]
    together = [*([first] if first else []), *made]
    if len(together) > 1:
        series_id = together[0].series_id or together[0].id
        for one in together:
            one.series_id = series_id
    tell_to_give(made, actor)
    reservations.offer_freed(freed)
    return made


def _add(draft: Draft, assignment: Assignment, actor: Member) -> TrainingSession:
    state = session_after(None, SessionAct.PLAN)
    assert state is not None
    session = TrainingSession(code=_next_code(), training_id=draft.training.id, state=state)
    _write(session, draft)
    db.session.add(session)
    db.session.flush()
    _take_units(session, assignment)
    journal.record(
        "session.planned",
        "session",
        session.code,
        actor_id=actor.id,
        reason=draft.despite,
        after=_of(session, draft),
    )
    return session


def _next_code() -> str:
    """The number after the highest one; two at once lose a race and try again."""
    codes = db.session.scalars(
        select(TrainingSession.code).where(TrainingSession.code.startswith(CODE))
    )
    numbers = (code.removeprefix(CODE) for code in codes)
    return f"{CODE}{max((int(n) for n in numbers if n.isdecimal()), default=0) + 1:02d}"


def change(
    session: TrainingSession, version: int, draft: Draft, actor: Member
) -> TrainingSession | Refused:
    """Say everything of a session anew, over the `version` that was read; who is in it or gives it
    is told when its hours change, and who is to give it, or no more, of that.
    """
    before_units = {one.machine: one.units for one in occupied_by(session)}
    hold([session], draft.trainers, [machine.id for machine in draft.units])
    if session.version != version:
        return Refused((why.ChangedMeanwhile(),))
    draft = replace(draft, training=session.training)
    assignment = _assign(draft, session)
    reasons = (
        *_against_changing(session, SessionAct.CHANGE),
        *_against(draft, session, assignment),
        *_closed(draft, actor, session, before_units),
    )
    if reasons:
        return Refused(tuple(dict.fromkeys(reasons)))
    write_confirmed_by_date(session)
    before = _of(session, replace(draft, units=before_units))
    freed = reservations.settle({m.id for m in draft.units} | {m.id for m in before_units})
    hours_before = [one.period for one in session.half_days]
    trainers_before = list(session.trainers)
    freed += _freed_by(session, before_units)
    numbers = [half_day.id for half_day in session.half_days]
    occupancies.forget_for_session(numbers)
    _write(session, draft)
    flag_modified(session, "places")  # a new version, also where other tables alone have changed
    db.session.flush()
    _take_units(session, assignment)
    journal.record_change(
        "session.changed",
        "session",
        session.code,
        actor_id=actor.id,
        reason=draft.despite,
        before=before,
        after=_of(session, draft),
    )
    if hours_before != [*draft.half_days]:
        session.moved_at = clock.now()
        tell("session.moved", session, everybody_in(session))
        staying = [one for one in session.trainers if one in trainers_before and one != actor]
        tell("session.moved", session, staying, gives=True)
    tell_of_naming(session, trainers_before, actor)
    offer_places(session)
    reservations.offer_freed(freed)
    return session


def open_up(session: TrainingSession, actor: Member) -> TrainingSession | Refused:
    """Let people enrol in a session that was prepared."""
    outcome = _lead_on(session, SessionAct.OPEN, "session.opened", actor)
    if not isinstance(outcome, Refused):
        tell_interested(session)
    return outcome


def confirm(session: TrainingSession, actor: Member) -> TrainingSession | Refused:
    """Promise that it takes place, however many have enrolled."""
    outcome = _lead_on(session, SessionAct.CONFIRM, "session.confirmed", actor)
    if not isinstance(outcome, Refused):
        tell("session.confirmed", session, [one.member for one in session.enrolled])
    return outcome


def _lead_on(
    session: TrainingSession, act: SessionAct, name: str, actor: Member
) -> TrainingSession | Refused:
    hold([session], session.trainers)
    if session.state in UNDECIDED_STATES and _is_without_trainer(session):
        return Refused((why.NobodyGivesIt(),))
    if reasons := _against_changing(session, act):
        return Refused(reasons)
    before = session.state
    session.state = session_after(session.state, act) or session.state
    follow_minimum(session)
    journal.record(
        name,
        "session",
        session.code,
        actor_id=actor.id,
        before={"state": before},
        after={"state": session.state},
    )
    return session


def _is_without_trainer(session: TrainingSession) -> bool:
    shortage = shortage_of(session)
    return shortage is not None and shortage.is_total


def cancel(session: TrainingSession, actor: Member, reason: str) -> TrainingSession | Refused:
    """Give a session up: all are told why, nothing is due, and its machines are free again."""
    units = {one.machine: one.units for one in occupied_by(session)}
    hold([session])
    reasons = _against_changing(session, SessionAct.CANCEL)
    if not reason:
        reasons = (*reasons, why.ReasonMissing())
    if reasons:
        return Refused(reasons)
    freed = [*reservations.settle(machine.id for machine in units), *_freed_by(session, units)]
    write_cancelled(session, reason)
    journal.record(
        "session.cancelled", "session", session.code, actor_id=actor.id, reason=reason,
        after=as_facts(session) | {"enrolled": len(session.enrolled)},
    )  # fmt: skip
    reservations.offer_freed(freed)
    return session


def write_cancelled(session: TrainingSession, reason: str, kind: str = "session.cancelled") -> None:
    """Note that a session does not take place, and tell those in it and those who give it."""
    learning = dict.fromkeys(everybody_in(session))
    giving = [trainer for trainer in session.trainers if trainer not in learning]
    for topic in (topic_of(session), *map(topic_of_enrolment, session.in_line)):
        outbox.withdraw(topic)
    session.state = SessionState.CANCELLED
    session.cancelled_at = clock.now()
    session.cancel_reason = reason
    session.lapses_at = None
    occupancies.release_for_session(one.id for one in session.half_days)
    why_not: dict[str, Any] = {"reason": reason, "minimum": session.minimum}
    tell(kind, session, learning, **why_not)
    tell(kind, session, giving, gives=True, **why_not)


def _write(session: TrainingSession, draft: Draft) -> None:
    now = clock.now()
    session.kind = draft.kind
    session.trainer = draft.trainers[0]
    session.co_trainers = list(draft.trainers[1:])
    session.places = draft.places
    session.place = draft.place
    session.minimum = draft.minimum
    session.auto_cancel_at = draft.decides_at(now)
    enrolled = len(session.enrolled)
    session.lapses_at = lapse_of(
        session.state, session.auto_cancel_at, draft.minimum, enrolled, now, None
    )
    _write_half_days(session, draft.half_days)


def _write_half_days(session: TrainingSession, periods: Sequence[Period]) -> None:
    """Those that are there get new hours, further ones are added, spare ones go."""
    known = list(session.half_days)
    for spare in known[len(periods) :]:
        session.half_days.remove(spare)
        db.session.delete(spare)
    for number, period in enumerate(periods, start=1):
        if number <= len(known):
            half_day = known[number - 1]
        else:
            half_day = SessionHalfDay()
            session.half_days.append(half_day)
        half_day.number = number
        half_day.starts_at, half_day.ends_at = period.starts_at, period.ends_at


def _take_units(session: TrainingSession, assignment: Assignment) -> None:
    for half_day in session.half_days:
        until = {
            one.unit_id: one.busy.ends_at
            for one in assignment.promises
            if one.half_day == half_day.period
        }
        occupancies.take_for_session(until, half_day.id, half_day.period, session.lapses_at)


def _assign_all(drafts: Sequence[Draft]) -> list[Assignment]:
    """The units of several sessions, each beside those of the sessions before it."""
    found: list[Assignment] = []
    for draft in drafts:
        before = [promise for assignment in found for promise in assignment.promises]
        found.append(_assign(draft, None, before))
    return found


def _assign(
    draft: Draft, session: TrainingSession | None, before: Iterable[Promise] = ()
) -> Assignment:
    """The units of a session, as if its half-days of up to now took nothing."""
    own = [one.id for one in session.half_days] if session else []
    taken = blocked_units([machine.id for machine in draft.units], draft.span, own)
    for one in before:
        blocked = Blocked(one.half_day, one.busy, is_session=True)
        taken.setdefault(one.unit_id, []).append(blocked)
    claims = [_claim(machine, wanted) for machine, wanted in draft.units.items()]
    possible = [claim for claim in claims if claim.wanted <= len(claim.unit_ids)]
    return assign(possible, draft.half_days, taken)


def _claim(machine: Machine, wanted: int) -> Claim:
    offered = get_workshop().by_id[machine.id]
    return Claim(machine.code, tuple(offered.unit_ids), wanted, offered.facts.buffer)


def _freed_by(session: TrainingSession, units: Iterable[Machine]) -> list[Freed]:
    return [Freed(machine.id, one.period) for machine in units for one in session.half_days]


# What stands against it


def _against(
    draft: Draft, session: TrainingSession | None, assignment: Assignment
) -> Iterator[ScheduleRefusal]:
    yield from _against_the_terms(draft)
    if session is not None:
        yield from _against_those_in_it(draft, session)
    yield from _against_the_hours(draft)
    yield from trainers_in_the_way(draft.trainers, draft.half_days, session)
    yield from _machines_in_the_way(draft, assignment)


def _against_the_terms(draft: Draft) -> Iterator[ScheduleRefusal]:
    if draft.training.archived_at is not None:
        yield why.TrainingNotOffered(draft.training.code)
    yield from against_trainers(draft.training, draft.trainers)
    if draft.minimum > draft.places:
        yield why.MinimumAbovePlaces(draft.places)


def against_trainers(training: Training, trainers: Sequence[Member]) -> Iterator[ScheduleRefusal]:
    """Who of them may not give a training, and why."""
    for trainer in trainers:
        if Role.TRAINER not in trainer.roles or trainer.state is not AccountState.APPROVED:
            yield why.NotATrainer(trainer.name)
    for trainer in list_uncertified(training.id, trainers):
        yield why.TrainerNotCertified(trainer.name, training.code)


def _against_those_in_it(draft: Draft, session: TrainingSession) -> Iterator[ScheduleRefusal]:
    """What was promised to people stands, and nobody gives a session that he attends."""
    if draft.places < session.promised_places:
        yield why.TooFewPlaces(session.promised_places)
    people = session.people
    if people and draft.kind is not session.kind:
        yield why.KindIsFixed()
    for trainer in draft.trainers:
        if trainer in people:
            yield why.TrainerHasPlace(trainer.name)


def _against_the_hours(draft: Draft) -> Iterator[ScheduleRefusal]:
    now = clock.now()
    for half_day in draft.half_days:
        if half_day.starts_at <= now:
            yield why.HalfDayInPast(half_day)
    if (second := overlapping(draft.half_days)) is not None:
        yield why.HalfDaysOverlap(second)


def trainers_in_the_way(
    trainers: Sequence[Member], half_days: Sequence[Period], session: TrainingSession | None
) -> Iterator[ScheduleRefusal]:
    """Who of them gives another session than this one over some of these half-days."""
    if not trainers or not half_days:
        return
    names = {trainer.id: trainer.name for trainer in trainers}
    span = Period(min(half_days).starts_at, max(one.ends_at for one in half_days))
    for taught in list_teaching([*names], span, session.id if session else None):
        if any(taught.period.overlaps(half_day) for half_day in half_days):
            yield why.TrainerIsBusy(names[taught.member_id], taught.session, taught.period)


def _machines_in_the_way(draft: Draft, assignment: Assignment) -> Iterator[ScheduleRefusal]:
    for machine, wanted in draft.units.items():
        units = len(_claim(machine, wanted).unit_ids)
        if wanted > units:
            yield why.TooFewUnits(machine.code, units)
    yield from map(_as_refusal, assignment.conflicts)


def _closed(
    draft: Draft,
    actor: Member,
    session: TrainingSession | None = None,
    machines: Collection[Machine] = (),
) -> Iterator[ScheduleRefusal]:
    """What the hours of the place say against what is new, but for what is waived in writing.

    `machines` are those that the session takes up to now.
    """
    before = [one.period for one in session.half_days] if session else []
    known = {*held_on(before, machines), *held_on(before, ())}
    asked = [one for one in held_on(draft.half_days, draft.units) if one not in known]
    waives = bool(draft.despite) and permissions.may(actor, "waiver.grant")
    for reason in against_holding(asked):
        if not (waives and isinstance(reason, WAIVABLE)):
            yield reason


def _as_refusal(met: Conflict) -> why.MachineTaken:
    return why.MachineTaken(
        machine=met.machine,
        half_day=met.half_day,
        free=met.free,
        wanted=met.wanted,
        seen=met.in_the_way.seen,
        by_session=met.in_the_way.is_session,
    )


def _between(draft: Draft, others: Iterable[Draft]) -> Iterator[ScheduleRefusal]:
    """Sessions planned together do not stand in one another's way."""
    for other in others:
        second = overlapping([*draft.half_days, *other.half_days])
        if second is not None:
            yield why.HalfDaysOverlap(second)
            return


def _against_changing(session: TrainingSession, act: SessionAct) -> tuple[ScheduleRefusal, ...]:
    if session_after(session.state_now, act) is None:
        return (why.SessionStateForbids(session.state_now),)
    if session.has_begun:
        return (why.SessionHasBegun(session.starts_at),)
    return ()


def _of(session: TrainingSession, draft: Draft) -> dict[str, object]:
    """Plain values for the journal."""
    return as_facts(session) | {
        "kind": session.kind,
        "trainers": [member.code for member in session.trainers],
        "places": session.places,
        "place": session.place,
        "minimum": session.minimum,
        "decides_at": session.auto_cancel_at.isoformat() if session.auto_cancel_at else None,
        "machines": {machine.code: units for machine, units in draft.units.items()},
    }
