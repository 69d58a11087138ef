"""The answers of second persons, and naming another one."""

from __future__ import annotations

from enum import StrEnum

from booking import clock
from booking.database import db, hold_row, reread
from booking.journal import service as journal
from booking.members.models import Member
from booking.periods import Period
from booking.reservations.models import Companion, Reservation
from booking.reservations.queries import gather_facts
from booking.reservations.refusals import Refusal
from booking.reservations.rules import (
    CompanionAnswer,
    CompanionRole,
    Facts,
    ReservationRequest,
    ReservationState,
    companions_needed,
    refusals_at_check_in,
)
from booking.reservations.service.asking import ask, await_nobody, await_words
from booking.reservations.service.following import follow_validity
from booking.reservations.service.holding import hold_these
from booking.reservations.service.risking import no_longer_come
from booking.reservations.service.telling import news_for, tell, tell_together


class CannotAnswer(StrEnum):
    """Why an answer comes too late, or changes nothing."""

    OVER = "OVER"
    NOT_ASKED = "NOT_ASKED"
    ALREADY = "ALREADY"


Refusals = tuple[Refusal, ...]


def accept(companion: Companion) -> CannotAnswer | Refusals:
    """Agree to be there; the rules are asked once more. Nothing left to say: it is agreed."""
    _hold(companion.reservation, companion.member)
    db.session.refresh(companion)
    reservation = companion.reservation
    if problem := _cannot_answer(companion):
        return problem
    if companion.answer is CompanionAnswer.ACCEPTED:
        return CannotAnswer.ALREADY
    against = _against(reservation)
    if against:
        return against
    companion.answer = CompanionAnswer.ACCEPTED
    companion.answered_at = clock.now()
    if all(one.answer is CompanionAnswer.ACCEPTED for one in reservation.current_companions):
        _confirm(reservation)
    tell("companion.accepted", reservation, reservation.member, reservation.machine)
    _record("companion.accepted", companion)
    return ()


def decline(companion: Companion) -> CannotAnswer | None:
    """Refuse to be there, or no longer come; None when it is noted."""
    _hold(companion.reservation, companion.member)
    db.session.refresh(companion)
    if problem := _cannot_answer(companion):
        return problem
    had_agreed = companion.answer is CompanionAnswer.ACCEPTED
    answer = CompanionAnswer.WITHDRAWN if had_agreed else CompanionAnswer.DECLINED
    no_longer_come([companion], answer)
    return None


def name_another(
    reservation: Reservation, role: CompanionRole, person: Member, actor: Member
) -> CannotAnswer | Refusals:
    """Ask somebody else; whoever was asked before is told that nobody waits any more."""
    _hold(reservation, person)
    if reservation.state_now not in (ReservationState.HELD, ReservationState.CONFIRMED):
        return CannotAnswer.OVER
    facts = _facts(reservation, {role: person})
    if role not in companions_needed(_period(reservation), reservation.mode, facts):
        return CannotAnswer.NOT_ASKED
    against = _judged(reservation, facts)
    if against:
        return against
    replaced = [before for before in reservation.current_companions if before.role is role]
    for before in replaced:
        before.answer = CompanionAnswer.REPLACED
        before.answered_at = clock.now()
    released = [news_for("companion.released", before) for before in replaced]
    tell_together([*released, ask(reservation, role, person)])
    await_words(reservation)
    journal.record(
        "companion.asked",
        "reservation",
        reservation.id,
        actor_id=actor.id,
        after={"role": role, "member": person.code},
    )
    return ()


def _hold(reservation: Reservation, person: Member) -> None:
    hold_these([reservation.machine], [reservation.member, person])
    hold_row(reservation)
    reread(person)


def _cannot_answer(companion: Companion) -> CannotAnswer | None:
    waiting = (ReservationState.HELD, ReservationState.CONFIRMED)
    if companion.reservation.state_now not in waiting:
        return CannotAnswer.OVER
    return None if companion.is_current else CannotAnswer.NOT_ASKED


def _against(reservation: Reservation) -> Refusals:
    return _judged(reservation, _facts(reservation, reservation.company))


def _judged(reservation: Reservation, facts: Facts) -> Refusals:
    """What stands against the use itself; what a manager set aside stays set aside."""
    request = ReservationRequest(
        _period(reservation),
        reservation.mode,
        clock.now(),
        waived=reservation.waived_codes,
        firing_type=reservation.firing_type,
    )
    return refusals_at_check_in(request, facts)


def _facts(reservation: Reservation, people: dict[CompanionRole, Member]) -> Facts:
    return gather_facts(reservation.member, reservation.machine, _period(reservation), people)


def _period(reservation: Reservation) -> Period:
    return Period(reservation.starts_at, reservation.ends_at)


def _confirm(reservation: Reservation) -> None:
    if reservation.state is not ReservationState.HELD:
        return
    await_nobody(reservation)
    follow_validity([reservation.member_id])
    tell("reservation.confirmed", reservation, reservation.member, reservation.machine)


def _record(act: str, companion: Companion) -> None:
    journal.record(
        act,
        "reservation",
        companion.reservation_id,
        actor_id=companion.member_id,
        after={"role": companion.role, "state": companion.reservation.state},
    )
