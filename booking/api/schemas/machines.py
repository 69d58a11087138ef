"""Machines and their free time."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from booking.api.schemas.fields import (
    Asked,
    AskedInstant,
    Instant,
    LowerCase,
    Told,
    comes_after,
)
from booking.machines.models import PriceUnit
from booking.machines.rules import Condition, OutsideStaffed, RiskClass
from booking.planning.rules.paths import NextAct, StepState
from booking.reservations.rules import Mode

LONGEST_AVAILABILITY_DAYS = 62


class Area(Told):
    code: str
    name: str


class Requirement(Told):
    """A training that is asked for, with the level for each kind of use (1 to 3)."""

    training: str
    supervised_level: int
    autonomous_level: int


class Outage(Told):
    """Why the machine stands still now, and until when; no end is known where it is null."""

    starts_at: Instant
    expected_end_at: Instant | None
    reason: str


class Prices(Told):
    """Prices in euro cents without VAT; a machine is priced by time or by firing."""

    unit: Annotated[str, LowerCase(PriceUnit)]
    hour_cents: int | None
    half_day_cents: int | None
    day_cents: int | None
    bisque_firing_cents: int | None
    stoneware_firing_cents: int | None
    deposit_cents: int


class RulesOfUse(Told):
    """What counts for this machine: its own values, else the area's, else the site's.

    Lengths are elapsed time.
    """

    min_minutes: int
    max_minutes: int
    step_minutes: int = Field(description="Starts and ends lie on this grid of the wall clock.")
    buffer_minutes: int = Field(description="Kept free after a use.")
    lead_minutes: int
    horizon_days: int
    future_hours: int = Field(description="How many one person may have ahead on this machine.")
    quota_minutes_per_day: int | None = Field(description="Of one person; null without a limit.")
    outside_staffed: Annotated[str, LowerCase(OutsideStaffed)]
    alone_forbidden: bool
    needs_approval: bool = Field(
        description="A manager approves each reservation: it is asked for, not made."
    )


class Machine(Told):
    code: str
    name: str
    model_family: str
    area: Area
    category: str
    risk_class: Annotated[str, LowerCase(RiskClass)]
    state: Annotated[str, LowerCase(Condition)]
    state_reason: str
    outage: Outage | None
    units: int = Field(description="How many interchangeable ones are in service.")
    requirements: list[Requirement]
    ppe: list[str] = Field(description="Codes of protective equipment and of orders to follow.")
    forbidden_materials: list[str]
    rules: RulesOfUse
    prices: Prices
    usable: bool | None = Field(
        description="Whether your certifications allow autonomous use today; null for visitors."
    )


class MachineList(Told):
    items: list[Machine]


class MachineFilter(Asked):
    area: str | None = Field(default=None, max_length=20, description="The code of an area.")
    category: str | None = Field(default=None, max_length=40)
    usable: bool | None = Field(
        default=None, description="Those you may, or may not, use on your own today."
    )


class PathQuery(Asked):
    mode: Annotated[str, LowerCase(Mode)] = Field(
        default="autonomous", description="The kind of use that the path leads to."
    )


class PathSession(Told):
    """A session. `is_joined`: you have a place in it; `is_waited_for`: you wait for one."""

    code: str
    starts_at: Instant
    ends_at: Instant
    half_days: int
    free_places: int
    is_refresher: bool
    is_joined: bool
    is_waited_for: bool


class PathStep(Told):
    """One training of the path, at the level that the machine or a later training asks for."""

    training: str
    title: str
    level: int
    after: list[str] = Field(description="The trainings of the path that it asks for itself.")
    state: Annotated[str, LowerCase(StepState)] = Field(
        description="How you stand today; visitors miss everything."
    )
    next: Annotated[str, LowerCase(NextAct)] = Field(description="What is to be done about it.")
    valid_until: date | None = Field(
        description="The last day what you hold counts, by its date or by lack of use."
    )
    runs_out: bool = Field(
        description="You hold it, but not until the rest is reached: it is renewed on the way."
    )
    session: PathSession | None
    full_session: PathSession | None = Field(
        description="One that comes sooner and has no place but on its waiting list."
    )
    early_session: PathSession | None = Field(
        description="Where there is none to follow, one that begins before the rest is reached."
    )
    ready_on: date | None = Field(
        description="The day on which all it asks for is reached; null where none is known."
    )
    is_refresher: bool = Field(
        description="You held it or hold it: the practice is shown again, not the whole course."
    )
    reached_on: date | None = Field(
        description="The first day it can count, if each test is passed at the end of its session."
    )
    half_days: int = Field(description="Still to attend.")
    price_cents: int = Field(description="Still to pay, in euro cents without VAT.")
    is_without_price: bool = Field(
        description="A refresher without a session, of which no price is known."
    )


class Path(Told):
    """The steps to a machine in an order in which they can be taken."""

    machine: str
    mode: Annotated[str, LowerCase(Mode)]
    is_open: bool = Field(description="Whether nothing is missing today.")
    reached_on: date | None = Field(description="The earliest day; null where none is known.")
    half_days: int
    price_cents: int = Field(description="Of the steps that have a price.")
    steps: list[PathStep]


class AvailabilityQuery(Asked):
    starts_at: AskedInstant = Field(alias="from")
    ends_at: Annotated[
        AskedInstant, comes_after("starts_at", at_most_days=LONGEST_AVAILABILITY_DAYS)
    ] = Field(alias="to", description=f"At most {LONGEST_AVAILABILITY_DAYS} days after `from`.")


class FreePeriod(Told):
    """A use may lie in it, buffers kept, on each of `units` units for its whole length.

    It ends where another unit becomes free or taken; neighbouring periods may share units.
    """

    starts_at: Instant
    ends_at: Instant
    units: int


class TakenPeriod(Told):
    """What people see as taken, without its buffer, on `units` units. Nobody is named."""

    starts_at: Instant
    ends_at: Instant
    units: int


class WhyClosed(StrEnum):
    """OUTSIDE_HOURS: by your plan's weekly hours; a run of an unattended machine goes on."""

    OUTSIDE_HOURS = "OUTSIDE_HOURS"
    CLOSURE = "CLOSURE"
    PUBLIC_HOLIDAY = "PUBLIC_HOLIDAY"
    OUTAGE = "OUTAGE"


class ClosedPeriod(Told):
    starts_at: Instant
    ends_at: Instant
    why: Annotated[str, LowerCase(WhyClosed)]
    reason: str


class Availability(Told):
    machine: str
    units: int
    buffer_minutes: int
    free: list[FreePeriod]
    taken: list[TakenPeriod]
    closed: list[ClosedPeriod]
