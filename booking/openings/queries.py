"""Reads of weekly hours, closures and public holidays.

The narrowest level with any weekly rule counts: the machine's, else its area's, else the site's.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select

from booking.database import db
from booking.machines.models import Machine
from booking.openings.models import Closure, Opening
from booking.openings.rules import PublicHoliday, WeeklyOpening, public_holidays
from booking.site.models import Site


def weekly_openings(machine: Machine) -> tuple[WeeklyOpening, ...]:
    """The weekly rules that count for this machine, by weekday and hour; one statement."""
    return weekly_openings_of([machine])[machine.id]


def weekly_openings_of(machines: Iterable[Machine]) -> dict[int, tuple[WeeklyOpening, ...]]:
    """The weekly rules that count for each machine, by its id; one statement for all."""
    machines = list(machines)
    by_level: dict[tuple[int | None, int | None], list[WeeklyOpening]] = {}
    for opening in db.session.scalars(_openings_for(machines)):
        level = by_level.setdefault((opening.area_id, opening.machine_id), [])
        level.append(opening.rule)
    return {machine.id: _narrowest(machine, by_level) for machine in machines}


def _openings_for(machines: list[Machine]) -> Select[Opening]:
    return (
        select(Opening)
        .where(
            or_(
                Opening.machine_id.in_([machine.id for machine in machines]),
                Opening.area_id.in_({machine.area_id for machine in machines}),
                _of_the_site(Opening),
            )
        )
        .order_by(Opening.weekday, Opening.starts, Opening.ends)
    )


def _of_the_site(table: type[Opening] | type[Closure]) -> ColumnElement[bool]:
    return and_(table.area_id.is_(None), table.machine_id.is_(None))


def _narrowest(
    machine: Machine, by_level: dict[tuple[int | None, int | None], list[WeeklyOpening]]
) -> tuple[WeeklyOpening, ...]:
    for level in ((None, machine.id), (machine.area_id, None), (None, None)):
        if level in by_level:
            return tuple(by_level[level])
    return ()


def list_openings(area_id: int | None = None, machine_id: int | None = None) -> list[Opening]:
    """The rules of exactly one level: the site's without arguments; by weekday and hour."""
    return list(
        db.session.scalars(
            select(Opening)
            .where(Opening.area_id.is_not_distinct_from(area_id))
            .where(Opening.machine_id.is_not_distinct_from(machine_id))
            .order_by(Opening.weekday, Opening.starts, Opening.ends)
        )
    )


def closures_between(from_at: datetime, to_at: datetime) -> list[Closure]:
    """Closures in force that overlap `[from_at, to_at)`, of every scope, the earliest first.

    `closure.concerns(machine)` tells whose they are, `closure.fact` is what the rules take.
    """
    return list(
        db.session.scalars(
            select(Closure)
            .where(
                Closure.cancelled_at.is_(None),
                Closure.starts_at < to_at,
                Closure.ends_at > from_at,
            )
            .order_by(Closure.starts_at, Closure.id)
        )
    )


def list_closures(from_at: datetime, to_at: datetime, machine: Machine) -> list[Closure]:
    """Closures in force that overlap `[from_at, to_at)` and concern this machine."""
    return [closure for closure in closures_between(from_at, to_at) if closure.concerns(machine)]


def holidays_between(site: Site, from_on: date, to_on: date) -> dict[date, PublicHoliday]:
    """The public holidays of the local days from `from_on` to `to_on`, both included."""
    return {
        day: holiday
        for year in range(from_on.year, to_on.year + 1)
        for day, holiday in holidays_of(site, year).items()
        if from_on <= day <= to_on
    }


def holidays_of(site: Site, year: int) -> dict[date, PublicHoliday]:
    """The public holidays of one year, in order."""
    return dict(public_holidays(year, site.local_law_holidays, site.good_friday_holiday))
