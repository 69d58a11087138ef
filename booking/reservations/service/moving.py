"""Moving a reservation, shortening and extending it: the old time is kept until the new one is
sure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from booking import clock
from booking.database import key_of, reread
from booking.journal import service as journal
from booking.machines.models import Machine
from booking.members.models import Member
from booking.occupancies import service as occupancies
from booking.occupancies.queries import find_unit_of
from booking.outbox import service as outbox
from booking.periods import Period
from booking.pricing import service as pricing
from booking.pricing.rules import Price, after_giving_back
from booking.reservations.models import Reservation
from booking.reservations.queries import gather_facts
from booking.reservations.queries.waiting import find_offer_of
from booking.reservations.queries.workshop import get_workshop
from booking.reservations.refusals import RefusalCode
from booking.reservations.rules import (
    ACTIVE_STATES,
    Facts,
    ReservationRequest,
    ReservationState,
    companions_needed,
    free_unit,
    price_of,
    refusals,
    with_returned,
)
from booking.reservations.service.arriving import stay
from booking.reservations.service.asking import ask_again
from booking.reservations.service.cancelling import is_by_member
from booking.reservations.service.fees import share_kept
from booking.reservations.service.holding import hold_rows, hold_shared_quotas, hold_these
from booking.reservations.service.offering import offer_freed
from booking.reservations.service.overtaking import answer_requests
from booking.reservations.service.requesting import decides_for
from booking.reservations.service.settling import Freed, settle
from booking.reservations.service.telling import News, as_facts, tell_together, topic_of
from booking.reservations.service.waiving import record_waivers
from booking.reservations.service.wishes import Assessment, Refused
from booking.site.queries import get_site


class CannotMove(StrEnum):
    """Why a reservation stays as it is, whatever the rules say of the new time."""

    ENDED = "ENDED"
    STARTED = "STARTED"
    CHANGED = "CHANGED"
    OFFERED = "OFFERED"


@dataclass(frozen=True)
class Change:
    """What a reservation is to become. `version` is the one that was shown to who asks, None where
    any will do; `waivers` are the reasons for which a manager sets codes aside. `by_site`: it is
    not the member's own change, and time that is given back costs nothing; `approved` is that of a
    wish.
    """

    reservation: Reservation
    machine: Machine
    period: Period
    version: int | None = None
    waivers: Mapping[RefusalCode, str] = field(default_factory=dict)
    by_site: bool = False
    approved: bool = False

    @property
    def asks_for_no_more(self) -> bool:
        """Whether it stays within the time that was promised on this machine."""
        stands = self.reservation
        return self.machine.id == stands.machine_id and stands.period.contains(self.period)

    @property
    def keeps_start(self) -> bool:
        """Whether at most the end becomes another."""
        stands = self.reservation
        return (self.machine.id, self.period.starts_at) == (stands.machine_id, stands.starts_at)

    @property
    def changes_nothing(self) -> bool:
        return self.keeps_start and self.period.ends_at == self.reservation.ends_at


def change_to(
    reservation: Reservation,
    machine: Machine,
    period: Period,
    actor: Member,
    *,
    version: int | None = None,
    waivers: Mapping[RefusalCode, str] | None = None,
) -> Change:
    """What somebody wants of a reservation, with what follows from who it is."""
    return Change(
        reservation,
        machine,
        period,
        version=version,
        waivers=waivers or {},
        by_site=not is_by_member(reservation, actor),
        approved=decides_for(actor, reservation.member),
    )


def assess_move(change: Change) -> Assessment:
    """Every reason against a change and its new price, without changing anything."""
    facts = _facts(change)
    return Assessment(refusals(_request(change), facts), _price(change, facts))


def cannot_move(change: Change) -> CannotMove | None:
    """What has happened to the reservation itself that forbids this change."""
    reservation, now = change.reservation, clock.now()
    if obstacle := why_it_stays(reservation):
        return obstacle
    if change.version is not None and change.version != reservation.version:
        return CannotMove.CHANGED
    if has_started(reservation) and not _only_ends_otherwise(change, now):
        return CannotMove.STARTED
    return None


def why_it_stays(reservation: Reservation) -> CannotMove | None:
    """Why nothing can be changed any more; None where something can."""
    state = reservation.state_now
    is_over = reservation.ends_at <= clock.now() and state is not ReservationState.CHECKED_IN
    if is_over or state not in ACTIVE_STATES:
        return CannotMove.ENDED
    if reservation.state is ReservationState.HELD and find_offer_of(key_of(reservation)):
        return CannotMove.OFFERED
    return None


def has_started(reservation: Reservation) -> bool:
    """Whether only its end can still change."""
    is_running = reservation.state is ReservationState.CHECKED_IN
    return is_running or reservation.starts_at <= clock.now()


def _only_ends_otherwise(change: Change, now: datetime) -> bool:
    """Of what has begun only the end can change, and not into the past."""
    return change.keeps_start and change.period.ends_at >= now


def move(change: Change, actor: Member) -> Reservation | Refused | CannotMove:
    """Promise another time or machine instead of the one promised, or say what stands against it.

    One update under the locks: whatever is refused, the old promise stands as it did.
    """
    reservation = change.reservation
    hold_to_move([change])
    if obstacle := cannot_move(change):
        return obstacle
    if change.changes_nothing:
        return reservation
    outcome = carry_out(change, actor)
    if isinstance(outcome, Refused):
        return outcome
    tell_together(outcome.news)
    offer_freed(outcome.freed)
    return reservation


def hold_to_move(changes: Collection[Change]) -> None:
    """Lock what the decisions on these changes rest on, and read the reservations again."""
    reservations = [change.reservation for change in changes]
    machines = {change.machine for change in changes}
    members = {reservation.member for reservation in reservations}
    company = {person for one in reservations for person in one.company.values()}
    hold_these(machines | {one.machine for one in reservations}, members | company)
    hold_rows(reservations)
    reread(*members, *machines, get_site())
    hold_shared_quotas(machines, members)


@dataclass(frozen=True)
class Moved:
    """A change that was written: what stood before, the time it frees for others, and what second
    persons are to be told of it.
    """

    reservation: Reservation
    before: dict[str, Any]
    freed: tuple[Freed, ...]
    company: tuple[News, ...]

    @property
    def news(self) -> list[News]:
        """What everybody concerned is to be told."""
        moved = News("reservation.moved", self.reservation, {"before": self.before})
        return [moved, *self.company]


def carry_out(
    change: Change, actor: Member, given_back: Collection[Reservation] = ()
) -> Moved | Refused:
    """Decide and write, as if the reservations `given_back` took no time either.

    The caller holds what the decision rests on, tells the persons and offers what is freed.
    """
    reservation = change.reservation
    facts = _facts(change, given_back)
    request = _request(change)
    price = _price(change, facts)
    if not _gives_rest_back(change) and (reasons := refusals(request, facts)):
        return Refused(reasons, price)
    freed = _left_by(change)
    if any(not lapsed.is_written for lapsed in facts.lapsed):
        freed += settle([change.machine.id])
    before = as_facts(reservation, reservation.machine)
    unit_id = _unit(change, facts)
    _write(change, price, unit_id, facts, actor)
    if facts.machine.needs_approval:
        answer_requests(reservation, change.machine, actor)
    if reservation.state is ReservationState.CHECKED_IN:
        stay(reservation, facts)
    outbox.withdraw(topic_of(reservation))
    needed = companions_needed(change.period, reservation.mode, facts)
    company = ask_again(reservation, needed)
    set_aside = record_waivers(reservation, request, facts, change.waivers, actor)
    journal.record(
        "reservation.moved",
        "reservation",
        reservation.id,
        actor_id=actor.id,
        reason="; ".join(change.waivers[code] for code in set_aside),
        before=before,
        after=as_facts(reservation, change.machine) | {"waived": [str(c) for c in set_aside]},
    )
    return Moved(reservation, before, tuple(freed), tuple(company))


def _left_by(change: Change) -> list[Freed]:
    """The time that is given back with the change."""
    stands = change.reservation
    before = Period(stands.starts_at, stands.ends_at)
    keeps_machine = change.machine.id == stands.machine_id
    left = before.minus([change.period]) if keeps_machine else (before,)
    return [Freed(stands.machine_id, part) for part in left]


def _facts(change: Change, given_back: Collection[Reservation] = ()) -> Facts:
    """What the rules rest on, as if the reservation had been given back, and these others."""
    reservation = change.reservation
    returned = {reservation, *given_back}
    facts = gather_facts(
        reservation.member,
        change.machine,
        change.period,
        reservation.company,
        without=[one.id for one in returned],
    )
    for one in returned:
        if one.price is not None:
            facts = replace(facts, purse=with_returned(facts.purse, one.price.credit))
    return facts


def _request(change: Change) -> ReservationRequest:
    return ReservationRequest(
        period=change.period,
        mode=change.reservation.mode,
        asked_at=clock.now(),
        waived=frozenset(change.waivers),
        firing_type=change.reservation.firing_type,
        start_stands=change.keeps_start,
        approved=change.approved or change.asks_for_no_more,
    )


def _price(change: Change, facts: Facts) -> Price:
    """What the new time costs, and what stays due of time given back within the notice."""
    reservation = change.reservation
    price = price_of(change.period, reservation.firing_type, facts)
    if reservation.price is None:
        return price
    percent = 0 if change.by_site else share_kept(reservation)
    return after_giving_back(reservation.price, price, percent)


def _gives_rest_back(change: Change) -> bool:
    """Whether somebody who has begun leaves earlier: no rule can be against that."""
    return (
        change.reservation.state is ReservationState.CHECKED_IN
        and change.period.ends_at < change.reservation.ends_at
    )


def _unit(change: Change, facts: Facts) -> int:
    """The unit of before where it is free then, else the first that is."""
    present = find_unit_of(change.reservation.id)
    if _gives_rest_back(change):
        return present
    unit_id = free_unit(change.period, facts, rather=present)
    if unit_id is None:  # SLOT_TAKEN is never waivable
        raise AssertionError("no refusal and no free unit")
    return unit_id


def _write(change: Change, price: Price, unit_id: int, facts: Facts, actor: Member) -> None:
    reservation = change.reservation
    if not change.by_site:
        reservation.fee_floor_percent = share_kept(reservation)
    credit_before = reservation.price.credit if reservation.price else ()
    reservation.lapses_at = _lapses_at(change)
    reservation.machine_id = change.machine.id
    reservation.machine = change.machine
    reservation.starts_at = change.period.starts_at
    reservation.ends_at = change.period.ends_at
    reservation.price_excl_cents = price.excl_cents
    reservation.price_vat_cents = price.vat_cents
    reservation.price_detail = price.as_data()
    occupancies.move(
        reservation.id, unit_id, change.period, facts.machine.buffer, reservation.lapses_at
    )
    pricing.exchange(credit_before, price.credit, reservation.id)
    if reservation.state is ReservationState.CHECKED_IN:
        stay(reservation, facts)


def _lapses_at(change: Change) -> datetime | None:
    """The grace counts from the new start; another person's word is waited for as long before it
    as it was.
    """
    reservation, now = change.reservation, clock.now()
    if reservation.lapses_at is None:
        return None
    if change.keeps_start and not reservation.ends_before_start:
        return reservation.lapses_at
    if reservation.state is ReservationState.CONFIRMED:
        return max(change.period.starts_at, now) + get_workshop().no_show_grace
    before_start = reservation.starts_at - reservation.lapses_at
    return max(change.period.starts_at - before_start, now)
