"""An independent look at the reservations in a database: every broken rule, in words.

Nothing here is taken from the generator. The rules are asked of the rows alone, for each
reservation as things stood on its own days.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from booking.database import db
from booking.machines.models import Machine, Unit
from booking.machines.rules import OutsideStaffed, RiskClass
from booking.members.models import Member, Paper, Plan, RulesAcceptance, Subscription
from booking.members.rules import AGE_OF_MAJORITY, AccountState, PaperKind, birthday
from booking.occupancies.models import Occupancy
from booking.openings.models import Closure
from booking.openings.queries import weekly_openings_of
from booking.openings.rules import Access, WeeklyOpening, continuous, openings_on, public_holidays
from booking.periods import Period, local_days
from booking.reservations.models import Reservation
from booking.reservations.rules import Mode, ReservationState
from booking.site.models import HouseRules
from booking.trainings.events import EventFact, standing_on
from booking.trainings.models import (
    AttendanceEntry,
    Certification,
    CertificationEvent,
    Enrolment,
    SessionHalfDay,
    Training,
    TrainingSession,
)
from booking.trainings.queries import training_facts
from booking.trainings.rules import EntryKind, TrainingFact, required_levels

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True)
class Stored:
    """What the rules need of the database, read once."""

    reservations: list[Reservation]
    members: dict[int, Member]
    machines: dict[int, Machine]
    weekly: dict[int, tuple[WeeklyOpening, ...]]
    closures: list[Closure]
    insured_until: dict[int, date]
    permitted_until: dict[int, date]
    subscriptions: list[Subscription]
    plans: dict[int, Plan]
    house_rules: list[HouseRules]
    acceptances: dict[tuple[int, str], datetime]
    trainings: dict[str, TrainingFact]
    events: dict[tuple[int, str], list[EventFact]]
    attended: dict[tuple[int, str], list[date]]

    def chain(self, reservation: Reservation) -> dict[str, int]:
        autonomous = reservation.mode is Mode.AUTONOMOUS
        return required_levels(
            (
                (r.training_code, r.autonomous_level if autonomous else r.supervised_level)
                for r in self.machines[reservation.machine_id].requirements
            ),
            self.trainings,
        )

    @cached_property
    def practice(self) -> dict[tuple[int, str], list[date]]:
        """The days of completed uses and signed sessions by member and training, in order."""
        days = defaultdict(list, {key: list(days) for key, days in self.attended.items()})
        for reservation in self.reservations:
            if reservation.state is ReservationState.COMPLETED:
                for training in self.chain(reservation):
                    days[reservation.member_id, training].append(days_of(reservation)[-1])
        return {key: sorted(found) for key, found in days.items()}

    @cached_property
    def minutes_a_day(self) -> Counter[tuple[int, int, date]]:
        """The minutes of each member on each machine by the day of the start."""
        minutes: Counter[tuple[int, int, date]] = Counter()
        for r in self.reservations:
            minutes[r.member_id, r.machine_id, days_of(r)[0]] += minutes_of(r)
        return minutes

    def name(self, reservation: Reservation) -> str:
        member = self.members[reservation.member_id].code
        machine = self.machines[reservation.machine_id].code
        starts_at = reservation.starts_at.astimezone(PARIS)
        return f"{member} on {machine} {starts_at:%Y-%m-%d %H:%M} ({reservation.state})"


def read() -> Stored:
    machines = db.session.scalars(
        select(Machine).options(
            selectinload(Machine.requirements),
            selectinload(Machine.units),
            selectinload(Machine.outages),
        )
    ).all()
    papers = db.session.scalars(select(Paper)).all()
    return Stored(
        reservations=list(
            db.session.scalars(select(Reservation).order_by(Reservation.starts_at, Reservation.id))
        ),
        members={member.id: member for member in db.session.scalars(select(Member))},
        machines={machine.id: machine for machine in machines},
        weekly=weekly_openings_of(machines),
        closures=list(db.session.scalars(select(Closure))),
        insured_until=_until(papers, PaperKind.INSURANCE),
        permitted_until=_until(papers, PaperKind.PARENTAL_PERMISSION),
        subscriptions=list(
            db.session.scalars(select(Subscription).options(selectinload(Subscription.covers)))
        ),
        plans={plan.id: plan for plan in db.session.scalars(select(Plan))},
        house_rules=list(db.session.scalars(select(HouseRules).order_by(HouseRules.in_force_from))),
        acceptances={
            (row.member_id, row.version): row.accepted_at
            for row in db.session.scalars(select(RulesAcceptance))
        },
        trainings=training_facts(),
        events=_events(),
        attended=_attended(),
    )


def _until(papers: Iterable[Paper], kind: PaperKind) -> dict[int, date]:
    return {
        paper.member_id: paper.valid_until or date.max for paper in papers if paper.kind == kind
    }


def _events() -> dict[tuple[int, str], list[EventFact]]:
    rows = db.session.execute(
        select(Certification.member_id, Training.code, CertificationEvent)
        .join(Certification, Certification.id == CertificationEvent.certification_id)
        .join(Training, Training.id == Certification.training_id)
        .order_by(CertificationEvent.id)
    )
    events: dict[tuple[int, str], list[EventFact]] = defaultdict(list)
    for member_id, code, event in rows:
        events[member_id, code].append(
            EventFact(
                event.certification_id,
                event.effective_on,
                event.state,
                event.level,
                event.valid_from,
                event.valid_until,
            )
        )
    return events


def _attended() -> dict[tuple[int, str], list[date]]:
    rows = db.session.execute(
        select(
            Enrolment.member_id,
            Training.code,
            SessionHalfDay.starts_at,
        )
        .join(AttendanceEntry, AttendanceEntry.enrolment_id == Enrolment.id)
        .join(TrainingSession, TrainingSession.id == Enrolment.session_id)
        .join(Training, Training.id == TrainingSession.training_id)
        .join(SessionHalfDay, SessionHalfDay.id == AttendanceEntry.half_day_id)
        .where(AttendanceEntry.kind == EntryKind.TRAINER)
    )
    attended: dict[tuple[int, str], list[date]] = defaultdict(list)
    for member_id, code, starts_at in rows:
        attended[member_id, code].append(starts_at.astimezone(PARIS).date())
    return attended


def period_of(reservation: Reservation) -> Period:
    return Period(reservation.starts_at, reservation.ends_at)


def minutes_of(reservation: Reservation) -> int:
    return period_of(reservation).duration // timedelta(minutes=1)


def days_of(reservation: Reservation) -> tuple[date, ...]:
    return local_days(period_of(reservation), PARIS)


# The rules


Rule = Callable[[Reservation, Stored], Iterator[str]]


def problems(stored: Stored, *, except_for: Iterable[str] = ()) -> list[str]:
    """Every broken rule; `except_for` are problems that are known and said elsewhere."""
    found = [
        f"{stored.name(reservation)}: {problem}"
        for reservation in stored.reservations
        for rule in RULES
        for problem in rule(reservation, stored)
    ]
    found += overlaps_on_units(stored)
    found += overlaps_of_people(stored)
    return [problem for problem in found if problem not in set(except_for)]


def account(reservation: Reservation, stored: Stored) -> Iterator[str]:
    member, days = stored.members[reservation.member_id], days_of(reservation)
    if member.state not in (AccountState.APPROVED, AccountState.LEFT):
        yield "account not approved"
    if member.joined_on and days[0] < member.joined_on:
        yield "not yet a member"
    if member.left_on and days[-1] > member.left_on:
        yield "no longer a member"


def papers(reservation: Reservation, stored: Stored) -> Iterator[str]:
    member, days = stored.members[reservation.member_id], days_of(reservation)
    if member.is_staff:
        return
    if stored.insured_until.get(member.id, date.min) < days[-1]:
        yield "not insured"
    asked_on = reservation.created_at.astimezone(PARIS).date()
    in_force = [rules for rules in stored.house_rules if rules.in_force_from <= asked_on]
    for rules in in_force[-1:]:
        accepted_at = stored.acceptances.get((member.id, rules.version))
        if accepted_at is None or accepted_at > reservation.created_at:
            yield f"house rules {rules.version} not accepted"


def plan(reservation: Reservation, stored: Stored) -> Iterator[str]:
    member, days = stored.members[reservation.member_id], days_of(reservation)
    if member.is_staff:
        return
    held = [
        subscription
        for subscription in stored.subscriptions
        if any(cover.member_id == member.id for cover in subscription.covers)
    ]
    for day in days:
        plans = [
            stored.plans[subscription.plan_id]
            for subscription in held
            if subscription.starts_on <= day
            and (subscription.ends_on is None or day <= subscription.ends_on)
        ]
        if not plans:
            yield f"no plan on {day}"
        elif reservation.mode is Mode.AUTONOMOUS and all(p.supervised_only for p in plans):
            yield f"the plan asks for supervision on {day}"


def age(reservation: Reservation, stored: Stored) -> Iterator[str]:
    member, days = stored.members[reservation.member_id], days_of(reservation)
    if member.born_on is None or days[0] >= birthday(member.born_on, AGE_OF_MAJORITY):
        return
    risk = stored.machines[reservation.machine_id].risk_class
    if stored.permitted_until.get(member.id, date.min) < days[-1]:
        yield "no parental permission"
    if risk is RiskClass.RED:
        yield "a minor on a red machine"
    if reservation.mode is Mode.AUTONOMOUS and (
        risk is not RiskClass.GREEN or days[0] < birthday(member.born_on, 16)
    ):
        yield "a minor alone"


def certifications(reservation: Reservation, stored: Stored) -> Iterator[str]:
    """At the level of the kind of use, on every day, judged by the recorded acts."""
    for training, level in stored.chain(reservation).items():
        last_used_on = _last_practice_before(reservation, training, stored)
        for day in days_of(reservation):
            standing = standing_on(
                day,
                level,
                stored.trainings[training],
                stored.events.get((reservation.member_id, training), []),
                last_used_on,
            )
            if not standing.was_certified:
                yield f"{training} on {day}: {', '.join(standing.verdict.shortfalls)}"


def _last_practice_before(reservation: Reservation, training: str, stored: Stored) -> date | None:
    """The last practice on a day before: a use does not count for itself."""
    practice = stored.practice.get((reservation.member_id, training), [])
    return max((day for day in practice if day < days_of(reservation)[0]), default=None)


def machine_in_service(reservation: Reservation, stored: Stored) -> Iterator[str]:
    machine = stored.machines[reservation.machine_id]
    for outage in machine.outages:
        ends_at = outage.ended_at or outage.expected_end_at
        assert ends_at is not None
        if period_of(reservation).overlaps(Period(outage.starts_at, ends_at)):
            yield "out of service"


def hours(reservation: Reservation, stored: Stored) -> Iterator[str]:
    """Extended hours count for those with extended access, where nobody else must be there."""
    machine = stored.machines[reservation.machine_id]
    days, period = days_of(reservation), period_of(reservation)
    alone = machine.alone_forbidden or machine.outside_staffed in (
        OutsideStaffed.NO,
        OutsideStaffed.EXTENDED_BUDDY,
    )
    extended = not alone and _has_extended_access(reservation, stored)
    usable = continuous(
        opening
        for day in days
        for opening in openings_on(day, stored.weekly[machine.id], PARIS)
        if (opening.access is Access.ALL and opening.staffed) or extended
    )
    if machine.outside_staffed is OutsideStaffed.UNATTENDED:
        if not any(period.starts_at in opening for opening in usable):
            yield "starts outside the hours"
    elif not any(opening.contains(period) for opening in usable):
        yield "outside the hours"


def _has_extended_access(reservation: Reservation, stored: Stored) -> bool:
    day = days_of(reservation)[0]
    return any(
        stored.plans[subscription.plan_id].extended_access
        for subscription in stored.subscriptions
        if any(cover.member_id == reservation.member_id for cover in subscription.covers)
        and subscription.starts_on <= day
        and (subscription.ends_on is None or day <= subscription.ends_on)
    )


def closures(reservation: Reservation, stored: Stored) -> Iterator[str]:
    machine = stored.machines[reservation.machine_id]
    for closure in stored.closures:
        if closure.concerns(machine) and period_of(reservation).overlaps(closure.period):
            yield f"closed: {closure.reason}"
    for day in days_of(reservation):
        if day in public_holidays(day.year, local_law=True, good_friday=True):
            yield f"{day} is a public holiday"


def length_and_notice(reservation: Reservation, stored: Stored) -> Iterator[str]:
    machine = stored.machines[reservation.machine_id]
    minutes = minutes_of(reservation)
    if not (machine.min_minutes or 30) <= minutes <= (machine.max_minutes or 480):
        yield f"{minutes} minutes long"
    for instant in (reservation.starts_at, reservation.ends_at):
        wall = instant.astimezone(PARIS)
        if (wall.minute % 30, wall.second, wall.microsecond) != (0, 0, 0):
            yield "off the grid"
    ahead = reservation.starts_at - reservation.created_at
    if not timedelta(minutes=30) <= ahead <= timedelta(days=60):
        yield f"asked for {ahead} ahead"


def quota(reservation: Reservation, stored: Stored) -> Iterator[str]:
    machine = stored.machines[reservation.machine_id]
    if machine.quota_minutes_per_day is None:
        return
    key = reservation.member_id, machine.id, days_of(reservation)[0]
    minutes = stored.minutes_a_day[key]
    if minutes > machine.quota_minutes_per_day:
        yield f"{minutes} minutes in one day"


def cancellation(reservation: Reservation, stored: Stored) -> Iterator[str]:
    cancelled = reservation.state in (
        ReservationState.CANCELLED_BY_MEMBER,
        ReservationState.CANCELLED_BY_SITE,
    )
    if cancelled != (reservation.cancelled_at is not None):
        yield "cancelled without an instant, or the other way round"
    if reservation.cancelled_at and not (
        reservation.created_at <= reservation.cancelled_at < reservation.starts_at
    ):
        yield "cancelled at a strange time"


RULES: tuple[Rule, ...] = (
    account,
    papers,
    plan,
    age,
    certifications,
    machine_in_service,
    hours,
    closures,
    length_and_notice,
    quota,
    cancellation,
)


def overlaps_on_units(stored: Stored) -> Iterator[str]:
    """Cancelled and missed ones are looked at too: nobody was ever promised a taken unit."""
    rows = db.session.execute(
        select(Machine.code, Unit.number, Occupancy.busy_from, Occupancy.busy_until)
        .join(Unit, Unit.id == Occupancy.unit_id)
        .join(Machine, Machine.id == Unit.machine_id)
        .order_by(Machine.code, Unit.number, Occupancy.busy_from)
    )
    for (code, unit, _, until), (next_code, next_unit, busy_from, _) in pairwise(rows.all()):
        if (code, unit) == (next_code, next_unit) and busy_from < until:
            yield f"{code} unit {unit}: taken twice at {busy_from}"


def overlaps_of_people(stored: Stored) -> Iterator[str]:
    """Nobody stands at two machines, nor at one during a session; unattended runs apart."""
    busy: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for reservation in stored.reservations:
        machine = stored.machines[reservation.machine_id]
        if machine.outside_staffed is not OutsideStaffed.UNATTENDED:
            busy[reservation.member_id].append((reservation.starts_at, reservation.ends_at))
    for session in db.session.scalars(select(TrainingSession)):
        people = {session.trainer_id, *(enrolment.member_id for enrolment in session.enrolments)}
        for member_id in people:
            busy[member_id] += [(half.starts_at, half.ends_at) for half in session.half_days]
    for member_id, periods in busy.items():
        for (_, ends_at), (starts_at, _) in pairwise(sorted(periods)):
            if starts_at < ends_at:
                yield f"{stored.members[member_id].code}: two places at {starts_at}"
