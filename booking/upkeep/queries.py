"""What an act on a machine, an area or the site would stand upon."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from booking import clock
from booking.database import db
from booking.machines.models import Machine, Outage, Requirement, Unit
from booking.machines.rules import MachineState
from booking.members.models import Plan, Subscription, SubscriptionCover
from booking.occupancies.models import Occupancy, OccupancyKind
from booking.openings.models import Level
from booking.openings.rules import Timetable
from booking.openings.service.closures import ClosureDraft
from booking.periods import A_DAY, Period, local_day
from booking.quotas.rules import Made, QuotaFact, Use, replay
from booking.reservations.models import Reservation
from booking.reservations.queries import list_active_between
from booking.reservations.rules import Mode, ReservationState
from booking.reservations.service import CANCELLABLE_STATES
from booking.trainings.models import SessionHalfDay, Training, TrainingSession
from booking.trainings.queries import training_facts
from booking.trainings.rules import required_levels
from booking.upkeep.rules import stopped_period

CALLED_OFF = (ReservationState.CANCELLED_BY_MEMBER, ReservationState.CANCELLED_BY_SITE)


def find_outage(outage_id: int) -> Outage | None:
    """An outage with its machine."""
    query = select(Outage).options(joinedload(Outage.machine))
    return db.session.scalar(query.where(Outage.id == outage_id))


def find_machine_of_outage(outage_id: int) -> Machine | None:
    """The machine of an outage that has not ended."""
    outage = find_outage(outage_id)
    return outage.machine if outage and outage.ended_at is None else None


def machine_ids_of(level: Level) -> list[int]:
    """The machines that stand still when a level closes."""
    query = select(Machine.id).order_by(Machine.id)
    if level.machine:
        query = query.where(Machine.id == level.machine_id)
    elif level.area:
        query = query.where(Machine.area_id == level.area_id)
    return list(db.session.scalars(query))


def machine_ids_resting_on(training: Training) -> list[int]:
    """The machines whose chain a training belongs to, as it is asked now."""
    facts = training_facts()
    resting = {code for code in facts if training.code in required_levels([(code, 1)], facts)}
    query = select(Requirement.machine_id).where(Requirement.training_code.in_(resting))
    return sorted(set(db.session.scalars(query)))


def list_cancellable(period: Period, machine_ids: Iterable[int]) -> list[Reservation]:
    """Reservations of some machines that overlap a period and can still be called off."""
    found = list_active_between(period, machine_ids)
    return [reservation for reservation in found if reservation.state_now in CANCELLABLE_STATES]


def list_closed_over(draft: ClosureDraft, now: datetime) -> list[Reservation]:
    """What a closure would stand upon, of what has not ended yet."""
    if draft.period.ends_at <= now:
        return []
    left = Period(max(draft.period.starts_at, now), draft.period.ends_at)
    return list_cancellable(left, machine_ids_of(draft.level))


def list_contradicting(machine_id: int, state: MachineState, now: datetime) -> list[Reservation]:
    """Coming reservations that a standing state would no longer allow."""
    coming = list_cancellable(stopped_period(now, None), [machine_id])
    if state == MachineState.RETIRED:
        return coming
    if state == MachineState.RESTRICTED:
        return [reservation for reservation in coming if reservation.mode == Mode.AUTONOMOUS]
    return []


def list_sessions_on(period: Period, machine_ids: Iterable[int]) -> list[TrainingSession]:
    """Training sessions that take some machine within a period, the next first."""
    taken = (
        select(SessionHalfDay.session_id)
        .join(Occupancy, Occupancy.half_day_id == SessionHalfDay.id)
        .join(Unit, Unit.id == Occupancy.unit_id)
        .where(
            Occupancy.kind == OccupancyKind.SESSION,
            Occupancy.active,
            Occupancy.starts_at < period.ends_at,
            Occupancy.ends_at > period.starts_at,
            Unit.machine_id.in_(list(machine_ids)),
        )
    )
    query = select(TrainingSession).options(joinedload(TrainingSession.training))
    return list(
        db.session.scalars(query.where(TrainingSession.id.in_(taken)).order_by(TrainingSession.id))
    )


def list_coming_occupancies(unit_ids: Iterable[int], now: datetime) -> list[Occupancy]:
    """What some units are still promised to, by unit and time, with its reservation's owner."""
    query = (
        select(Occupancy)
        .where(Occupancy.unit_id.in_(list(unit_ids)), Occupancy.active, Occupancy.ends_at > now)
        .order_by(Occupancy.unit_id, Occupancy.starts_at)
    )
    return list(db.session.scalars(query))


class Tried(NamedTuple):
    """What a quota would have refused in the local month that begins on `month_on`."""

    month_on: date
    made: int
    refused: int
    people: int


def try_on_last_month(quota: QuotaFact, peaks: Timetable | None, zone: ZoneInfo) -> Tried:
    """Play the past calendar month again under a quota; two statements at most."""
    last_on = clock.today(zone).replace(day=1) - A_DAY
    month = Period(
        local_day(last_on.replace(day=1), zone).starts_at, local_day(last_on, zone).ends_at
    )
    query = (
        select(
            Machine.code,
            Reservation.starts_at,
            Reservation.ends_at,
            Reservation.created_at,
            Reservation.member_id,
            Reservation.organisation_id,
        )
        .join(Machine, Machine.id == Reservation.machine_id)
        .where(
            Reservation.starts_at >= month.starts_at,
            Reservation.starts_at < month.ends_at,
            Reservation.state.not_in(CALLED_OFF),
            Machine.code.in_(quota.machines),
        )
    )
    if quota.plan is not None:
        query = query.where(Reservation.member_id.in_(_covered_by(quota.plan, last_on)))
    past = [
        Made(Use(code, Period(starts, ends)), at, member_id, organisation_id)
        for code, starts, ends, at, member_id, organisation_id in db.session.execute(query)
    ]
    refused = replay(quota, peaks, past, zone)
    return Tried(
        last_on.replace(day=1), len(past), len(refused), len({made.member_id for made in refused})
    )


def _covered_by(plan: str, last_on: date) -> Select[int]:
    """Ids of those whom a plan covered at some time in the month that ends on a day."""
    return (
        select(SubscriptionCover.member_id)
        .join(Subscription, Subscription.id == SubscriptionCover.subscription_id)
        .join(Plan, Plan.id == Subscription.plan_id)
        .where(
            Plan.code == plan,
            Subscription.starts_on <= last_on,
            Subscription.ends_on.is_(None) | (Subscription.ends_on >= last_on.replace(day=1)),
        )
    )
