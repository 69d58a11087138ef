"""Who would like which training, and the dates that would suit the most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import joinedload, selectinload

from booking import clock
from booking.database import db
from booking.machines.models import Unit
from booking.members.models import Member
from booking.members.rules import AccountState
from booking.occupancies.models import Occupancy
from booking.openings.rules import Timetable
from booking.periods import Period, local_day, local_days
from booking.reservations.queries.workshop import OfferedMachine, get_workshop
from booking.reservations.rules.hours import not_bookable
from booking.sessions.models import Interest
from booking.sessions.queries.sessions import blocked_units, list_teaching, list_trainers
from booking.sessions.rules.ranking import Proposal, candidates, rank, shape_of
from booking.sessions.rules.scheduling import Blocked, Claim, Conflict, units_for
from booking.site.models import Site
from booking.site.queries import get_site, site_zone
from booking.trainings.models import SessionHalfDay, SessionState, Training, TrainingSession

NOTICE = timedelta(days=14)
"""Dates are proposed no sooner, so that people can arrange it."""

WEEKS_AHEAD = 6
PROPOSED = 3


@dataclass(frozen=True)
class Demand:
    """Those who would attend a training, and the best dates where enough have gathered."""

    training: Training
    interests: tuple[Interest, ...]
    needed: int
    proposals: tuple[Proposal, ...] = ()

    @property
    def is_enough(self) -> bool:
        return len(self.interests) >= self.needed

    @property
    def favourites(self) -> list[tuple[str, int]]:
        """The half-days of the week that are named most, with how often."""
        return Counter(key for one in self.interests for key in one.half_days).most_common(3)


def find_interest(member_id: int, training_id: int) -> Interest | None:
    """What a member has said of a training, while it stands."""
    return db.session.scalar(
        select(Interest).where(
            Interest.member_id == member_id,
            Interest.training_id == training_id,
            Interest.closed_at.is_(None),
        )
    )


def list_interests(training_id: int) -> list[Interest]:
    """Who would attend a training, the first to say so first."""
    query = select(Interest).options(joinedload(Interest.member)).where(_counts())
    return list(
        db.session.scalars(query.where(Interest.training_id == training_id).order_by(Interest.id))
    )


def _counts() -> ColumnElement[bool]:
    """Whether it stands, and the member's account is in order."""
    is_in_order = Interest.member.has(Member.state == AccountState.APPROVED)
    return Interest.closed_at.is_(None) & is_in_order


def demands_to_count() -> ScalarSelect[int]:
    """For how many trainings enough people have gathered; part of another statement."""
    needed = func.coalesce(
        Training.demand_minimum, select(Site.session_minimum).limit(1).scalar_subquery()
    )
    gathered = (
        select(Interest.training_id)
        .join(Training, Training.id == Interest.training_id)
        .where(_counts(), Training.archived_at.is_(None))
        .group_by(Interest.training_id, Training.demand_minimum)
        .having(func.count() >= needed)
        .subquery()
    )
    return select(func.count()).select_from(gathered).scalar_subquery()


def list_demands(*, enough: bool = False) -> list[Demand]:
    """What people would like to learn, the most wanted first; with dates where `enough` is asked.

    A constant number of statements.
    """
    interests = db.session.scalars(
        select(Interest)
        .join(Interest.training)
        .options(joinedload(Interest.training), joinedload(Interest.member))
        .where(_counts(), Training.archived_at.is_(None))
        .order_by(Interest.id)
    )
    by_training: dict[int, list[Interest]] = {}
    for one in interests:
        by_training.setdefault(one.training_id, []).append(one)
    usual = get_site().session_minimum
    found = [
        Demand(rows[0].training, tuple(rows), rows[0].training.demand_minimum or usual)
        for rows in by_training.values()
    ]
    found.sort(key=lambda one: (-len(one.interests), one.training.code))
    return _with_dates([one for one in found if one.is_enough]) if enough else found


@dataclass(frozen=True)
class Habit:
    """How a training was last given: the machines with so many units each, and by whom."""

    units: Mapping[int, int]
    trainers: frozenset[int]


def habits_of(training_ids: Sequence[int]) -> dict[int, Habit]:
    """How some trainings are given, by id; five statements."""
    given = db.session.scalars(
        select(TrainingSession)
        .options(selectinload(TrainingSession.half_days), selectinload(TrainingSession.co_trainers))
        .where(
            TrainingSession.training_id.in_(training_ids),
            TrainingSession.state != SessionState.CANCELLED,
        )
        .order_by(TrainingSession.id)
    ).all()
    last = {session.training_id: session.id for session in given}
    units = _units_of(last.values())
    by_training: dict[int, set[int]] = {}
    for session in given:
        people = {session.trainer_id, *(one.id for one in session.co_trainers)}
        by_training.setdefault(session.training_id, set()).update(people)
    return {
        training_id: Habit(
            units.get(last.get(training_id, 0), {}),
            frozenset(by_training.get(training_id, ())),
        )
        for training_id in training_ids
    }


def _units_of(session_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    """How many units of each machine some sessions take over one of their half-days."""
    rows = db.session.execute(
        select(SessionHalfDay.session_id, Unit.machine_id, func.count(Occupancy.unit_id.distinct()))
        .join(Occupancy, Occupancy.half_day_id == SessionHalfDay.id)
        .join(Unit, Unit.id == Occupancy.unit_id)
        .where(SessionHalfDay.session_id.in_(list(session_ids)))
        .group_by(SessionHalfDay.session_id, SessionHalfDay.id, Unit.machine_id)
    )
    found: dict[int, dict[int, int]] = {}
    for session_id, machine_id, units in rows:
        found.setdefault(session_id, {})[machine_id] = units
    return found


def _with_dates(demands: Sequence[Demand]) -> list[Demand]:
    if not demands:
        return []
    days = _days_ahead()
    zone = site_zone()
    window = Period(local_day(days[0], zone).starts_at, local_day(days[-1], zone).ends_at)
    habits = habits_of([one.training.id for one in demands])
    workshop = get_workshop()
    machines = {
        machine_id for habit in habits.values() for machine_id in habit.units
    } & workshop.by_id.keys()
    taken = _blocked(machines, days)
    may_teach = {member.id for member in list_trainers()}
    teaching: dict[int, list[Period]] = {}
    for one in list_teaching(sorted(may_teach), window):
        teaching.setdefault(one.member_id, []).append(one.period)

    dated = []
    for demand in demands:
        habit = habits[demand.training.id]
        trainers = (habit.trainers & may_teach) or frozenset(may_teach)
        place = _Place(habit.units, taken, days)
        found = candidates(
            days,
            shape_of(demand.training.duration_minutes, demand.training.half_days),
            zone,
            place.is_possible,
            partial(_free_among, trainers, teaching),
        )
        proposals = rank(found, [one.wish for one in demand.interests], PROPOSED)
        dated.append(Demand(demand.training, demand.interests, demand.needed, proposals))
    return dated


def _free_among(
    trainers: frozenset[int], teaching: Mapping[int, Sequence[Period]], period: Period
) -> frozenset[int]:
    return frozenset(
        trainer
        for trainer in trainers
        if not any(period.overlaps(taught) for taught in teaching.get(trainer, ()))
    )


def _days_ahead() -> list[date]:
    zone = site_zone()
    first = (clock.now() + NOTICE).astimezone(zone).date()
    return [first + timedelta(days=n) for n in range(7 * WEEKS_AHEAD)]


def _blocked(machine_ids: Iterable[int], days: Sequence[date]) -> dict[int, list[Blocked]]:
    zone = site_zone()
    window = Period(local_day(days[0], zone).starts_at, local_day(days[-1], zone).ends_at)
    return blocked_units(list(machine_ids), window)


class _Place:
    """The machines that a training takes: whether they are in use, open and free at some hours."""

    def __init__(
        self, units: Mapping[int, int], taken: Mapping[int, Sequence[Blocked]], days: Sequence[date]
    ) -> None:
        workshop = get_workshop()
        self._zone = workshop.zone
        self._holidays = workshop.holidays_between(days[0], days[-1])
        self._machines = [workshop.by_id[number] for number in units if number in workshop.by_id]
        self._claims = [
            Claim(one.code, tuple(one.unit_ids), units[one.id], one.facts.buffer)
            for one in self._machines
        ]
        self._facts = [one.facts_at(clock.now()) for one in self._machines]
        self._taken = taken
        self._open_places = self._machines or list(workshop.machines)

    def is_possible(self, period: Period) -> bool:
        if any(day in self._holidays for day in local_days(period, self._zone)):
            return False
        if any(not_bookable(facts, period) is not None for facts in self._facts):
            return False
        is_open = (self._is_open(machine, period) for machine in self._open_places)
        if not (all(is_open) if self._machines else any(is_open)):
            return False
        return not any(self._is_in_the_way(claim, period) for claim in self._claims)

    def _is_in_the_way(self, claim: Claim, period: Period) -> bool:
        """Whether the machine has too few units over it, or has no longer so many in service."""
        if claim.wanted > len(claim.unit_ids):
            return True
        return isinstance(units_for(claim, period, self._taken), Conflict)

    def _is_open(self, machine: OfferedMachine, period: Period) -> bool:
        """Whether somebody of the team is there over the whole half-day, and nothing is closed."""
        timetable = Timetable(machine.weekly, self._zone)
        day = period.starts_at.astimezone(self._zone).date()
        staffed = (one.period for one in timetable.on(day) if one.staffed)
        is_closed = any(closure.period.overlaps(period) for closure in machine.closures)
        return not is_closed and any(one.contains(period) for one in staffed)
