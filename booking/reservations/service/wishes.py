"""What somebody asks for, and the answer that says no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from booking.machines.models import Machine
from booking.members.models import Member
from booking.periods import Period
from booking.pricing.rules import Price
from booking.reservations.refusals import NeedsApproval, Refusal, RefusalCode
from booking.reservations.rules import CompanionRole, Mode

TAKEN = frozenset({RefusalCode.SLOT_TAKEN, RefusalCode.BUFFER_CONFLICT})
"""Reasons for which another time is the cure."""


@dataclass(frozen=True)
class Wish:
    """What somebody asks for. `waivers` are the reasons for which a manager sets codes aside;
    `unit` is the number of the one unit that is wanted, None where any of the machine will do;
    `companions` are the persons named to be there; `approved`: who asks may decide it himself, or
    somebody who may has agreed. `start_stands` is that of a request to the rules.
    """

    member: Member
    machine: Machine
    period: Period
    mode: Mode = Mode.AUTONOMOUS
    purpose: str = ""
    firing_type: str | None = None
    waivers: Mapping[RefusalCode, str] = field(default_factory=dict)
    idempotency_key: str | None = None
    credit_only: bool = False
    unit: int | None = None
    companions: Mapping[CompanionRole, Member] = field(default_factory=dict)
    approved: bool = False
    start_stands: bool = False


@dataclass(frozen=True)
class Assessment:
    """What stands against a wish, in the order of the table, and what it would cost."""

    refusals: tuple[Refusal, ...]
    price: Price


@dataclass(frozen=True)
class Refused(Assessment):
    """The reservation cannot exist."""

    @property
    def only_taken(self) -> bool:
        """Whether another time is all that is needed."""
        return all(refusal.code in TAKEN for refusal in self.refusals)

    @property
    def only_to_be_approved(self) -> bool:
        """Whether nothing but somebody's approval is missing."""
        return all(isinstance(refusal, NeedsApproval) for refusal in self.refusals)
