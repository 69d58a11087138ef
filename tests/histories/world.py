"""What the naive model knows: plain lists, and questions that look through all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.histories.place import (
    COURSES,
    CREDIT_MINUTES,
    HELD,
    INSURED,
    MEMBERS,
    OPENS,
    PAID,
    TOOLS,
    at_wall,
    day_of,
    months_later,
)

ACTIVE = ("HELD", "CONFIRMED", "CHECKED_IN")
CURRENT = ("PENDING", "ACCEPTED")


@dataclass
class Second:
    """A second person who was asked to be there."""

    role: str
    who: str
    answer: str = "PENDING"


@dataclass
class Booking:
    """A reservation. `until`: from then on it counts no more. `left`: somebody left earlier;
    `fell`: nobody came, or no word did, and when; `is_written`: somebody has noted that, and the
    time was offered to who waits. `late_cents`: of the price what stays due of time that was given
    back too late. `is_offer`: it is held for somebody who waited, until there is an answer, and has
    no price (`is_priced`) before that.
    """

    who: str
    tool: str
    unit: int
    start: int
    end: int
    mode: str
    state: str
    until: int | None
    credit: int
    cents: int
    late_cents: int = 0
    seconds: list[Second] = field(default_factory=list)
    kept_percent: int = 0
    fee: int | None = None
    left: int | None = None
    fell: int | None = None
    series: int | None = None
    is_offer: bool = False
    is_priced: bool = True
    is_written: bool = True

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def current(self) -> list[Second]:
        return [second for second in self.seconds if second.answer in CURRENT]

    @property
    def days(self) -> range:
        return days_of(self.start, self.end)

    @property
    def blocks_until(self) -> int | None:
        """The end of the time in which nobody else uses the unit; None where it blocks nothing."""
        if self.left is not None and self.left <= self.start:
            return None
        if self.is_active or self.state == "COMPLETED":
            return self.end if self.left is None else min(self.end, self.left)
        return None


@dataclass
class Record:
    """A certification, valid from a day up to and including another."""

    who: str
    course: str
    level: int
    since: int
    until: int
    state: str = "APPROVED"


@dataclass
class Closed:
    tool: str | None
    start: int
    end: int
    stands: bool = True


@dataclass
class Waiting:
    """A place in the list: a use of so many minutes is wanted between `start` and `end`."""

    who: str
    tool: str
    start: int
    end: int
    minutes: int
    only_told: bool
    state: str = "WAITING"
    offer: Booking | None = None

    def state_at(self, now: int) -> str:
        return "EXPIRED" if self.state == "WAITING" and self.end <= now else self.state


@dataclass
class World:
    """Everything at one moment."""

    first_day: int
    now: int
    bookings: list[Booking] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    closed: list[Closed] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    suspended: set[str] = field(default_factory=set)
    credit: int = CREDIT_MINUTES

    def plans(self, who: str, days: range) -> list[str]:
        """The plans that cover a person on all these days."""
        return [
            paid.plan
            for paid in PAID
            if who in paid.who and (paid.until is None or days[-1] <= self.first_day + paid.until)
        ]

    def insured_until(self, who: str) -> int:
        return self.first_day + INSURED[who]

    def is_staff(self, who: str) -> bool:
        return who not in MEMBERS

    def last_use(self, who: str, course: str) -> int | None:
        """The day of the last completed use of a machine that asks for this training."""
        used = [
            day_of(booking.end - 1)
            for booking in self.bookings
            if booking.who == who
            and booking.state == "COMPLETED"
            and course in chain(booking.tool, "AUTONOMOUS")
        ]
        return max(used, default=None)


def new_world(first_day: int) -> World:
    world = World(first_day, at_wall(first_day, OPENS))
    for held in HELD:
        unused = COURSES[held.course].unused_months
        since = first_day - 100
        if held.until_unused is not None and unused is not None:
            since = months_later(first_day + held.until_unused, -unused)
        until = first_day + held.until
        world.records.append(Record(held.who, held.course, held.level, since, until))
    return world


def days_of(start: int, end: int) -> range:
    """The days a time touches; one that ends at midnight does not touch that day."""
    return range(day_of(start), day_of(end - 1) + 1)


def minutes_on(day: int, start: int, end: int) -> int:
    """How much of a time lies on one day."""
    return sum(1 for minute in quarters(start, end) if day_of(minute) == day) * 15


def quarters(start: int, end: int) -> Iterator[int]:
    """The quarters of an hour of a time: nothing in this workshop begins or ends within one."""
    yield from range(start, end, 15)


def chain(tool: str, mode: str) -> dict[str, int]:
    """All that a machine asks for, with what that asks for before it."""
    needed: dict[str, int] = {}
    link: tuple[str, int] | None = TOOLS[tool].needs[mode]
    while link is not None:
        course, level = link
        needed[course] = max(level, needed.get(course, 0))
        link = COURSES[course].before
    return needed
