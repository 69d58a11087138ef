"""Who may use which machine in the coming hours, by badge; nobody is named."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Row, func, select
from sqlalchemy.orm import joinedload

from booking.database import db
from booking.machines.models import Machine
from booking.machines.rules import MachineState
from booking.members.models import Member
from booking.members.queries import digest
from booking.members.rules import AccountState
from booking.occupancies.guard import LONGEST_DAYS
from booking.periods import Period, local_days
from booking.planning.models import BadgeListGiven, Controller
from booking.reservations.models import Reservation
from booking.reservations.queries import last_uses_of
from booking.reservations.queries.workshop import OfferedMachine, Workshop, get_workshop
from booking.reservations.rules import Mode, ReservationState
from booking.trainings.queries import certification_facts_of
from booking.trainings.rules import CertificationFact, judge_chain

AHEAD = timedelta(hours=24)
IN_USE = (ReservationState.CONFIRMED, ReservationState.CHECKED_IN)


class Allowed(NamedTuple):
    """A badge opens a machine, and the way to it, in `[allowed_from, allowed_until)`."""

    allowed_from: datetime
    allowed_until: datetime
    badge: str
    machine: str
    area: str


def list_allowed(area_id: int | None, now: datetime) -> list[Allowed]:
    """The uses of the next 24 hours, from when one may arrive to the end, in order.

    What has been promised counts only as long as the rules of the person and of the machine hold:
    both are judged now. Four statements, whatever there is to list.
    """
    workshop = get_workshop()
    rows = _read(area_id, now, now + AHEAD + workshop.check_in_opens)
    held = _held({row.member_id for row in rows}, workshop)
    found = []
    for row in rows:
        machine = workshop.by_id[row.machine_id]
        use = Period(row.starts_at, row.ends_at)
        if _stands(machine, row.mode, use, held[row.member_id], workshop, now):
            opens_at = row.starts_at - workshop.check_in_opens
            allowed = Allowed(opens_at, row.ends_at, row.badge, machine.code, machine.area.code)
            found.append(allowed)
    return sorted(found)


def _read(area_id: int | None, now: datetime, until: datetime) -> list[Row[tuple[object, ...]]]:
    query = (
        select(
            Reservation.member_id,
            Reservation.machine_id,
            Reservation.mode,
            Reservation.starts_at,
            Reservation.ends_at,
            Member.badge,
        )
        .join(Member, Member.id == Reservation.member_id)
        .where(
            Reservation.counts_at(now),
            Reservation.state.in_(IN_USE),
            Reservation.starts_at > now - timedelta(days=LONGEST_DAYS),
            Reservation.starts_at < until,
            Reservation.ends_at > now,
            Member.badge.is_not(None),
            Member.state == AccountState.APPROVED,
        )
    )
    if area_id is not None:
        query = query.where(
            Reservation.machine_id.in_(select(Machine.id).where(Machine.area_id == area_id))
        )
    return list(db.session.execute(query))


def _held(
    member_ids: Iterable[int], workshop: Workshop
) -> dict[int, tuple[CertificationFact, ...]]:
    uses = last_uses_of(list(member_ids), dict(workshop.trainings), workshop.zone)
    return certification_facts_of(uses)


def _stands(
    machine: OfferedMachine,
    mode: Mode,
    use: Period,
    held: tuple[CertificationFact, ...],
    workshop: Workshop,
    now: datetime,
) -> bool:
    """Whether what the machine asks for is held on every day, and it may be used in this mode."""
    facts, alone = machine.facts_at(now), mode is Mode.AUTONOMOUS
    if any(outage.overlaps(use) for outage in facts.outages):
        return False
    if alone and facts.state == MachineState.RESTRICTED:
        return False
    wanted = [
        (asked.training, asked.autonomous_level if alone else asked.supervised_level)
        for asked in machine.facts.requirements
    ]
    days: tuple[date, ...] = tuple(local_days(use, workshop.zone))
    verdicts = judge_chain(wanted, workshop.trainings, held, days)
    return all(verdict.is_valid for verdict in verdicts)


# The controllers


class ControllerLine(NamedTuple):
    """A controller, and when it was last given a list."""

    controller: Controller
    given_at: datetime | None


def list_controllers() -> list[ControllerLine]:
    """Those in service, the latest first."""
    last = (
        select(func.max(BadgeListGiven.at))
        .where(BadgeListGiven.controller_id == Controller.id)
        .correlate(Controller)
        .scalar_subquery()
    )
    query = (
        select(Controller, last)
        .options(joinedload(Controller.area))
        .where(Controller.revoked_at.is_(None))
        .order_by(Controller.id.desc())
    )
    return [ControllerLine(controller, at) for controller, at in db.session.execute(query)]


def find_controller(number: int) -> Controller | None:
    """The controller in service with this number."""
    return db.session.scalar(
        select(Controller).where(Controller.id == number, Controller.revoked_at.is_(None))
    )


def find_controller_by_token(token: str) -> Controller | None:
    """The controller that holds this secret, unless it was revoked."""
    return db.session.scalar(
        select(Controller).where(
            Controller.token_hash == digest(token), Controller.revoked_at.is_(None)
        )
    )
