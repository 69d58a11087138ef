"""Taking and releasing units. Whoever writes here has locked the units before deciding."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select, update

from booking.database import db, lock
from booking.machines.models import Unit
from booking.occupancies.models import Occupancy, OccupancyKind
from booking.periods import Period


def lock_units(unit_ids: Iterable[int]) -> None:
    """Hold these units until the transaction ends, in one order for everybody."""
    query = select(Unit.id).where(Unit.id.in_(list(unit_ids))).order_by(Unit.id)
    lock(query.with_for_update(key_share=True))


def lock_machines(machine_ids: Iterable[int]) -> None:
    """Hold all units of these machines: nothing can be reserved on them meanwhile."""
    query = select(Unit.id).where(Unit.machine_id.in_(list(machine_ids))).order_by(Unit.id)
    lock(query.with_for_update(key_share=True))


def take(unit_id: int, reservation_id: int, period: Period, buffer: timedelta) -> Occupancy:
    """Promise a unit to a reservation; the database refuses what overlaps."""
    occupancy = Occupancy(
        unit_id=unit_id,
        kind=OccupancyKind.RESERVATION,
        reservation_id=reservation_id,
        starts_at=period.starts_at,
        ends_at=period.ends_at,
        busy_from=period.starts_at,
        busy_until=period.ends_at + buffer,
        active=True,
    )
    db.session.add(occupancy)
    return occupancy


def release(reservation_ids: Iterable[int]) -> None:
    """Give back the units of these reservations."""
    db.session.flush()
    db.session.execute(
        update(Occupancy)
        .where(Occupancy.reservation_id.in_(list(reservation_ids)))
        .values(active=False)
        .execution_options(synchronize_session=False)
    )
