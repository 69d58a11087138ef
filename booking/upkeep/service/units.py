"""The units of a machine: one more, one out of use, one back."""

from __future__ import annotations

from booking import clock
from booking.database import db
from booking.journal import service as journal
from booking.machines.models import Machine, Unit
from booking.machines.rules import MOST_UNITS
from booking.members.models import Member
from booking.upkeep.queries import list_coming_occupancies
from booking.upkeep.refusals import LastUnit, StillTaken, TooManyUnits, UnitRefusal
from booking.upkeep.service.concerned import hold


def add_unit(machine: Machine, actor: Member) -> UnitRefusal | None:
    """Add a unit with the next number."""
    hold([machine.id])
    db.session.refresh(machine, ["units"])
    if len(machine.units) >= MOST_UNITS:
        return TooManyUnits(MOST_UNITS)
    number = max((unit.number for unit in machine.units), default=0) + 1
    machine.units.append(Unit(number=number))
    _record("machine.unit_added", machine, number, actor)
    return None


def take_out(unit: Unit, actor: Member) -> UnitRefusal | None:
    """Take a unit out of use, unless it is promised or the machine's last; None when done."""
    hold([unit.machine_id])
    db.session.refresh(unit)
    machine = unit.machine
    taken = list_coming_occupancies([unit.id], clock.now())
    if taken:
        return StillTaken(len(taken))
    if not any(other.in_service for other in machine.units if other.id != unit.id):
        return LastUnit()
    if unit.in_service:
        unit.in_service = False
        _record("machine.unit_taken_out", machine, unit.number, actor)
    return None


def put_back(unit: Unit, actor: Member) -> None:
    hold([unit.machine_id])
    db.session.refresh(unit)
    if not unit.in_service:
        unit.in_service = True
        _record("machine.unit_put_back", unit.machine, unit.number, actor)


def _record(act: str, machine: Machine, number: int, actor: Member) -> None:
    journal.record(act, "machine", machine.code, actor_id=actor.id, after={"unit": number})
