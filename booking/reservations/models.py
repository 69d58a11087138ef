"""Reservations: who uses which machine when, and what was set aside to allow it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    event,
    inspect,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking import clock
from booking.database import Base
from booking.machines.models import Machine
from booking.members.models import Member, Organisation
from booking.periods import Period
from booking.pricing.rules import Fee, Overrun, Price, fee_of, price_from_data
from booking.reservations.refusals import RefusalCode
from booking.reservations.rules import (
    ACTIVE_STATES,
    CALENDAR_STATUS,
    CURRENT_ANSWERS,
    LAPSED_STATES,
    CalendarStatus,
    CompanionAnswer,
    CompanionRole,
    HandOverAnswer,
    Mode,
    ReservationState,
    state_at,
)
from booking.reservations.rules.approving import ApprovalState, approval_state_at
from booking.reservations.rules.series import Frequency
from booking.reservations.rules.waiting import WaitlistState, Waits, waitlist_state_at


class Series(Base):
    """Reservations of one person that were made together, at the same hours again and again."""

    __tablename__ = "series"

    id: Mapped[int] = mapped_column(primary_key=True)
    frequency: Mapped[Frequency]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))

    member: Mapped[Member] = relationship(foreign_keys=[member_id])


class Reservation(Base):
    """A machine promised to a member for `[starts_at, ends_at)`; its unit is in the occupancy.

    `organisation_id` is who pays, as it was when the reservation was made. The price is the one
    that was shown then, in cents, None for one made before prices were kept; the fee is what a late
    cancellation keeps of it, `fee_floor_percent` the least that the member's own would keep since
    it was moved at short notice.

    `checked_in_at` and `checked_out_at` are when somebody was there; the end that was reserved
    stays. What goes beyond it is the overrun, in whole steps and cents, noted at the end.

    `state` is what was last written. From `lapses_at` on the promise counts no more, whether that
    has been written down or not: pages and rules ask `state_now` and `counts_at`.

    `sequence` and `changed_at` follow by themselves whatever a calendar shows of it, and with such
    a change a reminder is due again; `reminded_at` is when the last one was written or found
    needless.
    """

    __tablename__ = "reservation"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="order"),
        UniqueConstraint("created_by_id", "idempotency_key"),
        Index("ix_reservation_member_id_starts_at", "member_id", "starts_at"),
        Index("ix_reservation_machine_id_starts_at", "machine_id", "starts_at"),
        Index("ix_reservation_organisation_id_starts_at", "organisation_id", "starts_at"),
        Index("ix_reservation_last_use", "member_id", "machine_id", "state", "ends_at"),
        Index("ix_reservation_lapses_at", "lapses_at"),
        Index("ix_reservation_starts_at", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    machine_id: Mapped[int] = mapped_column(ForeignKey("machine.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"), index=True)
    state: Mapped[ReservationState]
    mode: Mapped[Mode]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    purpose: Mapped[str] = mapped_column(String(200), default="")
    firing_type: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    idempotency_key: Mapped[str | None] = mapped_column(String(64))
    lapses_at: Mapped[datetime | None]
    checked_in_at: Mapped[datetime | None]
    checked_out_at: Mapped[datetime | None]
    overrun_minutes: Mapped[int | None]
    overrun_excl_cents: Mapped[int | None]
    overrun_vat_cents: Mapped[int | None]
    overrun_waived_because: Mapped[str] = mapped_column(default="")
    cancelled_at: Mapped[datetime | None]
    cancelled_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    cancel_reason: Mapped[str] = mapped_column(default="")
    price_excl_cents: Mapped[int | None]
    price_vat_cents: Mapped[int | None]
    price_detail: Mapped[dict[str, Any] | None]
    fee_floor_percent: Mapped[int] = mapped_column(default=0)
    fee_percent: Mapped[int | None]
    fee_excl_cents: Mapped[int | None]
    fee_vat_cents: Mapped[int | None]
    fee_waived_because: Mapped[str] = mapped_column(default="")
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    member: Mapped[Member] = relationship(foreign_keys=[member_id])
    machine: Mapped[Machine] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    waivers: Mapped[list[Waiver]] = relationship(order_by="Waiver.id")
    end_list: Mapped[EndList | None] = relationship()
    companions: Mapped[list[Companion]] = relationship(
        back_populates="reservation", order_by="Companion.id"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def period(self) -> Period:
        return Period(self.starts_at, self.ends_at)

    @property
    def is_to_come(self) -> bool:
        """Whether it is sure and has not begun."""
        is_sure = self.state_now is ReservationState.CONFIRMED
        return is_sure and self.starts_at > clock.now()

    @property
    def state_now(self) -> ReservationState:
        """How it stands at this moment."""
        return state_at(self.state, self.lapses_at, clock.now(), self.starts_at)

    @property
    def ends_before_start(self) -> bool:
        """Whether it falls by itself, because what it rests on ends before."""
        is_confirmed = self.state is ReservationState.CONFIRMED
        return is_confirmed and self.lapses_at is not None and self.lapses_at <= self.starts_at

    @property
    def waived_codes(self) -> frozenset[RefusalCode]:
        """What a manager has set aside for it."""
        return frozenset(RefusalCode(waiver.code) for waiver in self.waivers)

    @property
    def current_companions(self) -> list[Companion]:
        """Those awaited or coming."""
        return [companion for companion in self.companions if companion.is_current]

    @property
    def company(self) -> dict[CompanionRole, Member]:
        """The persons awaited or coming, by what they are there for."""
        return {companion.role: companion.member for companion in self.current_companions}

    @property
    def is_at_risk(self) -> bool:
        """Somebody who was needed does not come, and nobody has taken the place."""
        if self.state_now is not ReservationState.HELD:
            return False
        left = {CompanionAnswer.DECLINED, CompanionAnswer.WITHDRAWN}
        roles_left = {one.role for one in self.companions if one.answer in left}
        return bool(roles_left - {one.role for one in self.current_companions})

    @classmethod
    def counts_at(cls, now: datetime) -> ColumnElement[bool]:
        """Whether it is active at an instant: not given back, not over by itself."""
        return cls.state.in_(ACTIVE_STATES) & (cls.lapses_at.is_(None) | (cls.lapses_at > now))

    @classmethod
    def has_lapsed_at(cls, now: datetime) -> ColumnElement[bool]:
        """Whether its time is up at an instant, and nobody has written that down."""
        return cls.state.in_(LAPSED_STATES) & (cls.lapses_at <= now)

    @property
    def calendar_status(self) -> CalendarStatus:
        """What a calendar shows of it at this moment."""
        return CALENDAR_STATUS[self.state_now]

    @property
    def revision(self) -> tuple[int, datetime]:
        """The number and the instant of the last change that a calendar shows, be it written down
        or not.
        """
        if self.lapses_at is not None and self.calendar_status != CALENDAR_STATUS[self.state]:
            return self.sequence + 1, self.lapses_at
        return self.sequence, self.changed_at or self.created_at

    @classmethod
    def is_missed_at(cls, now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
        """Whether nobody came, be it written down or not."""
        return (cls.state == ReservationState.NO_SHOW) | (
            (cls.state == ReservationState.CONFIRMED)
            & (cls.lapses_at <= now)
            & (cls.lapses_at > cls.starts_at)
        )

    @property
    def price(self) -> Price | None:
        """The price as it was shown before confirming."""
        return price_from_data(self.price_detail) if self.price_detail else None

    @property
    def overrun(self) -> Overrun | None:
        """What staying longer costs, as it was noted at the end; None where nothing is due."""
        if not self.overrun_minutes or self.overrun_waived_because:
            return None
        excl, vat = self.overrun_excl_cents or 0, self.overrun_vat_cents or 0
        return Overrun(self.overrun_minutes, excl, vat)

    @property
    def fee(self) -> Fee | None:
        """What a late cancellation keeps; None where nothing is due."""
        if not self.fee_percent or self.fee_waived_because:
            return None
        excl, vat = self.fee_excl_cents or 0, self.fee_vat_cents or 0
        hours = fee_of(self.price, self.fee_percent).credit_minutes if self.price else 0
        return Fee(self.fee_percent, excl, vat, hours)


@event.listens_for(Reservation, "before_update")
def _count_changes(_mapper: object, _connection: object, reservation: Reservation) -> None:
    """Whoever changes what a calendar shows need not think of the calendar."""
    if _is_shown_differently(reservation):
        reservation.sequence += 1
        reservation.changed_at = clock.now()
        reservation.reminded_at = None


SHOWN_IN_CALENDARS = ("member_id", "machine_id", "starts_at", "ends_at")


def _is_shown_differently(reservation: Reservation) -> bool:
    attributes = inspect(reservation).attrs
    if any(attributes[name].history.has_changes() for name in SHOWN_IN_CALENDARS):
        return True
    state = attributes["state"].history
    return state.has_changes() and {CALENDAR_STATUS[old] for old in state.deleted} != {
        CALENDAR_STATUS[new] for new in state.added
    }


class EndList(Base):
    """What somebody answered on leaving the machine; `offcut_grams` is what was left to reuse."""

    __tablename__ = "end_list"
    __table_args__ = (CheckConstraint("offcut_grams >= 0", name="offcuts"),)

    reservation_id: Mapped[int] = mapped_column(ForeignKey("reservation.id"), primary_key=True)
    is_clean: Mapped[bool]
    tools_are_back: Mapped[bool]
    offcut_grams: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(default="")


class Companion(Base):
    """Somebody asked to be there for a reservation; earlier ones stay as they answered.

    At most one per reservation and role is current: awaited or coming. `reminded_at` is when the
    reminder was written or found needless, for the time that was agreed.
    """

    __tablename__ = "companion"
    __table_args__ = (
        Index("ix_companion_reservation_id", "reservation_id"),
        Index("ix_companion_member_id_answer", "member_id", "answer"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reservation_id: Mapped[int] = mapped_column(ForeignKey("reservation.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    role: Mapped[CompanionRole]
    answer: Mapped[CompanionAnswer]
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]

    reservation: Mapped[Reservation] = relationship(back_populates="companions")
    member: Mapped[Member] = relationship()

    @property
    def is_current(self) -> bool:
        return self.answer in CURRENT_ANSWERS


class HandOver(Base):
    """The offer of a reservation to another member, who answers it; with `in_exchange` one of his
    is given for it. Until it is accepted nothing changes.

    The sequences are those of the reservations when it was made: once what calendars show of them
    has changed, the offer stands no more.
    """

    __tablename__ = "hand_over"

    id: Mapped[int] = mapped_column(primary_key=True)
    reservation_id: Mapped[int] = mapped_column(ForeignKey("reservation.id"), index=True)
    sequence: Mapped[int]
    in_exchange_id: Mapped[int | None] = mapped_column(ForeignKey("reservation.id"))
    sequence_in_exchange: Mapped[int | None]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    offered_by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    offered_at: Mapped[datetime]
    answer: Mapped[HandOverAnswer | None]
    answered_at: Mapped[datetime | None]

    reservation: Mapped[Reservation] = relationship(foreign_keys=[reservation_id])
    in_exchange: Mapped[Reservation | None] = relationship(foreign_keys=[in_exchange_id])
    member: Mapped[Member] = relationship(foreign_keys=[member_id])

    @property
    def stands(self) -> bool:
        """Whether it can still be answered."""
        if self.answer is not None or not self.reservation.is_to_come:
            return False
        if self.in_exchange is None:
            return self.sequence == self.reservation.sequence
        return self.in_exchange.is_to_come and (self.sequence, self.sequence_in_exchange) == (
            self.reservation.sequence,
            self.in_exchange.sequence,
        )


class Waiver(Base):
    """A refusal that a manager set aside for one reservation, with the reason in writing."""

    __tablename__ = "waiver"

    id: Mapped[int] = mapped_column(primary_key=True)
    reservation_id: Mapped[int] = mapped_column(ForeignKey("reservation.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str]
    granted_by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    granted_at: Mapped[datetime]


class WaitlistEntry(Base):
    """A member waits for a use of `minutes` on a machine within `[watched_from, watched_until)`.

    The order of the list is that of `created_at`. `reservation` is the time that is or was held
    for the person; pages ask `state_now`.
    """

    __tablename__ = "waitlist_entry"
    __table_args__ = (
        CheckConstraint("watched_until > watched_from", name="order"),
        CheckConstraint("minutes > 0", name="minutes"),
        Index("ix_waitlist_entry_machine_id_state", "machine_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    machine_id: Mapped[int] = mapped_column(ForeignKey("machine.id"))
    waits: Mapped[Waits]
    watched_from: Mapped[datetime]
    watched_until: Mapped[datetime]
    minutes: Mapped[int]
    state: Mapped[WaitlistState] = mapped_column(default=WaitlistState.WAITING)
    created_at: Mapped[datetime]
    reservation_id: Mapped[int | None] = mapped_column(ForeignKey("reservation.id"), unique=True)

    member: Mapped[Member] = relationship()
    machine: Mapped[Machine] = relationship()
    reservation: Mapped[Reservation | None] = relationship()

    @property
    def watched(self) -> Period:
        return Period(self.watched_from, self.watched_until)

    @property
    def state_now(self) -> WaitlistState:
        """How it stands at this moment."""
        lapses_at = self.reservation.lapses_at if self.reservation else None
        return waitlist_state_at(self.state, self.watched_until, lapses_at, clock.now())


class ApprovalRequest(Base):
    """A member asks for a machine whose reservations are approved one by one.

    It holds no unit: until it is approved nothing is promised, and several may ask for the same
    time. From `lapses_at` on nobody can approve it any more, whether that has been written down or
    not: pages ask `state_now`. `organisation_id` is who would pay, as it was then.
    """

    __tablename__ = "approval_request"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="order"),
        UniqueConstraint("created_by_id", "idempotency_key"),
        Index("ix_approval_request_machine_id_state", "machine_id", "state"),
        Index("ix_approval_request_member_id_starts_at", "member_id", "starts_at"),
        Index("ix_approval_request_state_lapses_at", "state", "lapses_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    machine_id: Mapped[int] = mapped_column(ForeignKey("machine.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    state: Mapped[ApprovalState] = mapped_column(default=ApprovalState.WAITING)
    mode: Mapped[Mode]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    lapses_at: Mapped[datetime]
    supervisor_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    buddy_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    unit: Mapped[int | None]
    purpose: Mapped[str] = mapped_column(String(200), default="")
    firing_type: Mapped[str | None] = mapped_column(String(20))
    credit_only: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    idempotency_key: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    reason: Mapped[str] = mapped_column(default="")
    reservation_id: Mapped[int | None] = mapped_column(ForeignKey("reservation.id"))

    member: Mapped[Member] = relationship(foreign_keys=[member_id])
    machine: Mapped[Machine] = relationship()
    supervisor: Mapped[Member | None] = relationship(foreign_keys=[supervisor_id])
    buddy: Mapped[Member | None] = relationship(foreign_keys=[buddy_id])

    @property
    def period(self) -> Period:
        return Period(self.starts_at, self.ends_at)

    @property
    def companions(self) -> dict[CompanionRole, Member]:
        """The persons named to be there, by what for."""
        named = {CompanionRole.SUPERVISOR: self.supervisor, CompanionRole.BUDDY: self.buddy}
        return {role: person for role, person in named.items() if person is not None}

    @property
    def state_now(self) -> ApprovalState:
        """How it stands at this moment."""
        return approval_state_at(self.state, self.lapses_at, clock.now())

    @classmethod
    def waits_at(cls, now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
        """Whether it can still be approved at an instant."""
        return (cls.state == ApprovalState.WAITING) & (cls.lapses_at > now)
