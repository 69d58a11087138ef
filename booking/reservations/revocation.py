"""Ending a certification, and the reservations that rested on it, in one act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from booking import clock
from booking.database import db
from booking.members.models import Member
from booking.reservations.models import Companion, Reservation
from booking.reservations.queries import (
    last_uses_of,
    list_future_of,
    load_requirements,
    needed_levels,
    time_used,
)
from booking.reservations.queries.companions import list_asked_of
from booking.reservations.rules import CompanionRole, Mode
from booking.reservations.rules.companions import safety_levels
from booking.reservations.service import (
    CANCELLABLE_STATES,
    cancel_by_site,
    follow_validity,
    hold_machines_of,
)
from booking.reservations.service.risking import withdraw
from booking.site.queries import site_zone
from booking.trainings.models import Certification
from booking.trainings.queries import (
    certification_facts_of,
    held_at_level_since,
    training_facts,
)
from booking.trainings.refusals import Refused
from booking.trainings.rules import TrainingFact, judge
from booking.trainings.rules.appointing import AUTONOMOUS_LEVEL, Grounds
from booking.trainings.service import certifying
from booking.trainings.service.certifying import Correction


@dataclass(frozen=True)
class Ended:
    """A certification that no longer counts, and what was cancelled with it."""

    certification: Certification
    cancelled: tuple[Reservation, ...]


def suspend(
    certification_id: int, actor: Member, reason: str, ends_when: str = ""
) -> Ended | Refused:
    """Suspend a certification and cancel what rests on it; the member is told of each."""
    _hold_machines_of(certification_id)
    outcome = certifying.suspend(certification_id, actor, reason, ends_when)
    return _cancel_with(outcome, actor, reason)


def revoke(certification_id: int, actor: Member, reason: str) -> Ended | Refused:
    """Take a certification away and cancel what rests on it."""
    _hold_machines_of(certification_id)
    return _cancel_with(certifying.revoke(certification_id, actor, reason), actor, reason)


def correct(certification_id: int, actor: Member, correction: Correction) -> Ended | Refused:
    """Set an approval right; what no longer holds at all is cancelled, the rest follows it."""
    _hold_machines_of(certification_id)
    outcome = certifying.correct(certification_id, actor, correction)
    if isinstance(outcome, Refused):
        return outcome
    is_held = _held_today(outcome)
    fallen = [one for one in list_concerned(outcome) if not is_held(_level_for(one, outcome))]
    cancel_by_site(fallen, actor, correction.reason.strip())
    withdraw([one for one in list_accompanied(outcome) if not is_held(_level_beside(one, outcome))])
    follow_validity([outcome.member_id])
    return Ended(outcome, tuple(fallen))


def approve(
    certification_id: int, actor: Member, last_uses: Mapping[str, date], waiver: str = ""
) -> Certification | Refused:
    """Approve a proposal; reservations that were to fall with a former record may stay."""
    _hold_machines_of(certification_id)
    outcome = certifying.approve(certification_id, actor, last_uses, waiver)
    if isinstance(outcome, Certification):
        follow_validity([outcome.member_id])
    return outcome


def appoint(certification_id: int, actor: Member, reason: str = "") -> Certification | Refused:
    """Appoint somebody as referent; what he has held and used is looked at under the locks."""
    _hold_machines_of(certification_id)
    certification = certifying.hold(certification_id)
    uses = last_uses_of([certification.member_id], training_facts(), site_zone())
    outcome = certifying.appoint(
        certification_id,
        actor,
        grounds_of(certification),
        uses[certification.member_id],
        reason,
    )
    if isinstance(outcome, Certification):
        follow_validity([outcome.member_id])
    return outcome


def grounds_of(certification: Certification) -> Grounds:
    """On what an appointment of the holder would rest today."""
    member_id, code = certification.member_id, certification.training.code
    today = clock.today(site_zone())
    return Grounds(
        held_at_level_since(member_id, code, AUTONOMOUS_LEVEL, today),
        time_used(member_id, code, training_facts()),
    )


def _held_today(certification: Certification) -> Callable[[int], bool]:
    """Whether the member holds the training at a level today, whatever record says so."""
    trainings, zone = training_facts(), site_zone()
    uses = last_uses_of([certification.member_id], trainings, zone)
    held = certification_facts_of(uses)[certification.member_id]
    training, today = trainings[certification.training.code], clock.today(zone)
    return lambda level: judge(level, training, held, [today]).is_valid


def _level_for(reservation: Reservation, certification: Certification) -> int:
    levels = needed_levels(reservation.machine, reservation.mode, training_facts())
    return levels[certification.training.code]


def _level_beside(companion: Companion, certification: Certification) -> int:
    return _levels_of(companion, training_facts())[certification.training.code]


def _hold_machines_of(certification_id: int) -> None:
    certification = db.session.get(Certification, certification_id)
    if certification is not None:
        hold_machines_of(certification.member)


def _cancel_with(outcome: Certification | Refused, actor: Member, reason: str) -> Ended | Refused:
    """The act before has locked the member's records, so no reservation comes in between."""
    if isinstance(outcome, Refused):
        return outcome
    concerned = list_concerned(outcome)
    cancel_by_site(concerned, actor, reason.strip())
    withdraw(list_accompanied(outcome))
    return Ended(outcome, tuple(concerned))


def list_concerned(certification: Certification) -> list[Reservation]:
    """The member's coming reservations that do not hold without this training.

    Ending one record ends them all, so nothing else covers what needs the training.
    """
    trainings = training_facts()
    future = list_future_of(certification.member_id, clock.now())
    load_requirements(future)
    return [
        one
        for one in future
        if one.state_now in CANCELLABLE_STATES
        and certification.training.code in needed_levels(one.machine, one.mode, trainings)
    ]


def list_accompanied(certification: Certification) -> list[Companion]:
    """Where the member is to be there for others and may not without this training."""
    trainings = training_facts()
    asked = list_asked_of(certification.member_id, clock.now())
    load_requirements([companion.reservation for companion in asked])
    return [
        companion
        for companion in asked
        if certification.training.code in _levels_of(companion, trainings)
    ]


def _levels_of(companion: Companion, trainings: dict[str, TrainingFact]) -> Mapping[str, int]:
    chain = needed_levels(companion.reservation.machine, Mode.AUTONOMOUS, trainings)
    return chain if companion.role is CompanionRole.SUPERVISOR else safety_levels(chain, trainings)
