"""What goes on today: for who passes by, for a member, for who runs the place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select

from booking.database import LocalizedText, db
from booking.machines.rules import OutageFact
from booking.members.models import Member, Paper
from booking.members.rules import ENDING_SOON, AccountState, PaperKind
from booking.openings.rules import Access, PublicHoliday, Timetable
from booking.periods import Period, local_day, merge
from booking.planning.queries.workshop import Closed, OfferedArea, OfferedMachine, Workshop
from booking.planning.rules import minute_of
from booking.planning.rules.attention import Attention, attentions
from booking.reservations.dossier import read_dossier
from booking.reservations.models import Reservation
from booking.reservations.queries import list_active_between, list_future_of
from booking.reservations.rules import Mode
from booking.reservations.rules.eligibility import against_these_days
from booking.reservations.rules.facts import Span as DaySpan
from booking.trainings.models import (
    Enrolment,
    EnrolmentState,
    SessionHalfDay,
    SessionState,
    Training,
    TrainingSession,
)


class AreaHours(NamedTuple):
    """When an area is open to everybody today, and why not where it is closed."""

    area: OfferedArea
    periods: tuple[Period, ...]
    closures: tuple[str, ...]


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


class SessionToday(NamedTuple):
    """A half-day of a session that is held today."""

    session_id: int
    training_code: str
    title: LocalizedText
    starts_at: datetime
    ends_at: datetime
    place: str
    trainer_name: str


class PaperEnding(NamedTuple):
    member_code: str
    member_name: str
    kind: PaperKind
    valid_until: date


@dataclass(frozen=True)
class MemberDay:
    """What a member finds first: the next reservations, what to see to, what may be reserved."""

    coming: Sequence[Reservation]
    attentions: Sequence[Attention]
    usable: Sequence[OfferedMachine]


@dataclass(frozen=True)
class ManagerDay:
    """What runs now, what starts later today, the sessions, and papers that end soon."""

    running: Sequence[Reservation]
    starting: Sequence[Reservation]
    sessions: Sequence[SessionToday]
    papers: Sequence[PaperEnding]


def hours_of(workshop: Workshop, day: date) -> list[AreaHours]:
    """The hours of each area that are open to every member on a local day."""
    whole_day = local_day(day, workshop.zone)
    found = []
    for area in dict.fromkeys(machine.area for machine in workshop.machines):
        machines = [machine for machine in workshop.machines if machine.area is area]
        openings = (
            opening
            for machine in machines
            for opening in Timetable(machine.weekly, workshop.zone).on(day)
        )
        open_to_all = merge(o.period for o in openings if o.access is Access.ALL)
        found.append(AreaHours(area, open_to_all, _common_closures(machines, whole_day)))
    return found


def _common_closures(machines: Sequence[OfferedMachine], period: Period) -> tuple[str, ...]:
    """The reasons for which all of these machines are closed at some time of the period."""
    starts, ends = minute_of(period.starts_at), minute_of(period.ends_at)
    return tuple(
        dict.fromkeys(
            stop.about.reason
            for stop in machines[0].closures
            if stop.starts < ends
            and stop.ends > starts
            and isinstance(stop.about, Closed)
            and all(stop in machine.closures for machine in machines)
        )
    )


def holiday_on(workshop: Workshop, day: date) -> PublicHoliday | None:
    return workshop.holidays(range(day.year, day.year + 1)).get(day)


def list_stopped(workshop: Workshop, now: datetime) -> list[Stopped]:
    """The machines that are out of service at this moment."""
    return [
        Stopped(machine, fact)
        for machine in workshop.machines
        for fact in (outage.fact(now) for outage in machine.outages)
        if fact.starts_at <= now and (fact.expected_end_at is None or now < fact.expected_end_at)
    ]


def list_coming_sessions(after: datetime, limit: int) -> list[ComingSession]:
    """The next sessions that can be joined, the first to begin first; one statement."""
    taken = (
        select(func.count(Enrolment.id))
        .where(
            Enrolment.session_id == TrainingSession.id,
            Enrolment.state == EnrolmentState.ENROLLED,
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
            TrainingSession.state.in_((SessionState.OPEN, SessionState.CONFIRMED)),
            SessionHalfDay.number == 1,
            SessionHalfDay.starts_at > after,
        )
        .order_by(SessionHalfDay.starts_at, TrainingSession.id)
        .limit(limit)
    )
    return [ComingSession(*row) for row in db.session.execute(query)]


def read_member_day(workshop: Workshop, member: Member, now: datetime) -> MemberDay:
    """Two statements: the member's dossier, and the next reservations."""
    today = now.astimezone(workshop.zone).date()
    period = local_day(today, workshop.zone)
    dossier = read_dossier(member.id, period, workshop.trainings, workshop.zone)
    person = dossier.member_facts(member, today, today)
    house_rules = workshop.house_rules_on(today)
    stopped = {stop.machine for stop in list_stopped(workshop, now)}
    span = DaySpan((today,), Mode.AUTONOMOUS, now)
    return MemberDay(
        coming=list_future_of(member.id, now),
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
    )


def read_manager_day(workshop: Workshop, now: datetime) -> ManagerDay:
    """Three statements: the day's reservations, its sessions, the papers that end."""
    today = now.astimezone(workshop.zone).date()
    day = local_day(today, workshop.zone)
    reservations = list_active_between(Period(now, day.ends_at))
    return ManagerDay(
        running=[one for one in reservations if one.starts_at <= now],
        starting=[one for one in reservations if one.starts_at > now],
        sessions=_sessions_in(day),
        papers=_papers_ending(today),
    )


def _sessions_in(day: Period) -> list[SessionToday]:
    query = (
        select(
            TrainingSession.id,
            Training.code,
            Training.title,
            SessionHalfDay.starts_at,
            SessionHalfDay.ends_at,
            TrainingSession.place,
            Member.name,
        )
        .join(Training, Training.id == TrainingSession.training_id)
        .join(Member, Member.id == TrainingSession.trainer_id)
        .join(SessionHalfDay, SessionHalfDay.session_id == TrainingSession.id)
        .where(
            TrainingSession.state != SessionState.CANCELLED,
            SessionHalfDay.starts_at < day.ends_at,
            SessionHalfDay.ends_at > day.starts_at,
        )
        .order_by(SessionHalfDay.starts_at, TrainingSession.id)
    )
    return [SessionToday(*row) for row in db.session.execute(query)]


def _papers_ending(today: date) -> list[PaperEnding]:
    """The last paper of its kind of each approved member, where it ends within 30 days."""
    last = func.max(func.coalesce(Paper.valid_until, date.max))
    query = (
        select(Member.code, Member.name, Paper.kind, last)
        .join(Member, Member.id == Paper.member_id)
        .where(Member.state == AccountState.APPROVED)
        .group_by(Member.code, Member.name, Paper.kind)
        .having(last.between(today, today + ENDING_SOON))
        .order_by(last, Member.name)
    )
    return [PaperEnding(*row) for row in db.session.execute(query)]
