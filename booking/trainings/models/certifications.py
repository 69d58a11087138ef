"""The certifications that trainings lead to, with a history that stays."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base
from booking.members.models import Member
from booking.trainings.events import EventFact
from booking.trainings.models.catalogue import Training
from booking.trainings.models.evidence import EvidenceFile
from booking.trainings.rules import CertificationState

OPEN_STATES = (
    CertificationState.REQUESTED,
    CertificationState.IN_TRAINING,
    CertificationState.PROPOSED,
)
"""On the way to an approval; a member has at most one such record for each training."""

_IS_OPEN = f"state IN ({', '.join(repr(str(state)) for state in OPEN_STATES)})"


class Certification(Base):
    """One person's record for one training: what it is today.

    Days are local dates; `valid_until` is inclusive. Its past stands in `CertificationEvent`.
    """

    __tablename__ = "certification"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 3", name="level"),
        CheckConstraint(
            "state NOT IN ('APPROVED', 'SUSPENDED')"
            " OR (approved_on IS NOT NULL AND valid_until IS NOT NULL)",
            name="dated",
        ),
        CheckConstraint("state NOT IN ('EXPIRED', 'LAPSED')", name="computed_when_read"),
        Index("ix_certification_member_id_training_id", "member_id", "training_id"),
        Index(
            "ix_certification_one_open",
            "member_id",
            "training_id",
            unique=True,
            sqlite_where=text(_IS_OPEN),
            postgresql_where=text(_IS_OPEN),
        ),
        Index("ix_certification_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    training_id: Mapped[int] = mapped_column(ForeignKey("training.id"))
    level: Mapped[int]
    state: Mapped[CertificationState]
    requested_on: Mapped[date | None]
    proposed_on: Mapped[date | None]
    assessed_on: Mapped[date | None]
    approved_on: Mapped[date | None]
    valid_until: Mapped[date | None]
    assessed_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    assessed_outside: Mapped[bool] = mapped_column(default=False)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    equivalence: Mapped[bool] = mapped_column(default=False)
    is_refresher: Mapped[bool] = mapped_column(default=False, server_default=false())
    evidence: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    checklist: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    suspension_reason: Mapped[str | None]
    suspension_ends_when: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)

    member: Mapped[Member] = relationship(foreign_keys=[member_id])
    training: Mapped[Training] = relationship()
    assessed_by: Mapped[Member | None] = relationship(foreign_keys=[assessed_by_id])
    approved_by: Mapped[Member | None] = relationship(foreign_keys=[approved_by_id])
    events: Mapped[list[CertificationEvent]] = relationship(
        back_populates="certification", order_by="CertificationEvent.id"
    )

    files: Mapped[list[EvidenceFile]] = relationship(
        back_populates="certification", order_by=EvidenceFile.id
    )

    __mapper_args__ = {"version_id_col": version}


class CertificationReminder(Base):
    """A letter that was written `days` before the last day on which a certification counts.

    At most one for each such day: what was renewed or used ends on another, and is told anew.
    """

    __tablename__ = "certification_reminder"
    __table_args__ = (UniqueConstraint("certification_id", "ends_on", "days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    certification_id: Mapped[int] = mapped_column(ForeignKey("certification.id"))
    ends_on: Mapped[date]
    days: Mapped[int]
    written_at: Mapped[datetime]


class CertificationEvent(Base):
    """One act in the life of a certification; append-only, the database refuses changes.

    `effective_on` is the local date from which `state`, `level` and the validity hold.
    """

    __tablename__ = "certification_event"
    __table_args__ = (Index("ix_certification_event_certification_id", "certification_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    certification_id: Mapped[int] = mapped_column(ForeignKey("certification.id"))
    at: Mapped[datetime]
    effective_on: Mapped[date]
    act: Mapped[str] = mapped_column(String(20))
    state: Mapped[CertificationState]
    level: Mapped[int]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    reason: Mapped[str] = mapped_column(default="")
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)

    certification: Mapped[Certification] = relationship(back_populates="events")
    actor: Mapped[Member | None] = relationship()

    @property
    def fact(self) -> EventFact:
        return EventFact(
            certification_id=self.certification_id,
            effective_on=self.effective_on,
            state=self.state,
            level=self.level,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            reason=self.reason,
        )
