"""Waiting lists: what is waited for, and what is told of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from booking.api.schemas.fields import (
    Asked,
    AskedInstant,
    Code,
    Instant,
    LowerCase,
    Told,
    comes_after,
)
from booking.reservations.rules import LONGEST_RESERVATION_DAYS
from booking.reservations.rules.waiting import LONGEST_WATCH, WaitlistState, Waits

A_DAY = 24 * 60


class NewWaitlistEntry(Asked):
    machine: Code = Field(examples=["M01"])
    watched_from: AskedInstant
    watched_until: Annotated[
        AskedInstant, comes_after("watched_from", at_most_days=LONGEST_WATCH.days)
    ]
    minutes: int = Field(
        ge=5, le=LONGEST_RESERVATION_DAYS * A_DAY, description="How long the use is to be."
    )
    waits: Annotated[str, LowerCase(Waits)] = Field(
        default="for_offer",
        description="for_offer: freed time is held until you answer; for_notice: a mail alone.",
    )


class Offer(Told):
    """Time that is held for an answer."""

    reservation: int
    starts_at: Instant
    ends_at: Instant
    answer_until: Instant


class WaitlistEntry(Told):
    id: int
    status: Annotated[str, LowerCase(WaitlistState)]
    machine: str
    member: str
    watched_from: Instant
    watched_until: Instant
    minutes: int
    waits: Annotated[str, LowerCase(Waits)]
    created_at: Instant
    place: int | None = Field(description="The place in line, from 1; null where there is none.")
    offer: Offer | None = Field(description="What is offered and not answered yet.")


class Waitlist(Told):
    """What is waited for or offered, in order."""

    items: list[WaitlistEntry]


class WaitlistFilter(Asked):
    machine: Code | None = Field(
        default=None, description="Everybody on the list of this machine, for who looks after it."
    )


class Acceptance(Asked):
    firing_type: Literal["BISQUE", "STONEWARE"] | None = Field(
        default=None, description="Asked for machines that are priced by firing."
    )


class NoAnswer(Asked):
    """Nothing is to be said."""
