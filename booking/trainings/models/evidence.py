"""Files that prove what a certification rests on."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base
from booking.members.models import Member

if TYPE_CHECKING:
    from booking.trainings.models.certifications import Certification


class EvidenceFile(Base):
    """A diploma, a badge, a signed sheet; `content` is read only when it is asked for.

    Images are kept as they were drawn anew, without what the camera knew of place and time.
    """

    __tablename__ = "evidence_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    certification_id: Mapped[int] = mapped_column(ForeignKey("certification.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    content_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    added_at: Mapped[datetime]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))

    certification: Mapped[Certification] = relationship(back_populates="files")
    added_by: Mapped[Member] = relationship()

    @property
    def member_id(self) -> int:
        """Whose certification it belongs to."""
        return self.certification.member_id
