"""The small workshop of the histories in plain numbers, from which both sides are made.

Times are whole minutes since the midnight that began 2026 in UTC; days are counted alike on the
workshop's dial. Of every clock change within reach the instant is written down here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

AN_HOUR, A_DAY = 60, 1440
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def minute_of(instant: datetime) -> int:
    return (instant - EPOCH) // timedelta(minutes=1)


def instant_of(minute: int) -> datetime:
    return EPOCH + timedelta(minutes=minute)


def number_of(day: date) -> int:
    return (day - EPOCH.date()).days


def date_of(number: int) -> date:
    return EPOCH.date() + timedelta(days=number)


WINTER_BEGINS = minute_of(datetime(2026, 10, 25, 1, tzinfo=UTC))
WINTER_ENDS = minute_of(datetime(2027, 3, 28, 1, tzinfo=UTC))


def dial(minute: int) -> int:
    """What the workshop's clock shows, as minutes since it showed the epoch."""
    return minute + (60 if WINTER_BEGINS <= minute < WINTER_ENDS else 120)


def day_of(minute: int) -> int:
    return dial(minute) // A_DAY


def at_wall(day: int, minute_of_day: int) -> int:
    """When the dial shows this; of the hour that comes twice the first."""
    shown = day * A_DAY + minute_of_day
    return shown - 120 if dial(shown - 120) == shown else shown - 60


FIRST_DAYS = (number_of(date(2026, 10, 22)), number_of(date(2027, 3, 25)))
"""Both Thursdays before a clock change; the second before Easter Monday, too."""

HOLIDAYS = frozenset(
    number_of(day)
    for day in (
        date(2026, 11, 1),
        date(2026, 11, 11),
        date(2026, 12, 25),
        date(2027, 1, 1),
        date(2027, 3, 29),
        date(2027, 5, 1),
        date(2027, 5, 6),
        date(2027, 5, 8),
        date(2027, 5, 17),
    )
)
"""Further than any history goes."""
OPENS = 8 * AN_HOUR
"""On the first day the history begins at this time."""

STAFFED = ((9 * AN_HOUR, 12 * AN_HOUR), (13 * AN_HOUR, 17 * AN_HOUR))
EXTENDED = (17 * AN_HOUR, 22 * AN_HOUR)
LAST_CLOSING = 22 * AN_HOUR

GRID, LEAD, HORIZON = 30, 30, 3 * A_DAY
ARRIVES_BEFORE, GRACE, WORD_BEFORE = 15, 15, 120
STOPPED_FROM = 3
"""So many no-shows stop reserving."""

TIME_TO_ANSWER, SOONEST_OFFER = 60, 5

CREDIT_MINUTES, DISCOUNT = 360, 20


@dataclass(frozen=True)
class Tool:
    """A machine. `needs`: for each kind of use the trainings with their levels; `ahead` and
    `a_day` are minutes of one person.
    """

    units: int
    buffer: int
    shortest: int
    longest: int
    needs: dict[str, tuple[str, int]]
    extended: bool
    with_buddy: bool
    runs_alone: bool
    ahead: int
    a_day: int | None
    cents_an_hour: int


TOOLS = {
    "SAW": Tool(
        1, 30, 30, 240, {"AUTONOMOUS": ("CUT", 2), "SUPERVISED": ("CUT", 1)},
        extended=True, with_buddy=True, runs_alone=False, ahead=480, a_day=240, cents_an_hour=1750,
    ),
    "PRINTER": Tool(
        2, 0, 30, 480, {"AUTONOMOUS": ("SAFE", 1), "SUPERVISED": ("SAFE", 1)},
        extended=False, with_buddy=False, runs_alone=False, ahead=600, a_day=None,
        cents_an_hour=610,
    ),
    "OVEN": Tool(
        1, 15, 60, 960, {"AUTONOMOUS": ("SAFE", 2), "SUPERVISED": ("SAFE", 1)},
        extended=True, with_buddy=False, runs_alone=True, ahead=1440, a_day=None, cents_an_hour=205,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Course:
    """A training: months until it ends by date and, unless None, by non-use."""

    months: int
    unused_months: int | None
    before: tuple[str, int] | None


REFERENT, REFERENT_MONTHS = 3, 12
"""A level that is looked at again each year, whatever the training says."""

EARLY = 90
"""So many days before its end a certification is gone on with."""

COURSES = {"SAFE": Course(24, None, None), "CUT": Course(12, 6, ("SAFE", 1))}


@dataclass(frozen=True)
class Held:
    """A certification at the beginning; days count from the first of the history. `until_unused`
    is the last day before it lapses, where the approval is to be reckoned back from it.
    """

    who: str
    course: str
    level: int
    until: int
    until_unused: int | None = None


HELD = (
    Held("ANN", "SAFE", 2, 300),
    Held("ANN", "CUT", 2, 300, until_unused=1),
    Held("BOB", "SAFE", 2, 300),
    Held("BOB", "CUT", 1, 2),
    Held("CAT", "SAFE", 1, 3),
    Held("CAT", "CUT", 2, 300),
    Held("TIM", "SAFE", 3, 300),
    Held("TIM", "CUT", 3, 300),
)


@dataclass(frozen=True)
class Paid:
    """Whom a plan covers, up to which day of the history. Only PLUS has credit hours, a discount
    and the extended hours.
    """

    plan: str
    who: tuple[str, ...]
    until: int | None


PAID = (
    Paid("PLUS", ("ANN", "CAT"), 3),
    Paid("BASE", ("BOB",), None),
    Paid("BASE", ("CAT",), None),
)
INSURED = {"ANN": 300, "BOB": 3, "CAT": 300}
MEMBERS = tuple(INSURED)
TRAINER, MANAGER = "TIM", "MAX"
PEOPLE = (*MEMBERS, TRAINER)
"""Who reserves; TIM works here and teaches, MAX manages."""


def months_later(day: int, months: int) -> int:
    """The same day of a later month, or the last of a shorter one; months may be negative."""
    start = date_of(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    for last in range(start.day, 0, -1):
        try:
            return number_of(date(year, month + 1, last))
        except ValueError:
            continue
    raise AssertionError
