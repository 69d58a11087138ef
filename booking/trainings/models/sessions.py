"""Sessions of a training: their half-days, and who has a place in them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base
from booking.members.models import Member
from booking.trainings.models.catalogue import Training


class SessionKind(StrEnum):
    COURSE = "COURSE"
    REFRESHER = "REFRESHER"


class SessionState(StrEnum):
    PLANNED = "PLANNED"
    OPEN = "OPEN"
    CONFIRMED = "CONFIRMED"
    HELD = "HELD"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"


class EnrolmentState(StrEnum):
    WAITING = "WAITING"
    ENROLLED = "ENROLLED"
    ATTENDED = "ATTENDED"
    ABSENT = "ABSENT"
    CANCELLED = "CANCELLED"


class TrainingSession(Base):
    """A training held on given half-days by a trainer."""

    __tablename__ = "training_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    training_id: Mapped[int] = mapped_column(ForeignKey("training.id"), index=True)
    kind: Mapped[SessionKind] = mapped_column(default=SessionKind.COURSE)
    trainer_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    state: Mapped[SessionState] = mapped_column(default=SessionState.PLANNED)
    places: Mapped[int]
    place: Mapped[str] = mapped_column(String(200), default="")
    auto_cancel_at: Mapped[datetime | None]

    training: Mapped[Training] = relationship()
    trainer: Mapped[Member] = relationship()
    half_days: Mapped[list[SessionHalfDay]] = relationship(
        back_populates="session", order_by="SessionHalfDay.starts_at"
    )
    enrolments: Mapped[list[Enrolment]] = relationship(
        back_populates="session", order_by="Enrolment.id"
    )


class SessionHalfDay(Base):
    __tablename__ = "session_half_day"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"), index=True)
    number: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    session: Mapped[TrainingSession] = relationship(back_populates="half_days")


class Enrolment(Base):
    """A member's place in a session; what he signed for stands in `AttendanceEntry`."""

    __tablename__ = "enrolment"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    state: Mapped[EnrolmentState]
    waiting_position: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(200), default="")

    session: Mapped[TrainingSession] = relationship(back_populates="enrolments")
    member: Mapped[Member] = relationship()
