"""Offering a reservation to another member, and answering such an offer."""

from __future__ import annotations

from typing import NoReturn

from flask import abort, url_for

from booking.api.blueprint import api
from booking.api.contract import BEARER, answers, contract, refused
from booking.api.schemas import problems
from booking.api.schemas import reservations as shapes
from booking.api.views.reservations import told, told_all
from booking.database import writing
from booking.reservations import service
from booking.reservations.models import HandOver, Reservation
from booking.reservations.queries import find_reservation
from booking.reservations.queries.hand_overs import (
    find_exchange,
    find_hand_over,
    find_receiver,
    list_offered_to,
)
from booking.reservations.service import CannotHandOver, RefusedHandOver
from booking.reservations.wording import cannot_hand_over, giver_is_refused
from booking.web.access import get_acting_member, may, requires
from booking.web.errors import problem


@api.post("/reservations/<int:number>/hand-over")
@requires("reservation.hand_over", of=find_reservation)
@contract.validate(
    resp=answers(shapes.HandOver, 400, 401, 404, 409, 413, 415, 422, status=201),
    tags=["reservations"],
    security=BEARER,
)
def offer_reservation(
    reservation: Reservation, json: shapes.NewHandOver
) -> tuple[shapes.HandOver, int, dict[str, str]]:
    """Offer a reservation to another member, who accepts or declines

    An earlier offer of it is withdrawn. 409 when it is not both confirmed and to come.
    """
    receiver = find_receiver(reservation, json.to, to_anybody=may("reservation.list_all"))
    if receiver is None:
        refused("to", "unknown_member")
    in_exchange = find_exchange(receiver, json.in_exchange_for)
    if json.in_exchange_for is not None and in_exchange is None:
        refused("in_exchange_for", "unknown_reservation")
    with writing():
        made = service.offer_to(reservation, receiver, get_acting_member(), in_exchange)
        if isinstance(made, CannotHandOver):
            _stop_at(made)
        answer = _told(made)
    return answer, 201, {"Location": url_for("api.list_of_hand_overs")}


@api.get("/hand-overs")
@requires("hand_over.list")
@contract.validate(resp=answers(shapes.HandOverList, 401), tags=["reservations"], security=BEARER)
def list_of_hand_overs() -> shapes.HandOverList:
    """What others offer you and you can still answer"""
    offered = list_offered_to(get_acting_member().id)
    return shapes.HandOverList(items=[_told(made) for made in offered])


@api.post("/hand-overs/<int:number>/accept")
@requires("hand_over.answer", of=find_hand_over)
@contract.validate(
    resp=answers(
        shapes.Reservation,
        400, 401, 404, 409, 413, 415,
        HTTP_422=(problems.ReservationProblem, "Refused"),
    ),
    tags=["reservations"],
    security=BEARER,
)  # fmt: skip
def accept_hand_over(made: HandOver, json: shapes.Consent) -> shapes.Reservation:
    """Take over what is offered, and give what is asked for it: all or nothing

    409 when the offer stands no more, 422 with every reason against you.
    """
    with writing():
        outcome = service.accept_hand_over(made)
        if isinstance(outcome, CannotHandOver):
            _stop_at(outcome)
        if isinstance(outcome, RefusedHandOver):
            _refuse(outcome, made)
        return told(made.reservation)


@api.post("/hand-overs/<int:number>/decline")
@requires("hand_over.answer", of=find_hand_over)
@contract.validate(
    resp=answers(shapes.HandOver, 400, 401, 404, 409, 413, 415, 422),
    tags=["reservations"],
    security=BEARER,
)
def decline_hand_over(made: HandOver, json: shapes.Consent) -> shapes.HandOver:
    """Leave the reservation where it is; who offered it is told"""
    with writing():
        if obstacle := service.decline_hand_over(made):
            _stop_at(obstacle)
        return _told(made)


def _refuse(outcome: RefusedHandOver, made: HandOver) -> NoReturn:
    """The reasons against the giver are no business of the receiver."""
    reservation = made.reservation
    refusals = told_all(outcome.for_receiver, made.member, reservation.machine, reservation.period)
    detail = " ".join(refusal.message for refusal in refusals)
    if outcome.for_giver:
        detail = f"{detail} {giver_is_refused()}".strip()
    reasons = [refusal.model_dump(mode="json") for refusal in refusals]
    abort(problem(422, detail, refusals=reasons))


def _stop_at(obstacle: CannotHandOver) -> NoReturn:
    abort(problem(409, cannot_hand_over(obstacle)))


def _told(made: HandOver) -> shapes.HandOver:
    reservation = made.reservation
    return shapes.HandOver(
        id=made.id,
        reservation=reservation.id,
        machine=reservation.machine.code,
        starts_at=reservation.starts_at,
        ends_at=reservation.ends_at,
        in_exchange_for=made.in_exchange_id,
        stands=made.stands,
        answer=made.answer.lower() if made.answer else None,
    )
