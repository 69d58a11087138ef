"""What the API calls free is free, and nothing else: 20,000 random uses against a naive model.

The model is written from the domain brief alone. It reads the tables row by row and paints time
in steps of five minutes, in which everything of the demo begins and ends.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from booking.database import db
from booking.machines.models import Machine, Outage
from booking.machines.queries import list_machines
from booking.machines.rules import OutsideStaffed
from booking.occupancies.models import Occupancy
from booking.openings.models import Closure, Opening
from booking.openings.rules import Access, public_holidays
from booking.site.queries import get_site
from tests.conftest import MakeApp
from tests.programs import Program, program_of

QUERIES = 20_000
PARIS = ZoneInfo("Europe/Paris")
STEP = timedelta(minutes=5)
FIRST = datetime(2026, 10, 19, tzinfo=PARIS).astimezone(UTC)
WEEKS = 12
A_DAY = timedelta(days=1)
LAST = FIRST + timedelta(weeks=WEEKS)
EXTENDED, DAYTIME = "U02", "U25"
"""A member whose plan opens the extended hours, and one whose plan does not."""

Painted = set[int]
"""Numbers of the five-minute steps since `FIRST`."""


def steps(starts_at: datetime, ends_at: datetime) -> range:
    first = (max(starts_at, FIRST) - FIRST) // STEP
    last = -((FIRST - min(ends_at, LAST)) // STEP)
    return range(first, last)


def painted(periods: Iterable[tuple[datetime, datetime]]) -> Painted:
    return {step for period in periods for step in steps(*period)}


def open_steps(machine: Machine, has_extended: bool) -> Painted:
    """The steps in which the weekly rules of the narrowest level open to this member."""
    rules = list(db.session.scalars(select(Opening)))
    own = [rule for rule in rules if rule.machine_id == machine.id]
    of_area = [rule for rule in rules if rule.area_id == machine.area_id]
    of_site = [rule for rule in rules if rule.area_id is None and rule.machine_id is None]
    chosen = [
        rule
        for rule in own or of_area or of_site
        if (rule.access is Access.ALL or has_extended)
        and (rule.staffed or machine.outside_staffed is not OutsideStaffed.NO)
    ]
    days = [FIRST.astimezone(PARIS).date() + timedelta(days=n) for n in range(WEEKS * 7)]
    return painted(
        (
            on(day, rule.starts),
            on(day, rule.ends) if rule.ends > rule.starts else midnight(day + A_DAY),
        )
        for day in days
        for rule in chosen
        if rule.weekday == day.weekday()
    )


def closed_steps(machine: Machine) -> Painted:
    """Closures of the site, its area or the machine, public holidays, and outages."""
    closures = (
        (closure.starts_at, closure.ends_at)
        for closure in db.session.scalars(select(Closure).where(Closure.cancelled_at.is_(None)))
        if closure.machine_id == machine.id
        or closure.area_id == machine.area_id
        or (closure.machine_id is None and closure.area_id is None)
    )
    outages = (
        (outage.starts_at, outage.expected_end_at or LAST)
        for outage in db.session.scalars(
            select(Outage).where(Outage.machine_id == machine.id, Outage.ended_at.is_(None))
        )
    )
    site = get_site()
    days = [
        day
        for year in (2026, 2027)
        for day in public_holidays(year, site.local_law_holidays, site.good_friday_holiday)
    ]
    holidays = ((midnight(day), midnight(day + A_DAY)) for day in days)
    return painted([*closures, *outages, *holidays])


def on(day: date, wall: time) -> datetime:
    return datetime.combine(day, wall, PARIS).astimezone(UTC)


def midnight(day: date) -> datetime:
    return on(day, time.min)


def blocked_steps(unit_id: int) -> Painted:
    """What is promised on a unit, with its buffers."""
    rows = db.session.scalars(
        select(Occupancy).where(Occupancy.unit_id == unit_id, Occupancy.active)
    )
    return painted((row.busy_from, row.busy_until) for row in rows)


class Naive:
    """Says by looking at every step whether a use fits on some unit."""

    def __init__(self, machine: Machine) -> None:
        site = get_site()
        buffer = machine.buffer_minutes
        self.buffer_steps = (site.buffer_minutes if buffer is None else buffer) // 5
        self.runs_on = machine.outside_staffed is OutsideStaffed.UNATTENDED
        self.open = {member: open_steps(machine, member == EXTENDED) for member in MEMBERS}
        self.closed = closed_steps(machine)
        self.units = [blocked_steps(unit.id) for unit in machine.units if unit.in_service]

    def units_free(self, member: str, use: range) -> int:
        if not self.closed.isdisjoint(use):
            return 0
        if not self.runs_on and not self.open[member].issuperset(use):
            return 0
        with_buffer = range(use.start, use.stop + self.buffer_steps)
        return sum(blocked.isdisjoint(with_buffer) for blocked in self.units)


MEMBERS = (EXTENDED, DAYTIME)


def answers(program: Program, machine: str) -> list[tuple[range, int]]:
    """The free periods of the API, week by week, as steps with the number of units."""
    found = []
    for week in range(WEEKS):
        since = FIRST + timedelta(weeks=week)
        until = since + timedelta(weeks=1)
        answer = program.get(
            f"/machines/{machine}/availability",
            **{"from": since.isoformat(), "to": until.isoformat()},
        )
        assert answer.json is not None
        for share in answer.json["free"]:
            period = (datetime.fromisoformat(share[key]) for key in ("starts_at", "ends_at"))
            found.append((steps(*period), share["units"]))
    return found


def units_told(free: list[tuple[range, int]], use: range) -> int:
    """How many units the answers call free: the fewest along the way."""
    along = [
        (part, units) for part, units in free if part.start < use.stop and use.start < part.stop
    ]
    covered = sum(min(part.stop, use.stop) - max(part.start, use.start) for part, _ in along)
    return min(units for _, units in along) if covered == len(use) else 0


def test_what_is_free_is_what_a_naive_model_finds_free(make_app: MakeApp) -> None:
    chance = random.Random(2026)
    app = make_app("agenda")
    with app.app_context():
        models = {machine.code: Naive(machine) for machine in list_machines()}
    programs = {member: program_of(app, member) for member in MEMBERS}
    free = {
        (code, member): answers(program, code)
        for code in models
        for member, program in programs.items()
    }
    outcomes = {True: 0, False: 0}
    for _ in range(QUERIES):
        code, member = chance.choice([*models]), chance.choice(MEMBERS)
        week, length = chance.randrange(WEEKS), chance.randrange(1, 60)
        start = week * 2016 + chance.randrange(2016 - length)
        use = range(start, start + length)
        expected = models[code].units_free(member, use)
        told = units_told(free[code, member], use)
        outcomes[expected > 0] += 1
        at = (FIRST + use.start * STEP).astimezone(PARIS)
        assert (told > 0) == (expected > 0), (code, member, at, length * 5)
    assert min(outcomes.values()) > QUERIES / 20, "both answers are really asked for"
