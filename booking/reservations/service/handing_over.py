"""Handing a reservation over to another member, or exchanging two: offered, then accepted.

The time and the unit stay as they are; who uses and pays changes, in one update under the locks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from booking import clock
from booking.database import db, hold_row, reread
from booking.journal import service as journal
from booking.members.models import Member
from booking.outbox import service as outbox
from booking.pricing import service as pricing
from booking.reservations.models import HandOver, Reservation
from booking.reservations.queries import gather_facts
from booking.reservations.queries.hand_overs import find_hand_over_of
from booking.reservations.queries.workshop import get_workshop
from booking.reservations.refusals import Refusal
from booking.reservations.rules import (
    Facts,
    HandOverAnswer,
    ReservationRequest,
    price_of,
    refusals,
    with_returned,
)
from booking.reservations.service.following import follow_validity
from booking.reservations.service.holding import hold_rows, hold_these
from booking.reservations.service.telling import as_facts, letter_about, tell, topic_of
from booking.reservations.service.wishes import Assessment
from booking.site.queries import get_site


class CannotHandOver(StrEnum):
    """Why an offer can be neither made nor answered."""

    NOT_TO_COME = "NOT_TO_COME"
    STANDS_NO_MORE = "STANDS_NO_MORE"
    NEEDS_APPROVAL = "NEEDS_APPROVAL"


@dataclass(frozen=True)
class Passing:
    """One reservation that goes to one person, and what the rules say of that."""

    reservation: Reservation
    to: Member
    assessed: Assessment


@dataclass(frozen=True)
class RefusedHandOver:
    """Nothing has changed: what stands against who would receive, and against who would get the
    reservation that is given in exchange.
    """

    for_receiver: tuple[Refusal, ...]
    for_giver: tuple[Refusal, ...]


def offer_to(
    reservation: Reservation, to: Member, actor: Member, in_exchange: Reservation | None = None
) -> HandOver | CannotHandOver:
    """Offer a reservation to another member; an earlier offer of it is withdrawn."""
    hold_rows([reservation, *([in_exchange] if in_exchange else [])])
    if not (reservation.is_to_come and (in_exchange is None or in_exchange.is_to_come)):
        return CannotHandOver.NOT_TO_COME
    if _needs_approval(reservation) or (in_exchange and _needs_approval(in_exchange)):
        return CannotHandOver.NEEDS_APPROVAL
    if before := find_hand_over_of(reservation):
        withdraw_hand_over(before)
    made = HandOver(
        reservation=reservation,
        sequence=reservation.sequence,
        in_exchange=in_exchange,
        sequence_in_exchange=in_exchange.sequence if in_exchange else None,
        member=to,
        offered_by_id=actor.id,
        offered_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    outbox.record(
        "reservation.offered",
        to,
        letter_about(reservation, reservation.machine)
        | {
            "offer": made.id,
            "from": reservation.member.name,
            "in_exchange": in_exchange and as_facts(in_exchange, in_exchange.machine),
        },
        topic=_topic_of(made),
    )
    return made


def _needs_approval(reservation: Reservation) -> bool:
    """Whether it was approved for this very person: another asks for himself."""
    return get_workshop().by_id[reservation.machine_id].facts.needs_approval


def assess_hand_over(made: HandOver) -> tuple[Passing, ...]:
    """What the rules say and what it costs, for each reservation that would change hands; that of
    who accepts comes first.
    """
    return tuple(
        Passing(reservation, to, _assess(made, reservation, to))
        for reservation, to in _passings(made)
    )


def accept_hand_over(made: HandOver) -> HandOver | RefusedHandOver | CannotHandOver:
    """Let the reservations change hands, or say what stands against that: all or nothing."""
    passings = _passings(made)
    people = [made.reservation.member, made.member]
    company = [one for reservation, _ in passings for one in reservation.company.values()]
    hold_these([reservation.machine for reservation, _ in passings], {*people, *company})
    hold_rows([reservation for reservation, _ in passings])
    reread(*people, get_site())
    hold_row(made)
    if not made.stands:
        return CannotHandOver.STANDS_NO_MORE
    against = [passing.assessed.refusals for passing in assess_hand_over(made)]
    if any(against):
        return RefusedHandOver(against[0], against[1] if made.in_exchange else ())
    _answer(made, HandOverAnswer.ACCEPTED)
    _pass_on(passings)
    return made


def decline_hand_over(made: HandOver) -> CannotHandOver | None:
    """Leave the reservation where it is; who offered it is told."""
    hold_row(made)
    if not made.stands:
        return CannotHandOver.STANDS_NO_MORE
    _answer(made, HandOverAnswer.DECLINED)
    reservation = made.reservation
    outbox.record(
        "reservation.offer_declined",
        reservation.member,
        letter_about(reservation, reservation.machine),
        topic=_topic_of(made),
    )
    return None


def withdraw_hand_over(made: HandOver) -> None:
    """Take an offer back that nobody has answered."""
    _answer(made, HandOverAnswer.WITHDRAWN)


def _passings(made: HandOver) -> list[tuple[Reservation, Member]]:
    passings = [(made.reservation, made.member)]
    if made.in_exchange is not None:
        passings.append((made.in_exchange, made.reservation.member))
    return passings


def _assess(made: HandOver, reservation: Reservation, to: Member) -> Assessment:
    """The rules for who would use it, as if both reservations had been given back."""
    given = [one for one, _ in _passings(made)]
    facts = _facts(reservation, to, given)
    for one in given:
        if one.price is not None:
            facts = replace(facts, purse=with_returned(facts.purse, one.price.credit))
    request = ReservationRequest(
        period=reservation.period,
        mode=reservation.mode,
        asked_at=clock.now(),
        firing_type=reservation.firing_type,
        start_stands=True,
    )
    price = price_of(reservation.period, reservation.firing_type, facts)
    return Assessment(refusals(request, facts), price)


def _facts(reservation: Reservation, to: Member, given: Sequence[Reservation]) -> Facts:
    return gather_facts(
        to,
        reservation.machine,
        reservation.period,
        reservation.company,
        without=[one.id for one in given],
    )


def _answer(made: HandOver, answer: HandOverAnswer) -> None:
    made.answer = answer
    made.answered_at = clock.now()
    outbox.withdraw(_topic_of(made))


def _pass_on(passings: Sequence[tuple[Reservation, Member]]) -> None:
    """All hours return before any are spent: both may pay from the same source."""
    givers = [reservation.member for reservation, _ in passings]
    for reservation, _ in passings:
        if reservation.price is not None:
            pricing.give_back(reservation.price.credit, reservation.id)
    given = [reservation for reservation, _ in passings]
    for (reservation, to), giver in zip(passings, givers, strict=True):
        price = price_of(
            reservation.period, reservation.firing_type, _facts(reservation, to, given)
        )
        reservation.member = to
        reservation.organisation_id = to.organisation_id
        reservation.price_excl_cents = price.excl_cents
        reservation.price_vat_cents = price.vat_cents
        reservation.price_detail = price.as_data()
        db.session.flush()
        pricing.spend(price.credit, reservation.id)
        _tell(reservation, giver, to)
    follow_validity({to.id for _, to in passings})


def _tell(reservation: Reservation, giver: Member, to: Member) -> None:
    outbox.withdraw(topic_of(reservation))
    machine = reservation.machine
    tell("reservation.handed_over", reservation, giver, machine)
    tell("reservation.taken_over", reservation, to, machine)
    journal.record(
        "reservation.handed_over",
        "reservation",
        reservation.id,
        actor_id=to.id,
        before={"member": giver.code},
        after={"member": to.code},
    )


def _topic_of(made: HandOver) -> str:
    return f"hand_over:{made.id}"
