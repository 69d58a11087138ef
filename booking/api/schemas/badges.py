"""Who may use which machine, for doors and machines that read badges."""

from __future__ import annotations

from pydantic import Field

from booking.api.schemas.fields import Instant, Told


class AllowedUse(Told):
    """A badge opens a machine, and the area it stands in, in `[allowed_from, allowed_until)`."""

    badge: str
    machine: str
    area: str
    allowed_from: Instant = Field(description="When one may arrive for the reservation.")
    allowed_until: Instant


class BadgeList(Told):
    generated_at: Instant
    valid_until: Instant = Field(description="24 hours later; nothing is allowed by it from then.")
    entries: list[AllowedUse]
