"""Every reason against a use, written from the rules of the house as they are told to people: one
question after the other, each looking through everything there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.histories.place import (
    A_DAY,
    COURSES,
    DISCOUNT,
    EXTENDED,
    GRID,
    HOLIDAYS,
    HORIZON,
    LEAD,
    STAFFED,
    STOPPED_FROM,
    TIME_TO_ANSWER,
    TOOLS,
    day_of,
    dial,
    months_later,
)
from tests.histories.world import (
    Booking,
    Record,
    Waiting,
    World,
    chain,
    days_of,
    minutes_on,
    quarters,
)


@dataclass(frozen=True)
class Use:
    """What is asked for. `instead_of`: the reservation that would make way for it, `keeps_start`:
    with the start it has already.
    """

    who: str
    tool: str
    start: int
    end: int
    mode: str
    people: dict[str, str] = field(default_factory=dict)
    credit_only: bool = False
    instead_of: Booking | None = None
    keeps_start: bool = False

    @property
    def days(self) -> range:
        return days_of(self.start, self.end)


def reasons(use: Use, world: World) -> set[str]:
    stopped = {"ACCOUNT_SUSPENDED"} if times_missed(use.who, world) >= STOPPED_FROM else set()
    return {*stopped, *against_being_there(use, world), *against_the_time(use, world)}


def times_missed(who: str, world: World) -> int:
    """A history is shorter than the 90 days that count."""
    return sum(1 for booking in world.bookings if (booking.who, booking.state) == (who, "NO_SHOW"))


def against_being_there(use: Use, world: World) -> Iterator[str]:
    """What is asked again of who arrives."""
    if use.who in world.suspended:
        yield "ACCOUNT_SUSPENDED"
    if not world.is_staff(use.who):
        if use.days[-1] > world.insured_until(use.who):
            yield "INSURANCE_EXPIRED"
        if not world.plans(use.who, use.days):
            yield "PLAN_NOT_COVERING"
    for course, level in chain(use.tool, use.mode).items():
        yield from lacks(use.who, course, level, use.days, world)
    if use.mode == "SUPERVISED" and not may_supervise(use, world):
        yield "SUPERVISOR_REQUIRED"
    if needs_buddy(use, world) and not may_be_buddy(use, world):
        yield "BUDDY_REQUIRED"


def against_the_time(use: Use, world: World) -> Iterator[str]:
    tool = TOOLS[use.tool]
    if not is_open(use, world):
        yield "OUTSIDE_OPENING"
    if is_closed(use, world):
        yield "CLOSED_DAY"
    yield from against_length_and_notice(use, world)
    if passes_a_quota(use, world):
        yield "QUOTA_REACHED"
    if free_unit(use, world) is None:
        without_buffer = (unit_is_free(n, use, world, buffer=0) for n in range(tool.units))
        yield "BUFFER_CONFLICT" if any(without_buffer) else "SLOT_TAKEN"
    if overlaps_own(use, world):
        yield "MEMBER_OVERLAP"
    if use.credit_only and any(line.paid for line in lines(use, world)):
        yield "INSUFFICIENT_CREDIT"


def against_length_and_notice(use: Use, world: World) -> Iterator[str]:
    tool, length = TOOLS[use.tool], use.end - use.start
    if length < tool.shortest:
        yield "TOO_SHORT"
    if length > tool.longest:
        yield "TOO_LONG"
    if dial(use.start) % GRID or dial(use.end) % GRID:
        yield "OFF_GRID"
    if not use.keeps_start and is_too_soon(use, world):
        yield "TOO_SOON"
    if not use.keeps_start and use.start > world.now + HORIZON:
        yield "TOO_FAR"


# The two kinds of reasons that part those who wait


def against_the_person(use: Use, world: World) -> set[str]:
    """What stands against somebody on these days, at whatever hour."""
    return reasons(use, world) & AGAINST_THE_PERSON


def suits(use: Use, world: World) -> bool:
    """Whether the hours could be had by somebody against whom nothing stands."""
    return reasons(use, world) <= AGAINST_THE_PERSON


AGAINST_THE_PERSON = {
    "ACCOUNT_SUSPENDED",
    "INSURANCE_EXPIRED",
    "PLAN_NOT_COVERING",
    "CERT_MISSING",
    "CERT_LEVEL_TOO_LOW",
    "CERT_EXPIRED",
    "CERT_LAPSED_INACTIVITY",
    "CERT_SUSPENDED",
}


# Certifications


def lacks(who: str, course: str, level: int, days: range, world: World) -> list[str]:
    """What the best record of a training lacks on these days."""
    best = _best(who, course, level, days, world)
    return best[-1] if best else ["CERT_MISSING"]


def held_until(who: str, course: str, level: int, world: World) -> int | None:
    """The last day of what is held of a training today; None where it does not count."""
    today = day_of(world.now)
    best = _best(who, course, level, range(today, today + 1), world)
    return -best[3] if best and not best[-1] else None


Standing = tuple[int, list[int], int, int, list[str]]


def _best(who: str, course: str, level: int, days: range, world: World) -> Standing | None:
    found = [
        _lacks_of(record, level, days, world)
        for record in world.records
        if record.who == who
        and record.course == course
        and record.state in ("APPROVED", "SUSPENDED")
        and record.since <= days[0]
    ]
    return min(found, default=None)


CURES = (
    "CERT_LEVEL_TOO_LOW",
    "CERT_EXPIRED",
    "CERT_LAPSED_INACTIVITY",
    "CERT_SUSPENDED",
)
"""The lightest first."""


def _lacks_of(record: Record, level: int, days: range, world: World) -> Standing:
    """What a record lacks, after what makes it better than others: fewer and lighter things, a
    higher level, a later end.
    """
    unused = COURSES[record.course].unused_months
    used_on = max(record.since, world.last_use(record.who, record.course) or 0)
    wrong = {
        "CERT_LEVEL_TOO_LOW": record.level < level,
        "CERT_EXPIRED": days[-1] > record.until,
        "CERT_LAPSED_INACTIVITY": unused is not None and days[-1] > months_later(used_on, unused),
        "CERT_SUSPENDED": record.state == "SUSPENDED",
    }
    lacking = [code for code in CURES if wrong[code]]
    order = [CURES.index(code) for code in lacking]
    return len(lacking), order, -record.level, -record.until, lacking


def holds(who: str, levels: Iterable[tuple[str, int]], days: range, world: World) -> bool:
    return who not in world.suspended and not any(
        lacks(who, course, level, days, world) for course, level in levels
    )


def may_supervise(use: Use, world: World) -> bool:
    named = use.people.get("SUPERVISOR")
    levels = chain(use.tool, "AUTONOMOUS").items()
    return named is not None and named != use.who and holds(named, levels, use.days, world)


def may_be_buddy(use: Use, world: World) -> bool:
    named = use.people.get("BUDDY") or use.people.get("SUPERVISOR")
    return named is not None and named != use.who and holds(named, [("SAFE", 1)], use.days, world)


def needs_buddy(use: Use, world: World) -> bool:
    """Only where the time itself is allowed."""
    if not TOOLS[use.tool].with_buddy or not is_open(use, world) or is_closed(use, world):
        return False
    return not all(is_staffed(quarter) for quarter in quarters(use.start, use.end))


def awaited_role(use: Use, world: World) -> str | None:
    """Whose word a use waits for."""
    if use.mode == "SUPERVISED":
        return "SUPERVISOR"
    return "BUDDY" if needs_buddy(use, world) else None


# Hours


def is_staffed(minute: int) -> bool:
    return any(first <= dial(minute) % A_DAY < last for first, last in STAFFED)


def is_usable(minute: int, use: Use, world: World) -> bool:
    if is_staffed(minute):
        return True
    has_extended = "PLUS" in world.plans(use.who, use.days) and TOOLS[use.tool].extended
    return has_extended and EXTENDED[0] <= dial(minute) % A_DAY < EXTENDED[1]


def is_open(use: Use, world: World) -> bool:
    if TOOLS[use.tool].runs_alone:
        return is_usable(use.start, use, world)
    return all(is_usable(quarter, use, world) for quarter in quarters(use.start, use.end))


def is_closed(use: Use, world: World) -> bool:
    return not HOLIDAYS.isdisjoint(use.days) or any(
        closed.stands
        and closed.tool in (None, use.tool)
        and closed.start < use.end
        and use.start < closed.end
        for closed in world.closed
    )


def is_too_soon(use: Use, world: World) -> bool:
    """Time that fell free after its start asks for no notice."""
    if use.start >= world.now + LEAD:
        return False
    return use.start < world.now or not all(
        any(
            booking.tool == use.tool
            and booking.fell is not None
            and booking.start <= booking.fell <= minute < booking.end
            for booking in world.bookings
        )
        for minute in range(use.start, world.now + LEAD)
    )


# How much, and whether there is room


def counted(use: Use, world: World) -> list[Booking]:
    """The person's reservations of this machine, but for the one that would make way."""
    return [
        booking
        for booking in world.bookings
        if (booking.who, booking.tool) == (use.who, use.tool) and booking is not use.instead_of
    ]


def passes_a_quota(use: Use, world: World) -> bool:
    tool, own = TOOLS[use.tool], counted(use, world)
    ahead = sum(b.end - b.start for b in own if b.is_active and b.start > world.now)
    if use.start > world.now and ahead + use.end - use.start > tool.ahead:
        return True
    if tool.a_day is None:
        return False
    used = [b for b in own if b.is_active or (b.state == "COMPLETED" and b.start <= world.now)]
    return any(
        sum(minutes_on(day, b.start, b.end) for b in used) + minutes_on(day, use.start, use.end)
        > tool.a_day
        for day in use.days
    )


def unit_is_free(number: int, use: Use, world: World, buffer: int) -> bool:
    return not any(
        (booking.tool, booking.unit) == (use.tool, number)
        and booking is not use.instead_of
        and booking.blocks_until is not None
        and booking.start < use.end + buffer
        and use.start < booking.blocks_until + buffer
        for booking in world.bookings
    )


def free_unit(use: Use, world: World) -> int | None:
    """The unit it has already, else the lowest free one."""
    tool = TOOLS[use.tool]
    free = [n for n in range(tool.units) if unit_is_free(n, use, world, tool.buffer)]
    if use.instead_of and use.instead_of.tool == use.tool and use.instead_of.unit in free:
        return use.instead_of.unit
    return free[0] if free else None


def overlaps_own(use: Use, world: World) -> bool:
    return not TOOLS[use.tool].runs_alone and any(
        booking.who == use.who
        and booking.is_active
        and not TOOLS[booking.tool].runs_alone
        and booking is not use.instead_of
        and booking.start < use.end
        and use.start < booking.end
        for booking in world.bookings
    )


# Price


@dataclass(frozen=True)
class DayPrice:
    credit: int
    paid: int
    cents: int


def lines(use: Use, world: World) -> list[DayPrice]:
    """What each day of a use costs, excluding VAT, and takes from the firm's hours."""
    left = world.credit + (use.instead_of.credit if use.instead_of else 0)
    found = []
    for day in use.days:
        minutes = minutes_on(day, use.start, use.end)
        if world.is_staff(use.who):
            found.append(DayPrice(0, minutes, 0))
            continue
        has_plus = "PLUS" in world.plans(use.who, range(day, day + 1))
        credit = min(minutes, left) if has_plus else 0
        left -= credit
        listed = half_up((minutes - credit) * TOOLS[use.tool].cents_an_hour, 60)
        cents = half_up(listed * (100 - (DISCOUNT if has_plus else 0)), 100)
        found.append(DayPrice(credit, minutes - credit, cents))
    return found


def half_up(number: int, by: int) -> int:
    return (2 * number + by) // (2 * by)


# Waiting


def uses_within(wait: Waiting, start: int, end: int) -> Iterator[Use]:
    """Each use that somebody waits for, one for each half hour of the dial between the two."""
    start += -dial(start) % GRID
    for first in range(start, end - wait.minutes + 1, GRID):
        yield Use(wait.who, wait.tool, first, first + wait.minutes, "AUTONOMOUS")


def answer_until(tool: str, start: int, world: World) -> int:
    """An hour of time at which somebody is here, on days on which the workshop is open; the start
    of what is offered at the latest.
    """
    left = TIME_TO_ANSWER
    for minute in range(world.now, start, 5):
        if left == 0:
            return minute
        moment = Use("", tool, minute, minute + 5, "AUTONOMOUS")
        if is_staffed(minute) and not is_closed(moment, world):
            left -= 5
    return start


def is_today_valid(who: str, course: str, level: int, world: World) -> bool:
    today = day_of(world.now)
    return not lacks(who, course, level, range(today, today + 1), world)
