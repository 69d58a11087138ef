"""Reads of reservations, and the gathering of everything the rules rest on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select, true, tuple_
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from booking import clock
from booking.database import db
from booking.machines.models import Machine, Requirement
from booking.machines.rules import RequirementFact
from booking.members.models import Member
from booking.occupancies.guard import LONGEST_DAYS
from booking.occupancies.queries import list_taken
from booking.openings.queries import closures_between, holidays_between, weekly_openings_of
from booking.openings.rules import Timetable
from booking.periods import Period, local_day, local_days
from booking.reservations.dossier import read_dossier
from booking.reservations.models import Reservation
from booking.reservations.rules import (
    ACTIVE_STATES,
    Busy,
    Facts,
    HouseRulesFact,
    MachineFacts,
    Mode,
    ReservationState,
    UnitFacts,
)
from booking.site.models import Site
from booking.site.queries import get_site, list_house_rules
from booking.trainings.queries import (
    certification_facts,
    training_facts,
)
from booking.trainings.rules import TrainingFact, judge, required_levels

MARGIN = timedelta(days=1)
"""How far around a period its neighbours are read: more than any buffer."""


def find_reservation(number: int) -> Reservation | None:
    """The reservation with its machine and member."""
    return db.session.scalar(
        select(Reservation)
        .options(joinedload(Reservation.machine), joinedload(Reservation.member))
        .where(Reservation.id == number)
    )


def list_future_of(member_id: int, after: datetime) -> list[Reservation]:
    """Active reservations of a member that end after an instant, the next first."""
    return _list_with_machine(
        Reservation.member_id == member_id,
        Reservation.state.in_(ACTIVE_STATES),
        Reservation.ends_at > after,
        Reservation.starts_at > after - timedelta(days=LONGEST_DAYS),
    )


def list_future_of_organisation(organisation_id: int, after: datetime) -> list[Reservation]:
    """Active reservations that an organisation pays for and that end after an instant."""
    return _list_with_machine(
        Reservation.organisation_id == organisation_id,
        Reservation.state.in_(ACTIVE_STATES),
        Reservation.ends_at > after,
    )


def list_all_after(after: datetime, words: str, limit: int, offset: int) -> list[Reservation]:
    """Everybody's active reservations that end after an instant, by start.

    `words` narrows to machines and members whose code or name holds them.
    """
    query = (
        select(Reservation)
        .join(Reservation.machine)
        .join(Reservation.member)
        .options(contains_eager(Reservation.machine), contains_eager(Reservation.member))
        .where(
            Reservation.state.in_(ACTIVE_STATES),
            Reservation.ends_at > after,
            Reservation.starts_at > after - timedelta(days=LONGEST_DAYS),
        )
        .order_by(Reservation.starts_at, Reservation.id)
    )
    if words:
        query = query.where(
            Machine.code.icontains(words, autoescape=True)
            | Member.name.icontains(words, autoescape=True)
            | Member.code.icontains(words, autoescape=True)
        )
    return list(db.session.scalars(query.limit(limit).offset(offset)))


def list_past_of(member_id: int, before: datetime, limit: int, offset: int) -> list[Reservation]:
    """What a member reserved up to now, cancelled ones too, the latest first."""
    query = (
        select(Reservation)
        .options(joinedload(Reservation.machine))
        .where(
            Reservation.member_id == member_id,
            Reservation.state.not_in(ACTIVE_STATES) | (Reservation.ends_at <= before),
        )
        .order_by(Reservation.starts_at.desc(), Reservation.id.desc())
    )
    return list(db.session.scalars(query.limit(limit).offset(offset)))


def find_by_idempotency_key(created_by_id: int, key: str) -> Reservation | None:
    """What a member has already reserved with this key."""
    return db.session.scalar(
        select(Reservation).where(
            Reservation.created_by_id == created_by_id, Reservation.idempotency_key == key
        )
    )


def list_page(
    *,
    member_id: int | None = None,
    organisation_id: int | None = None,
    ends_after: datetime | None = None,
    starts_before: datetime | None = None,
    after: Reservation | None = None,
    limit: int,
) -> list[Reservation]:
    """Reservations of every state by start, those after the one already seen; two statements."""
    query = (
        select(Reservation)
        .options(
            joinedload(Reservation.machine),
            joinedload(Reservation.member),
            joinedload(Reservation.organisation),
            selectinload(Reservation.waivers),
        )
        .order_by(Reservation.starts_at, Reservation.id)
        .limit(limit)
    )
    if member_id is not None:
        query = query.where(Reservation.member_id == member_id)
    if organisation_id is not None:
        query = query.where(Reservation.organisation_id == organisation_id)
    if ends_after is not None:
        query = query.where(Reservation.ends_at > ends_after)
    if starts_before is not None:
        query = query.where(Reservation.starts_at < starts_before)
    if after is not None:
        seen = (after.starts_at, after.id)
        query = query.where(tuple_(Reservation.starts_at, Reservation.id) > seen)
    return list(db.session.scalars(query))


def list_active_between(
    period: Period, machine_ids: Iterable[int] | None = None
) -> list[Reservation]:
    """Active reservations that overlap a period, of some machines or of all, by start."""
    conditions = [
        Reservation.state.in_(ACTIVE_STATES),
        Reservation.starts_at < period.ends_at,
        Reservation.ends_at > period.starts_at,
        Reservation.starts_at > period.starts_at - timedelta(days=LONGEST_DAYS),
    ]
    if machine_ids is not None:
        conditions.append(Reservation.machine_id.in_(list(machine_ids)))
    return _list_with_machine(*conditions)


def _list_with_machine(*conditions: object) -> list[Reservation]:
    query = (
        select(Reservation)
        .options(joinedload(Reservation.machine), joinedload(Reservation.member))
        .where(*conditions)  # type: ignore[arg-type]
        .order_by(Reservation.starts_at, Reservation.id)
    )
    return list(db.session.scalars(query))


def gather_facts(member: Member, machine: Machine, period: Period) -> Facts:
    """What the rules rest on for one machine and any time within `period`."""
    return gather_facts_of(member, [machine], period)[machine.id]


def gather_facts_of(
    member: Member, machines: Sequence[Machine], period: Period
) -> dict[int, Facts]:
    """The same for several machines at once, by machine id; a constant number of statements."""
    site = get_site()
    zone = ZoneInfo(site.timezone)
    days = local_days(period, zone)
    now = clock.now()
    trainings = training_facts()
    dossier = read_dossier(member.id, period, trainings, zone)
    person = dossier.member_facts(member, days[0], days[-1])
    house_rules = _house_rules_fact(site, now.astimezone(zone).date())
    weekly = weekly_openings_of(machines)
    around = Period(period.starts_at - MARGIN, period.ends_at + MARGIN)
    closures = closures_between(around.starts_at, around.ends_at)
    holidays = holidays_between(site, days[0], days[-1])
    busy = _busy_by_unit(machines, period)
    return {
        machine.id: Facts(
            member=person,
            house_rules=house_rules,
            machine=machine_facts(machine, site, now),
            trainings=trainings,
            certifications=dossier.certifications,
            timetable=Timetable(weekly[machine.id], zone),
            closures=tuple(c.fact for c in closures if c.concerns(machine)),
            holidays=holidays,
            units=tuple(
                UnitFacts(unit.id, tuple(busy.get(unit.id, ())))
                for unit in machine.units
                if unit.in_service
            ),
            own_reservations=dossier.own,
            minor_green_alone_min_age=site.minor_green_alone_min_age,
        )
        for machine in machines
    }


def _house_rules_fact(site: Site, today: date) -> HouseRulesFact | None:
    versions = list_house_rules(today)
    if not versions:
        return None
    return HouseRulesFact(
        current_version=versions[0].version,
        in_force_from=versions[0].in_force_from,
        previous_version=versions[1].version if len(versions) > 1 else None,
        grace_days=site.rules_reacceptance_grace_days,
    )


def machine_facts(machine: Machine, site: Site, now: datetime) -> MachineFacts:
    def own_or(value: int | None, of_the_site: int) -> int:
        return of_the_site if value is None else value

    return MachineFacts(
        code=machine.code,
        risk_class=machine.risk_class,
        state=machine.state,
        outages=tuple(outage.fact(now) for outage in machine.outages if outage.ended_at is None),
        requirements=tuple(
            RequirementFact(r.training_code, r.supervised_level, r.autonomous_level)
            for r in machine.requirements
        ),
        outside_staffed=machine.outside_staffed,
        alone_forbidden=machine.alone_forbidden,
        min_minutes=own_or(machine.min_minutes, site.default_min_minutes),
        max_minutes=own_or(machine.max_minutes, site.default_max_minutes),
        buffer_minutes=own_or(machine.buffer_minutes, site.buffer_minutes),
        grid_minutes=own_or(machine.slot_step_minutes, site.slot_step_minutes),
        lead_minutes=own_or(machine.lead_minutes, site.lead_minutes),
        horizon_days=own_or(machine.horizon_days, site.horizon_days),
    )


def _busy_by_unit(machines: Sequence[Machine], period: Period) -> dict[int, list[Busy]]:
    busy: dict[int, list[Busy]] = {}
    for taken in list_taken([machine.id for machine in machines], period, MARGIN):
        busy.setdefault(taken.unit_id, []).append(Busy(*taken[1:]))
    return busy


def last_uses(
    member_id: int,
    trainings: dict[str, TrainingFact],
    zone: ZoneInfo,
    until: date | None = None,
) -> dict[str, date]:
    """The local day of a member's last completed use of each training, through the chain too.

    With `until`, as it was at the end of that local day.
    """
    return last_uses_of([member_id], trainings, zone, until)[member_id]


def last_uses_of(
    member_ids: Collection[int],
    trainings: dict[str, TrainingFact],
    zone: ZoneInfo,
    until: date | None = None,
) -> dict[int, dict[str, date]]:
    """The same for several members, by id; one statement.

    Read machine by machine from the index, so that a long history costs no more than a short.
    """
    last_end: Select[datetime | None] = select(func.max(Reservation.ends_at)).where(
        Reservation.member_id == Member.id,
        Reservation.machine_id == Requirement.machine_id,
        Reservation.state == ReservationState.COMPLETED,
    )
    if until is not None:
        last_end = last_end.where(Reservation.ends_at <= local_day(until, zone).ends_at)
    rows = db.session.execute(
        select(
            Member.id,
            Requirement.training_code,
            Requirement.autonomous_level,
            last_end.correlate(Member, Requirement).scalar_subquery(),
        )
        .join_from(Member, Requirement, true())
        .where(Member.id.in_(member_ids))
    )
    uses: dict[int, dict[str, date]] = {member_id: {} for member_id in member_ids}
    for member_id, code, level, ended_at in rows:
        if ended_at is None:
            continue
        day = local_days(Period(ended_at - timedelta(minutes=1), ended_at), zone)[-1]
        used = uses[member_id]
        for needed in required_levels([(code, level)], trainings):
            used[needed] = max(used.get(needed, day), day)
    return uses


def machines_usable_by(member: Member) -> set[int]:
    """Ids of the machines whose whole chain a member holds for autonomous use today."""
    site = get_site()
    zone = ZoneInfo(site.timezone)
    trainings = training_facts()
    held = certification_facts(member.id, last_uses(member.id, trainings, zone))
    today = [clock.today(zone)]
    requirements: dict[int, list[tuple[str, int]]] = {
        machine_id: [] for machine_id in db.session.scalars(select(Machine.id))
    }
    for row in db.session.scalars(select(Requirement)):
        requirements[row.machine_id].append((row.training_code, row.autonomous_level))

    def valid(code: str, level: int) -> bool:
        training = trainings.get(code) or TrainingFact(code, None, ())
        return judge(level, training, held, today).is_valid

    return {
        machine_id
        for machine_id, wanted in requirements.items()
        if all(valid(code, level) for code, level in required_levels(wanted, trainings).items())
    }


def needed_levels(
    machine: Machine, mode: Mode, trainings: dict[str, TrainingFact]
) -> dict[str, int]:
    """Every training of a machine's chain for one kind of use, with its level."""
    autonomous = mode is Mode.AUTONOMOUS
    return required_levels(
        (
            (r.training_code, r.autonomous_level if autonomous else r.supervised_level)
            for r in machine.requirements
        ),
        trainings,
    )
