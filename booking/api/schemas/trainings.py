"""Trainings and their sessions."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from booking.api.schemas.fields import Instant, LowerCase, Told
from booking.trainings.models import SessionKind, SessionState


class Prerequisite(Told):
    training: str
    level: int


class HalfDay(Told):
    starts_at: Instant
    ends_at: Instant


class Session(Told):
    """A session that can be joined."""

    code: str
    kind: Annotated[str, LowerCase(SessionKind)]
    state: Annotated[str, LowerCase(SessionState)]
    places: int
    free_places: int
    place: str
    half_days: list[HalfDay]


class PracticalItem(Told):
    """A point of the practical test; a critical one that is failed ends it."""

    item: str
    critical: bool
    level: int


class Training(Told):
    code: str
    title: str
    aims: str
    duration_minutes: int
    price_cents: int = Field(description="In euro cents, without VAT.")
    levels: list[int]
    validity_months: int
    lapse_months: int | None = Field(
        description="Months without use after which a certification lapses; null: never."
    )
    checklist: list[str]
    practical: list[PracticalItem]
    prerequisites: list[Prerequisite]
    next_sessions: list[Session]


class TrainingList(Told):
    items: list[Training]
