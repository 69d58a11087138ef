"""What the rules rest on, from the kept workshop: for answers that promise nothing.

A reservation itself reads everything anew under its lock (`reservations.queries.gather_facts`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from booking.members.models import Member
from booking.occupancies.queries import list_taken
from booking.periods import Period, local_days
from booking.planning.queries.workshop import OfferedMachine, Workshop
from booking.reservations.dossier import read_dossier
from booking.reservations.queries import MARGIN
from booking.reservations.rules import Busy, Facts, UnitFacts


def read_facts(
    workshop: Workshop, machine: OfferedMachine, member: Member, period: Period, now: datetime
) -> Facts:
    """What the rules rest on for one machine and any time within `period`; two statements."""
    zone = workshop.zone
    days = local_days(period, zone)
    dossier = read_dossier(member.id, period, workshop.trainings, zone)
    around = Period(period.starts_at - MARGIN, period.ends_at + MARGIN)
    busy: dict[int, list[Busy]] = {}
    for taken in list_taken([machine.id], period, MARGIN):
        busy.setdefault(taken.unit_id, []).append(Busy(*taken[1:]))
    outages = tuple(known.fact(now) for known in machine.outages if known.ended_at is None)
    holidays = workshop.holidays(range(days[0].year, days[-1].year + 1))
    return replace(
        workshop.facts(
            machine,
            dossier.member_facts(member, days[0], days[-1]),
            workshop.house_rules_on(now.astimezone(zone).date()),
            dossier.certifications,
        ),
        machine=replace(machine.facts, outages=outages),
        closures=tuple(c for c in machine.closure_facts if c.period.overlaps(around)),
        holidays={day: name for day, name in holidays.items() if days[0] <= day <= days[-1]},
        units=tuple(UnitFacts(unit, tuple(busy.get(unit, ()))) for unit in machine.unit_ids),
        own_reservations=dossier.own,
    )
