"""When coming reservations fall, because what the member holds ends before."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from booking import clock
from booking.database import db
from booking.machines.models import Machine
from booking.periods import local_day, local_days
from booking.reservations.models import Reservation
from booking.reservations.queries.facts import needed_levels
from booking.reservations.queries.last_uses import last_uses_of
from booking.reservations.rules import ReservationState
from booking.site.queries import site_zone
from booking.trainings.queries import certification_facts_of, training_facts
from booking.trainings.rules import covered_until


def list_confirmed_to_come(member_ids: Collection[int] | None = None) -> list[Reservation]:
    """Confirmed reservations that have not begun, of some members or of all, by id."""
    now = clock.now()
    query = (
        select(Reservation)
        .options(joinedload(Reservation.machine), joinedload(Reservation.member))
        .where(
            Reservation.state == ReservationState.CONFIRMED,
            Reservation.counts_at(now),
            Reservation.starts_at > now,
        )
        .order_by(Reservation.id)
    )
    if member_ids is not None:
        query = query.where(Reservation.member_id.in_(member_ids))
    return list(db.session.scalars(query))


def released_at(reservations: Collection[Reservation]) -> dict[int, datetime | None]:
    """From when on each counts no more, because a certification that it rests on ends; by id.

    The local midnight after the last day that is covered, at the latest the start; None for what
    is covered to its end. What was never covered is left to the check-in: a manager may have kept
    it when a rule changed. Four statements.
    """
    zone, now = site_zone(), clock.now()
    trainings = training_facts()
    load_requirements(reservations)
    members = {reservation.member_id for reservation in reservations}
    held = certification_facts_of(last_uses_of(members, trainings, zone))
    found: dict[int, datetime | None] = {}
    for one in reservations:
        days = local_days(one.period, zone)
        levels = needed_levels(one.machine, one.mode, trainings)
        last_day = covered_until(levels, trainings, held[one.member_id], days[0])
        ends = last_day is not None and last_day < days[-1]
        found[one.id] = (
            max(now, min(local_day(last_day, zone).ends_at, one.starts_at))
            if ends and last_day
            else None
        )
    return found


def load_requirements(reservations: Iterable[Reservation]) -> None:
    """Read what all their machines ask for in one statement instead of one for each."""
    machine_ids = {reservation.machine_id for reservation in reservations}
    query = select(Machine).where(Machine.id.in_(machine_ids))
    db.session.scalars(query.options(selectinload(Machine.requirements))).all()
