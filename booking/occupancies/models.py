"""The guard's table: one unit taken for one period, whatever takes it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base
from booking.machines.models import Unit


class OccupancyKind(StrEnum):
    RESERVATION = "RESERVATION"
    SESSION = "SESSION"


class Occupancy(Base):
    """What people see (`starts_at`, `ends_at`) and what is blocked (`busy_from`, `busy_until`).

    From `lapses_at` on it counts as free, even while `active`: nobody came, or the word of another
    person did not come. Whoever takes the unit then makes it inactive first.

    Two active rows of one unit never overlap in their busy time: `guard.py` makes the
    database itself refuse it on both engines.
    """

    __tablename__ = "occupancy"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="order"),
        CheckConstraint("busy_from <= starts_at", name="busy_from"),
        CheckConstraint("busy_until >= ends_at", name="busy_until"),
        CheckConstraint(
            "(kind = 'RESERVATION') = (reservation_id IS NOT NULL)"
            " AND (kind = 'SESSION') = (half_day_id IS NOT NULL)",
            name="one_owner",
        ),
        Index("ix_occupancy_unit_id_busy", "unit_id", "busy_from", "busy_until"),
        Index("ix_occupancy_busy_from", "busy_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[OccupancyKind]
    reservation_id: Mapped[int | None] = mapped_column(ForeignKey("reservation.id"), index=True)
    half_day_id: Mapped[int | None] = mapped_column(ForeignKey("session_half_day.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    busy_from: Mapped[datetime]
    busy_until: Mapped[datetime]
    active: Mapped[bool] = mapped_column(default=True)
    lapses_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship()
