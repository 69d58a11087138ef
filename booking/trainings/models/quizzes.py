"""The bank of questions of a training, and every attempt at its test."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base, LocalizedText
from booking.members.models import Member
from booking.trainings.models.catalogue import Training


class QuizQuestion(Base):
    """A question; each of `answers` has a `text` by language, and whether it is `right`.

    It is retired, never deleted: attempts were made with it.
    """

    __tablename__ = "quiz_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(ForeignKey("training.id"), index=True)
    text: Mapped[LocalizedText]
    answers: Mapped[list[dict[str, Any]]]
    critical: Mapped[bool] = mapped_column(default=False)
    retired_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    training: Mapped[Training] = relationship()

    __mapper_args__ = {"version_id_col": version}


class QuizAttempt(Base):
    """One try at the test of a training, with the questions as they were asked.

    `drawn` holds each question in its order: `id`, `text`, `critical`, and its `answers` in
    theirs. `chosen` are the places of the answers chosen, question by question, once sent.
    """

    __tablename__ = "quiz_attempt"
    __table_args__ = (
        CheckConstraint(
            "(sent_at IS NULL) = (passed IS NULL) AND (sent_at IS NULL) = (right_count IS NULL)",
            name="marked_when_sent",
        ),
        Index("ix_quiz_attempt_member_id_training_id", "member_id", "training_id"),
        Index(
            "ix_quiz_attempt_one_open",
            "member_id",
            "training_id",
            unique=True,
            sqlite_where=text("sent_at IS NULL"),
            postgresql_where=text("sent_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    training_id: Mapped[int] = mapped_column(ForeignKey("training.id"))
    started_at: Mapped[datetime]
    seed: Mapped[int]
    pass_percent: Mapped[int]
    drawn: Mapped[list[dict[str, Any]]]
    chosen: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    sent_at: Mapped[datetime | None]
    right_count: Mapped[int | None]
    passed: Mapped[bool | None]

    member: Mapped[Member] = relationship()
    training: Mapped[Training] = relationship()

    @property
    def total(self) -> int:
        return len(self.drawn)
