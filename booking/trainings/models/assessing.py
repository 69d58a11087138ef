"""Practical tests: what a trainer saw of each item, on which day and part."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base
from booking.members.models import Member
from booking.trainings.models.catalogue import Training


class PracticalAssessment(Base):
    """One practical test; append-only, the database refuses changes.

    `results` holds each item as it was asked: `item`, `critical`, `level` and its `result`.
    """

    __tablename__ = "practical_assessment"
    __table_args__ = (
        Index("ix_practical_assessment_member_id_training_id", "member_id", "training_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    training_id: Mapped[int] = mapped_column(ForeignKey("training.id"))
    trainer_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    at: Mapped[datetime]
    assessed_on: Mapped[date]
    part: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(default="")
    results: Mapped[list[dict[str, Any]]]

    member: Mapped[Member] = relationship(foreign_keys=[member_id])
    training: Mapped[Training] = relationship()
    trainer: Mapped[Member] = relationship(foreign_keys=[trainer_id])
