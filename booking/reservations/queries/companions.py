"""Second persons: what the rules need to know of them, and who is asked for what."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from booking.database import db
from booking.machines.models import Machine
from booking.members.models import Member
from booking.occupancies.guard import LONGEST_DAYS
from booking.periods import Period
from booking.reservations.models import Companion, Reservation
from booking.reservations.queries.last_uses import last_uses_of
from booking.reservations.rules import (
    CURRENT_ANSWERS,
    CompanionAnswer,
    CompanionFacts,
    CompanionRole,
)
from booking.trainings.queries import certification_facts_of
from booking.trainings.rules import TrainingFact


def companion_facts(
    named: Mapping[CompanionRole, Member],
    asker: Member,
    machine: Machine,
    period: Period,
    trainings: Mapping[str, TrainingFact],
    zone: ZoneInfo,
) -> dict[CompanionRole, CompanionFacts]:
    """The persons named for a use; four statements when there are any."""
    if not named:
        return {}
    ids = {member.id for member in named.values()}
    records = certification_facts_of(last_uses_of(ids, dict(trainings), zone))
    elsewhere = _elsewhere(ids, machine, period)
    return {
        role: CompanionFacts(
            is_asker=member.id == asker.id,
            account_state=member.state,
            born_on=member.born_on,
            certifications=records[member.id],
            elsewhere=tuple(elsewhere.get(member.id, ())),
        )
        for role, member in named.items()
    }


def _elsewhere(
    member_ids: Collection[int], machine: Machine, period: Period
) -> dict[int, list[Period]]:
    """When each of them has agreed to be in another area."""
    rows = db.session.execute(
        select(Companion.member_id, Reservation.starts_at, Reservation.ends_at)
        .join(Reservation, Reservation.id == Companion.reservation_id)
        .join(Machine, Machine.id == Reservation.machine_id)
        .where(
            Companion.member_id.in_(member_ids),
            Companion.answer == CompanionAnswer.ACCEPTED,
            Machine.area_id != machine.area_id,
            Reservation.starts_at < period.ends_at,
            Reservation.starts_at > period.starts_at - timedelta(days=LONGEST_DAYS),
            Reservation.ends_at > period.starts_at,
        )
    )
    found: dict[int, list[Period]] = {}
    for member_id, starts_at, ends_at in rows:
        found.setdefault(member_id, []).append(Period(starts_at, ends_at))
    return found


def list_asked_of(member_id: int, now: datetime) -> list[Companion]:
    """What somebody is asked or has agreed to be there for, the next first."""
    query = (
        select(Companion)
        .join(Companion.reservation)
        .options(
            contains_eager(Companion.reservation).joinedload(Reservation.machine),
            contains_eager(Companion.reservation).joinedload(Reservation.member),
        )
        .where(
            Companion.member_id == member_id,
            Companion.answer.in_(CURRENT_ANSWERS),
            Reservation.counts_at(now),
            Reservation.ends_at > now,
        )
        .order_by(Reservation.starts_at, Companion.id)
    )
    return list(db.session.scalars(query))


def count_awaited(member_id: int, now: datetime) -> int:
    """How many answers somebody still owes."""
    query = (
        select(func.count(Companion.id))
        .join(Companion.reservation)
        .where(
            Companion.member_id == member_id,
            Companion.answer == CompanionAnswer.PENDING,
            Reservation.counts_at(now),
            Reservation.starts_at > now,
        )
    )
    return db.session.scalar(query) or 0


def find_companion(number: int, member_id: int) -> Companion | None:
    """The last word that somebody was asked for about a reservation."""
    return db.session.scalar(
        select(Companion)
        .options(
            joinedload(Companion.reservation).joinedload(Reservation.machine),
            joinedload(Companion.reservation).joinedload(Reservation.member),
        )
        .where(Companion.reservation_id == number, Companion.member_id == member_id)
        .order_by(Companion.answer.in_(CURRENT_ANSWERS).desc(), Companion.id.desc())
        .limit(1)
    )


def list_current_of(reservation_ids: Collection[int]) -> list[Companion]:
    """Those awaited or coming for some reservations."""
    query = (
        select(Companion)
        .options(joinedload(Companion.member))
        .where(Companion.reservation_id.in_(reservation_ids), Companion.answer.in_(CURRENT_ANSWERS))
        .order_by(Companion.id)
    )
    return list(db.session.scalars(query))
