"""Taking and releasing units. Whoever writes here has locked the units before deciding."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from booking.database import db, lock, table_of
from booking.machines.models import Unit
from booking.occupancies.models import Occupancy, OccupancyKind
from booking.periods import Period


def lock_units(unit_ids: Iterable[int]) -> None:
    """Hold these units until the transaction ends, in one order for everybody."""
    query = select(Unit.id).where(Unit.id.in_(list(unit_ids))).order_by(Unit.id)
    lock(query.with_for_update(key_share=True))


def lock_machines(machine_ids: Iterable[int]) -> None:
    """Hold all units of these machines: nothing can be reserved on them meanwhile."""
    lock(_UNITS_OF_MACHINES, machine_ids=list(machine_ids))


_UNITS_OF_MACHINES = (
    select(Unit.id)
    .where(Unit.machine_id.in_(bindparam("machine_ids", expanding=True)))
    .order_by(Unit.id)
    .with_for_update(key_share=True)
)
"""Made once, since every reservation asks it."""


def take(
    unit_id: int,
    reservation_id: int,
    period: Period,
    buffer: timedelta,
    lapses_at: datetime | None = None,
) -> None:
    """Promise a unit to a stored reservation; the database refuses what overlaps.

    A plain insert: nobody needs the row as an object, and making one costs four times as much.
    """
    row = {
        "unit_id": unit_id,
        "kind": OccupancyKind.RESERVATION,
        "reservation_id": reservation_id,
        "starts_at": period.starts_at,
        "ends_at": period.ends_at,
        "busy_from": period.starts_at,
        "busy_until": period.ends_at + buffer,
        "active": True,
        "lapses_at": lapses_at,
    }
    db.session.execute(_INSERT, row)


_INSERT = insert(table_of(Occupancy))


def move(
    reservation_id: int,
    unit_id: int,
    period: Period,
    buffer: timedelta,
    lapses_at: datetime | None,
) -> None:
    """Promise another time or unit instead, in one update; the database refuses what overlaps."""
    _change(
        [reservation_id],
        unit_id=unit_id,
        starts_at=period.starts_at,
        ends_at=period.ends_at,
        busy_from=period.starts_at,
        busy_until=period.ends_at + buffer,
        lapses_at=lapses_at,
    )


def release(reservation_ids: Iterable[int]) -> None:
    """Give back the units of these reservations."""
    _change(reservation_ids, active=False, lapses_at=None)


def end_lapsed(reservation_ids: Iterable[int]) -> None:
    """Write down that these promises have lapsed; when they did stays known."""
    _change(reservation_ids, active=False)


def end_at(reservation_id: int, instant: datetime, buffer: timedelta) -> None:
    """Somebody leaves earlier: what comes after, the buffer apart, is free."""
    _change([reservation_id], ends_at=instant, busy_until=instant + buffer)


def lapse_at(reservation_id: int, instant: datetime | None) -> None:
    """From when on the promise counts no more, None for one that is kept."""
    _change([reservation_id], lapses_at=instant)


def _change(reservation_ids: Iterable[int], **values: Any) -> None:
    db.session.flush()
    db.session.execute(
        update(Occupancy)
        .where(Occupancy.reservation_id.in_(list(reservation_ids)))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
