"""The place itself: identity, time zone and the parameters every rule falls back on."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.database import Base, LocalizedText


class PlanGapPolicy(StrEnum):
    """Days that no plan covers: refused, or priced in full."""

    REFUSE = "REFUSE"
    FULL_PRICE = "FULL_PRICE"


class Site(Base):
    """The one tiers-lieu of this installation; its only row has the id 1.

    `good_friday_holiday` and `local_law_holidays` hold the Alsace-Moselle local law
    (Code du travail, art. L. 3134-13): 26 December always, Good Friday only in communes
    with a Protestant temple or a mixed church. `revision` is renewed by every change of what
    the workshop offers (`reservations/queries/workshop.py`), so that a kept copy knows its age.
    `calendar_id` tells the calendar entries of this place from those of all others, for good.
    """

    __tablename__ = "site"
    __table_args__ = (
        CheckConstraint("id = 1", name="only_one"),
        CheckConstraint("slot_step_minutes BETWEEN 5 AND 240", name="step"),
        CheckConstraint("horizon_days BETWEEN 1 AND 730", name="horizon"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    legal_form_label: Mapped[str] = mapped_column(String(120), default="")
    siren: Mapped[str | None] = mapped_column(String(9))
    street: Mapped[str] = mapped_column(String(200), default="")
    postcode: Mapped[str] = mapped_column(String(10), default="")
    town: Mapped[str] = mapped_column(String(80), default="")
    department: Mapped[str] = mapped_column(String(80), default="")
    email: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    description: Mapped[str] = mapped_column(default="")
    timezone: Mapped[str] = mapped_column(String(60), default="Europe/Paris")
    default_language: Mapped[str] = mapped_column(String(2), default="fr")
    local_law_holidays: Mapped[bool] = mapped_column(default=False)
    good_friday_holiday: Mapped[bool] = mapped_column(default=False)
    single_person_team: Mapped[bool] = mapped_column(default=False)

    slot_step_minutes: Mapped[int] = mapped_column(default=30)
    default_min_minutes: Mapped[int] = mapped_column(default=30)
    default_max_minutes: Mapped[int] = mapped_column(default=480)
    lead_minutes: Mapped[int] = mapped_column(default=30)
    horizon_days: Mapped[int] = mapped_column(default=60)
    buffer_minutes: Mapped[int] = mapped_column(default=15)
    rules_reacceptance_grace_days: Mapped[int] = mapped_column(default=30)
    minor_green_alone_min_age: Mapped[int] = mapped_column(default=16)
    future_hours_per_machine: Mapped[int] = mapped_column(default=24)
    vat_basis_points: Mapped[int] = mapped_column(default=2000)
    plan_gap_policy: Mapped[PlanGapPolicy] = mapped_column(default=PlanGapPolicy.REFUSE)
    payment_overdue_block_days: Mapped[int] = mapped_column(default=30)
    cancel_free_hours: Mapped[int] = mapped_column(default=24)
    cancel_partial_hours: Mapped[int] = mapped_column(default=2)
    cancel_partial_fee_percent: Mapped[int] = mapped_column(default=50)
    cancel_late_fee_percent: Mapped[int] = mapped_column(default=100)
    late_fee_has_vat: Mapped[bool] = mapped_column(default=True)
    end_warning_minutes: Mapped[int] = mapped_column(default=10)
    overrun_step_minutes: Mapped[int] = mapped_column(default=15)
    no_show_warning_count: Mapped[int] = mapped_column(default=2)
    no_show_stop_count: Mapped[int] = mapped_column(default=3)
    no_show_window_days: Mapped[int] = mapped_column(default=90)
    slot_hold_minutes: Mapped[int] = mapped_column(default=60)
    companion_deadline_minutes: Mapped[int] = mapped_column(default=120)
    check_in_opens_minutes: Mapped[int] = mapped_column(default=15)
    no_show_grace_minutes: Mapped[int] = mapped_column(default=15)
    session_minimum: Mapped[int] = mapped_column(default=2)
    session_decision_hours: Mapped[int] = mapped_column(default=48)
    session_cancel_hours: Mapped[int] = mapped_column(default=48)
    session_hold_hours: Mapped[int] = mapped_column(default=24)
    version: Mapped[int] = mapped_column(default=1)
    revision: Mapped[str] = mapped_column(String(32), default=lambda: uuid4().hex)
    calendar_id: Mapped[str] = mapped_column(String(32), default=lambda: uuid4().hex)

    __mapper_args__ = {"version_id_col": version}

    @property
    def address(self) -> str:
        """Street, postcode and town in one line."""
        return ", ".join(filter(None, (self.street, f"{self.postcode} {self.town}".strip())))

    def calendar_uid(self, kind: str, number: int | str) -> str:
        """The name of one thing in everybody's calendars, which it keeps whatever changes."""
        return f"{kind}-{number}@{self.calendar_id}.etabli"


class Sector(Base):
    """A trade sector (filière): wood, metal, textile, ..."""

    __tablename__ = "sector"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[LocalizedText]


class HouseRules(Base):
    """One version of the house rules (règlement intérieur); the newest in force counts."""

    __tablename__ = "house_rules"

    version: Mapped[str] = mapped_column(String(20), primary_key=True)
    in_force_from: Mapped[date]
    text: Mapped[str] = mapped_column(default="")
