"""Reads of the offers of reservations to other members."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking import clock
from booking.database import db
from booking.members.models import Member, Role
from booking.members.queries import find_member_by_email
from booking.reservations.models import HandOver, Reservation
from booking.reservations.queries.lists import find_reservation

_WHOLE = (
    joinedload(HandOver.member),
    joinedload(HandOver.reservation).joinedload(Reservation.machine),
    joinedload(HandOver.reservation).joinedload(Reservation.member),
    joinedload(HandOver.in_exchange).joinedload(Reservation.machine),
)


def find_hand_over(number: int) -> HandOver | None:
    """An offer with its reservations and people."""
    return db.session.scalar(select(HandOver).options(*_WHOLE).where(HandOver.id == number))


def list_offered_to(member_id: int) -> list[HandOver]:
    """What a member can still answer, the next use first."""
    query = (
        select(HandOver)
        .join(HandOver.reservation)
        .options(*_WHOLE)
        .where(
            HandOver.member_id == member_id,
            HandOver.answer.is_(None),
            Reservation.starts_at > clock.now(),
        )
        .order_by(Reservation.starts_at, HandOver.id)
    )
    return [offer for offer in db.session.scalars(query) if offer.stands]


def find_receiver(reservation: Reservation, address: str, *, to_anybody: bool) -> Member | None:
    """Who has this e-mail address and may be offered a reservation: a colleague of who holds it,
    or anybody.
    """
    found = find_member_by_email(address)
    if found is None or found.id == reservation.member_id or Role.MEMBER not in found.roles:
        return None
    organisation_id = reservation.member.organisation_id
    is_colleague = organisation_id is not None and found.organisation_id == organisation_id
    return found if to_anybody or is_colleague else None


def find_exchange(receiver: Member, number: int | None) -> Reservation | None:
    """The reservation of this number, if it is the receiver's and to come."""
    if number is None:
        return None
    found = find_reservation(number)
    is_his = found is not None and found.member_id == receiver.id and found.is_to_come
    return found if is_his else None


def find_hand_over_of(reservation: Reservation) -> HandOver | None:
    """The offer of a reservation that waits for an answer."""
    query = (
        select(HandOver)
        .options(joinedload(HandOver.member), joinedload(HandOver.in_exchange))
        .where(HandOver.reservation_id == reservation.id, HandOver.answer.is_(None))
        .order_by(HandOver.id.desc())
    )
    return next((offer for offer in db.session.scalars(query) if offer.stands), None)
