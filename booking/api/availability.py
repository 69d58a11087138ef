"""When a machine is free, taken or closed, worked out from the facts that the rules rest on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from booking.api.schemas.machines import WhyClosed
from booking.openings.rules import PublicHoliday
from booking.periods import Period, local_day, local_days, merge
from booking.reservations.rules import Facts, Mode, UnitFacts


@dataclass(frozen=True)
class Share:
    """For how many units something holds, during a period."""

    period: Period
    units: int


@dataclass(frozen=True)
class Closed:
    """`reason` is text of the site's own; `holiday` stands where the reason has a known name."""

    period: Period
    why: WhyClosed
    reason: str = ""
    holiday: PublicHoliday | None = None


def closed_periods(facts: Facts, asked: Period) -> list[Closed]:
    """What keeps the machine closed to the member, by start; several may overlap."""
    zone = facts.timetable.zone
    days = local_days(asked, zone)
    found = [
        *(
            Closed(period, WhyClosed.OUTSIDE_HOURS)
            for period in asked.minus(facts.hours(days, Mode.AUTONOMOUS).usable)
        ),
        *(Closed(c.period, WhyClosed.CLOSURE, reason=c.reason) for c in facts.closures),
        *(
            Closed(local_day(day, zone), WhyClosed.PUBLIC_HOLIDAY, holiday=holiday)
            for day, holiday in facts.holidays.items()
        ),
        *(
            Closed(
                Period(outage.starts_at, outage.expected_end_at or asked.ends_at),
                WhyClosed.OUTAGE,
                reason=outage.reason,
            )
            for outage in facts.machine.outages
            if outage.overlaps(asked)
        ),
    ]
    within = (
        Closed(part, closed.why, closed.reason, closed.holiday)
        for closed in found
        if (part := closed.period.intersection(asked)) is not None
    )
    return sorted(within, key=lambda closed: (closed.period, closed.why))


def free_periods(facts: Facts, asked: Period) -> list[Share]:
    """Where a use may lie without meeting anything, its own buffer included.

    An unattended machine runs on through closed hours, never through closures.
    """
    runs_on = facts.machine.runs_unattended
    stops = [
        closed.period
        for closed in closed_periods(facts, asked)
        if not (runs_on and closed.why is WhyClosed.OUTSIDE_HOURS)
    ]
    return _by_unit(facts, lambda unit: asked.minus([*stops, *_blocked(unit, facts)]))


def taken_periods(facts: Facts, asked: Period) -> list[Share]:
    """What people see as taken, without buffers."""

    def taken(unit: UnitFacts) -> Iterable[Period]:
        seen = (Period(busy.starts_at, busy.ends_at) for busy in unit.busy)
        return merge(part for period in seen if (part := period.intersection(asked)) is not None)

    return _by_unit(facts, taken)


def _blocked(unit: UnitFacts, facts: Facts) -> list[Period]:
    """Where no use may lie on this unit: a use that ends there would run its buffer into it."""
    return [Period(busy.busy_from - facts.machine.buffer, busy.busy_until) for busy in unit.busy]


def _by_unit(facts: Facts, of_unit: Callable[[UnitFacts], Iterable[Period]]) -> list[Share]:
    """The periods of every unit, cut wherever the set of units that share them changes."""
    edges: dict[datetime, set[tuple[int, bool]]] = {}
    for unit in facts.units:
        for period in of_unit(unit):
            edges.setdefault(period.starts_at, set()).add((unit.unit_id, True))
            edges.setdefault(period.ends_at, set()).add((unit.unit_id, False))
    shares: list[Share] = []
    sharing: set[int] = set()
    since: datetime | None = None
    for instant, changes in sorted(edges.items()):
        if sharing and since is not None:
            shares.append(Share(Period(since, instant), len(sharing)))
        sharing -= {unit_id for unit_id, begins in changes if not begins}
        sharing |= {unit_id for unit_id, begins in changes if begins}
        since = instant
    return shares
