"""Messages written in the transaction of an act and delivered afterwards."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.database import Base


class MessageState(StrEnum):
    """WAITING → SENT, or FAILED after the last try, or WITHDRAWN when no longer true."""

    WAITING = "WAITING"
    SENT = "SENT"
    FAILED = "FAILED"
    WITHDRAWN = "WITHDRAWN"


class Message(Base):
    """A mail to one person: its template's name and plain facts, rendered when delivered.

    `topic` (such as `reservation:12`) lets a later act withdraw what is no longer true.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_state_send_after", "state", "send_after"),
        Index("ix_message_topic", "topic"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    topic: Mapped[str] = mapped_column(String(80), default="")
    recipient: Mapped[str] = mapped_column(String(200))
    recipient_name: Mapped[str] = mapped_column(String(120), default="")
    language: Mapped[str] = mapped_column(String(2))
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    state: Mapped[MessageState] = mapped_column(default=MessageState.WAITING)
    created_at: Mapped[datetime]
    send_after: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime | None]


class JobRun(Base):
    """When a periodic job last ran, one row per job and period, for the health page."""

    __tablename__ = "job_run"

    job: Mapped[str] = mapped_column(String(60), primary_key=True)
    period: Mapped[str] = mapped_column(String(40), primary_key=True)
    ran_at: Mapped[datetime]
