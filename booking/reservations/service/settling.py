"""Writing down what time has decided: nobody came, or the word of another person did not come.

Rules and pages do not wait for it, they see it for themselves. It makes way in the database for who
takes the unit next, and tells the person.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking import clock
from booking.database import db
from booking.journal import service as journal
from booking.members.models import Member
from booking.occupancies import service as occupancies
from booking.outbox import service as outbox
from booking.periods import Period
from booking.reservations.models import Reservation
from booking.reservations.queries import count_no_shows, released_at, stood_still
from booking.reservations.queries.workshop import get_workshop
from booking.reservations.rules import ReservationState
from booking.reservations.rules.waiting import WaitlistState
from booking.reservations.service.asking import release
from booking.reservations.service.fees import keep_fee
from booking.reservations.service.following import follow_validity, note_end
from booking.reservations.service.overruns import note_overrun
from booking.reservations.service.telling import News, tell, tell_together, topic_of
from booking.reservations.service.waiting import end_offer


class Freed(NamedTuple):
    """Time of a machine that was given back."""

    machine_id: int
    period: Period


def freed_by(reservations: Iterable[Reservation]) -> list[Freed]:
    """What these reservations give back."""
    return [Freed(r.machine_id, Period(r.starts_at, r.ends_at)) for r in reservations]


def settle(machine_ids: Iterable[int]) -> list[Freed]:
    """Write down what has lapsed on these machines, whose units are held from here on.

    Returns the time that it frees, for those who wait.
    """
    machine_ids = list(machine_ids)
    occupancies.lock_machines(machine_ids)
    lapsed = db.session.scalars(
        select(Reservation)
        .options(joinedload(Reservation.machine), joinedload(Reservation.member))
        .where(
            Reservation.machine_id.in_(machine_ids),
            Reservation.has_lapsed_at(clock.now()),
        )
        .order_by(Reservation.id)
        .with_for_update(of=Reservation)
        .execution_options(populate_existing=True)
    ).all()
    finished = [one for one in lapsed if one.state is ReservationState.CHECKED_IN]
    kept = _kept_after_all([one for one in lapsed if one.ends_before_start])
    broken = [one for one in lapsed if one not in finished and one not in kept]
    for reservation in finished:
        _finish(reservation)
    if finished:
        follow_validity({reservation.member_id for reservation in finished})
    fallen = [one for one in broken if one.state_now is not ReservationState.NO_SHOW]
    tell_together([News(_write_down(one), one) for one in fallen])
    for missed in broken:
        if missed not in fallen:
            _write_down_missed(missed)
    release(fallen)
    occupancies.end_lapsed(reservation.id for reservation in broken)
    sessions = occupancies.end_lapsed_sessions(machine_ids, clock.now())
    return [*freed_by(broken), *(Freed(machine_id, period) for machine_id, period in sessions)]


def _kept_after_all(released: list[Reservation]) -> list[Reservation]:
    """Those whose certifications cover them by now, since something was used or attended."""
    if not released:
        return []
    ends = released_at(released)
    kept = [one for one in released if ends[one.id] is None]
    for reservation in kept:
        note_end(reservation, None)
    return kept


def _finish(reservation: Reservation) -> None:
    """Somebody has left without a word; when, nobody knows."""
    note_overrun(reservation)
    reservation.state = reservation.state_now
    reservation.lapses_at = None
    journal.record(
        "reservation.finished_by_itself",
        "reservation",
        reservation.id,
        actor_id=None,
        after={"overrun_minutes": reservation.overrun_minutes or 0},
    )


def _write_down(reservation: Reservation) -> str:
    """Note what fell by itself; returns the kind of letter that says so."""
    before = reservation.state
    reservation.state = reservation.state_now
    keep_fee(reservation, by_member=False)
    end_offer(reservation, WaitlistState.LAPSED)
    outbox.withdraw(topic_of(reservation))
    kind = _why_it_fell(before)
    _record(kind, reservation, before)
    return kind


def _write_down_missed(reservation: Reservation) -> None:
    """Note that nobody came, and tell; where the machine stood still it is nobody's absence."""
    before = reservation.state
    reservation.state = reservation.state_now
    sent_away = stood_still(
        reservation.machine_id, reservation.starts_at, reservation.lapses_at, clock.now()
    )
    keep_fee(reservation, by_member=not sent_away)
    outbox.withdraw(topic_of(reservation))
    more = {} if sent_away else _absences_of(reservation.member)
    tell("reservation.no_show", reservation, reservation.member, reservation.machine, **more)
    _record("reservation.missed", reservation, before)


def _record(act: str, reservation: Reservation, before: ReservationState) -> None:
    journal.record(
        act,
        "reservation",
        reservation.id,
        actor_id=None,
        before={"state": before},
        after={"state": reservation.state, "fee_percent": reservation.fee_percent or 0},
    )


def _why_it_fell(before: ReservationState) -> str:
    """Nobody gave the word that was waited for, or what a sure one rested on has ended."""
    was_sure = before is ReservationState.CONFIRMED
    return "reservation.released" if was_sure else "reservation.not_confirmed"


def _absences_of(member: Member) -> dict[str, Any]:
    """How often it has happened of late, and when reserving stops; the present one is counted."""
    workshop = get_workshop()
    return {
        "absences": count_no_shows(member),
        "days": workshop.no_show_window.days,
        "warning_at": workshop.no_show_warning_count,
        "stop_at": workshop.no_show_stop_count,
    }
