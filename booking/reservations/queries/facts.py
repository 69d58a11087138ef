"""Everything the rules rest on, gathered as plain values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select

from booking import clock
from booking.database import db
from booking.machines.models import Machine, Requirement
from booking.members.models import Member
from booking.occupancies.queries import list_taken
from booking.periods import Period, local_days
from booking.reservations.queries.companions import companion_facts
from booking.reservations.queries.dossier import read_dossier
from booking.reservations.queries.last_uses import last_uses
from booking.reservations.queries.workshop import OfferedMachine, get_workshop
from booking.reservations.rules import (
    Busy,
    CompanionRole,
    Facts,
    Lapsed,
    Mode,
    UnitFacts,
)
from booking.site.queries import get_site
from booking.trainings.queries import (
    certification_facts,
    training_facts,
)
from booking.trainings.rules import TrainingFact, judge, required_levels


def gather_facts(
    member: Member,
    machine: Machine,
    period: Period,
    companions: Mapping[CompanionRole, Member] | None = None,
    without: Collection[int] = (),
) -> Facts:
    """What the rules rest on for one machine and any time within `period`."""
    facts = gather_facts_of(member, [machine.id], period, without)[machine.id]
    if not companions:
        return facts
    workshop = get_workshop()
    named = companion_facts(companions, member, machine, period, workshop.trainings, workshop.zone)
    return replace(facts, companions=named)


def gather_facts_of(
    member: Member, machine_ids: Collection[int], period: Period, without: Collection[int] = ()
) -> dict[int, Facts]:
    """The same for several machines at once, by machine id; a constant number of statements.

    As if the reservations whose ids are in `without` took no time: they are to be moved.
    Raises `KeyError` for an id that no machine has.
    """
    workshop = get_workshop()
    zone = workshop.zone
    days = local_days(period, zone)
    now = clock.now()
    counting = workshop.counting(machine_ids, member.organisation_id)
    dossier = read_dossier(member.id, period, workshop.trainings, zone, without, counting)
    person = dossier.member_facts(member, days[0], days[-1])
    house_rules = workshop.house_rules_on(now.astimezone(zone).date())
    holidays = workshop.holidays_between(days[0], days[-1])
    taken = _taken_by_unit(machine_ids, period, now, without)

    def facts_of(machine: OfferedMachine) -> Facts:
        return replace(
            workshop.facts(machine, person, house_rules, dossier.certifications),
            machine=machine.facts_at(now),
            closures=tuple(c for c in machine.closures if c.period.overlaps(period)),
            holidays=holidays,
            units=_units(machine, taken),
            own_reservations=dossier.own,
            purse=dossier.purse,
            booked=dossier.booked.get(machine.id, ()),
            minutes_ahead=dossier.minutes_ahead.get(machine.id, 0),
            limits=machine.limits,
            counted=dossier.counted,
            lapsed=tuple(
                lapsed for unit_id in machine.unit_ids for lapsed in taken.lapsed.get(unit_id, ())
            ),
        )

    return {machine_id: facts_of(workshop.by_id[machine_id]) for machine_id in machine_ids}


def units_of(machine_ids: Collection[int], period: Period) -> dict[int, tuple[UnitFacts, ...]]:
    """What occupies the units of some machines around a period, whoever asks; one statement."""
    workshop = get_workshop()
    taken = _taken_by_unit(machine_ids, period, clock.now(), ())
    return {machine_id: _units(workshop.by_id[machine_id], taken) for machine_id in machine_ids}


def _units(machine: OfferedMachine, taken: TakenByUnit) -> tuple[UnitFacts, ...]:
    return tuple(UnitFacts(unit, tuple(taken.busy.get(unit, ()))) for unit in machine.unit_ids)


def _with_buffer(period: Period, machine_ids: Iterable[int]) -> Period:
    """The period with the longest of the buffers after it; what is over before it has its own."""
    buffers = (get_workshop().by_id[machine_id].facts.buffer for machine_id in machine_ids)
    return Period(period.starts_at, period.ends_at + max(buffers, default=timedelta()))


class TakenByUnit(NamedTuple):
    """What occupies each unit, and what no longer does."""

    busy: dict[int, list[Busy]]
    lapsed: dict[int, list[Lapsed]]


def _taken_by_unit(
    machine_ids: Collection[int], period: Period, now: datetime, without: Collection[int]
) -> TakenByUnit:
    found = TakenByUnit({}, {})
    for taken in list_taken(machine_ids, _with_buffer(period, machine_ids)):
        if taken.reservation_id in without:
            continue
        if taken.lapses_at is not None and taken.lapses_at <= now:
            seen = Period(taken.starts_at, taken.ends_at)
            lapsed = Lapsed(seen, taken.lapses_at, is_written=not taken.active)
            found.lapsed.setdefault(taken.unit_id, []).append(lapsed)
        elif taken.active:
            found.busy.setdefault(taken.unit_id, []).append(Busy(*taken[1:5]))
    return found


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
