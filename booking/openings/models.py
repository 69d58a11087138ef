"""When the workshop is open: weekly rules, and closures that break them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base
from booking.machines.models import Area, Machine
from booking.openings.rules import Access, ClosureFact, ClosureScope, WeeklyOpening
from booking.periods import Period


@dataclass(frozen=True)
class Level:
    """Whose hours or closure it is: a machine's, an area's, or else the whole site's."""

    area: Area | None = None
    machine: Machine | None = None

    @property
    def area_id(self) -> int | None:
        return self.area.id if self.area else None

    @property
    def machine_id(self) -> int | None:
        return self.machine.id if self.machine else None

    @property
    def kind(self) -> str:
        if self.machine:
            return "machine"
        return "area" if self.area else "site"

    @property
    def code(self) -> str:
        """Its code among those of its kind; the one site is called `site`."""
        place = self.machine or self.area
        return place.code if place else "site"

    @property
    def wider(self) -> tuple[Level, ...]:
        """The levels whose hours it follows without its own, the nearest first."""
        if self.machine:
            return (Level(area=self.machine.area), Level())
        return (Level(),) if self.area else ()


class Opening(Base):
    """A weekly rule in local wall time; `ends` at 00:00 means midnight.

    Without area and machine it is the site's. The narrowest level that has any rule
    (machine, else area, else site) is the one that counts.
    """

    __tablename__ = "opening"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("area_id IS NULL OR machine_id IS NULL", name="one_scope"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    machine_id: Mapped[int | None] = mapped_column(ForeignKey("machine.id"), index=True)
    weekday: Mapped[int]
    starts: Mapped[time]
    ends: Mapped[time]
    staffed: Mapped[bool] = mapped_column(default=True)
    access: Mapped[Access] = mapped_column(default=Access.ALL)

    area: Mapped[Area | None] = relationship()
    machine: Mapped[Machine | None] = relationship()

    @property
    def level(self) -> Level:
        return Level(self.area, self.machine)

    @property
    def rule(self) -> WeeklyOpening:
        return WeeklyOpening(self.weekday, self.starts, self.ends, self.staffed, self.access)


class Closure(Base):
    """A period without use, with its reason, of the site, an area or a machine."""

    __tablename__ = "closure"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="order"),
        CheckConstraint("area_id IS NULL OR machine_id IS NULL", name="one_scope"),
        Index("ix_closure_ends_at", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    machine_id: Mapped[int | None] = mapped_column(ForeignKey("machine.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(200))
    cancelled_at: Mapped[datetime | None]

    area: Mapped[Area | None] = relationship()
    machine: Mapped[Machine | None] = relationship()

    @property
    def period(self) -> Period:
        return Period(self.starts_at, self.ends_at)

    @property
    def level(self) -> Level:
        return Level(self.area, self.machine)

    @property
    def scope(self) -> ClosureScope:
        if self.machine_id is not None:
            return ClosureScope.MACHINE
        return ClosureScope.SITE if self.area_id is None else ClosureScope.AREA

    @property
    def fact(self) -> ClosureFact:
        return ClosureFact(self.period, self.reason, self.scope)

    def is_running_at(self, now: datetime) -> bool:
        """Whether it has neither ended nor been cancelled: only such a one is changed."""
        return self.cancelled_at is None and self.ends_at > now

    def concerns(self, machine: Machine) -> bool:
        """Whether this machine stands still because of it."""
        return self.scope == ClosureScope.SITE or (
            machine.id == self.machine_id or machine.area_id == self.area_id
        )
