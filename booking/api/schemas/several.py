"""Several reservations asked for in one request: all of them, or none."""

from __future__ import annotations

from pydantic import Field

from booking.api.schemas.fields import Asked, Told
from booking.api.schemas.problems import Problem, Refusal
from booking.api.schemas.reservations import Price, Reservation, WishedReservation

MOST_IN_A_BATCH = 20


class NewBatch(Asked):
    """Decided in this order: quotas, credit hours and overlaps count those before."""

    reservations: list[WishedReservation] = Field(min_length=1, max_length=MOST_IN_A_BATCH)
    dry_run: bool = Field(default=False, description="Judge only; nothing is reserved.")


class Batch(Told):
    items: list[Reservation] = Field(description="In the order asked for.")


class JudgedWish(Told):
    allowed: bool
    refusals: list[Refusal]
    price: Price | None = Field(description="Null where it is refused.")


class BatchJudgement(Told):
    """The answer to a dry run; each is judged as if those before it were reserved."""

    allowed: bool
    items: list[JudgedWish]


class RefusedWish(Told):
    index: int = Field(description="Its place in the request, from 0.")
    refusals: list[Refusal]


class BatchProblem(Problem):
    """Nothing was reserved: which ones cannot be, and every reason against each."""

    refused: list[RefusedWish] | None = None
