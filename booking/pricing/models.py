"""Credit hours as a ledger, and the invoices that may stand in the way of a reservation."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.database import Base


class Pack(Base):
    """Prepaid hours of an organisation or a private person; both days are inclusive.

    Its hours are a movement of the ledger like every other.
    """

    __tablename__ = "pack"
    __table_args__ = (
        CheckConstraint("(organisation_id IS NULL) <> (member_id IS NULL)", name="one_holder"),
        CheckConstraint("valid_until >= bought_on", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)
    bought_on: Mapped[date]
    valid_until: Mapped[date]


class Movement(StrEnum):
    """GRANT fills a source, USE pays for a reservation, RETURN gives back what is cancelled."""

    GRANT = "GRANT"
    USE = "USE"
    RETURN = "RETURN"


class CreditMovement(Base):
    """One signed entry of the ledger: of a month of a subscription, or of a pack.

    `month_on` is the first day of the month. The balance of a source is the sum of its entries;
    an entry is never changed (`occupancies/guard.py`).
    """

    __tablename__ = "credit_movement"
    __table_args__ = (
        CheckConstraint(
            "(subscription_id IS NULL) <> (pack_id IS NULL)"
            " AND (subscription_id IS NULL) = (month_on IS NULL)",
            name="one_source",
        ),
        CheckConstraint("(kind = 'USE') = (minutes < 0)", name="sign"),
        Index("ix_credit_movement_subscription_id_month_on", "subscription_id", "month_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subscription_id: Mapped[int | None] = mapped_column(ForeignKey("subscription.id"))
    month_on: Mapped[date | None]
    pack_id: Mapped[int | None] = mapped_column(ForeignKey("pack.id"), index=True)
    kind: Mapped[Movement]
    minutes: Mapped[int]
    reservation_id: Mapped[int | None] = mapped_column(ForeignKey("reservation.id"), index=True)
    at: Mapped[datetime]


class Invoice(Base):
    """What an organisation or a private person owes; `paid_on` is None until it is paid."""

    __tablename__ = "invoice"
    __table_args__ = (
        CheckConstraint("(organisation_id IS NULL) <> (member_id IS NULL)", name="one_payer"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)
    issued_on: Mapped[date]
    due_on: Mapped[date]
    total_incl_cents: Mapped[int]
    paid_on: Mapped[date | None]
