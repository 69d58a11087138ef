"""What would stand against reservations that are promised, under one workshop or another."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from sqlalchemy import select

from booking import clock
from booking.database import db
from booking.members.models import Member
from booking.periods import Period
from booking.reservations.models import Reservation, Waiver
from booking.reservations.queries.facts import gather_facts_of
from booking.reservations.queries.workshop import Workshop
from booking.reservations.refusals import Refusal, RefusalCode
from booking.reservations.rules import Facts, Promise, newly, recheck


def newly_refused(
    reservations: Collection[Reservation], before: Workshop
) -> dict[int, tuple[Refusal, ...]]:
    """The reasons that stand against these in the present workshop and did not in the one
    `before`, by the reservation's id; those without such a reason are left out.

    Two statements for each person concerned, and one for all.
    """
    waived = _waived(reservation.id for reservation in reservations)
    by_member: dict[int, list[Reservation]] = {}
    for reservation in sorted(reservations, key=lambda one: (one.created_at, one.id)):
        by_member.setdefault(reservation.member_id, []).append(reservation)
    found: dict[int, tuple[Refusal, ...]] = {}
    for theirs in by_member.values():
        found |= _newly_refused_of(theirs[0].member, theirs, before, waived)
    return {number: reasons for number, reasons in found.items() if reasons}


def _newly_refused_of(
    member: Member,
    theirs: list[Reservation],
    before: Workshop,
    waived: dict[int, frozenset[RefusalCode]],
) -> dict[int, tuple[Refusal, ...]]:
    """Of one person, in the order in which they were made."""
    now = clock.now()
    whole = Period(min(r.starts_at for r in theirs), max(r.ends_at for r in theirs))
    facts_by_machine = gather_facts_of(member, {r.machine_id for r in theirs}, whole)
    found = {}
    for position, reservation in enumerate(theirs):
        facts = facts_by_machine[reservation.machine_id]
        later = [
            _period(r) for r in theirs[position + 1 :] if r.machine_id == reservation.machine_id
        ]
        promise = _promise(reservation, waived)
        after = recheck(promise, facts, now, later)
        if after:
            known = recheck(promise, _under(before, reservation.machine_id, facts), now, later)
            after = newly(after, known)
        found[reservation.id] = after
    return found


def _under(workshop: Workshop, machine_id: int, facts: Facts) -> Facts:
    """The same person and the same occupancies under other rules."""
    return replace(
        facts,
        machine=workshop.by_id[machine_id].facts_at(clock.now()),
        trainings=workshop.trainings,
        minor_green_alone_min_age=workshop.minor_green_alone_min_age,
        payment=workshop.payment,
    )


def _promise(reservation: Reservation, waived: dict[int, frozenset[RefusalCode]]) -> Promise:
    return Promise(
        _period(reservation),
        reservation.mode,
        reservation.created_at,
        reservation.firing_type,
        waived.get(reservation.id, frozenset()),
    )


def _period(reservation: Reservation) -> Period:
    return Period(reservation.starts_at, reservation.ends_at)


def _waived(numbers: Iterable[int]) -> dict[int, frozenset[RefusalCode]]:
    query = select(Waiver.reservation_id, Waiver.code).where(
        Waiver.reservation_id.in_(list(numbers))
    )
    found: dict[int, frozenset[RefusalCode]] = {}
    for number, code in db.session.execute(query):
        found[number] = found.get(number, frozenset()) | {RefusalCode(code)}
    return found
