"""What goes on today: for who passes by, for a member, for who runs the place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select

from booking import clock
from booking.database import LocalizedText, db
from booking.machines.rules import OutageFact, OutageKind
from booking.members.models import Member, MemberRole, Paper, Role
from booking.members.rules import ENDING_SOON, AccountState, PaperKind, is_minor
from booking.periods import Period, local_day
from booking.planning.rules.attention import Attention, attentions
from booking.reservations.models import Reservation
from booking.reservations.queries import (
    list_active_between,
    list_future_of,
    list_missed_since,
    list_staying_longer,
)
from booking.reservations.queries.dossier import read_dossier
from booking.reservations.queries.workshop import OfferedMachine, Workshop
from booking.reservations.rules import Mode, ReservationState
from booking.reservations.rules.eligibility import against_these_days
from booking.reservations.rules.facts import Span as DaySpan
from booking.trainings.models import (
    OPEN_STATES,
    Enrolment,
    EnrolmentState,
    SessionHalfDay,
    Training,
    TrainingSession,
)
from booking.trainings.queries import find_training
from booking.trainings.rules import (
    JOINABLE_STATES,
    CertificationFact,
    CertificationState,
    required_levels,
)

HALF_DAYS_SHOWN = 4
EVER_APPROVED = (
    CertificationState.APPROVED,
    CertificationState.SUSPENDED,
    CertificationState.REVOKED,
)


class Stopped(NamedTuple):
    machine: OfferedMachine
    outage: OutageFact


class ComingSession(NamedTuple):
    """A training session without anybody's name; `free_places` may be 0."""

    id: int
    training_code: str
    title: LocalizedText
    starts_at: datetime
    ends_at: datetime
    place: str
    free_places: int


class HalfDay(NamedTuple):
    """A half-day of a session that is held."""

    session_id: int
    training_code: str
    title: LocalizedText
    starts_at: datetime
    ends_at: datetime
    place: str
    trainer_id: int
    trainer_name: str


class PaperEnding(NamedTuple):
    member_code: str
    member_name: str
    kind: PaperKind
    valid_until: date


@dataclass(frozen=True)
class FirstStep:
    """The training on which almost everything rests; `is_asked` when it is already under way."""

    training: Training
    session: ComingSession | None
    is_asked: bool


@dataclass(frozen=True)
class MemberDay:
    """What a member finds first: what comes, what to see to, what may be reserved.

    `first_step` is there for those without any certification that counts.
    """

    coming: Sequence[Reservation]
    sessions: Sequence[HalfDay]
    attentions: Sequence[Attention]
    usable: Sequence[OfferedMachine]
    first_step: FirstStep | None


@dataclass(frozen=True)
class ManagerDay:
    """What runs now, be it beyond its end, what starts later today, who did not come, the sessions,
    and papers that end soon.
    """

    running: Sequence[Reservation]
    staying_longer: Sequence[Reservation]
    missed: Sequence[Reservation]
    starting: Sequence[Reservation]
    sessions: Sequence[HalfDay]
    papers: Sequence[PaperEnding]


def list_stopped(workshop: Workshop, now: datetime) -> list[Stopped]:
    """The machines that are out of service at this moment, each with what stops it longest."""
    found = ((machine, _outage_at(machine, now)) for machine in workshop.machines)
    return [Stopped(machine, outage) for machine, outage in found if outage]


def _outage_at(machine: OfferedMachine, now: datetime) -> OutageFact | None:
    facts = (outage.fact(now) for outage in machine.outages)
    in_force = (
        fact
        for fact in facts
        if fact.starts_at <= now and (fact.expected_end_at is None or now < fact.expected_end_at)
    )
    return max(in_force, key=_weight, default=None)


def _weight(outage: OutageFact) -> tuple[bool, bool, datetime]:
    """Lockouts first, then those without an end, then by their end."""
    until = outage.expected_end_at
    return outage.kind is OutageKind.LOCKED_OUT, until is None, until or outage.starts_at


def list_coming_sessions(
    after: datetime, limit: int, training_code: str | None = None
) -> list[ComingSession]:
    """The next sessions that can be joined, of one training or of all; one statement."""
    taken = (
        select(func.count(Enrolment.id))
        .where(
            Enrolment.session_id == TrainingSession.id,
            or_(
                Enrolment.state == EnrolmentState.ENROLLED,
                (Enrolment.state == EnrolmentState.WAITING)
                & (Enrolment.offered_until.is_(None) | (Enrolment.offered_until > after)),
            ),
        )
        .correlate(TrainingSession)
        .scalar_subquery()
    )
    query = (
        select(
            TrainingSession.id,
            Training.code,
            Training.title,
            SessionHalfDay.starts_at,
            SessionHalfDay.ends_at,
            TrainingSession.place,
            TrainingSession.places - taken,
        )
        .join(Training, Training.id == TrainingSession.training_id)
        .join(SessionHalfDay, SessionHalfDay.session_id == TrainingSession.id)
        .where(
            TrainingSession.state.in_(JOINABLE_STATES),
            TrainingSession.counts_at(after),
            SessionHalfDay.number == 1,
            SessionHalfDay.starts_at > after,
        )
        .order_by(SessionHalfDay.starts_at, TrainingSession.id)
        .limit(limit)
    )
    if training_code is not None:
        query = query.where(Training.code == training_code)
    return [ComingSession(*row) for row in db.session.execute(query)]


def read_member_day(workshop: Workshop, member: Member, now: datetime) -> MemberDay:
    """Three statements: the dossier, the next reservations, the own sessions; two more for the
    first step.
    """
    today = now.astimezone(workshop.zone).date()
    period = local_day(today, workshop.zone)
    dossier = read_dossier(member.id, period, workshop.trainings, workshop.zone)
    person = dossier.member_facts(member, today, today)
    house_rules = workshop.house_rules_on(today)
    stopped = {stop.machine for stop in list_stopped(workshop, now)}
    span = DaySpan((today,), Mode.AUTONOMOUS, now)
    return MemberDay(
        coming=list_future_of(member.id, now),
        sessions=_own_half_days(member.id, now),
        attentions=attentions(
            person,
            dossier.papers,
            house_rules,
            dossier.certifications,
            workshop.trainings,
            today,
        ),
        usable=[
            machine
            for machine in workshop.machines
            if machine not in stopped
            and not against_these_days(
                span, workshop.facts(machine, person, house_rules, dossier.certifications)
            )
        ],
        first_step=_first_step(workshop, dossier.certifications, now),
    )


def _first_step(
    workshop: Workshop, held: Sequence[CertificationFact], now: datetime
) -> FirstStep | None:
    if any(record.state in EVER_APPROVED for record in held):
        return None
    training = find_training(_root_of(workshop) or "")
    if training is None:
        return None
    sessions = list_coming_sessions(now, 1, training.code)
    return FirstStep(
        training=training,
        session=sessions[0] if sessions else None,
        is_asked=any(r.training == training.code and r.state in OPEN_STATES for r in held),
    )


def _root_of(workshop: Workshop) -> str | None:
    """The training without prerequisites that the most machines ask for, through the chain too."""
    roots = Counter(
        code
        for machine in workshop.machines
        for code in required_levels(
            ((asked.training, asked.autonomous_level) for asked in machine.facts.requirements),
            workshop.trainings,
        )
        if code in workshop.trainings and not workshop.trainings[code].prerequisites
    )
    return roots.most_common(1)[0][0] if roots else None


def _own_half_days(member_id: int, now: datetime) -> list[HalfDay]:
    """What a member is to attend or to give, the next first."""
    attends = TrainingSession.enrolments.any(
        (Enrolment.member_id == member_id) & (Enrolment.state == EnrolmentState.ENROLLED)
    )
    return _half_days(
        attends | TrainingSession.is_given_by(member_id),
        SessionHalfDay.ends_at > now,
        limit=HALF_DAYS_SHOWN,
    )


def read_manager_day(workshop: Workshop, now: datetime) -> ManagerDay:
    """Five statements: the day's reservations, those beyond their end, who did not come, the
    sessions, the papers that end.
    """
    today = now.astimezone(workshop.zone).date()
    day = local_day(today, workshop.zone)
    reservations = list_active_between(Period(now, day.ends_at))
    return ManagerDay(
        running=[one for one in reservations if _has_begun(one, now)],
        staying_longer=list_staying_longer(),
        missed=list_missed_since(day.starts_at),
        starting=[one for one in reservations if not _has_begun(one, now)],
        sessions=_half_days(
            SessionHalfDay.starts_at < day.ends_at, SessionHalfDay.ends_at > day.starts_at
        ),
        papers=_papers_ending(today),
    )


def _has_begun(reservation: Reservation, now: datetime) -> bool:
    return reservation.starts_at <= now or reservation.state is ReservationState.CHECKED_IN


def _half_days(*conditions: ColumnElement[bool], limit: int | None = None) -> list[HalfDay]:
    """Half-days of sessions that are not cancelled, by start; one statement."""
    query = (
        select(
            TrainingSession.id,
            Training.code,
            Training.title,
            SessionHalfDay.starts_at,
            SessionHalfDay.ends_at,
            TrainingSession.place,
            TrainingSession.trainer_id,
            Member.name,
        )
        .join(Training, Training.id == TrainingSession.training_id)
        .join(Member, Member.id == TrainingSession.trainer_id)
        .join(SessionHalfDay, SessionHalfDay.session_id == TrainingSession.id)
        .where(TrainingSession.counts_at(clock.now()), *conditions)
        .order_by(SessionHalfDay.starts_at, TrainingSession.id)
        .limit(limit)
    )
    return [HalfDay(*row) for row in db.session.execute(query)]


def _papers_ending(today: date) -> list[PaperEnding]:
    """The papers asked of approved members whose last one ends within 30 days."""
    last = func.max(func.coalesce(Paper.valid_until, date.max))
    query = (
        select(Member.code, Member.name, Member.born_on, Paper.kind, last)
        .join(Member, Member.id == Paper.member_id)
        .where(
            Member.state == AccountState.APPROVED,
            Member.role_rows.any(MemberRole.role == Role.MEMBER),
        )
        .group_by(Member.code, Member.name, Member.born_on, Paper.kind)
        .having(last.between(today, today + ENDING_SOON))
        .order_by(last, Member.name)
    )
    return [
        PaperEnding(code, name, kind, valid_until)
        for code, name, born_on, kind, valid_until in db.session.execute(query)
        if _is_asked_of(kind, is_minor(born_on, today))
    ]


def _is_asked_of(kind: PaperKind, minor: bool) -> bool:
    """Whether a member cannot reserve without this paper."""
    return kind is PaperKind.INSURANCE or (minor and kind is PaperKind.PARENTAL_PERMISSION)
