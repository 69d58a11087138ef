"""Several reservations asked for in one request: all of them, or none."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, RootModel

from booking.api.schemas.fields import (
    Asked,
    AskedDate,
    AskedInstant,
    Code,
    Id,
    Instant,
    Line,
    LowerCase,
    OptionalReason,
    Told,
    WallTime,
)
from booking.api.schemas.problems import Problem, Refusal
from booking.api.schemas.reservations import NewWaiver, Price, Reservation, WishedReservation
from booking.reservations.refusals import RefusalCode
from booking.reservations.rules import LONGEST_RESERVATION_DAYS
from booking.reservations.rules.series import MOST_SHIFTED, MOST_TIMES, Frequency, Scope

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


class NewSeries(WishedReservation):
    """The first reservation; the wall times of its start and end stay the same on all dates."""

    frequency: Annotated[str, LowerCase(Frequency)] = Field(
        description="`month_position` repeats the first day's place, such as the second Tuesday."
    )
    count: Annotated[int, Field(ge=1, le=MOST_TIMES)] | None = Field(
        default=None, description="How many times; either this or `until`."
    )
    until: AskedDate | None = Field(default=None, description="The last local day, included.")
    skip: list[AskedDate] = Field(
        default=[], max_length=MOST_TIMES, description="Local days that are left out."
    )
    dry_run: bool = Field(default=False, description="Judge only; nothing is reserved.")


class SeriesTold(Told):
    id: int
    frequency: Annotated[str, LowerCase(Frequency)]
    member: str
    reservations: list[Reservation] = Field(description="By start, cancelled ones too.")


class SeriesCancellation(Asked):
    following: Id | None = Field(
        default=None,
        description="This reservation and those after it; else all that are still to come.",
    )
    reason: OptionalReason = ""


class SeriesMove(Asked):
    """Other hours of the wall clock, for each date on its own local day or days after it."""

    scope: Annotated[str, LowerCase(Scope)] = Field(
        default="all", description="One date, it and those after it, or all still to come."
    )
    reservation: Id | None = Field(
        default=None, description="The date from which the scope counts; not needed for all."
    )
    start_time: WallTime
    end_time: WallTime = Field(description="On the next day where it is not after the start.")
    shift_days: Annotated[int, Field(ge=-MOST_SHIFTED, le=MOST_SHIFTED)] = 0
    skip: list[Id] = Field(
        default=[], max_length=MOST_TIMES, description="Reservations that stay as they are."
    )
    versions: dict[Id, int] | None = Field(
        default=None,
        description="The versions that were read, by id; 409 when any has changed since.",
    )
    waivers: list[NewWaiver] = Field(
        default=[], max_length=len(RefusalCode), description="For holders of the right alone."
    )
    dry_run: bool = Field(default=False, description="Judge only; nothing is changed.")


class JudgedDate(Told):
    """A date that is skipped is allowed, and stays. The new times are null where the clock jumps
    over one of them.
    """

    reservation: int
    version: int
    allowed: bool
    starts_at: Instant | None
    ends_at: Instant | None
    refusals: list[Refusal]
    price_before: Price | None
    price: Price | None = Field(description="The new one; null where none was kept.")
    keeps_percent: int = Field(
        description="The least that the member's cancellation would keep of the price afterwards."
    )


class SeriesMoveJudgement(Told):
    """The answer to a dry run: each date as if the others had left their hours already."""

    allowed: bool
    items: list[JudgedDate]


class SeriesMoveAnswer(RootModel[SeriesTold | SeriesMoveJudgement]):
    """The series as it is now, or the answer to a dry run."""


class RefusedDate(Told):
    """Without refusals where the clock jumps over one of the new times."""

    reservation: int
    refusals: list[Refusal]


class SeriesMoveProblem(Problem):
    """Nothing was moved: which dates cannot be, and every reason against each."""

    refused: list[RefusedDate] | None = None


class ChainedUse(Asked):
    machine: Code = Field(examples=["M01"])
    minutes: Annotated[int, Field(ge=1, le=LONGEST_RESERVATION_DAYS * 24 * 60)]
    within_hours: Annotated[int, Field(ge=0, le=24 * LONGEST_RESERVATION_DAYS)] = Field(
        default=48, description="It begins at most so long after the end of the one before."
    )


class NewChain(Asked):
    """Uses in this order; the earliest times are looked for at which all can be had."""

    uses: list[ChainedUse] = Field(min_length=1, max_length=5)
    not_before: AskedInstant | None = None
    member: Code | None = Field(
        default=None, description="For whom, by those who may reserve for others; else yourself."
    )
    purpose: Line = ""
    dry_run: bool = Field(default=False, description="Propose only; nothing is reserved.")


class ProposedUse(JudgedWish):
    machine: str
    starts_at: Instant
    ends_at: Instant


class ChainProposal(Told):
    """The answer to a dry run; without items where nothing fits."""

    allowed: bool
    items: list[ProposedUse]
