"""Reservations: what is asked, and what is told of them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, RootModel

from booking.api.schemas.fields import (
    Asked,
    AskedInstant,
    Code,
    Id,
    Instant,
    Limit,
    Line,
    LowerCase,
    OptionalReason,
    Reason,
    Text,
    Told,
    comes_after,
)
from booking.api.schemas.problems import Refusal
from booking.reservations.refusals import RefusalCode
from booking.reservations.rules import (
    LONGEST_RESERVATION_DAYS,
    CompanionAnswer,
    CompanionRole,
    HandOverAnswer,
    Mode,
    ReservationState,
)
from booking.reservations.service import MOST_GRAMS
from booking.web.addresses import LARGEST_ID


class NewWaiver(Asked):
    """A refusal that a manager sets aside; those that are not waivable still stand."""

    code: RefusalCode
    reason: Reason


class WishedReservation(Asked):
    machine: Code = Field(examples=["M01"])
    starts_at: AskedInstant
    ends_at: Annotated[
        AskedInstant, comes_after("starts_at", at_most_days=LONGEST_RESERVATION_DAYS)
    ]
    mode: Annotated[str, LowerCase(Mode)] = Field(
        default="autonomous",
        description="Supervised use needs a supervisor; both wait for that person's word.",
    )
    supervisor: Code | None = Field(
        default=None, description="The code of who supervises a supervised use."
    )
    buddy: Code | None = Field(
        default=None, description="The code of the second person, where nobody may be alone."
    )
    firing_type: Literal["BISQUE", "STONEWARE"] | None = Field(
        default=None, description="Asked for machines that are priced by firing."
    )
    member: Code | None = Field(
        default=None, description="For whom, by those who may reserve for others; else yourself."
    )
    unit: Annotated[int, Field(ge=1, le=LARGEST_ID)] | None = Field(
        default=None, description="The number of the one unit wanted; else any that is free."
    )
    purpose: Line = ""
    credit_only: bool = Field(default=False, description="Pay with credit hours or not at all.")
    waivers: list[NewWaiver] = Field(
        default=[], max_length=len(RefusalCode), description="For holders of the right alone."
    )


class NewReservation(WishedReservation):
    dry_run: bool = Field(default=False, description="Judge only; nothing is reserved.")


class ReservationHeaders(Told):
    idempotency_key: str | None = Field(
        default=None,
        alias="Idempotency-Key",
        pattern=r"^[!-~]{1,64}$",
        description="The same key sent again shows the first result instead of reserving twice.",
    )


class Move(Asked):
    """What a reservation is to become; what is left out stays as it is."""

    starts_at: AskedInstant
    ends_at: Annotated[
        AskedInstant, comes_after("starts_at", at_most_days=LONGEST_RESERVATION_DAYS)
    ]
    machine: Code | None = Field(
        default=None, description="One that does the same work; by default the present one."
    )
    version: int | None = Field(
        default=None,
        description="The version that was read; 409 when somebody has changed it since.",
    )
    waivers: list[NewWaiver] = Field(
        default=[], max_length=len(RefusalCode), description="For holders of the right alone."
    )
    dry_run: bool = Field(default=False, description="Judge only; nothing is changed.")


class Price(Told):
    """Euro cents."""

    excl_cents: int
    vat_cents: int
    incl_cents: int


class Overrun(Told):
    """Whole steps beyond the end, at the hourly price."""

    minutes: int
    price: Price


class Waiver(Told):
    code: str
    reason: str


class Companion(Told):
    """A second person; `answer` is pending until the word has come."""

    role: Annotated[str, LowerCase(CompanionRole)]
    member: str
    answer: Annotated[str, LowerCase(CompanionAnswer)]


class Reservation(Told):
    id: int
    status: Annotated[str, LowerCase(ReservationState)]
    machine: str
    member: str
    organisation: str | None = Field(description="The code of who pays, null for the member.")
    starts_at: Instant
    ends_at: Instant
    mode: Annotated[str, LowerCase(Mode)]
    purpose: str
    firing_type: str | None
    price: Price | None = Field(description="Null where none was kept.")
    created_at: Instant
    cancelled_at: Instant | None
    cancel_reason: str
    waivers: list[Waiver]
    companions: list[Companion] = Field(description="Those awaited or coming.")
    at_risk: bool = Field(description="A second person no longer comes, and another is needed.")
    awaited_until: Instant | None = Field(
        description="Until when a held reservation waits for the word of another person."
    )
    fee: Price | None = Field(description="What a late cancellation keeps of the price.")
    fee_floor_percent: int = Field(
        description="The least that the member's cancellation keeps, after a late move."
    )
    version: int = Field(description="Rises with every change.")
    checked_in_at: Instant | None
    checked_out_at: Instant | None
    overrun: Overrun | None = Field(description="What was due for staying longer, once noted.")


class Judgement(Told):
    """The answer to a dry run; named people count as having accepted."""

    allowed: bool
    refusals: list[Refusal]
    price: Price = Field(description="After credit hours and discount.")


class NewHandOver(Asked):
    to: Line = Field(
        description="The e-mail address of a colleague, for managers of any member.",
        examples=["camille.noir@example.org"],
    )
    in_exchange_for: Id | None = Field(
        default=None, description="The id of one of that person's reservations."
    )


class Consent(Asked):
    """Nothing needs to be said."""


class HandOver(Told):
    """The offer of a reservation to another member; until it is accepted nothing changes."""

    id: int
    reservation: int
    machine: str
    starts_at: Instant
    ends_at: Instant
    in_exchange_for: int | None
    stands: bool = Field(description="Whether it can still be answered.")
    answer: Annotated[str, LowerCase(HandOverAnswer)] | None


class HandOverList(Told):
    """By start."""

    items: list[HandOver]


class MoveAnswer(RootModel[Reservation | Judgement]):
    """The reservation as it is now, or the answer to a dry run."""


class ReservationList(Told):
    """By start; `next` is the `after` of the following page, null on the last."""

    items: list[Reservation]
    next: int | None


class ReservationFilter(Asked):
    scope: Literal["own", "organisation", "all"] = Field(
        default="own",
        description="Your organisation's for who answers for it, all for those who run the site.",
    )
    starts_at: AskedInstant | None = Field(
        default=None, alias="from", description="Those that end after this instant."
    )
    ends_at: AskedInstant | None = Field(
        default=None, alias="to", description="Those that start before this instant."
    )
    limit: Limit = 50
    after: Id | None = Field(default=None, description="The id of the last one already seen.")


class Cancellation(Asked):
    reason: OptionalReason = ""


class EndList(Asked):
    clean: bool = False
    tools_back: bool = False
    offcut_grams: int = Field(default=0, ge=0, le=MOST_GRAMS, description="Left to reuse.")
    problem: Text = Field(default="", description="Sent at once to who looks after the machine.")
