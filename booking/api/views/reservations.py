"""Reservations: ask, look, give back."""

from __future__ import annotations

from typing import NoReturn
from urllib.parse import urljoin

from flask import abort, current_app

from booking.api.blueprint import api, begins_writing
from booking.api.contract import BEARER, answers, contract, refused
from booking.api.schemas import problems
from booking.api.schemas import reservations as shapes
from booking.database import take_turn, writing
from booking.machines.models import Machine, PriceUnit
from booking.members.models import Member
from booking.members.queries import find_member, read_again
from booking.periods import Period
from booking.pricing.rules import Fee, Overrun, Price
from booking.reservations import service
from booking.reservations.models import Companion, Reservation
from booking.reservations.queries import (
    find_by_idempotency_key,
    find_reservation,
    list_page,
)
from booking.reservations.queries.companions import find_companion
from booking.reservations.queries.workshop import find_machine_alone, get_workshop
from booking.reservations.refusals import Refusal, as_facts
from booking.reservations.rules import CompanionRole, Mode, ReservationState
from booking.reservations.service import (
    Assessment,
    CannotAnswer,
    CannotCheckIn,
    EndAnswers,
    Refused,
    RefusedAtCheckIn,
    Wish,
)
from booking.reservations.wording import (
    Explained,
    cannot_answer,
    cannot_cancel,
    cannot_check_in,
    explain_all,
    nobody_there,
)
from booking.web.access import acting_member, get_acting_member, may, requires
from booking.web.addresses import address_of_number
from booking.web.errors import problem
from booking.web.filters import zone


@api.post("/reservations")
@begins_writing
@requires("reservation.make")
@contract.validate(
    resp=answers(
        shapes.Reservation,
        400, 401, 403, 413, 415,
        status=201,
        HTTP_200=(shapes.Judgement, "The answer to a dry run"),
        HTTP_409=(problems.ReservationProblem, "Another time is all that is needed"),
        HTTP_422=(problems.ReservationProblem, "Refused"),
    ),
    tags=["reservations"],
    security=BEARER,
)  # fmt: skip
def create_reservation(
    json: shapes.NewReservation, headers: shapes.ReservationHeaders
) -> tuple[shapes.Reservation, int, dict[str, str]] | shapes.Judgement:
    """Reserve a machine, or learn everything that stands against it

    409 when only SLOT_TAKEN or BUFFER_CONFLICT stand in the way, else 422. A dry run changes
    nothing and always answers 200. A machine whose reservations are approved one by one answers
    MACHINE_NOT_BOOKABLE with the state needs_approval: ask for it by `POST /reservation-requests`.
    """
    if json.dry_run:
        wish = wish_of(json)
        assessed = service.assess(wish)
        return judgement(assessed, wish.member, wish.machine, wish.period)
    me = get_acting_member()
    with writing():
        read_again(me)
        wish = wish_of(json, headers.idempotency_key)
        outcome = first_result(wish) or service.reserve(wish, me)
        if isinstance(outcome, Refused):
            refuse(outcome, wish.member, wish.machine, wish.period)
        answer = told(outcome)
    return answer, 201, {"Location": address_of_number("api.show_reservation", answer.id)}


def wish_of(asked: shapes.WishedReservation, key: str | None = None, path: str = "") -> Wish:
    """What is wished; `path` leads to it within the request, for naming a faulty field."""
    machine = find_machine_alone(asked.machine)
    if machine is None:
        refused(f"{path}machine", "unknown_machine")
    fires = machine.price_unit is PriceUnit.FIRING
    if fires and asked.firing_type is None:
        refused(f"{path}firing_type", "firing_type_missing")
    if asked.unit is not None and get_workshop().by_id[machine.id].unit_id(asked.unit) is None:
        refused(f"{path}unit", "unknown_unit")
    if asked.waivers and not may("waiver.grant"):
        abort(403)
    member = for_whom(asked.member, path)
    return Wish(
        member=member,
        machine=machine,
        period=Period(asked.starts_at, asked.ends_at),
        mode=Mode(asked.mode.upper()),
        purpose=asked.purpose,
        firing_type=asked.firing_type if fires else None,
        waivers={waiver.code: waiver.reason for waiver in asked.waivers},
        idempotency_key=key,
        credit_only=asked.credit_only,
        unit=asked.unit,
        companions=_companions(asked),
        approved=service.decides_for(get_acting_member(), member),
    )


def _companions(asked: shapes.WishedReservation) -> dict[CompanionRole, Member]:
    """The persons named; raises for one whom nobody knows."""
    named = {
        CompanionRole.SUPERVISOR: ("supervisor", asked.supervisor),
        CompanionRole.BUDDY: ("buddy", asked.buddy),
    }
    found = {}
    for role, (field, code) in named.items():
        if code is not None:
            found[role] = find_member(code) or refused(field, "unknown_member")
    return found


def for_whom(code: str | None, path: str = "") -> Member:
    me = get_acting_member()
    if code in (None, me.code):
        return me
    member = find_member(code)
    if member is None and may("reservation.make_for_anybody"):
        refused(f"{path}member", "unknown_member")
    if member is None or not may("reservation.make_for_others", member):
        abort(403)
    return member


def first_result(wish: Wish) -> Reservation | None:
    """The reservation that this very key has made, when it was sent before."""
    if wish.idempotency_key is None:
        return None
    wait_for_key(wish.idempotency_key)
    first = find_by_idempotency_key(get_acting_member().id, wish.idempotency_key)
    if first is not None and not _is_of(first, wish):
        refused("Idempotency-Key", "key_used")
    return first


def wait_for_key(key: str) -> None:
    """Wait for a request of the same key that is being handled at this moment."""
    take_turn(f"key {get_acting_member().id} {key}")


def _is_of(reservation: Reservation, wish: Wish) -> bool:
    return (
        reservation.machine_id == wish.machine.id
        and reservation.member_id == wish.member.id
        and Period(reservation.starts_at, reservation.ends_at) == wish.period
    )


def judgement(
    assessed: Assessment,
    member: Member,
    machine: Machine,
    period: Period,
    instead_of: Period | None = None,
) -> shapes.Judgement:
    """The answer to a dry run."""
    return shapes.Judgement(
        allowed=not assessed.refusals,
        refusals=told_all(assessed.refusals, member, machine, period, instead_of),
        price=amounts(assessed.price),
    )


def refuse(
    outcome: Refused | RefusedAtCheckIn,
    member: Member,
    machine: Machine,
    period: Period,
    instead_of: Period | None = None,
) -> NoReturn:
    refusals = told_all(outcome.refusals, member, machine, period, instead_of)
    told = [refusal.model_dump(mode="json") for refusal in refusals]
    detail = " ".join(refusal["message"] for refusal in told)
    only_taken = isinstance(outcome, Refused) and outcome.only_taken
    abort(problem(409 if only_taken else 422, detail, refusals=told))


def told_all(
    refusals: tuple[Refusal, ...],
    member: Member,
    machine: Machine,
    period: Period,
    instead_of: Period | None = None,
) -> list[problems.Refusal]:
    return [_told(one) for one in explain_all(refusals, member, machine, period, instead_of)]


def _told(explained: Explained) -> problems.Refusal:
    cure = explained.cure
    return problems.Refusal(
        code=explained.code,
        message=explained.message,
        facts=as_facts(explained.refusal, zone()),
        cure=cure and problems.Cure(label=cure.label, url=_absolute(cure.url)),
        waivable=explained.waivable,
    )


def _absolute(path: str) -> str:
    base: str = current_app.config["BOOKING_SETTINGS"].base_url
    return urljoin(base, path)


@api.get("/reservations")
@requires("reservation.list")
@contract.validate(
    resp=answers(shapes.ReservationList, 401, 403, 422), tags=["reservations"], security=BEARER
)
def list_of_reservations(query: shapes.ReservationFilter) -> shapes.ReservationList:
    """Your reservations, or those you answer for, by start; cancelled ones too"""
    last_seen = None
    if query.after is not None:
        last_seen = find_reservation(query.after)
        if last_seen is None or not may("reservation.see", last_seen):
            refused("after", "unknown_reservation")
    found = list_page(
        **_scope(query.scope),
        ends_after=query.starts_at,
        starts_before=query.ends_at,
        after=last_seen,
        limit=query.limit + 1,
    )
    page = found[: query.limit]
    return shapes.ReservationList(
        items=[told(reservation) for reservation in page],
        next=page[-1].id if len(found) > query.limit else None,
    )


def _scope(scope: str) -> dict[str, int]:
    """Whose reservations are listed, as what narrows them down."""
    me = get_acting_member()
    if scope == "all":
        return {} if may("reservation.list_all") else abort(403)
    if scope == "organisation":
        if not may("reservation.list_of_organisation") or me.organisation_id is None:
            abort(403)
        return {"organisation_id": me.organisation_id}
    return {"member_id": me.id}


def _asked_of_me(number: int) -> Companion | None:
    me = acting_member()
    return find_companion(number, me.id) if me else None


@api.get("/reservations/<int:number>")
@requires("reservation.see", of=find_reservation)
@contract.validate(
    resp=answers(shapes.Reservation, 401, 404), tags=["reservations"], security=BEARER
)
def show_reservation(reservation: Reservation) -> shapes.Reservation:
    """One reservation"""
    return told(reservation)


@api.post("/reservations/<int:number>/cancel")
@requires("reservation.cancel", of=find_reservation)
@contract.validate(
    resp=answers(shapes.Reservation, 400, 401, 404, 409, 413, 415, 422),
    tags=["reservations"],
    security=BEARER,
)
def cancel_reservation(reservation: Reservation, json: shapes.Cancellation) -> shapes.Reservation:
    """Give the time back

    409 when it is cancelled or over already, or for the member once it has started.
    """
    with writing():
        obstacle = service.cancel(reservation, get_acting_member(), json.reason)
        if obstacle is not None:
            abort(problem(409, cannot_cancel(obstacle)))
    return told(reservation)


@api.post("/reservations/<int:number>/check-in")
@requires("reservation.use", of=find_reservation)
@contract.validate(
    resp=answers(
        shapes.Reservation,
        400, 401, 404, 409, 413, 415,
        HTTP_422=(problems.ReservationProblem, "The machine must not be used now"),
    ),
    tags=["reservations"],
    security=BEARER,
)  # fmt: skip
def check_in(reservation: Reservation, json: shapes.Consent) -> shapes.Reservation:
    """Say that the person is there

    The rules of account, papers, machine, certifications and company are asked again. 409 outside
    the time in which one arrives; nothing changes when it is refused.
    """
    with writing():
        outcome = service.check_in(reservation, get_acting_member())
        if isinstance(outcome, CannotCheckIn):
            abort(problem(409, cannot_check_in(outcome, reservation)))
        if isinstance(outcome, RefusedAtCheckIn):
            period = Period(reservation.starts_at, reservation.ends_at)
            refuse(outcome, reservation.member, reservation.machine, period)
    return told(reservation)


@api.post("/reservations/<int:number>/check-out")
@requires("reservation.use", of=find_reservation)
@contract.validate(
    resp=answers(shapes.Reservation, 400, 401, 404, 409, 413, 415, 422),
    tags=["reservations"],
    security=BEARER,
)
def check_out(reservation: Reservation, json: shapes.EndList) -> shapes.Reservation:
    """Say that the person leaves, with the end list

    The rest of the time is free. 409 for somebody who is not there.
    """
    answers_given = EndAnswers(json.clean, json.tools_back, json.offcut_grams, json.problem)
    with writing():
        if not service.check_out(reservation, answers_given, get_acting_member()):
            abort(problem(409, nobody_there()))
    return told(reservation)


@api.post("/reservations/<int:number>/accept")
@requires("companion.answer", of=_asked_of_me)
@contract.validate(
    resp=answers(
        shapes.Reservation, 400, 401, 404, 409, 413, 415,
        HTTP_422=(problems.ReservationProblem, "The rules are asked once more, and refuse"),
    ),
    tags=["reservations"],
    security=BEARER,
)  # fmt: skip
def accept_reservation(companion: Companion, json: shapes.Consent) -> shapes.Reservation:
    """Agree to supervise, or to be there so that nobody is alone

    409 when it is cancelled or over, or nobody asks you any more. Accepting twice changes nothing.
    """
    with writing():
        outcome = service.accept(companion)
        if isinstance(outcome, CannotAnswer):
            if outcome is not CannotAnswer.ALREADY:
                abort(problem(409, cannot_answer(outcome)))
        elif outcome:
            _refuse_companion(outcome, companion.reservation)
    return told(companion.reservation)


@api.post("/reservations/<int:number>/decline")
@requires("companion.answer", of=_asked_of_me)
@contract.validate(
    resp=answers(shapes.Reservation, 400, 401, 404, 409, 413, 415, 422),
    tags=["reservations"],
    security=BEARER,
)
def decline_reservation(companion: Companion, json: shapes.Consent) -> shapes.Reservation:
    """Refuse to be there, or no longer come after having agreed"""
    with writing():
        problem_met = service.decline(companion)
        if problem_met is not None:
            abort(problem(409, cannot_answer(problem_met)))
    return told(companion.reservation)


def _refuse_companion(against: tuple[Refusal, ...], reservation: Reservation) -> NoReturn:
    period = Period(reservation.starts_at, reservation.ends_at)
    explained = explain_all(against, reservation.member, reservation.machine, period)
    told_all = [_told(one).model_dump(mode="json") for one in explained]
    abort(problem(422, " ".join(one.message for one in explained), refusals=told_all))


def told(reservation: Reservation) -> shapes.Reservation:
    """A reservation as the API tells it."""
    organisation = reservation.organisation
    return shapes.Reservation(
        id=reservation.id,
        status=reservation.state_now.lower(),
        machine=reservation.machine.code,
        member=reservation.member.code,
        organisation=organisation.code if organisation else None,
        starts_at=reservation.starts_at,
        ends_at=reservation.ends_at,
        mode=reservation.mode.lower(),
        purpose=reservation.purpose,
        firing_type=reservation.firing_type,
        price=_kept_price(reservation),
        created_at=reservation.created_at,
        cancelled_at=reservation.cancelled_at,
        cancel_reason=reservation.cancel_reason,
        waivers=[
            shapes.Waiver(code=waiver.code, reason=waiver.reason) for waiver in reservation.waivers
        ],
        companions=[
            shapes.Companion(
                role=one.role.lower(), member=one.member.code, answer=one.answer.lower()
            )
            for one in reservation.current_companions
        ],
        at_risk=reservation.is_at_risk,
        awaited_until=(
            reservation.lapses_at if reservation.state_now is ReservationState.HELD else None
        ),
        fee=amounts(reservation.fee) if reservation.fee else None,
        fee_floor_percent=reservation.fee_floor_percent,
        version=reservation.version,
        checked_in_at=reservation.checked_in_at,
        checked_out_at=reservation.checked_out_at,
        overrun=_told_overrun(reservation),
    )


def _kept_price(reservation: Reservation) -> shapes.Price | None:
    excl, vat = reservation.price_excl_cents, reservation.price_vat_cents
    if excl is None or vat is None:
        return None
    return shapes.Price(excl_cents=excl, vat_cents=vat, incl_cents=excl + vat)


def _told_overrun(reservation: Reservation) -> shapes.Overrun | None:
    overrun = reservation.overrun
    if overrun is None:
        return None
    return shapes.Overrun(minutes=overrun.minutes, price=amounts(overrun))


def amounts(of: Price | Fee | Overrun) -> shapes.Price:
    return shapes.Price(excl_cents=of.excl_cents, vat_cents=of.vat_cents, incl_cents=of.incl_cents)
