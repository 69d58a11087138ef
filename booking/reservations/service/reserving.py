"""Asking for a machine: judge, reserve."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy.orm.attributes import set_committed_value

from booking import clock
from booking.database import reread, store
from booking.journal import service as journal
from booking.members.models import Member
from booking.occupancies import service as occupancies
from booking.pricing import service as pricing
from booking.pricing.rules import Price
from booking.reservations.models import Reservation
from booking.reservations.queries import gather_facts
from booking.reservations.queries.workshop import get_workshop
from booking.reservations.refusals import Refusal
from booking.reservations.rules import (
    Facts,
    ReservationAct,
    ReservationRequest,
    ReservationState,
    awaited_until,
    companions_needed,
    free_unit,
    next_state,
    price_of,
    refusals,
)
from booking.reservations.service.asking import ask, asked_for
from booking.reservations.service.holding import hold_shared_quotas, hold_these
from booking.reservations.service.offering import offer_freed
from booking.reservations.service.overtaking import answer_requests
from booking.reservations.service.settling import settle
from booking.reservations.service.telling import News, as_facts, tell_together
from booking.reservations.service.waiving import record_waivers
from booking.reservations.service.wishes import Assessment, Refused, Wish
from booking.site.queries import get_site


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
    outcome = promise(wish, actor)
    if isinstance(outcome, Reservation):
        tell_made([outcome])
    return outcome


def tell_made(made: Sequence[Reservation]) -> None:
    """Write to each member what was reserved in one act, and to whom he asks to be there."""
    kinds = {
        ReservationState.HELD: "reservation.held",
        ReservationState.CONFIRMED: "reservation.confirmed",
    }
    news = [News(kinds[one.state], one) for one in made]
    tell_together([*news, *(asked for one in made for asked in asked_for(one))])


def promise(wish: Wish, actor: Member) -> Reservation | Refused:
    """Decide and write; the caller holds what the decision rests on, and tells the persons."""
    facts = _gather(wish)
    request = _request(wish)
    reasons = refusals(request, facts)
    price = price_of(wish.period, wish.firing_type, facts)
    if reasons:
        return Refused(reasons, price)
    unit_id = free_unit(wish.period, facts)
    if unit_id is None:  # SLOT_TAKEN is never waivable
        raise AssertionError("no refusal and no free unit")
    freed = []
    if any(not lapsed.is_written for lapsed in facts.lapsed):
        freed = settle([wish.machine.id])
    needed = companions_needed(wish.period, wish.mode, facts)
    reservation = _write(wish, price, actor, is_held=bool(needed))
    occupancies.take(
        unit_id, reservation.id, wish.period, facts.machine.buffer, reservation.lapses_at
    )
    if facts.machine.needs_approval or wish.approved:
        answer_requests(reservation, wish.machine, actor)
    begun = {credit.key for credit in facts.purse.credits}
    pricing.spend(price.credit, reservation.id, begun)
    offer_freed(freed)
    set_aside = record_waivers(reservation, request, facts, wish.waivers, actor)
    for role in needed:
        ask(reservation, role, wish.companions[role])
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
    facts = gather_facts(wish.member, wish.machine, wish.period, wish.companions)
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
        approved=wish.approved,
        start_stands=wish.start_stands,
    )


def hold(wishes: Collection[Wish]) -> None:
    """Lock what the decisions rest on."""
    members = {wish.member for wish in wishes}
    members |= {person for wish in wishes for person in wish.companions.values()}
    machines = {wish.machine for wish in wishes}
    hold_these(machines, members)
    reread(*members, *machines, get_site())
    hold_shared_quotas(machines, members)


def _write(wish: Wish, price: Price, actor: Member, *, is_held: bool) -> Reservation:
    now = clock.now()
    workshop = get_workshop()
    start = wish.period.starts_at
    reservation = store(
        Reservation,
        member_id=wish.member.id,
        machine_id=wish.machine.id,
        organisation_id=wish.member.organisation_id,
        state=next_state(None, ReservationAct.HOLD if is_held else ReservationAct.CONFIRM),
        mode=wish.mode,
        starts_at=wish.period.starts_at,
        ends_at=wish.period.ends_at,
        purpose=wish.purpose,
        firing_type=wish.firing_type,
        created_at=now,
        created_by_id=actor.id,
        idempotency_key=wish.idempotency_key,
        price_excl_cents=price.excl_cents,
        price_vat_cents=price.vat_cents,
        price_detail=price.as_data(),
        lapses_at=(
            awaited_until(start, workshop.companion_deadline, workshop.no_show_grace, now)
            if is_held
            else max(start, now) + workshop.no_show_grace
        ),
    )
    known = {"member": wish.member, "machine": wish.machine, "waivers": [], "companions": []}
    for name, value in known.items():
        set_committed_value(reservation, name, value)
    return reservation
