"""Who would like to attend a training, and when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base
from booking.members.models import Member
from booking.sessions.rules.ranking import Wish
from booking.trainings.models import Training

_STANDS = "closed_at IS NULL"


class Interest(Base):
    """A member would attend a training on one of these half-days of the week, such as `0-MORNING`;
    none named is any. It closes when a session opens, or when the member takes it back.
    """

    __tablename__ = "interest"
    __table_args__ = (
        Index(
            "ix_interest_one_for_each",
            "training_id",
            "member_id",
            unique=True,
            sqlite_where=text(_STANDS),
            postgresql_where=text(_STANDS),
        ),
        Index("ix_interest_training_id", "training_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(ForeignKey("training.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    half_days: Mapped[list[str]] = mapped_column(default=list)
    declared_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    training: Mapped[Training] = relationship()
    member: Mapped[Member] = relationship()

    @property
    def wish(self) -> Wish:
        return Wish(self.member_id, frozenset(self.half_days))
