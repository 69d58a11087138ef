"""Reads of weekly hours, closures and public holidays.

The narrowest level with any weekly rule counts: the machine's, else its area's, else the site's.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import joinedload

from booking.database import db
from booking.machines.models import Machine
from booking.machines.queries import find_area, find_machine
from booking.openings.models import Closure, Level, Opening
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
                and_(Opening.area_id.is_(None), Opening.machine_id.is_(None)),
            )
        )
        .order_by(Opening.weekday, Opening.starts, Opening.ends)
    )


def _narrowest(
    machine: Machine, by_level: dict[tuple[int | None, int | None], list[WeeklyOpening]]
) -> tuple[WeeklyOpening, ...]:
    for level in ((None, machine.id), (machine.area_id, None), (None, None)):
        if level in by_level:
            return tuple(by_level[level])
    return ()


def list_all_openings() -> list[Opening]:
    """The rules of every level, by weekday and hour."""
    query = select(Opening).order_by(Opening.weekday, Opening.starts, Opening.ends)
    return list(db.session.scalars(query))


def list_openings(level: Level) -> list[Opening]:
    """A level's own rules by weekday and hour, without those it inherits."""
    return list(
        db.session.scalars(
            select(Opening)
            .where(
                Opening.area_id.is_not_distinct_from(level.area_id),
                Opening.machine_id.is_not_distinct_from(level.machine_id),
            )
            .order_by(Opening.weekday, Opening.starts, Opening.ends)
        )
    )


def hours_that_count(level: Level) -> tuple[Level, list[Opening]]:
    """The rules that count for a level, and whose they are: its own, or a wider level's."""
    for candidate in (level, *level.wider):
        openings = list_openings(candidate)
        if openings:
            return candidate, openings
    return Level(), []


def find_level(kind: str, code: str) -> Level | None:
    """The level of this kind (site, area or machine) and code."""
    if kind == "machine":
        machine = find_machine(code)
        return Level(machine=machine) if machine else None
    if kind == "area":
        area = find_area(code)
        return Level(area=area) if area else None
    return Level() if (kind, code) == (Level().kind, Level().code) else None


def find_opening(kind: str, code: str, number: int) -> Opening | None:
    """A rule of a level's own, by its id."""
    level = find_level(kind, code)
    own = list_openings(level) if level else []
    return next((opening for opening in own if opening.id == number), None)


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


def list_past_closures(before: datetime, limit: int) -> list[Closure]:
    """Closures that ended before an instant, and cancelled ones, the latest first."""
    query = (
        select(Closure)
        .options(joinedload(Closure.area), joinedload(Closure.machine))
        .where(or_(Closure.ends_at <= before, Closure.cancelled_at.is_not(None)))
    )
    return list(db.session.scalars(query.order_by(Closure.starts_at.desc()).limit(limit)))


def list_coming_closures(after: datetime) -> list[Closure]:
    """Closures in force that end after an instant, with their place, the earliest first."""
    query = (
        select(Closure)
        .options(joinedload(Closure.area), joinedload(Closure.machine))
        .where(Closure.cancelled_at.is_(None), Closure.ends_at > after)
    )
    return list(db.session.scalars(query.order_by(Closure.starts_at, Closure.id)))


def find_closure(closure_id: int) -> Closure | None:
    return db.session.get(Closure, closure_id)


def list_closures(from_at: datetime, to_at: datetime, machine: Machine) -> list[Closure]:
    """Closures in force that overlap `[from_at, to_at)` and concern this machine."""
    return [closure for closure in closures_between(from_at, to_at) if closure.concerns(machine)]


def holidays_of(site: Site, year: int) -> dict[date, PublicHoliday]:
    """The public holidays of one year, in order."""
    return dict(public_holidays(year, site.local_law_holidays, site.good_friday_holiday))
