"""Asking for a machine: judge, reserve."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import bindparam, select

from booking import clock
from booking.database import key_of, lock, reread, store
from booking.journal import service as journal
from booking.members.models import Member
from booking.occupancies import service as occupancies
from booking.pricing import service as pricing
from booking.pricing.rules import Price
from booking.reservations.models import Reservation, Waiver
from booking.reservations.queries import gather_facts
from booking.reservations.queries.workshop import get_workshop
from booking.reservations.refusals import Refusal, RefusalCode
from booking.reservations.rules import (
    Facts,
    ReservationAct,
    ReservationRequest,
    free_unit,
    next_state,
    price_of,
    refusals,
)
from booking.reservations.service.settling import settle
from booking.reservations.service.telling import as_facts, tell
from booking.reservations.service.wishes import Assessment, Refused, Wish
from booking.site.queries import get_site
from booking.trainings.models import Certification


def judge(wish: Wish) -> tuple[Refusal, ...]:
    """Every reason against a wish, without changing anything."""
    return assess(wish).refusals


def assess(wish: Wish) -> Assessment:
    """Every reason against a wish and its price, without changing anything."""
    facts = _gather(wish)
    price = price_of(wish.period, wish.firing_type, facts)
    return Assessment(refusals(_request(wish), facts), price)


def reserve(wish: Wish, actor: Member) -> Reservation | Refused:
    """Promise a unit of the machine, or say everything that stands against it.

    The units, the person and the certifications are held before deciding, so that no other
    reservation, suspension or revocation can slip in between the answer and the promise.
    """
    hold([wish])
    return promise(wish, actor)


def promise(wish: Wish, actor: Member) -> Reservation | Refused:
    """Decide and write; the caller holds what the decision rests on."""
    facts = _gather(wish)
    reasons = refusals(_request(wish), facts)
    price = price_of(wish.period, wish.firing_type, facts)
    if reasons:
        return Refused(reasons, price)
    unit_id = free_unit(wish.period, facts)
    if unit_id is None:  # SLOT_TAKEN is never waivable
        raise AssertionError("no refusal and no free unit")
    if any(not lapsed.is_written for lapsed in facts.lapsed):
        settle([wish.machine.id])
    reservation = _write(wish, price, actor)
    occupancies.take(
        unit_id, reservation.id, wish.period, facts.machine.buffer, reservation.lapses_at
    )
    pricing.spend(price.credit, reservation.id)
    set_aside = _record_waivers(reservation, wish, facts, actor)
    tell("reservation.confirmed", reservation, wish.member, wish.machine)
    journal.record(
        "reservation.made",
        "reservation",
        reservation.id,
        actor_id=actor.id,
        reason="; ".join(wish.waivers[code] for code in set_aside),
        after=as_facts(reservation, wish.machine) | {"waived": [str(c) for c in set_aside]},
    )
    return reservation


def _gather(wish: Wish) -> Facts:
    """What the rules rest on; of a machine with several units only the one that is wanted."""
    facts = gather_facts(wish.member, wish.machine, wish.period)
    if wish.unit is None:
        return facts
    wanted = get_workshop().by_id[wish.machine.id].unit_id(wish.unit)
    return replace(facts, units=tuple(u for u in facts.units if u.unit_id == wanted))


def _request(wish: Wish) -> ReservationRequest:
    return ReservationRequest(
        period=wish.period,
        mode=wish.mode,
        asked_at=clock.now(),
        waived=frozenset(wish.waivers),
        firing_type=wish.firing_type,
        credit_only=wish.credit_only,
    )


def hold(wishes: Collection[Wish]) -> None:
    """Lock what the decisions rest on, in the order everybody keeps: units, persons, records,
    credit hours.
    """
    member_ids = list({key_of(wish.member) for wish in wishes})
    occupancies.lock_machines({key_of(wish.machine) for wish in wishes})
    lock(_PERSONS, member_ids=member_ids)
    lock(_CERTIFICATIONS, member_ids=member_ids)
    pricing.lock_sources(member_ids)
    reread(*{wish.member for wish in wishes}, *{wish.machine for wish in wishes}, get_site())


_PERSONS = (
    select(Member.id)
    .where(Member.id.in_(bindparam("member_ids", expanding=True)))
    .order_by(Member.id)
    .with_for_update(key_share=True)
)
_CERTIFICATIONS = (
    select(Certification.id)
    .where(Certification.member_id.in_(bindparam("member_ids", expanding=True)))
    .order_by(Certification.id)
    .with_for_update(read=True)
)
"""Made once, since every reservation asks them."""


def _write(wish: Wish, price: Price, actor: Member) -> Reservation:
    now = clock.now()
    reservation = Reservation(
        member_id=wish.member.id,
        machine_id=wish.machine.id,
        organisation_id=wish.member.organisation_id,
        state=next_state(None, ReservationAct.CONFIRM),
        mode=wish.mode,
        starts_at=wish.period.starts_at,
        ends_at=wish.period.ends_at,
        purpose=wish.purpose,
        firing_type=wish.firing_type,
        created_at=now,
        created_by_id=actor.id,
        idempotency_key=wish.idempotency_key,
        waivers=[],
        price_excl_cents=price.excl_cents,
        price_vat_cents=price.vat_cents,
        price_detail=price.as_data(),
        lapses_at=max(wish.period.starts_at, now) + get_workshop().no_show_grace,
    )
    store(reservation)
    return reservation


def _record_waivers(
    reservation: Reservation, wish: Wish, facts: Facts, actor: Member
) -> list[RefusalCode]:
    """Keep the waivers that were needed, and only those."""
    if not wish.waivers:
        return []
    strict = ReservationRequest(wish.period, wish.mode, reservation.created_at)
    needed = [r.code for r in refusals(strict, facts) if r.code in wish.waivers]
    for code in needed:
        reservation.waivers.append(
            Waiver(
                code=code,
                reason=wish.waivers[code],
                granted_by_id=actor.id,
                granted_at=reservation.created_at,
            )
        )
    return needed
