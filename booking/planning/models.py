"""Addresses at which other programs read a calendar."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base
from booking.machines.models import Area, Machine
from booking.members.models import Member


class Feed(Base):
    """A secret address that a member has made: his own calendar, or that of a machine or an area,
    which names nobody. Only the hash of its secret is kept.
    """

    __tablename__ = "feed"
    __table_args__ = (CheckConstraint("machine_id IS NULL OR area_id IS NULL", name="one_subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    machine_id: Mapped[int | None] = mapped_column(ForeignKey("machine.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    member: Mapped[Member] = relationship()
    machine: Mapped[Machine | None] = relationship()
    area: Mapped[Area | None] = relationship()

    @property
    def is_of_place(self) -> bool:
        """Whether it tells of a machine or an area, and so of nobody."""
        return self.machine_id is not None or self.area_id is not None


class Controller(Base):
    """A program at a door or a machine that reads who may use what, of one area or of all.

    The hash of its secret is kept, and signs what it is given.
    """

    __tablename__ = "controller"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    area: Mapped[Area | None] = relationship()


class BadgeListGiven(Base):
    """Which list a controller was given, and when; it tells of nobody."""

    __tablename__ = "badge_list_given"
    __table_args__ = (Index("ix_badge_list_given_controller_id_at", "controller_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    controller_id: Mapped[int] = mapped_column(ForeignKey("controller.id"))
    at: Mapped[datetime] = mapped_column(index=True)
    entries: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
