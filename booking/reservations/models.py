"""Reservations: who uses which machine when, and what was set aside to allow it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base
from booking.machines.models import Machine
from booking.members.models import Member, Organisation
from booking.reservations.rules import Mode, ReservationState


class Reservation(Base):
    """A machine promised to a member for `[starts_at, ends_at)`; its unit is in the occupancy.

    `organisation_id` is who pays, as it was when the reservation was made.
    """

    __tablename__ = "reservation"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="order"),
        UniqueConstraint("created_by_id", "idempotency_key"),
        Index("ix_reservation_member_id_starts_at", "member_id", "starts_at"),
        Index("ix_reservation_machine_id_starts_at", "machine_id", "starts_at"),
        Index("ix_reservation_last_use", "member_id", "machine_id", "state", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    machine_id: Mapped[int] = mapped_column(ForeignKey("machine.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[ReservationState]
    mode: Mapped[Mode]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    purpose: Mapped[str] = mapped_column(String(200), default="")
    firing_type: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    idempotency_key: Mapped[str | None] = mapped_column(String(64))
    cancelled_at: Mapped[datetime | None]
    cancelled_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    cancel_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)

    member: Mapped[Member] = relationship(foreign_keys=[member_id])
    machine: Mapped[Machine] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    waivers: Mapped[list[Waiver]] = relationship(order_by="Waiver.id")

    __mapper_args__ = {"version_id_col": version}


class Waiver(Base):
    """A refusal that a manager set aside for one reservation, with the reason in writing."""

    __tablename__ = "waiver"

    id: Mapped[int] = mapped_column(primary_key=True)
    reservation_id: Mapped[int] = mapped_column(ForeignKey("reservation.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str]
    granted_by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    granted_at: Mapped[datetime]
