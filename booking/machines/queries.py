"""Reads of machines, areas and outages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from booking.database import db
from booking.machines.models import Area, Machine, Outage, Ppe
from booking.machines.rules import MachineState


def _with_parts() -> tuple[ExecutableOption, ...]:
    """Area, units, requirements and the outages not ended: one statement for each list."""
    return (
        joinedload(Machine.area),
        selectinload(Machine.units),
        selectinload(Machine.requirements),
        selectinload(Machine.outages.and_(Outage.ended_at.is_(None))),
    )


def find_machine(code: str) -> Machine | None:
    """The machine with area, units, requirements and the outages that have not ended."""
    return db.session.scalar(select(Machine).options(*_with_parts()).where(Machine.code == code))


def find_machine_with_outages(code: str) -> Machine | None:
    """The machine with the outages that have not ended, and none of its other parts."""
    return db.session.scalars(_with_outages(), {"code": code}).unique().one_or_none()


@cache
def _with_outages() -> Select[Machine]:
    """Made once, since every path to a machine asks it."""
    return _BY_CODE.options(joinedload(Machine.outages.and_(Outage.ended_at.is_(None))))


_BY_CODE = select(Machine).where(Machine.code == bindparam("code"))
"""Made once, since every path to a machine asks it."""


def get_machine(code: str) -> Machine:
    """Like `find_machine`; raises `LookupError` for an unknown code."""
    machine = find_machine(code)
    if machine is None:
        raise LookupError(f"no machine {code}")
    return machine


def list_machines(*, area_id: int | None = None, with_retired: bool = False) -> list[Machine]:
    """Machines by area and code, with the same parts as `find_machine`; four statements."""
    query = select(Machine).join(Machine.area).options(*_with_parts())
    if area_id is not None:
        query = query.where(Machine.area_id == area_id)
    if not with_retired:
        query = query.where(Machine.state != MachineState.RETIRED)
    return list(db.session.scalars(query.order_by(Area.position, Area.code, Machine.code)))


def list_areas() -> list[Area]:
    """The areas in the site's own order."""
    return list(db.session.scalars(select(Area).order_by(Area.position, Area.code)))


def count_machines_by_area() -> dict[int, int]:
    """How many machines that are not retired stand in each area, by its id."""
    query = select(Machine.area_id, func.count()).where(Machine.state != MachineState.RETIRED)
    return {row[0]: row[1] for row in db.session.execute(query.group_by(Machine.area_id))}


def find_area(code: str) -> Area | None:
    return db.session.scalar(select(Area).where(Area.code == code))


def list_ppe() -> list[Ppe]:
    return list(db.session.scalars(select(Ppe).order_by(Ppe.code)))


def outages_between(
    from_at: datetime, to_at: datetime, machine_ids: Iterable[int] | None = None
) -> list[Outage]:
    """Outages, ended ones too, that may touch `[from_at, to_at)`, the earliest first.

    Judge each by `outage.fact(now)`: an overdue lockout lasts longer than its expected end.
    """
    query = select(Outage).where(
        Outage.starts_at < to_at, or_(Outage.ended_at.is_(None), Outage.ended_at > from_at)
    )
    if machine_ids is not None:
        query = query.where(Outage.machine_id.in_(list(machine_ids)))
    return list(db.session.scalars(query.order_by(Outage.starts_at, Outage.id)))
