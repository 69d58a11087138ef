"""What takes the units of some machines over a time, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, bindparam, case, func, select
from sqlalchemy.orm import aliased

from booking.database import UtcDateTime, rows_of
from booking.machines.models import Machine, Unit
from booking.machines.rules import OutsideStaffed
from booking.members.models import Member
from booking.occupancies.models import Occupancy
from booking.planning.rules import Span, Taken, minute_after, minute_of
from booking.reservations.models import Reservation
from booking.reservations.rules import ReservationState
from booking.trainings.models import SessionHalfDay, TrainingSession


class Reserved(NamedTuple):
    """A reservation, told with its member's name to those who may see names."""

    reservation_id: int
    member_name: str


class InSession(NamedTuple):
    training_id: int


class OwnReservation(NamedTuple):
    """`is_held`: it still waits for a word, of another person or one's own."""

    reservation_id: int
    is_held: bool = False


class Occupied(NamedTuple):
    """What occupies each unit, in order of time; that of one member apart as well; and what those
    who did not come have left of theirs.
    """

    by_unit: dict[int, list[Taken]]
    own_by_unit: dict[int, list[Taken]]
    freed_by_unit: dict[int, list[Span]]


def read_occupied(
    machine_ids: Sequence[int],
    starts_at: datetime,
    ends_at: datetime,
    far_end_at: datetime,
    member_id: int,
    with_names: bool,
    now: datetime,
) -> Occupied:
    """Occupancies whose blocked time meets `[starts_at, ends_at)`, of the machines that run
    on up to `far_end_at`. Names are not even read unless they may be seen.
    """
    one = len(machine_ids) == 1
    rows = rows_of(
        _statement(one, with_names),
        machines=machine_ids[0] if one else machine_ids,
        starts_at=starts_at,
        ends_at=ends_at,
        far_end_at=far_end_at,
    )
    occupied = Occupied({}, {}, {})
    for row in rows:
        if row.lapses_at is not None and row.lapses_at <= now:
            if row.starts_at <= row.lapses_at < row.ends_at:
                freed = Span(minute_after(row.lapses_at), minute_of(row.ends_at))
                occupied.freed_by_unit.setdefault(row.unit_id, []).append(freed)
            continue
        if not row.active:
            continue
        is_own = row.member_id == member_id
        taken = Taken(
            minute_of(row.starts_at),
            minute_after(row.ends_at),
            minute_of(row.busy_from),
            minute_after(row.busy_until),
            _about(row, is_own, with_names),
        )
        occupied.by_unit.setdefault(row.unit_id, []).append(taken)
        if is_own:
            occupied.own_by_unit.setdefault(row.unit_id, []).append(taken)
    return occupied


def _about(
    row: Any, is_own: bool, with_names: bool
) -> Reserved | InSession | OwnReservation | None:
    if row.training_id is not None:
        return InSession(row.training_id)
    if is_own:
        return OwnReservation(row.reservation_id, row.state is ReservationState.HELD)
    return Reserved(row.reservation_id, row.member_name) if with_names else None


@cache
def _statement(of_one_machine: bool, with_names: bool) -> Select[Any]:
    """Unit by unit from the index, beginning with the last occupancy that began before: the guard
    keeps those of a unit apart, so nothing earlier can reach into the time asked for.
    """
    when = UtcDateTime()
    starts_at = bindparam("starts_at", type_=when)
    earlier = aliased(Occupancy)
    last_before = (
        select(func.max(earlier.busy_from))
        .where(earlier.unit_id == Unit.id, earlier.active, earlier.busy_from <= starts_at)
        .correlate(Unit)
        .scalar_subquery()
    )
    last_start = case(
        (Machine.outside_staffed == OutsideStaffed.UNATTENDED, bindparam("far_end_at", type_=when)),
        else_=bindparam("ends_at", type_=when),
    )
    asked = (
        Machine.id == bindparam("machines", type_=Integer())
        if of_one_machine
        else Machine.id.in_(bindparam("machines", expanding=True))
    )
    columns: list[Any] = [
        Occupancy.unit_id,
        Occupancy.starts_at,
        Occupancy.ends_at,
        Occupancy.busy_from,
        Occupancy.busy_until,
        Occupancy.lapses_at,
        Occupancy.active,
        Occupancy.reservation_id,
        Reservation.member_id,
        Reservation.state,
        TrainingSession.training_id,
    ]
    query = (
        select(*columns, *([Member.name.label("member_name")] if with_names else []))
        .join_from(Machine, Unit, Unit.machine_id == Machine.id)
        .join(Occupancy, Occupancy.unit_id == Unit.id)
        .outerjoin(Reservation, Reservation.id == Occupancy.reservation_id)
        .outerjoin(SessionHalfDay, SessionHalfDay.id == Occupancy.half_day_id)
        .outerjoin(TrainingSession, TrainingSession.id == SessionHalfDay.session_id)
        .where(
            asked,
            Occupancy.active | Occupancy.lapses_at.is_not(None),
            Occupancy.busy_from >= func.coalesce(last_before, starts_at),
            Occupancy.busy_from < last_start,
            Occupancy.busy_until > starts_at,
        )
        .order_by(Occupancy.busy_from)
    )
    return query.outerjoin(Member, Member.id == Reservation.member_id) if with_names else query
