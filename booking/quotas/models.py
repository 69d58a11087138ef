"""Quotas, peak hours, and hours that some plans have first."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base
from booking.machines.models import Area, Machine
from booking.members.models import Plan
from booking.openings.rules import Access, WeeklyOpening
from booking.quotas.rules import Holder, Place, PlaceKind, Span

ONE_PLACE = (
    "(CASE WHEN area_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN machine_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN category IS NULL THEN 0 ELSE 1 END) <= 1"
)


class Placed:
    """What counts in an area, for a category of machines, on one machine, or else everywhere."""

    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    machine_id: Mapped[int | None] = mapped_column(ForeignKey("machine.id"))
    category: Mapped[str | None] = mapped_column(String(40))

    if TYPE_CHECKING:
        area: Mapped[Area | None]
        machine: Mapped[Machine | None]

    @property
    def place(self) -> Place:
        if self.machine:
            return Place(PlaceKind.MACHINE, self.machine.code)
        if self.area:
            return Place(PlaceKind.AREA, self.area.code)
        if self.category:
            return Place(PlaceKind.CATEGORY, self.category)
        return Place(PlaceKind.EVERYWHERE)


class Weekly:
    """Times of the week in local wall time; `ends` at 00:00 is midnight, weekday 0 is Monday."""

    weekdays: Mapped[list[int]]
    starts: Mapped[time]
    ends: Mapped[time]

    @property
    def times(self) -> list[WeeklyOpening]:
        return [
            WeeklyOpening(weekday, self.starts, self.ends, staffed=True, access=Access.ALL)
            for weekday in self.weekdays
        ]


class Quota(Placed, Base):
    """At most so many minutes in each span: of each person, or of each organisation as a whole.

    With a plan only for the persons whom it covers. One that has ended counts no more.
    """

    __tablename__ = "quota"
    __table_args__ = (
        CheckConstraint(ONE_PLACE, name="one_place"),
        CheckConstraint("limit_minutes > 0", name="limit"),
        CheckConstraint("plan_id IS NULL OR holder = 'PERSON'", name="plan_of_persons"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    holder: Mapped[Holder]
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id"))
    span: Mapped[Span]
    limit_minutes: Mapped[int]
    peak_only: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    area: Mapped[Area | None] = relationship()
    machine: Mapped[Machine | None] = relationship()
    plan: Mapped[Plan | None] = relationship()

    __mapper_args__ = {"version_id_col": version}


class PeakWindow(Weekly, Base):
    """Hours of the week in which everybody wants to come."""

    __tablename__ = "peak_window"

    id: Mapped[int] = mapped_column(primary_key=True)


class PriorityWindow(Placed, Weekly, Base):
    """Hours of the week that some plans have first, until so many hours before a use begins."""

    __tablename__ = "priority_window"
    __table_args__ = (
        CheckConstraint(ONE_PLACE, name="one_place"),
        CheckConstraint("opens_hours >= 0", name="opens_hours"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_codes: Mapped[list[str]]
    opens_hours: Mapped[int]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    area: Mapped[Area | None] = relationship()
    machine: Mapped[Machine | None] = relationship()

    __mapper_args__ = {"version_id_col": version}
