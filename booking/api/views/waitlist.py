"""Waiting lists: join, look, leave, answer an offer."""

from __future__ import annotations

from datetime import timedelta
from typing import NoReturn

from flask import abort, url_for

from booking.api.blueprint import api
from booking.api.contract import BEARER, answers, contract, refused
from booking.api.schemas import problems
from booking.api.schemas import reservations as reservation_shapes
from booking.api.schemas import waitlist as shapes
from booking.api.views.reservations import refuse, told, told_all
from booking.database import writing
from booking.machines.models import PriceUnit
from booking.machines.queries import find_machine
from booking.machines.rules import MachineState
from booking.periods import Period
from booking.reservations import service
from booking.reservations.models import Reservation, WaitlistEntry
from booking.reservations.queries.waiting import (
    InLine,
    find_entry,
    find_in_line,
    list_open_of,
    list_open_on,
)
from booking.reservations.rules.waiting import WaitlistState, Waits
from booking.reservations.service import (
    FreeAlready,
    NotEligible,
    Refused,
    WaitRefusal,
    WaitsAlready,
    Watch,
)
from booking.reservations.wording import cannot_leave, cannot_take, cannot_wait
from booking.web.access import get_acting_member, may, requires
from booking.web.errors import problem


@api.get("/waitlist")
@requires("reservation.list")
@contract.validate(resp=answers(shapes.Waitlist, 401, 403, 422), tags=["waitlist"], security=BEARER)
def list_of_waits(query: shapes.WaitlistFilter) -> shapes.Waitlist:
    """What you wait for; or everybody on the list of one machine"""
    if query.machine is None:
        lines = list_open_of(get_acting_member().id)
    else:
        machine = find_machine(query.machine)
        if machine is None:
            refused("machine", "unknown_machine")
        if not may("waitlist.list", machine):
            abort(403)
        lines = list_open_on(machine.id)
    return shapes.Waitlist(items=[_told(line) for line in lines])


@api.post("/waitlist")
@requires("waitlist.join")
@contract.validate(
    resp=answers(
        shapes.WaitlistEntry,
        400, 401, 403, 409, 413, 415,
        status=201,
        HTTP_422=(problems.ReservationProblem, "Waiting would be in vain"),
    ),
    tags=["waitlist"],
    security=BEARER,
)  # fmt: skip
def join_waitlist(
    json: shapes.NewWaitlistEntry,
) -> tuple[shapes.WaitlistEntry, int, dict[str, str]]:
    """Wait for time on a machine

    409 when it is free already, or you wait for it already. Freed time is offered in the order of
    the list, to those whom the rules still allow it.
    """
    machine = find_machine(json.machine)
    if machine is None or machine.state is MachineState.RETIRED:
        refused("machine", "unknown_machine")
    me = get_acting_member()
    watch = Watch(
        member=me,
        machine=machine,
        period=Period(json.watched_from, json.watched_until),
        length=timedelta(minutes=json.minutes),
        waits=Waits(json.waits.upper()),
    )
    with writing():
        outcome = service.join(watch, me)
        if not isinstance(outcome, WaitlistEntry):
            _stop_at(outcome, watch)
        answer = _told(find_in_line(outcome))
    return answer, 201, {"Location": url_for("api.show_wait", number=answer.id)}


def _stop_at(refusal: WaitRefusal, watch: Watch) -> NoReturn:
    if isinstance(refusal, NotEligible):
        reasons = told_all(refusal.reasons, watch.member, watch.machine, refusal.period)
        detail = " ".join(reason.message for reason in reasons)
        dumped = [reason.model_dump(mode="json") for reason in reasons]
        abort(problem(422, detail, refusals=dumped))
    taken = isinstance(refusal, FreeAlready | WaitsAlready)
    abort(problem(409 if taken else 422, cannot_wait(refusal)))


@api.get("/waitlist/<int:number>")
@requires("waitlist.see", of=find_entry)
@contract.validate(resp=answers(shapes.WaitlistEntry, 401, 404), tags=["waitlist"], security=BEARER)
def show_wait(entry: WaitlistEntry) -> shapes.WaitlistEntry:
    """One place in line, and what is offered"""
    return _told(find_in_line(entry))


@api.post("/waitlist/<int:number>/leave")
@requires("waitlist.leave", of=find_entry)
@contract.validate(
    resp=answers(shapes.WaitlistEntry, 400, 401, 404, 409, 413, 415, 422),
    tags=["waitlist"],
    security=BEARER,
)
def leave_waitlist(entry: WaitlistEntry, json: shapes.NoAnswer) -> shapes.WaitlistEntry:
    """Give up a place in line

    409 when time is offered, which is to be answered, or when the wait is over.
    """
    with writing():
        obstacle = service.leave(entry, get_acting_member())
        if obstacle is not None:
            abort(problem(409, cannot_leave(obstacle)))
    return _told(find_in_line(entry))


@api.post("/waitlist/<int:number>/accept")
@requires("waitlist.answer", of=find_entry)
@contract.validate(
    resp=answers(
        reservation_shapes.Reservation,
        400, 401, 404, 413, 415,
        HTTP_409=(problems.ReservationProblem, "Nothing is offered any more"),
        HTTP_422=(problems.ReservationProblem, "Refused"),
    ),
    tags=["waitlist"],
    security=BEARER,
)  # fmt: skip
def accept_offer(entry: WaitlistEntry, json: shapes.Acceptance) -> reservation_shapes.Reservation:
    """Reserve the time that is offered; the rules are asked again

    Refused, it stays held until its time is up.
    """
    fires = entry.machine.price_unit is PriceUnit.FIRING
    if fires and json.firing_type is None:
        refused("firing_type", "firing_type_missing")
    with writing():
        if entry.reservation is None:
            abort(problem(409, cannot_take(service.CannotTake.GONE)))
        period = Period(entry.reservation.starts_at, entry.reservation.ends_at)
        outcome = service.take_offer(
            entry, json.firing_type if fires else None, get_acting_member()
        )
        if isinstance(outcome, Refused):
            refuse(outcome, entry.member, entry.machine, period)
        if not isinstance(outcome, Reservation):
            abort(problem(409, cannot_take(outcome)))
        return told(outcome)


@api.post("/waitlist/<int:number>/decline")
@requires("waitlist.answer", of=find_entry)
@contract.validate(
    resp=answers(shapes.WaitlistEntry, 400, 401, 404, 409, 413, 415, 422),
    tags=["waitlist"],
    security=BEARER,
)
def decline_offer(entry: WaitlistEntry, json: shapes.NoAnswer) -> shapes.WaitlistEntry:
    """Give the time back that is offered: it goes on to the next in line"""
    with writing():
        obstacle = service.decline_offer(entry, get_acting_member())
        if obstacle is not None:
            abort(problem(409, cannot_take(obstacle)))
    return _told(find_in_line(entry))


def _told(line: InLine) -> shapes.WaitlistEntry:
    entry = line.entry
    return shapes.WaitlistEntry(
        id=entry.id,
        status=entry.state_now.lower(),
        machine=entry.machine.code,
        member=entry.member.code,
        watched_from=entry.watched_from,
        watched_until=entry.watched_until,
        minutes=entry.minutes,
        waits=entry.waits.lower(),
        created_at=entry.created_at,
        place=line.place,
        offer=_offer(entry),
    )


def _offer(entry: WaitlistEntry) -> shapes.Offer | None:
    held = entry.reservation
    if held is None or held.lapses_at is None or entry.state_now is not WaitlistState.OFFERED:
        return None
    return shapes.Offer(
        reservation=held.id,
        starts_at=held.starts_at,
        ends_at=held.ends_at,
        answer_until=held.lapses_at,
    )
