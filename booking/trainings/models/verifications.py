"""Addresses at which anybody who is shown a certificate or a card checks it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base
from booking.members.models import Member
from booking.trainings.models.certifications import Certification
from booking.trainings.rules import ShownName


class Verification(Base):
    """The code on a certificate or, without a certification, on a member's card.

    `token` is None once the holder has withdrawn the code. It is kept readable, unlike other
    secrets: the same certificate is printed again and again, and it opens no more than the holder
    has agreed to.
    """

    __tablename__ = "verification"
    __table_args__ = (
        Index(
            "ix_verification_one_card",
            "member_id",
            unique=True,
            sqlite_where=text("certification_id IS NULL"),
            postgresql_where=text("certification_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    certification_id: Mapped[int | None] = mapped_column(
        ForeignKey("certification.id"), unique=True
    )
    token: Mapped[str | None] = mapped_column(String(43), unique=True)
    shown_name: Mapped[ShownName] = mapped_column(default=ShownName.NOTHING)
    made_at: Mapped[datetime]

    member: Mapped[Member] = relationship()
    certification: Mapped[Certification | None] = relationship()
