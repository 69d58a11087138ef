"""Holding what a decision rests on until the transaction ends."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import BindParameter, bindparam, select

from booking.database import db, key_of, lock
from booking.machines.models import Machine
from booking.members.models import Member, Organisation
from booking.occupancies import service as occupancies
from booking.pricing import service as pricing
from booking.reservations.models import Reservation
from booking.reservations.queries.workshop import get_workshop
from booking.trainings.models import Certification


def hold_these(machines: Collection[Machine], members: Collection[Member]) -> None:
    """Lock in the order everybody keeps: units, persons, records, credit hours."""
    member_ids = {key_of(member) for member in members}
    occupancies.lock_machines({key_of(machine) for machine in machines})
    lock(_PERSONS, member_ids=member_ids)
    lock(_CERTIFICATIONS, member_ids=member_ids)
    pricing.lock_sources(member_ids)


def hold_rows(reservations: Collection[Reservation]) -> None:
    """Lock reservations in the order of their ids, and read them again; one statement."""
    numbers = {key_of(one) for one in reservations}
    db.session.scalars(_RESERVATIONS, {"numbers": numbers}).all()


def hold_shared_quotas(machines: Collection[Machine], members: Collection[Member]) -> None:
    """Lock, last of all, the organisations whose people share a quota on these machines.

    The others are held already, and site and members have been read again under their locks.
    """
    workshop, machine_ids = get_workshop(), [machine.id for machine in machines]
    shared = {workshop.counting(machine_ids, m.organisation_id).organisation_id for m in members}
    if organisation_ids := shared - {None}:
        lock(_ORGANISATIONS, organisation_ids=organisation_ids)


_RESERVATIONS = (
    select(Reservation)
    .where(Reservation.id.in_(bindparam("numbers", expanding=True)))
    .order_by(Reservation.id)
    .with_for_update(of=Reservation)
    .execution_options(populate_existing=True)
)
_ORGANISATIONS = (
    select(Organisation.id)
    .where(Organisation.id.in_(bindparam("organisation_ids", expanding=True)))
    .order_by(Organisation.id)
    .with_for_update(key_share=True)
)
_MEMBER_IDS: BindParameter[int] = bindparam("member_ids", expanding=True)
_PERSONS = (
    select(Member.id)
    .where(Member.id.in_(_MEMBER_IDS))
    .order_by(Member.id)
    .with_for_update(key_share=True)
)
_CERTIFICATIONS = (
    select(Certification.id)
    .where(Certification.member_id.in_(_MEMBER_IDS))
    .order_by(Certification.id)
    .with_for_update(read=True)
)
"""Made once, since every reservation asks them."""
