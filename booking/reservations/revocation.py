"""Ending a certification, and the reservations that rested on it, in one act."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from booking import clock
from booking.database import db
from booking.machines.models import Machine
from booking.members.models import Member
from booking.periods import Period, local_days
from booking.reservations.models import Reservation
from booking.reservations.queries import last_uses, list_future_of, needed_levels
from booking.reservations.service import CANCELLABLE_STATES, cancel_by_site
from booking.site.queries import site_zone
from booking.trainings.models import Certification
from booking.trainings.queries import certification_facts, training_facts
from booking.trainings.refusals import Refused
from booking.trainings.rules import CertificationFact, TrainingFact, judge
from booking.trainings.service import certifying


@dataclass(frozen=True)
class Ended:
    """A certification that no longer counts, and what was cancelled with it."""

    certification: Certification
    cancelled: tuple[Reservation, ...]


def suspend(
    certification_id: int, actor: Member, reason: str, ends_when: str = ""
) -> Ended | Refused:
    """Suspend a certification and cancel what rests on it; the member is told of each."""
    outcome = certifying.suspend(certification_id, actor, reason, ends_when)
    return _cancel_with(outcome, actor, reason)


def revoke(certification_id: int, actor: Member, reason: str) -> Ended | Refused:
    """Take a certification away and cancel what rests on it."""
    return _cancel_with(certifying.revoke(certification_id, actor, reason), actor, reason)


def _cancel_with(outcome: Certification | Refused, actor: Member, reason: str) -> Ended | Refused:
    """The act before has locked the member's records, so no reservation comes in between."""
    if isinstance(outcome, Refused):
        return outcome
    concerned = list_concerned(outcome)
    cancel_by_site(concerned, actor, reason.strip())
    return Ended(outcome, tuple(concerned))


def list_concerned(certification: Certification) -> list[Reservation]:
    """The member's coming reservations that do not hold without this certification."""
    zone = site_zone()
    trainings = training_facts()
    uses = last_uses(certification.member_id, trainings, zone)
    others = [
        fact
        for fact in certification_facts(certification.member_id, uses)
        if fact.record_id != certification.id
    ]
    training = trainings[certification.training.code]
    future = list_future_of(certification.member_id, clock.now())
    _load_requirements(future)
    return [
        reservation
        for reservation in future
        if reservation.state_now in CANCELLABLE_STATES
        and _falls(reservation, training, trainings, others, zone)
    ]


def _load_requirements(reservations: list[Reservation]) -> None:
    """Read what all their machines ask for in one statement instead of one for each."""
    machine_ids = {reservation.machine_id for reservation in reservations}
    query = select(Machine).where(Machine.id.in_(machine_ids))
    db.session.scalars(query.options(selectinload(Machine.requirements))).all()


def _falls(
    reservation: Reservation,
    training: TrainingFact,
    trainings: dict[str, TrainingFact],
    others: list[CertificationFact],
    zone: ZoneInfo,
) -> bool:
    """Whether the machine asks for the training, directly or through the chain, in vain."""
    levels = needed_levels(reservation.machine, reservation.mode, trainings)
    if training.code not in levels:
        return False
    days = local_days(Period(reservation.starts_at, reservation.ends_at), zone)
    return not judge(levels[training.code], training, others, days).is_valid
