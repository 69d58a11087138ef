"""Reads of what occupies units."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, bindparam, select
from sqlalchemy.orm import aliased

from booking.database import UtcDateTime, db, rows_of, table_of
from booking.machines.models import Unit
from booking.occupancies.guard import LONGEST_DAYS
from booking.occupancies.models import Occupancy
from booking.periods import Period


class Taken(NamedTuple):
    """One occupancy of a unit that is active or has lapsed; all instants in UTC."""

    unit_id: int
    starts_at: datetime
    ends_at: datetime
    busy_from: datetime
    busy_until: datetime
    lapses_at: datetime | None
    active: bool
    reservation_id: int | None
    half_day_id: int | None


def list_taken(machine_ids: Collection[int], period: Period) -> list[Taken]:
    """Occupancies whose busy time meets the period, by time.

    Lapsed ones are among them; those that were given back are not. Unit by unit from the index,
    and sorted here: asked for the order, SQLite would read the whole workshop by time instead.
    """
    one = len(machine_ids) == 1  # a list would have the statement written anew each time
    rows = rows_of(
        _OF_ONE_MACHINE if one else _OF_MACHINES,
        machines=next(iter(machine_ids)) if one else list(machine_ids),
        start=period.starts_at,
        end=period.ends_at,
        earliest=period.starts_at - timedelta(days=LONGEST_DAYS),
    )
    return sorted(map(Taken._make, rows), key=attrgetter("busy_from"))


def find_unit_of(reservation_id: int) -> int:
    """The id of the unit that is promised to a reservation."""
    query = select(Occupancy.unit_id).where(Occupancy.reservation_id == reservation_id)
    return db.session.scalars(query).one()


def next_on_the_unit(reservation_id: int, now: datetime) -> Row[int | None, datetime] | None:
    """What comes next on the unit that a reservation holds: whose it is, None for a training
    session, and when it starts; aware UTC.
    """
    held, coming = aliased(Occupancy), Occupancy
    return db.session.execute(
        select(coming.reservation_id, coming.starts_at)
        .join_from(held, coming, coming.unit_id == held.unit_id)
        .where(
            held.reservation_id == reservation_id,
            held.active,
            coming.active,
            coming.lapses_at.is_(None) | (coming.lapses_at > now),
            coming.busy_from >= held.busy_until,
        )
        .order_by(coming.busy_from)
        .limit(1)
    ).first()


def _taken(of_the_machines: ColumnElement[bool]) -> Select[Any]:
    columns = table_of(Occupancy).columns
    return select(*(columns[name] for name in Taken._fields)).where(
        Occupancy.unit_id.in_(select(Unit.id).where(of_the_machines)),
        Occupancy.active | Occupancy.lapses_at.is_not(None),
        Occupancy.busy_from < bindparam("end", type_=UtcDateTime()),
        Occupancy.busy_from > bindparam("earliest", type_=UtcDateTime()),
        Occupancy.busy_until > bindparam("start", type_=UtcDateTime()),
    )


_OF_ONE_MACHINE = _taken(Unit.machine_id == bindparam("machines"))
_OF_MACHINES = _taken(Unit.machine_id.in_(bindparam("machines", expanding=True)))
