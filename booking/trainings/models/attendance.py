"""The attendance sheet: who signed for which half-day, line by line."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base
from booking.members.models import Member
from booking.trainings.models.sessions import Enrolment, SessionHalfDay
from booking.trainings.rules import EntryKind, SigningMethod


class AttendanceEntry(Base):
    """One line of the sheet; append-only, the database refuses changes.

    `actor` is whose account it was entered from: the trainer's, when a trainee types his code or
    draws on the trainer's device. `late` and `reason` stay with a line for ever; a wrong one is
    taken back by a further line of kind VOID, which names it in `voids_id`.
    """

    __tablename__ = "attendance_entry"
    __table_args__ = (
        CheckConstraint(
            "(method IS NOT NULL) = (kind IN ('TRAINEE', 'TRAINER'))", name="signed_somehow"
        ),
        CheckConstraint("(kind = 'VOID') = (voids_id IS NOT NULL)", name="voids_something"),
        CheckConstraint("reason <> '' OR NOT (late OR kind = 'VOID')", name="reason"),
        CheckConstraint(
            "drawing IS NULL OR (method IS NOT NULL AND method = 'DRAWN')", name="drawn"
        ),
        UniqueConstraint("voids_id"),
        Index("ix_attendance_entry_enrolment_id_half_day_id", "enrolment_id", "half_day_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    half_day_id: Mapped[int] = mapped_column(ForeignKey("session_half_day.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    kind: Mapped[EntryKind]
    method: Mapped[SigningMethod | None]
    at: Mapped[datetime]
    late: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(default="")
    drawing: Mapped[str | None]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    voids_id: Mapped[int | None] = mapped_column(ForeignKey("attendance_entry.id"))

    half_day: Mapped[SessionHalfDay] = relationship()
    enrolment: Mapped[Enrolment] = relationship()
    actor: Mapped[Member | None] = relationship()
