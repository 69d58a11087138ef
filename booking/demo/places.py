"""The machines as the synthetic reservations see them: hours, closures and rules of use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from booking.demo.files import ZONE, Files
from booking.demo.workshop import WEEKDAYS
from booking.machines.rules import OutsideStaffed
from booking.openings.rules import (
    Access,
    ClosureScope,
    Timetable,
    WeeklyOpening,
    continuous,
    public_holidays,
)
from booking.periods import A_DAY, Period, local_day, local_days, wall_times


@dataclass(frozen=True)
class Place:
    """One machine with its units, where it may be used and where it may not.

    `extended`: whether those with extended access may use it outside staffed hours without a
    second person. `closed`: its closures and outages.
    """

    code: str
    units: int
    buffer: timedelta
    grid_minutes: int
    min_minutes: int
    max_minutes: int
    quota_minutes_per_day: int | None
    unattended: bool
    extended: bool
    timetable: Timetable
    closed: tuple[Period, ...]
    purposes: tuple[str, ...]
    firing_types: tuple[str, ...]

    @property
    def shortest_days(self) -> timedelta:
        """On how many days after its start the shortest use ends."""
        return timedelta(days=self.min_minutes * timedelta(minutes=1) // A_DAY)

    def starts_on(self, day: date, length: timedelta, *, extended: bool) -> list[datetime]:
        """Where on the grid a use of this length may start by the weekly hours alone."""
        hours = self._hours(day, extended and self.extended)
        return [
            wall.instant
            for wall in _wall_times(day, self.grid_minutes)
            if any(
                hour.starts_at <= wall.instant
                and (
                    wall.instant < hour.ends_at
                    if self.unattended
                    else wall.instant + length <= hour.ends_at
                )
                for hour in hours
            )
        ]

    def _hours(self, day: date, extended: bool) -> tuple[Period, ...]:
        return continuous(
            opening
            for opening in self.timetable.on(day)
            if extended or (opening.staffed and opening.access is Access.ALL)
        )

    def is_closed(self, period: Period) -> bool:
        """Whether it meets a closure, an outage or a public holiday."""
        return any(period.overlaps(closed) for closed in self.closed) or any(
            is_holiday(day) for day in local_days(period, ZONE)
        )


@cache
def _wall_times(day: date, grid_minutes: int) -> tuple[Any, ...]:
    return wall_times(day, ZONE, grid_minutes)


@cache
def is_holiday(day: date) -> bool:
    return day in public_holidays(day.year, local_law=True, good_friday=True)


def places_of(files: Files) -> dict[str, Place]:
    """Every machine of the files, by code."""
    areas = {area["code"]: area["opening_group"] for area in files.site["areas"]}
    timetables = {group: _timetable(group, files) for group in sorted(set(areas.values()))}
    return {
        item["code"]: _place(item, timetables[areas[item["area"]]], files)
        for item in files.machines["machines"]
    }


def _timetable(group: str, files: Files) -> Timetable:
    rules = (
        WeeklyOpening(
            WEEKDAYS.index(day),
            rule["starts"],
            rule["ends"],
            rule["staffed"],
            Access(rule["access"]),
        )
        for rule in files.site["openings"]
        if rule["group"] == group
        for day in rule["days"]
    )
    return Timetable(tuple(rules), ZONE)


def _place(item: dict[str, Any], timetable: Timetable, files: Files) -> Place:
    outside = OutsideStaffed(item["outside_staffed"])
    extended = outside in (OutsideStaffed.EXTENDED, OutsideStaffed.UNATTENDED)
    return Place(
        code=item["code"],
        units=item["capacity"],
        buffer=timedelta(minutes=item["buffer_minutes"]),
        grid_minutes=files.site["parameters"]["slot_step_minutes"],
        min_minutes=item["min_minutes"],
        max_minutes=item["max_minutes"],
        quota_minutes_per_day=item.get("quota_minutes_per_person_and_day"),
        unattended=outside is OutsideStaffed.UNATTENDED,
        extended=extended and not item["alone_forbidden"],
        timetable=timetable,
        closed=tuple(_closed(item, files)),
        purposes=tuple(item["purposes_fr"]),
        firing_types=tuple(item.get("price_per_firing_cents", {})),
    )


def _closed(item: dict[str, Any], files: Files) -> Iterator[Period]:
    for closure in files.records["history"]["closures"]:
        yield Period(
            local_day(closure["from_on"], ZONE).starts_at,
            local_day(closure["to_on"], ZONE).ends_at,
        )
    for closure in files.site["closures"]:
        if _concerns(closure, item):
            yield Period(closure["starts_at"], closure["ends_at"])
    for outage in files.records["outages"]:
        if outage["machine"] == item["code"]:
            yield Period(outage["starts_at"], outage.get("ended_at", outage["expected_end_at"]))


def _concerns(closure: Mapping[str, Any], item: Mapping[str, Any]) -> bool:
    scope = ClosureScope(closure["scope"])
    if scope is ClosureScope.SITE:
        return True
    return closure["target"] == item["area" if scope is ClosureScope.AREA else "code"]
