"""Requests for machines whose reservations are approved one by one: ask, look, withdraw, decide."""

from __future__ import annotations

from typing import NoReturn

from flask import abort, url_for

from booking.api.blueprint import api, begins_writing
from booking.api.contract import BEARER, answers, contract, refused
from booking.api.schemas import approval as shapes
from booking.api.schemas import problems
from booking.api.schemas import reservations as reservation_shapes
from booking.api.views.reservations import refuse, told, wait_for_key, wish_of
from booking.database import writing
from booking.members.queries import read_again
from booking.reservations import service
from booking.reservations.models import ApprovalRequest, Reservation
from booking.reservations.queries.requests import (
    find_request,
    find_request_by_key,
    list_requests_of,
    list_waiting_requests,
)
from booking.reservations.service import CannotDecide, Refused, Wish
from booking.reservations.wording import cannot_decide, cannot_request
from booking.web.access import get_acting_member, may, requires
from booking.web.errors import problem


@api.get("/reservation-requests")
@requires("reservation.list")
@contract.validate(
    resp=answers(shapes.RequestList, 401, 403, 422), tags=["reservation requests"], security=BEARER
)
def list_of_requests(query: shapes.RequestFilter) -> shapes.RequestList:
    """What you ask for and what became of it; for managers everything that waits for an answer

    Approved and withdrawn ones are left out, and those whose time has come.
    """
    if query.scope == "all":
        found = list_waiting_requests() if may("request.list") else abort(403)
    else:
        found = list_requests_of(get_acting_member().id)
    return shapes.RequestList(items=[_told(asked) for asked in found])


@api.post("/reservation-requests")
@begins_writing
@requires("reservation.make")
@contract.validate(
    resp=answers(
        shapes.Request,
        400, 401, 403, 413, 415,
        status=201,
        HTTP_409=(problems.ReservationProblem, "Taken, asked for already, or nothing to be asked"),
        HTTP_422=(problems.ReservationProblem, "It would be refused anyway"),
    ),
    tags=["reservation requests"],
    security=BEARER,
)  # fmt: skip
def create_request(
    json: shapes.NewRequest, headers: reservation_shapes.ReservationHeaders
) -> tuple[shapes.Request, int, dict[str, str]]:
    """Ask for a machine whose reservations are approved one by one

    What the rules would refuse is refused at once, with every reason; waivers do not count. 409
    too for a machine that can simply be reserved.
    """
    me = get_acting_member()
    with writing():
        read_again(me)
        wish = wish_of(json, headers.idempotency_key)
        outcome = _first_result(wish) or service.request_approval(wish, me)
        if isinstance(outcome, Refused):
            refuse(outcome, wish.member, wish.machine, wish.period)
        if not isinstance(outcome, ApprovalRequest):
            abort(problem(409, cannot_request(outcome)))
        answer = _told(outcome)
    return answer, 201, {"Location": url_for("api.show_request", number=answer.id)}


def _first_result(wish: Wish) -> ApprovalRequest | None:
    """The request that this very key has made, when it was sent before."""
    if wish.idempotency_key is None:
        return None
    wait_for_key(wish.idempotency_key)
    first = find_request_by_key(get_acting_member().id, wish.idempotency_key)
    same = (wish.machine.id, wish.member.id, wish.period)
    if first is not None and (first.machine_id, first.member_id, first.period) != same:
        refused("Idempotency-Key", "key_used")
    return first


@api.get("/reservation-requests/<int:number>")
@requires("request.see", of=find_request)
@contract.validate(
    resp=answers(shapes.Request, 401, 404), tags=["reservation requests"], security=BEARER
)
def show_request(asked: ApprovalRequest) -> shapes.Request:
    """One request"""
    return _told(asked)


@api.post("/reservation-requests/<int:number>/withdraw")
@requires("request.withdraw", of=find_request)
@contract.validate(
    resp=answers(shapes.Request, 400, 401, 404, 409, 413, 415, 422),
    tags=["reservation requests"],
    security=BEARER,
)
def withdraw_request(asked: ApprovalRequest, json: reservation_shapes.Consent) -> shapes.Request:
    """Ask no more

    409 when there was an answer, or its time is over.
    """
    with writing():
        if obstacle := service.withdraw_request(asked, get_acting_member()):
            _stop_at(obstacle, asked)
    return _told(asked)


@api.post("/reservation-requests/<int:number>/approve")
@requires("request.approve", of=find_request)
@contract.validate(
    resp=answers(
        reservation_shapes.Reservation,
        400, 401, 404, 413, 415,
        HTTP_409=(problems.ReservationProblem, "Taken meanwhile, or it waits no more"),
        HTTP_422=(problems.ReservationProblem, "Refused by the rules as they are now"),
    ),
    tags=["reservation requests"],
    security=BEARER,
)  # fmt: skip
def approve_request(
    asked: ApprovalRequest, json: reservation_shapes.Consent
) -> reservation_shapes.Reservation:
    """Make the reservation that is asked for; all rules are asked again

    Refused, the request stays. Whoever asked for the same time and has nothing left of it is told.
    409 for your own too: another manager decides.
    """
    with writing():
        outcome = service.approve_request(asked, get_acting_member())
        if isinstance(outcome, Refused):
            refuse(outcome, asked.member, asked.machine, asked.period)
        if not isinstance(outcome, Reservation):
            _stop_at(outcome, asked)
        return told(outcome)


@api.post("/reservation-requests/<int:number>/refuse")
@requires("request.refuse", of=find_request)
@contract.validate(
    resp=answers(shapes.Request, 400, 401, 404, 409, 413, 415, 422),
    tags=["reservation requests"],
    security=BEARER,
)
def refuse_request(asked: ApprovalRequest, json: shapes.RequestRefusal) -> shapes.Request:
    """Say no, with the reason

    409 when it waits no more, or for your own: another manager decides.
    """
    with writing():
        obstacle = service.refuse_request(asked, get_acting_member(), json.reason)
        if obstacle is not None:
            _stop_at(obstacle, asked)
    return _told(asked)


def _stop_at(obstacle: CannotDecide, asked: ApprovalRequest) -> NoReturn:
    abort(problem(409, cannot_decide(obstacle, asked)))


def _told(asked: ApprovalRequest) -> shapes.Request:
    return shapes.Request(
        id=asked.id,
        status=asked.state_now.lower(),
        machine=asked.machine.code,
        member=asked.member.code,
        starts_at=asked.starts_at,
        ends_at=asked.ends_at,
        mode=asked.mode.lower(),
        supervisor=asked.supervisor.code if asked.supervisor else None,
        buddy=asked.buddy.code if asked.buddy else None,
        unit=asked.unit,
        purpose=asked.purpose,
        firing_type=asked.firing_type,
        created_at=asked.created_at,
        answer_until=asked.lapses_at,
        decided_at=asked.decided_at,
        reason=asked.reason,
        reservation=asked.reservation_id,
    )
