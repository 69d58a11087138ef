"""What a session of professional training keeps besides: its programme, answers, who paid."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base
from booking.trainings.models.sessions import Enrolment
from booking.trainings.rules import QuestionnaireKind


class SessionFile(Base):
    """What is set for one session: whether it is professional training whatever its training says,
    and its programme, where it is not the training's aims and checklist.
    """

    __tablename__ = "session_file"

    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"), primary_key=True)
    professional: Mapped[bool]
    programme: Mapped[str] = mapped_column(default="")


class Funding(Base):
    """Where the money for one trainee comes from and what the training is for; cents without VAT.

    The codes are those of `trainings/data/activity.toml`, which change with the official form.
    """

    __tablename__ = "funding"
    __table_args__ = (CheckConstraint("income_cents >= 0", name="income"),)

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    income: Mapped[str] = mapped_column(String(20))
    objective: Mapped[str] = mapped_column(String(20))
    income_cents: Mapped[int]


class Questionnaire(Base):
    """A trainee was asked, and may have answered: marks by the code of the question."""

    __tablename__ = "questionnaire"
    __table_args__ = (UniqueConstraint("enrolment_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    kind: Mapped[QuestionnaireKind]
    asked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    marks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    comment: Mapped[str] = mapped_column(default="")

    enrolment: Mapped[Enrolment] = relationship()


class ActivityYear(Base):
    """Until when the activity of a year is to be declared: the official date, as announced."""

    __tablename__ = "activity_year"

    year: Mapped[int] = mapped_column(primary_key=True)
    due_on: Mapped[date]
