"""Trainings and what each asks before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base, LocalizedText


class Training(Base):
    """A training with what it asks before and how long its certification lasts.

    `lapse_months`: months without use after which the certification no longer counts.
    `checklist`: each point of the practical test has its `text`, whether it is `critical`, and the
    lowest `level` that asks for it.
    `attendance_required`: nobody is proposed with a half-day unsigned.
    """

    __tablename__ = "training"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    title: Mapped[LocalizedText]
    aims: Mapped[str] = mapped_column(default="")
    duration_minutes: Mapped[int]
    half_days: Mapped[int] = mapped_column(default=1)
    price_cents: Mapped[int] = mapped_column(default=0)
    vat_treatment: Mapped[str] = mapped_column(String(20), default="EXEMPT")
    places: Mapped[int] = mapped_column(default=4)
    demand_minimum: Mapped[int | None]
    attendance_required: Mapped[bool] = mapped_column(default=True)
    quiz_questions: Mapped[int] = mapped_column(default=0)
    quiz_pass_percent: Mapped[int] = mapped_column(default=80)
    quiz_critical_questions: Mapped[int] = mapped_column(default=0)
    quiz_pause_hours: Mapped[int] = mapped_column(default=12)
    checklist: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    levels: Mapped[list[int]] = mapped_column(default=list)
    validity_months: Mapped[int]
    lapse_months: Mapped[int | None]
    professional: Mapped[bool] = mapped_column(default=False)
    archived_at: Mapped[datetime | None]

    prerequisites: Mapped[list[Prerequisite]] = relationship(
        cascade="all, delete-orphan",
        foreign_keys="Prerequisite.training_id",
        order_by="Prerequisite.required_id",
    )


class Prerequisite(Base):
    """`training` asks for `required` at this level."""

    __tablename__ = "prerequisite"
    __table_args__ = (CheckConstraint("training_id <> required_id", name="not_itself"),)

    training_id: Mapped[int] = mapped_column(ForeignKey("training.id"), primary_key=True)
    required_id: Mapped[int] = mapped_column(ForeignKey("training.id"), primary_key=True)
    level: Mapped[int]

    required: Mapped[Training] = relationship(foreign_keys=[required_id], lazy="joined")
