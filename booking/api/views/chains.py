"""Uses that follow one another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import abort

from booking import clock
from booking.api.blueprint import api
from booking.api.contract import BEARER, answers, contract, refused
from booking.api.schemas import reservations as shapes
from booking.api.schemas import several
from booking.api.views.reservations import for_whom, told, wait_for_key
from booking.api.views.several import judged, key_at, refuse_shorter, reserve_all_once
from booking.database import writing
from booking.machines.queries import get_machine
from booking.periods import Period
from booking.reservations import service
from booking.reservations.models import Reservation
from booking.reservations.queries import find_by_idempotency_key
from booking.reservations.queries.searching import Use, find_chain
from booking.reservations.queries.workshop import get_workshop
from booking.reservations.service import Rehearsal, Wish
from booking.reservations.wording import no_combination
from booking.web.access import get_acting_member, requires
from booking.web.errors import problem


@api.post("/reservations/chain")
@requires("reservation.make")
@contract.validate(
    resp=answers(
        several.Batch,
        400, 401, 403, 413, 415,
        status=201,
        HTTP_200=(several.ChainProposal, "The answer to a dry run"),
        HTTP_409=(several.BatchProblem, "Nothing fits, or other times are all that is needed"),
        HTTP_422=(several.BatchProblem, "Refused"),
    ),
    tags=["reservations"],
    security=BEARER,
)  # fmt: skip
def create_chain(
    json: several.NewChain, headers: shapes.ReservationHeaders
) -> tuple[several.Batch, int] | several.ChainProposal:
    """Reserve uses that follow one another, at the earliest times at which all can be had

    To reserve exactly what a dry run proposed, send its times to `POST /reservations/batch`.
    """
    key = headers.idempotency_key
    with writing():
        if not json.dry_run and (before := _made_before(json, key)):
            return several.Batch(items=[told(reservation) for reservation in before]), 201
        wishes = _wishes(json, key)
        if json.dry_run:
            return _proposal(wishes, service.rehearse(wishes, get_acting_member()))
        if not wishes:
            abort(problem(409, no_combination()))
        made = reserve_all_once(wishes)
        return several.Batch(items=[told(reservation) for reservation in made]), 201


def _made_before(asked: several.NewChain, key: str | None) -> list[Reservation]:
    """What this very key has made; sought anew, other times would be found, these being taken."""
    if key is None:
        return []
    wait_for_key(key)
    me, member = get_acting_member(), for_whom(asked.member)
    keys = [key_at(key, n) or "" for n in range(len(asked.uses))]
    before = [made for one in keys if (made := find_by_idempotency_key(me.id, one))]
    refuse_shorter(key, len(asked.uses))
    if before and [
        (made.machine.code, made.member_id, made.ends_at - made.starts_at) for made in before
    ] != [(use.machine, member.id, timedelta(minutes=use.minutes)) for use in asked.uses]:
        refused("Idempotency-Key", "key_used")
    return before


def _wishes(asked: several.NewChain, key: str | None) -> list[Wish]:
    """The uses at the earliest times that fit; none where nothing does."""
    member = for_whom(asked.member)
    uses = []
    for n, use in enumerate(asked.uses):
        machine = get_workshop().machine(use.machine)
        if machine is None:
            refused(f"uses.{n}.machine", "unknown_machine")
        if machine.facts.prices.is_per_firing:
            refused(f"uses.{n}.machine", "firing_type_missing")
        gap = timedelta(hours=use.within_hours)
        uses.append(Use(machine, timedelta(minutes=use.minutes), gap))
    times: Sequence[Period] = find_chain(member, uses, asked.not_before or clock.now()) or ()
    approved = service.decides_for(get_acting_member(), member)
    return [
        Wish(
            member,
            get_machine(use.machine.code),
            time,
            purpose=asked.purpose,
            approved=approved,
            idempotency_key=key_at(key, n),
        )
        for n, (use, time) in enumerate(zip(uses, times, strict=False))
    ]


def _proposal(wishes: Sequence[Wish], rehearsal: Rehearsal) -> several.ChainProposal:
    items = judged(wishes, rehearsal.prices, rehearsal.refused)
    return several.ChainProposal(
        allowed=bool(wishes) and not rehearsal.refused,
        items=[
            several.ProposedUse(
                **dict(item),
                machine=wish.machine.code,
                starts_at=wish.period.starts_at,
                ends_at=wish.period.ends_at,
            )
            for item, wish in zip(items, wishes, strict=True)
        ],
    )
