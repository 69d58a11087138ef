"""Problem documents (RFC 9457)."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from booking.api.schemas.fields import Told
from booking.reservations.refusals import RefusalCode


class Fault(Told):
    """What is wrong with one field of a request."""

    field: str = Field(description="Its path, such as `waivers.0.reason`; empty for the whole.")
    code: str
    message: str = Field(description="One sentence in the reader's language.")


class Problem(Told):
    """Why a request was not carried out; nothing was changed."""

    type: str = Field(examples=["about:blank"])
    title: str
    status: int
    detail: str
    errors: list[Fault] | None = Field(
        default=None, description="The faults of a request that does not fit its schema."
    )


class Cure(Told):
    """The next step that removes a reason."""

    label: str
    url: str = Field(description="An absolute address of this site.")


class Refusal(Told):
    """One reason against a reservation."""

    code: RefusalCode
    message: str = Field(description="One sentence in the reader's language.")
    facts: dict[str, Any] = Field(description="What the reason rests on; its keys depend on it.")
    cure: Cure | None
    waivable: bool = Field(description="Whether a manager may set it aside with a reason.")


class ReservationProblem(Problem):
    """Every reason against a reservation, in the order of the codes.

    With `errors` instead of `refusals` where the request does not fit its schema.
    """

    refusals: list[Refusal] | None = None
