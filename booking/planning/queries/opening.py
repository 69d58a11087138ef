"""When the workshop is open to every member: today, now and next, and what interrupts it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from booking.openings.models import Closure
from booking.openings.queries import list_coming_closures
from booking.openings.rules import Access, PublicHoliday, Timetable
from booking.periods import A_DAY, Period, local_day, merge
from booking.reservations.queries.workshop import OfferedArea, OfferedMachine, Workshop

FURTHEST_OPENING_DAYS = 60
INTERRUPTIONS_AHEAD = timedelta(days=14)


class AreaHours(NamedTuple):
    """When an area is open to every member; no period where it is closed."""

    area: OfferedArea
    periods: tuple[Period, ...]


class OpenState(NamedTuple):
    """The end of the opening that runs, or else the start of the next one; None: not known."""

    until: datetime | None
    next_at: datetime | None


class Interruption(NamedTuple):
    """A closure or a public holiday."""

    starts_at: datetime
    closure: Closure | None
    holiday: PublicHoliday | None


def hours_of(workshop: Workshop, day: date) -> list[AreaHours]:
    """The hours of each area on a local day, closures and public holidays taken away."""
    return [
        AreaHours(area, _open_on(workshop, day, (m for m in workshop.machines if m.area is area)))
        for area in dict.fromkeys(machine.area for machine in workshop.machines)
    ]


def open_state(workshop: Workshop, now: datetime) -> OpenState:
    """Whether some machine is open to every member now, and when that changes."""
    today = now.astimezone(workshop.zone).date()
    for number in range(FURTHEST_OPENING_DAYS):
        for period in _open_on(workshop, today + number * A_DAY, workshop.machines):
            if now in period:
                return OpenState(period.ends_at, None)
            if period.starts_at > now:
                return OpenState(None, period.starts_at)
    return OpenState(None, None)


def _open_on(
    workshop: Workshop, day: date, machines: Iterable[OfferedMachine]
) -> tuple[Period, ...]:
    """The time of a local day at which any of these machines is open to every member."""
    if holiday_on(workshop, day):
        return ()
    alike = {(machine.weekly, machine.closures) for machine in machines}
    return merge(
        left
        for weekly, closures in alike
        for opening in Timetable(weekly, workshop.zone).on(day)
        if opening.access is Access.ALL
        for left in opening.period.minus(closure.period for closure in closures)
    )


def holiday_on(workshop: Workshop, day: date) -> PublicHoliday | None:
    return workshop.holidays(range(day.year, day.year + 1)).get(day)


def list_interruptions(workshop: Workshop, now: datetime) -> list[Interruption]:
    """Closures and public holidays of the next 14 days, those of now too; one statement."""
    until = now + INTERRUPTIONS_AHEAD
    first, last = (at.astimezone(workshop.zone).date() for at in (now, until))
    holidays = workshop.holidays(range(first.year, last.year + 1))
    found = [
        Interruption(closure.starts_at, closure, None)
        for closure in list_coming_closures(now)
        if closure.starts_at < until
    ] + [
        Interruption(local_day(day, workshop.zone).starts_at, None, holiday)
        for day, holiday in holidays.items()
        if first <= day <= last
    ]
    return sorted(found, key=lambda interruption: interruption.starts_at)
