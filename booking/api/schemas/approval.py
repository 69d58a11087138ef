"""Requests for machines whose reservations are approved one by one."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from booking.api.schemas.fields import Asked, Instant, LowerCase, Reason, Told
from booking.api.schemas.reservations import WishedReservation
from booking.reservations.rules import Mode
from booking.reservations.rules.approving import ApprovalState


class NewRequest(WishedReservation):
    """As for a reservation; nothing is held until a manager approves it."""


class Request(Told):
    id: int
    status: Annotated[str, LowerCase(ApprovalState)]
    machine: str
    member: str
    starts_at: Instant
    ends_at: Instant
    mode: Annotated[str, LowerCase(Mode)]
    supervisor: str | None
    buddy: str | None
    unit: int | None
    purpose: str
    firing_type: str | None
    created_at: Instant
    answer_until: Instant = Field(description="Without an answer by then it lapses.")
    decided_at: Instant | None
    reason: str = Field(description="Why it was refused.")
    reservation: int | None = Field(description="The id of what it has become once approved.")


class RequestList(Told):
    """By start."""

    items: list[Request]


class RequestFilter(Asked):
    scope: Literal["own", "all"] = Field(
        default="own",
        description="own: yours that still matter; all: everybody's that wait for a manager.",
    )


class RequestRefusal(Asked):
    reason: Reason = Field(description="The person reads it.")
