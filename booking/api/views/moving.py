"""Moving reservations, shortening and extending them."""

from __future__ import annotations

from typing import NoReturn

from flask import abort

from booking.api.blueprint import api
from booking.api.contract import BEARER, answers, contract, refused
from booking.api.schemas import problems
from booking.api.schemas import reservations as shapes
from booking.api.views.reservations import judgement, refuse, told
from booking.database import writing
from booking.machines.models import Machine
from booking.periods import Period
from booking.reservations import service
from booking.reservations.models import Reservation
from booking.reservations.queries import find_reservation
from booking.reservations.queries.searching import list_alike
from booking.reservations.queries.workshop import find_machine_alone, get_workshop
from booking.reservations.service import CannotMove, Change, Refused
from booking.reservations.wording import cannot_move
from booking.web.access import get_acting_member, may, requires
from booking.web.errors import problem


@api.post("/reservations/<int:number>/move")
@requires("reservation.move", of=find_reservation)
@contract.validate(
    resp=answers(
        shapes.MoveAnswer,
        400, 401, 403, 404, 413, 415,
        HTTP_409=(problems.ReservationProblem, "Another time is all that is needed"),
        HTTP_422=(problems.ReservationProblem, "Refused"),
    ),
    tags=["reservations"],
    security=BEARER,
)  # fmt: skip
def move_reservation(reservation: Reservation, json: shapes.Move) -> shapes.MoveAnswer:
    """Move, shorten or extend a reservation; refused, it keeps its time

    409 when only SLOT_TAKEN or BUFFER_CONFLICT stand in the way, when it is over, has started and
    its start should change, or is no longer the `version` that was read; else 422.
    """
    if json.waivers and not may("waiver.grant"):
        abort(403)
    if json.dry_run:
        change = _change(reservation, json)
        if obstacle := service.cannot_move(change):
            _stop_at(obstacle)
        judged = judgement(
            service.assess_move(change),
            reservation.member,
            change.machine,
            change.period,
            reservation.period,
        )
        return shapes.MoveAnswer(judged)
    with writing():
        change = _change(reservation, json)
        outcome = service.move(change, get_acting_member())
        if isinstance(outcome, Refused):
            refuse(outcome, reservation.member, change.machine, change.period, reservation.period)
        if isinstance(outcome, CannotMove):
            _stop_at(outcome)
        answer = told(outcome)
    return shapes.MoveAnswer(answer)


def _change(reservation: Reservation, asked: shapes.Move) -> Change:
    return service.change_to(
        reservation,
        _machine(reservation, asked.machine),
        Period(asked.starts_at, asked.ends_at),
        get_acting_member(),
        version=asked.version,
        waivers={waiver.code: waiver.reason for waiver in asked.waivers},
    )


def _machine(reservation: Reservation, code: str | None) -> Machine:
    present = reservation.machine
    if code in (None, present.code):
        return present
    alike = {machine.code for machine in list_alike(get_workshop().by_id[present.id])}
    machine = find_machine_alone(code) if code in alike else None
    if machine is None:
        refused("machine", "not_alike")
    return machine


def _stop_at(obstacle: CannotMove) -> NoReturn:
    abort(problem(409, cannot_move(obstacle)))
