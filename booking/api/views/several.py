"""Several reservations in one request: all of them, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import NoReturn

from flask import abort

from booking.api.blueprint import api
from booking.api.contract import BEARER, answers, contract, refused
from booking.api.schemas import reservations as shapes
from booking.api.schemas import several
from booking.api.views.reservations import amounts, first_result, told, told_all, wish_of
from booking.database import writing
from booking.pricing.rules import Price
from booking.reservations import service
from booking.reservations.models import Reservation
from booking.reservations.queries import find_by_idempotency_key
from booking.reservations.service import Refused, RefusedSome, Wish
from booking.web.access import get_acting_member, requires
from booking.web.errors import problem


@api.post("/reservations/batch")
@requires("reservation.make")
@contract.validate(
    resp=answers(
        several.Batch,
        400, 401, 403, 413, 415,
        status=201,
        HTTP_200=(several.BatchJudgement, "The answer to a dry run"),
        HTTP_409=(several.BatchProblem, "Other times are all that is needed"),
        HTTP_422=(several.BatchProblem, "Refused"),
    ),
    tags=["reservations"],
    security=BEARER,
)  # fmt: skip
def create_batch(
    json: several.NewBatch, headers: shapes.ReservationHeaders
) -> tuple[several.Batch, int] | several.BatchJudgement:
    """Reserve several machines, or for several people, in one act: all or nothing

    409 when only SLOT_TAKEN or BUFFER_CONFLICT stand in the way, else 422. A dry run changes
    nothing and always answers 200.
    """
    with writing():
        wishes = [
            wish_of(asked, key_at(headers.idempotency_key, n), f"reservations.{n}.")
            for n, asked in enumerate(json.reservations)
        ]
        if json.dry_run:
            rehearsal = service.rehearse(wishes, get_acting_member())
            return several.BatchJudgement(
                allowed=not rehearsal.refused,
                items=judged(wishes, rehearsal.prices, rehearsal.refused),
            )
        refuse_shorter(headers.idempotency_key, len(wishes))
        made = reserve_all_once(wishes)
        return several.Batch(items=[told(reservation) for reservation in made]), 201


def reserve_all_once(wishes: Sequence[Wish]) -> list[Reservation]:
    """What these very keys have made before, else all of it made now; refuses the request."""
    before = [first for wish in wishes if (first := first_result(wish))]
    if len(before) == len(wishes):
        return before
    if before:
        refused("Idempotency-Key", "key_used")
    outcome = service.reserve_all(wishes, get_acting_member())
    if isinstance(outcome, RefusedSome):
        refuse_all(outcome, wishes)
    return outcome


def refuse_shorter(key: str | None, count: int) -> None:
    """A key under which more was made than is asked for belongs to another request."""
    following = key_at(key, count)
    if following and find_by_idempotency_key(get_acting_member().id, following):
        refused("Idempotency-Key", "key_used")


def key_at(key: str | None, position: int) -> str | None:
    """A key of its own for each reservation of one request."""
    return key and sha256(f"{position}/{key}".encode()).hexdigest()


def judged(
    wishes: Sequence[Wish], prices: Mapping[int, Price], against: Mapping[int, Refused]
) -> list[several.JudgedWish]:
    return [
        several.JudgedWish(
            allowed=n not in against,
            refusals=told_all(against[n].refusals, wish.member, wish.machine, wish.period)
            if n in against
            else [],
            price=amounts(prices[n]) if n in prices else None,
        )
        for n, wish in enumerate(wishes)
    ]


def refuse_all(outcome: RefusedSome, wishes: Sequence[Wish]) -> NoReturn:
    refused = [
        several.RefusedWish(
            index=n,
            refusals=told_all(
                against.refusals, wishes[n].member, wishes[n].machine, wishes[n].period
            ),
        )
        for n, against in outcome.refused.items()
    ]
    detail = " ".join(refusal.message for one in refused for refusal in one.refusals)
    told = [one.model_dump(mode="json") for one in refused]
    abort(problem(409 if outcome.only_taken else 422, detail, refused=told))
