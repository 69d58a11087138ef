"""Holding what a decision rests on until the transaction ends."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import BindParameter, bindparam, select

from booking.database import key_of, lock
from booking.machines.models import Machine
from booking.members.models import Member
from booking.occupancies import service as occupancies
from booking.pricing import service as pricing
from booking.trainings.models import Certification


def hold_these(machines: Collection[Machine], members: Collection[Member]) -> None:
    """Lock in the order everybody keeps: units, persons, records, credit hours."""
    member_ids = {key_of(member) for member in members}
    occupancies.lock_machines({key_of(machine) for machine in machines})
    lock(_PERSONS, member_ids=member_ids)
    lock(_CERTIFICATIONS, member_ids=member_ids)
    pricing.lock_sources(member_ids)


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
