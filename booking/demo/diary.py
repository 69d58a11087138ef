"""What is taken while the synthetic reservations are made: units, and the time of people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from booking.demo.dice import Dice
from booking.demo.eligibility import User
from booking.demo.files import ZONE, Files
from booking.demo.places import Place
from booking.periods import Period, local_days
from booking.reservations.rules import Mode

EXTENDED_HOURS = 0.15
"""How often those who may come outside staffed hours do."""

ON_THE_HOUR = 0.7


@dataclass(frozen=True)
class Use:
    """One reservation to be: a person on one unit of a machine."""

    person: str
    machine: str
    unit: int
    period: Period
    mode: Mode
    purpose: str
    firing_type: str | None = None

    @property
    def starts_on(self) -> date:
        return self.period.starts_at.astimezone(ZONE).date()

    @property
    def ends_on(self) -> date:
        return local_days(self.period, ZONE)[-1]

    @property
    def minutes(self) -> int:
        return self.period.duration // timedelta(minutes=1)


@dataclass
class Diary:
    """Finds room by the rules, and by chance where there is more than enough of it.

    `not_before`: nothing starts earlier. `hours_per_person_and_machine`: nobody takes more.
    """

    places: Mapping[str, Place]
    dice: Dice
    not_before: datetime | None = None
    hours_per_person_and_machine: int | None = None
    _units: dict[tuple[str, int], list[Period]] = field(default_factory=dict)
    _people: dict[str, list[Period]] = field(default_factory=dict)
    _minutes: Counter[tuple[str, str, date]] = field(default_factory=Counter)
    _minutes_in_all: Counter[tuple[str, str]] = field(default_factory=Counter)

    def block_unit(self, machine: str, unit: int, period: Period) -> None:
        """Take a unit for something else, with the machine's buffer behind it."""
        busy = Period(period.starts_at, period.ends_at + self.places[machine].buffer)
        self._units.setdefault((machine, unit), []).append(busy)

    def block_person(self, person: str, period: Period) -> None:
        self._people.setdefault(person, []).append(period)

    def block_sessions(self, files: Files) -> None:
        """Training sessions take their units, and the time of trainer and trainees."""
        for session in files.records["training_sessions"]:
            people = [session["trainer"], *(item["member"] for item in session["enrolments"])]
            for half_day in session["half_days"]:
                period = Period(half_day["starts_at"], half_day["ends_at"])
                for person in people:
                    self.block_person(person, period)
                for taken in session["occupies"]:
                    for unit in range(1, taken["units"] + 1):
                        self.block_unit(taken["machine"], unit, period)

    def find(self, machine: str, user: User, day: date, minutes: int) -> Use | None:
        """Room for a use that starts on this day, None where this person finds none."""
        place = self.places[machine]
        extended = user.extended_access and self.dice.chance(EXTENDED_HOURS)
        starts = [
            start
            for start in place.starts_on(day, timedelta(minutes=minutes), extended=extended)
            if self.not_before is None or start >= self.not_before
        ]
        rooms = list(self._rooms(place, user, day, starts, timedelta(minutes=minutes)))
        if not rooms:
            return None
        on_the_hour = [room for room in rooms if room.period.starts_at.minute == 0]
        if on_the_hour and self.dice.chance(ON_THE_HOUR):
            rooms = on_the_hour
        room = self.dice.one_of(rooms)
        return Use(
            person=user.person,
            machine=machine,
            unit=room.unit,
            period=room.period,
            mode=room.mode,
            purpose=self.dice.one_of(place.purposes),
            firing_type=self.dice.one_of(place.firing_types) if place.firing_types else None,
        )

    def take(self, use: Use) -> None:
        """Keep what was found."""
        self.block_unit(use.machine, use.unit, use.period)
        if not self.places[use.machine].unattended:
            self.block_person(use.person, use.period)
        self._minutes[use.person, use.machine, use.starts_on] += use.minutes
        self._minutes_in_all[use.person, use.machine] += use.minutes

    def _rooms(
        self, place: Place, user: User, day: date, starts: list[datetime], length: timedelta
    ) -> Iterator[_Room]:
        """The starts at which the person, the machine and one of its units are free."""
        if not starts or self._passes_quota(place, user, day, length):
            return
        around = Period(starts[0], starts[-1] + length + place.buffer)
        taken = [
            _overlapping(around, self._units.get((place.code, unit), []))
            for unit in range(1, place.units + 1)
        ]
        own = [] if place.unattended else _overlapping(around, self._people.get(user.person, []))
        for start in starts:
            period = Period(start, start + length)
            days = local_days(period, ZONE)
            mode = user.mode_on(days[0], days[-1])
            if mode is None or _overlapping(period, own) or place.is_closed(period):
                continue
            blocked = Period(period.starts_at, period.ends_at + place.buffer)
            for unit, busy in enumerate(taken, start=1):
                if not _overlapping(blocked, busy):
                    yield _Room(period, unit, mode)
                    break

    def _passes_quota(self, place: Place, user: User, day: date, length: timedelta) -> bool:
        minutes = length // timedelta(minutes=1)
        on_that_day = self._minutes[user.person, place.code, day] + minutes
        in_all = self._minutes_in_all[user.person, place.code] + minutes
        per_day, hours = place.quota_minutes_per_day, self.hours_per_person_and_machine
        return (per_day is not None and on_that_day > per_day) or (
            hours is not None and in_all > hours * 60
        )


@dataclass(frozen=True)
class _Room:
    period: Period
    unit: int
    mode: Mode


def _overlapping(period: Period, others: list[Period]) -> list[Period]:
    return [other for other in others if other.overlaps(period)]
