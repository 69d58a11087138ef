"""Taking and releasing units. Whoever writes here has locked the units before deciding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from booking.database import db, lock, write_rows
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
    """Promise a unit to a stored reservation; the database refuses what overlaps."""
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
    write_rows(Occupancy, row)


def take_for_session(
    busy_until: Mapping[int, datetime],
    half_day_id: int,
    period: Period,
    lapses_at: datetime | None,
) -> None:
    """Promise units to half a day of a stored session, each until the instant given for its id;
    the database refuses what overlaps.
    """
    rows = [
        {
            "unit_id": unit_id,
            "kind": OccupancyKind.SESSION,
            "half_day_id": half_day_id,
            "starts_at": period.starts_at,
            "ends_at": period.ends_at,
            "busy_from": period.starts_at,
            "busy_until": until,
            "active": True,
            "lapses_at": lapses_at,
        }
        for unit_id, until in busy_until.items()
    ]
    if rows:
        write_rows(Occupancy, *rows)


def release_for_session(half_day_ids: Iterable[int]) -> None:
    """Give back the units of these half-days."""
    _change_half_days(half_day_ids, active=False, lapses_at=None)


def forget_for_session(half_day_ids: Iterable[int]) -> None:
    """Take away what these half-days hold, before they are planned anew."""
    db.session.flush()
    db.session.execute(delete(Occupancy).where(Occupancy.half_day_id.in_(list(half_day_ids))))


def lapse_for_session(half_day_ids: Iterable[int], instant: datetime | None) -> None:
    """From when on the promise to these half-days counts no more, None for one that is kept."""
    _change_half_days(half_day_ids, lapses_at=instant)


def end_lapsed_sessions(machine_ids: Iterable[int], now: datetime) -> list[tuple[int, Period]]:
    """Write down that promises to sessions have lapsed on these machines; the caller holds them.

    Returns the machines with the times that this frees.
    """
    db.session.flush()
    units = select(Unit.id).where(Unit.machine_id.in_(list(machine_ids)))
    ended = db.session.execute(
        update(Occupancy)
        .where(
            Occupancy.kind == OccupancyKind.SESSION,
            Occupancy.active,
            Occupancy.lapses_at <= now,
            Occupancy.unit_id.in_(units),
        )
        .values(active=False)
        .returning(Occupancy.unit_id, Occupancy.starts_at, Occupancy.ends_at)
        .execution_options(synchronize_session=False)
    ).all()
    if not ended:
        return []
    machines = dict(
        db.session.execute(
            select(Unit.id, Unit.machine_id).where(Unit.id.in_([row.unit_id for row in ended]))
        ).all()
    )
    return [(machines[row.unit_id], Period(row.starts_at, row.ends_at)) for row in ended]


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
        active=True,
        unit_id=unit_id,
        starts_at=period.starts_at,
        ends_at=period.ends_at,
        busy_from=period.starts_at,
        busy_until=period.ends_at + buffer,
        lapses_at=lapses_at,
    )


def let_go(reservation_ids: Iterable[int]) -> None:
    """Leave the units of these reservations until each is promised its other time by `move`, so
    that none stands in the way of another meanwhile.
    """
    _change(reservation_ids, active=False)


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


def _change_half_days(half_day_ids: Iterable[int], **values: Any) -> None:
    db.session.flush()
    db.session.execute(
        update(Occupancy)
        .where(Occupancy.half_day_id.in_(list(half_day_ids)), Occupancy.active)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _change(reservation_ids: Iterable[int], **values: Any) -> None:
    db.session.flush()
    db.session.execute(
        update(Occupancy)
        .where(Occupancy.reservation_id.in_(list(reservation_ids)))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
