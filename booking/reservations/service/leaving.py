"""Leaving the machine: the real end, and what is told of it."""

from __future__ import annotations

from dataclasses import dataclass

from booking import clock
from booking.database import db, hold_row
from booking.journal import service as journal
from booking.members.models import Member, Role
from booking.members.queries import list_members_with
from booking.occupancies import service as occupancies
from booking.occupancies.queries import next_on_the_unit
from booking.outbox import service as outbox
from booking.outbox.queries import has_been_written
from booking.periods import Period
from booking.reservations.models import EndList, Reservation
from booking.reservations.queries.workshop import get_workshop
from booking.reservations.rules import ReservationAct, ReservationState, next_state
from booking.reservations.service.arriving import topic_of_end
from booking.reservations.service.following import follow_validity
from booking.reservations.service.offering import offer_freed
from booking.reservations.service.overruns import note_overrun
from booking.reservations.service.settling import Freed
from booking.reservations.service.telling import letter_about, topic_of

MOST_GRAMS = 1_000_000
"""More is a mistake in typing."""


@dataclass(frozen=True)
class EndAnswers:
    """The end list: clean, tools back, grams of offcuts left to reuse, any problem in words."""

    is_clean: bool
    tools_are_back: bool
    offcut_grams: int = 0
    problem: str = ""


def check_out(reservation: Reservation, answers: EndAnswers, actor: Member) -> bool:
    """Note the real end and the end list; False for somebody who is not there (any more).

    Who leaves early frees the rest, the cleaning buffer apart; the price stays.
    """
    occupancies.lock_machines([reservation.machine_id])
    hold_row(reservation)
    if reservation.state_now is not ReservationState.CHECKED_IN:
        return False
    reservation.checked_out_at = clock.now()
    note_overrun(reservation)
    reservation.state = next_state(reservation.state, ReservationAct.COMPLETE)
    reservation.lapses_at = None
    follow_validity([reservation.member_id])
    _give_back_the_rest(reservation)
    db.session.add(
        EndList(
            reservation_id=reservation.id,
            is_clean=answers.is_clean,
            tools_are_back=answers.tools_are_back,
            offcut_grams=answers.offcut_grams,
            problem=answers.problem,
        )
    )
    outbox.withdraw(topic_of_end(reservation))
    if answers.problem:
        _tell_who_looks_after_it(reservation, answers.problem)
    journal.record(
        "reservation.checked_out",
        "reservation",
        reservation.id,
        actor_id=actor.id,
        reason=answers.problem,
        after={
            "clean": answers.is_clean,
            "tools_back": answers.tools_are_back,
            "offcut_grams": answers.offcut_grams,
            "overrun_minutes": reservation.overrun_minutes or 0,
        },
    )
    return True


def _give_back_the_rest(reservation: Reservation) -> None:
    left_at = clock.now()
    if left_at >= reservation.ends_at:
        return
    if left_at <= reservation.starts_at:
        occupancies.release([reservation.id])
    else:
        buffer = get_workshop().by_id[reservation.machine_id].facts.buffer
        occupancies.end_at(reservation.id, left_at, buffer)
    rest = Period(max(left_at, reservation.starts_at), reservation.ends_at)
    offer_freed([Freed(reservation.machine_id, rest)])


def tell_who_comes_next(reservation: Reservation) -> None:
    """Write once to the next person on the unit that somebody is still there, as soon as the
    cleaning before the next use can no longer be done.
    """
    occupancies.lock_machines([reservation.machine_id])
    db.session.refresh(reservation)
    now = clock.now()
    coming = next_on_the_unit(reservation.id, now)
    if reservation.state_now is not ReservationState.CHECKED_IN or coming is None:
        return
    buffer = get_workshop().by_id[reservation.machine_id].facts.buffer
    delayed = coming.reservation_id and db.session.get(Reservation, coming.reservation_id)
    if not delayed or now < coming.starts_at - buffer:
        return
    topic = f"delay:{reservation.id}:{delayed.id}"
    if not has_been_written(topic):
        facts = letter_about(delayed, delayed.machine)
        outbox.record("reservation.delayed", delayed.member, facts, topic=topic)


def _tell_who_looks_after_it(reservation: Reservation, problem: str) -> None:
    """The referent of the machine and the managers, each once."""
    machine = reservation.machine
    people = {member.id: member for member in list_members_with(Role.MANAGER)}
    if machine.referent is not None:
        people[machine.referent.id] = machine.referent
    facts = letter_about(reservation, machine) | {
        "member_name": reservation.member.name,
        "problem": problem,
    }
    for person in people.values():
        outbox.record("machine.problem", person, facts, topic=topic_of(reservation))
