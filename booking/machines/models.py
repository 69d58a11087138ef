"""Machines, their units, what they ask of people, and when they are out of service."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base, LocalizedText
from booking.machines.rules import (
    RULE_NAMES,
    Condition,
    MachineState,
    Origin,
    OutageFact,
    OutageKind,
    OutsideStaffed,
    OwnValues,
    RequirementFact,
    RiskClass,
    RulesOfUse,
    blocked_until,
    condition,
    rules_of_use,
)
from booking.members.models import Member
from booking.site.models import Site


class PriceUnit(StrEnum):
    TIME = "TIME"
    FIRING = "FIRING"


class OwnRules:
    """The rules of use that an area or a machine may set; those left empty fall back."""

    min_minutes: Mapped[int | None]
    max_minutes: Mapped[int | None]
    buffer_minutes: Mapped[int | None]
    slot_step_minutes: Mapped[int | None]
    lead_minutes: Mapped[int | None]
    horizon_days: Mapped[int | None]
    future_hours: Mapped[int | None]
    quota_minutes_per_day: Mapped[int | None]

    @property
    def own_rules(self) -> dict[str, int | None]:
        return {name: getattr(self, name) for name in RULE_NAMES}


def _rules_hold_together() -> tuple[CheckConstraint, ...]:
    return (
        CheckConstraint("min_minutes IS NULL OR min_minutes > 0", name="min_minutes"),
        CheckConstraint(
            "max_minutes IS NULL OR min_minutes IS NULL OR max_minutes >= min_minutes",
            name="max_minutes",
        ),
        CheckConstraint("buffer_minutes IS NULL OR buffer_minutes >= 0", name="buffer_minutes"),
    )


def rules_of_the_site(site: Site) -> OwnValues:
    """The values everything falls back on; the site sets no limit for a day."""
    return {
        "min_minutes": site.default_min_minutes,
        "max_minutes": site.default_max_minutes,
        "buffer_minutes": site.buffer_minutes,
        "slot_step_minutes": site.slot_step_minutes,
        "lead_minutes": site.lead_minutes,
        "horizon_days": site.horizon_days,
        "future_hours": site.future_hours_per_machine,
    }


class Area(OwnRules, Base):
    """A workshop of the site: wood, metal, digital, ..."""

    __tablename__ = "area"
    __table_args__ = _rules_hold_together()

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[LocalizedText]
    floor_area_m2: Mapped[int | None]
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    def rules_of_use(self, site: Site, own: OwnValues | None = None) -> RulesOfUse:
        """What counts here for a machine that sets nothing; `own` instead of what is stored."""
        levels = [(Origin.AREA, self.own_rules if own is None else own)]
        return rules_of_use([*levels, (Origin.SITE, rules_of_the_site(site))])


class Machine(OwnRules, Base):
    """Something that is reserved by time: a machine, a room, a bench.

    The rules of use left empty fall back on the area's values, then on the site's.
    """

    __tablename__ = "machine"
    __table_args__ = _rules_hold_together()

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[LocalizedText]
    model_family: Mapped[str] = mapped_column(String(120), default="")
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    category: Mapped[str] = mapped_column(String(40))
    risk_class: Mapped[RiskClass]
    state: Mapped[MachineState] = mapped_column(default=MachineState.IN_SERVICE)
    state_reason: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    referent_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    outside_staffed: Mapped[OutsideStaffed] = mapped_column(default=OutsideStaffed.NO)
    alone_forbidden: Mapped[bool] = mapped_column(default=False)
    needs_approval: Mapped[bool] = mapped_column(default=False)
    price_unit: Mapped[PriceUnit] = mapped_column(default=PriceUnit.TIME)
    price_hour_cents: Mapped[int] = mapped_column(default=0)
    price_half_day_cents: Mapped[int] = mapped_column(default=0)
    price_day_cents: Mapped[int] = mapped_column(default=0)
    price_bisque_cents: Mapped[int | None]
    price_stoneware_cents: Mapped[int | None]
    deposit_cents: Mapped[int] = mapped_column(default=0)
    power_watts: Mapped[int] = mapped_column(default=0)
    ppe_codes: Mapped[list[str]] = mapped_column(default=list)
    forbidden_materials: Mapped[list[str]] = mapped_column(default=list)
    conditional_materials: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    sector_codes: Mapped[list[str]] = mapped_column(default=list)
    version: Mapped[int] = mapped_column(default=1)

    area: Mapped[Area] = relationship()
    referent: Mapped[Member | None] = relationship()
    units: Mapped[list[Unit]] = relationship(back_populates="machine", order_by="Unit.number")
    requirements: Mapped[list[Requirement]] = relationship(
        cascade="all, delete-orphan", order_by="Requirement.training_code"
    )
    documents: Mapped[list[MachineDocument]] = relationship(
        cascade="all, delete-orphan", order_by="MachineDocument.id"
    )
    outages: Mapped[list[Outage]] = relationship(
        back_populates="machine", order_by="Outage.starts_at"
    )

    __mapper_args__ = {"version_id_col": version}

    def outage_facts(self, now: datetime) -> tuple[OutageFact, ...]:
        """The outages that have not ended, as known now; `outages` must be loaded."""
        return tuple(outage.fact(now) for outage in self.outages if outage.ended_at is None)

    def outage_at(self, now: datetime) -> Outage | None:
        """The outage in force now; of several the one that lasts longest, lockouts first."""
        in_force = [outage for outage in self.outages if outage.is_in_force(now)]
        return max(in_force, key=lambda outage: outage.weight(now), default=None)

    def condition_at(self, now: datetime) -> Condition:
        outage = self.outage_at(now)
        return condition(self.state, outage.fact(now) if outage else None)

    def rules_of_use(self, site: Site, own: OwnValues | None = None) -> RulesOfUse:
        """What counts here; `own` instead of what is stored."""
        return rules_of_use(
            [
                (Origin.MACHINE, self.own_rules if own is None else own),
                (Origin.AREA, self.area.own_rules),
                (Origin.SITE, rules_of_the_site(site)),
            ]
        )


class Unit(Base):
    """One of the interchangeable stations of a machine; what an occupancy takes."""

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("machine_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    machine_id: Mapped[int] = mapped_column(ForeignKey("machine.id"))
    number: Mapped[int]
    in_service: Mapped[bool] = mapped_column(default=True)

    machine: Mapped[Machine] = relationship(back_populates="units")


class Requirement(Base):
    """A training a machine asks for, with the level for each kind of use."""

    __tablename__ = "requirement"
    __table_args__ = (
        CheckConstraint("supervised_level BETWEEN 1 AND 3", name="supervised_level"),
        CheckConstraint("autonomous_level BETWEEN supervised_level AND 3", name="autonomous_level"),
    )

    machine_id: Mapped[int] = mapped_column(ForeignKey("machine.id"), primary_key=True)
    training_code: Mapped[str] = mapped_column(
        String(20), ForeignKey("training.code"), primary_key=True
    )
    supervised_level: Mapped[int]
    autonomous_level: Mapped[int]

    @property
    def fact(self) -> RequirementFact:
        return RequirementFact(self.training_code, self.supervised_level, self.autonomous_level)


class MachineDocument(Base):
    """A manual, a conformity document, an inspection report: a title and where to find it."""

    __tablename__ = "machine_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    machine_id: Mapped[int] = mapped_column(ForeignKey("machine.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(500), default="")


class Ppe(Base):
    """A piece of personal protective equipment, or an order such as "no gloves"."""

    __tablename__ = "ppe"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[LocalizedText]


class Outage(Base):
    """A machine does not work or is locked out: from, expected end, real end.

    No reservation may overlap it until `ended_at`, or else `expected_end_at`, or else for ever.
    """

    __tablename__ = "outage"
    __table_args__ = (
        CheckConstraint(
            "expected_end_at IS NULL OR expected_end_at > starts_at", name="expected_end"
        ),
        CheckConstraint("ended_at IS NULL OR ended_at >= starts_at", name="end"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    machine_id: Mapped[int] = mapped_column(ForeignKey("machine.id"), index=True)
    kind: Mapped[OutageKind]
    starts_at: Mapped[datetime]
    expected_end_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str]
    reported_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    release_note: Mapped[str] = mapped_column(default="")

    machine: Mapped[Machine] = relationship(back_populates="outages")

    def fact(self, now: datetime) -> OutageFact:
        """What the rules rest on, as known now."""
        until = blocked_until(self.kind, self.expected_end_at, self.ended_at, now)
        return OutageFact(self.kind, self.starts_at, until, self.reason)

    def is_in_force(self, now: datetime) -> bool:
        until = self.fact(now).expected_end_at
        return self.starts_at <= now and (until is None or now < until)

    def weight(self, now: datetime) -> tuple[bool, datetime]:
        """Orders outages of one machine by how much they stop it."""
        until = self.fact(now).expected_end_at
        return self.kind == OutageKind.LOCKED_OUT, until or datetime.max.replace(tzinfo=UTC)
