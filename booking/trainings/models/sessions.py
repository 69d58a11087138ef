"""Sessions of a training: their half-days, and who has a place in them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BindParameter,
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Table,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking import clock
from booking.database import Base
from booking.members.models import Member
from booking.periods import Period
from booking.trainings.models.catalogue import Training
from booking.trainings.rules.sessions import (
    PLACE_TAKEN,
    UNDECIDED_STATES,
    EnrolmentState,
    Place,
    SessionKind,
    SessionState,
    place_at,
    session_state_at,
)

session_trainer = Table(
    "session_trainer",
    Base.metadata,
    Column("session_id", ForeignKey("training_session.id"), primary_key=True),
    Column("member_id", ForeignKey("member.id"), primary_key=True),
)
"""Who gives a session together with its trainer."""

_STANDS = "state <> 'CANCELLED'"


class TrainingSession(Base):
    """A training held on given half-days by a trainer, others with him where there are.

    `auto_cancel_at` is the decision date: with fewer than `minimum` enrolled the session counts no
    more from then on. While that is so, `lapses_at` is the same instant; pages and rules ask
    `state_now` and `counts_at`. `series_id` is the first session of those planned together,
    `moved_at` when its hours were last changed.
    """

    __tablename__ = "training_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    training_id: Mapped[int] = mapped_column(ForeignKey("training.id"), index=True)
    kind: Mapped[SessionKind] = mapped_column(default=SessionKind.COURSE)
    trainer_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    state: Mapped[SessionState] = mapped_column(default=SessionState.PLANNED)
    places: Mapped[int]
    place: Mapped[str] = mapped_column(String(200), default="")
    minimum: Mapped[int] = mapped_column(default=2)
    auto_cancel_at: Mapped[datetime | None]
    lapses_at: Mapped[datetime | None]
    series_id: Mapped[int | None] = mapped_column(ForeignKey("training_session.id"), index=True)
    moved_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)

    training: Mapped[Training] = relationship()
    trainer: Mapped[Member] = relationship(foreign_keys=[trainer_id])
    co_trainers: Mapped[list[Member]] = relationship(
        secondary=session_trainer, order_by="Member.name"
    )
    half_days: Mapped[list[SessionHalfDay]] = relationship(
        back_populates="session", order_by="SessionHalfDay.starts_at"
    )
    enrolments: Mapped[list[Enrolment]] = relationship(
        back_populates="session", order_by="Enrolment.id"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def trainers(self) -> list[Member]:
        """All who give it, the one who answers for it first."""
        return [self.trainer, *self.co_trainers]

    @property
    def state_now(self) -> SessionState:
        """How it stands at this moment."""
        return session_state_at(self.state, self.auto_cancel_at, self.lapses_at, clock.now())

    def state_given(self, *, has_trainer: bool) -> SessionState:
        """How it stands at this moment; a date confirms nothing that nobody can give."""
        now = self.state_now
        is_by_date = self.state is SessionState.OPEN and now is SessionState.CONFIRMED
        return self.state if is_by_date and not has_trainer else now

    @property
    def starts_at(self) -> datetime:
        """When its first half-day begins."""
        return self.half_days[0].starts_at

    @property
    def ends_at(self) -> datetime:
        """When its last half-day ends."""
        return self.half_days[-1].ends_at

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= clock.now()

    @property
    def enrolled(self) -> list[Enrolment]:
        """Those who have a place, by order of enrolment."""
        return [one for one in self.enrolments if one.state in PLACE_TAKEN]

    @property
    def in_line(self) -> list[Enrolment]:
        """Those who wait for a place or are offered one, in their order."""
        waiting = (
            one for one in self.enrolments if one.place_now in (Place.WAITING, Place.OFFERED)
        )
        return sorted(waiting, key=lambda one: (one.waiting_position or 0, one.id))

    @property
    def promised_places(self) -> int:
        """How many places are taken or held for somebody."""
        return len(self.enrolled) + sum(one.place_now is Place.OFFERED for one in self.in_line)

    @property
    def people(self) -> list[Member]:
        """Those who have a place, and those who wait for one."""
        return [one.member for one in (*self.enrolled, *self.in_line)]

    @property
    def given_back(self) -> list[Enrolment]:
        """Those who had a place and owe something for it, given up or not."""
        return [one for one in self.enrolments if one.fee_excl_cents]

    @property
    def free_places(self) -> int:
        """How many places anybody may take: those who wait come first."""
        return max(0, self.places - len(self.enrolled) - len(self.in_line))

    @classmethod
    def is_given_by(cls, member_id: int) -> ColumnElement[bool]:
        """Whether somebody gives it, alone or with others."""
        with_others = select(session_trainer.c.session_id).where(
            session_trainer.c.member_id == member_id
        )
        return (cls.trainer_id == member_id) | cls.id.in_(with_others)

    @classmethod
    def counts_at(cls, now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
        """Whether it takes place as far as is known at an instant."""
        has_lapsed = cls.state.in_(UNDECIDED_STATES) & (cls.lapses_at <= now)
        return (cls.state != SessionState.CANCELLED) & (cls.lapses_at.is_(None) | ~has_lapsed)


class SessionHalfDay(Base):
    __tablename__ = "session_half_day"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"), index=True)
    number: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    session: Mapped[TrainingSession] = relationship(back_populates="half_days")

    @property
    def period(self) -> Period:
        return Period(self.starts_at, self.ends_at)


class Enrolment(Base):
    """A member's place in a session; what he signed for stands in `AttendanceEntry`.

    `organisation_id` is who pays and the price what it was when the place was taken, in cents; the
    fee is what a late cancellation keeps of it. `taken_at` is when the place was taken, at once or
    after waiting; nothing for one that was entered otherwise. `offered_until` is until when a free
    place is or was held for somebody who waits, `lacked` the trainings that were missing when the
    turn came.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        Index(
            "ix_enrolment_one_place",
            "session_id",
            "member_id",
            unique=True,
            sqlite_where=text(_STANDS),
            postgresql_where=text(_STANDS),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    state: Mapped[EnrolmentState]
    waiting_position: Mapped[int | None]
    offered_until: Mapped[datetime | None]
    lacked: Mapped[list[str]] = mapped_column(default=list)
    note: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime | None]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    taken_at: Mapped[datetime | None]
    price_excl_cents: Mapped[int | None]
    price_vat_cents: Mapped[int | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    fee_excl_cents: Mapped[int | None]
    fee_vat_cents: Mapped[int | None]
    fee_waived_because: Mapped[str] = mapped_column(default="")

    session: Mapped[TrainingSession] = relationship(back_populates="enrolments")
    member: Mapped[Member] = relationship(foreign_keys=[member_id])

    @property
    def place_now(self) -> Place:
        """How it stands at this moment."""
        session = self.session
        return place_at(
            self.state,
            self.offered_until,
            self.lacked,
            session.state_now,
            session.starts_at,
            clock.now(),
        )

    @property
    def can_be_given_back(self) -> bool:
        """Whether the place, the wait or the offer may still be given up."""
        held = (Place.ENROLLED, Place.WAITING, Place.OFFERED)
        return self.place_now in held and not self.session.has_begun

    @property
    def due_cents(self) -> int:
        """What is due for it, without VAT: the price of a place, or the fee of a late word."""
        if self.state is EnrolmentState.CANCELLED:
            return self.fee_cents
        has_place = self.place_now in (Place.ENROLLED, Place.ATTENDED, Place.ABSENT)
        return (self.price_excl_cents or 0) if has_place else 0

    @property
    def fee_cents(self) -> int:
        """What a late cancellation keeps, without VAT; 0 where nothing is due, as for a session
        that does not take place.
        """
        if self.fee_waived_because or self.session.state_now is SessionState.CANCELLED:
            return 0
        return self.fee_excl_cents or 0

    @property
    def is_of_other_hours(self) -> bool:
        """Whether the place was taken before the site last moved the session."""
        moved_at = self.session.moved_at
        return moved_at is not None and (self.taken_at is None or self.taken_at <= moved_at)
