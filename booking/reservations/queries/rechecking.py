"""What would stand against reservations that are promised, under one workshop or another."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from sqlalchemy import select

from booking import clock
from booking.database import db
from booking.periods import Period
from booking.quotas.rules import Use
from booking.reservations.models import Reservation, Waiver
from booking.reservations.queries.facts import gather_facts_of
from booking.reservations.queries.workshop import Workshop
from booking.reservations.refusals import Refusal, RefusalCode
from booking.reservations.rules import Facts, Later, Promise, newly, recheck


def newly_refused(
    reservations: Collection[Reservation], before: Workshop
) -> dict[int, tuple[Refusal, ...]]:
    """The reasons that stand against these in the present workshop and did not in the one
    `before`, by the reservation's id; those without such a reason are left out.

    Two statements for each person concerned, and one for all.
    """
    waived = _waived(reservation.id for reservation in reservations)
    in_order = sorted(reservations, key=lambda one: (one.created_at, one.id))
    later = {one.id: _later(one, in_order[place + 1 :]) for place, one in enumerate(in_order)}
    by_member: dict[int, list[Reservation]] = {}
    for reservation in in_order:
        by_member.setdefault(reservation.member_id, []).append(reservation)
    found: dict[int, tuple[Refusal, ...]] = {}
    for theirs in by_member.values():
        found |= _newly_refused_of(theirs, later, before, waived)
    return {number: reasons for number, reasons in found.items() if reasons}


def _newly_refused_of(
    theirs: list[Reservation],
    later: dict[int, Later],
    before: Workshop,
    waived: dict[int, frozenset[RefusalCode]],
) -> dict[int, tuple[Refusal, ...]]:
    """Of one person."""
    now = clock.now()
    whole = Period(min(r.starts_at for r in theirs), max(r.ends_at for r in theirs))
    machine_ids = {r.machine_id for r in theirs}
    facts_by_machine = gather_facts_of(theirs[0].member, machine_ids, whole)
    found = {}
    for reservation in theirs:
        facts, after_it = facts_by_machine[reservation.machine_id], later[reservation.id]
        promise = _promise(reservation, waived)
        after = recheck(promise, facts, now, after_it)
        if after:
            old = _under(before, reservation.machine_id, facts)
            after = newly(after, recheck(promise, old, now, after_it))
        found[reservation.id] = after
    return found


def _later(reservation: Reservation, made_after: list[Reservation]) -> Later:
    own = tuple(_use(r) for r in made_after if r.member_id == reservation.member_id)
    payer = reservation.organisation_id
    colleagues = tuple(
        _use(r)
        for r in made_after
        if r.member_id != reservation.member_id and payer and r.organisation_id == payer
    )
    return Later(own, colleagues)


def _use(reservation: Reservation) -> Use:
    return Use(reservation.machine.code, _period(reservation))


def _under(workshop: Workshop, machine_id: int, facts: Facts) -> Facts:
    """The same person and the same occupancies under other rules."""
    machine = workshop.by_id[machine_id]
    return replace(
        facts,
        machine=machine.facts_at(clock.now()),
        limits=machine.limits,
        timetable=workshop.timetable_of(machine),
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
