"""Reads of quotas, peak hours and priorities."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking.database import db
from booking.machines.models import Machine
from booking.openings.rules import Timetable
from booking.quotas.models import PeakWindow, PriorityWindow, Quota
from booking.quotas.rules import Limits, Place, PlaceKind, PriorityFact, QuotaFact


def list_quotas(*, ended: bool = False) -> list[Quota]:
    """Those that count, or those that have ended; the oldest first."""
    query = select(Quota).options(
        joinedload(Quota.area), joinedload(Quota.machine), joinedload(Quota.plan)
    )
    has_ended = Quota.ended_at.is_not(None)
    return list(
        db.session.scalars(query.where(has_ended if ended else ~has_ended).order_by(Quota.id))
    )


def list_priorities() -> list[PriorityWindow]:
    query = select(PriorityWindow).options(
        joinedload(PriorityWindow.area), joinedload(PriorityWindow.machine)
    )
    in_force = query.where(PriorityWindow.ended_at.is_(None))
    return list(db.session.scalars(in_force.order_by(PriorityWindow.id)))


def list_peaks() -> list[PeakWindow]:
    return list(db.session.scalars(select(PeakWindow).order_by(PeakWindow.starts, PeakWindow.id)))


def find_quota(number: int) -> Quota | None:
    """One that has not ended: only such a one is changed."""
    quota = db.session.get(Quota, number)
    return quota if quota and quota.ended_at is None else None


def find_priority(number: int) -> PriorityWindow | None:
    priority = db.session.get(PriorityWindow, number)
    return priority if priority and priority.ended_at is None else None


def find_peak(number: int) -> PeakWindow | None:
    return db.session.get(PeakWindow, number)


@dataclass(frozen=True)
class AllLimits:
    """Everything in force, as plain values."""

    quotas: tuple[QuotaFact, ...]
    peaks: Timetable | None
    priorities: tuple[PriorityFact, ...]

    def on(self, machine: Machine) -> Limits:
        """What counts on one machine."""
        return Limits(
            tuple(quota for quota in self.quotas if machine.code in quota.machines),
            self.peaks,
            tuple(first for first in self.priorities if is_at(machine, first.place)),
        )


def read_limits(machines: Iterable[Machine], zone: ZoneInfo) -> AllLimits:
    """Read what is in force; three statements."""
    everywhere = list(machines)
    return AllLimits(
        tuple(fact_of(quota, everywhere) for quota in list_quotas()),
        peak_times(zone),
        tuple(
            PriorityFact(
                tuple(window.plan_codes),
                window.place,
                Timetable(tuple(window.times), zone),
                window.opens_hours,
            )
            for window in list_priorities()
        ),
    )


def peak_times(zone: ZoneInfo) -> Timetable | None:
    """The peak hours of the week, None where there are none."""
    times = tuple(time for window in list_peaks() for time in window.times)
    return Timetable(times, zone) if times else None


def fact_of(quota: Quota, machines: Iterable[Machine]) -> QuotaFact:
    place = quota.place
    return QuotaFact(
        holder=quota.holder,
        plan=quota.plan.code if quota.plan else None,
        place=place,
        machines=frozenset(machine.code for machine in machines if is_at(machine, place)),
        span=quota.span,
        limit_minutes=quota.limit_minutes,
        peak_only=quota.peak_only,
    )


def is_at(machine: Machine, place: Place) -> bool:
    """Whether what counts at this place counts on the machine."""
    own = {
        PlaceKind.EVERYWHERE: "",
        PlaceKind.AREA: machine.area.code,
        PlaceKind.CATEGORY: machine.category,
        PlaceKind.MACHINE: machine.code,
    }
    return own[place.kind] == place.code
