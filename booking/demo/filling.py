"""Spreading a number of uses of a machine over days, by chance and within the rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from booking.demo.diary import Diary, Use
from booking.demo.eligibility import User
from booking.demo.places import is_holiday
from booking.demo.workshop import WEEKDAYS

LENGTHS = (0.5, 0.75, 1.0, 1.0, 1.25, 1.5)
"""How long uses are, as parts of their mean."""

TRIES = 40
"""Draws of a day and a person before all of them are gone through in order."""


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from first to last, both included."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


@dataclass
class Filling:
    """Places uses of machines among the people who may use them.

    `weights`: how busy each day is beside the others.
    """

    diary: Diary
    users: Mapping[str, Sequence[User]]
    weights: Mapping[date, float]
    _crowds: dict[tuple[str, date], list[tuple[User, float]]] = field(default_factory=dict)
    _days: dict[str, list[tuple[date, float]]] = field(default_factory=dict)

    def add_anywhere(self, machine: str, mean_minutes: int) -> Use | None:
        """One more use on one of the days, None where there is no room left at all."""
        minutes = self._draw_minutes(machine, mean_minutes)
        days = self._days_of(machine)
        if not days:
            return None
        for _ in range(TRIES):
            use = self._try_on(machine, self.diary.dice.weighted(days), minutes)
            if use is not None:
                return use
        return self._first_room(machine, [day for day, _ in days], minutes)

    def add_on(self, machine: str, user: User, day: date, mean_minutes: int) -> Use | None:
        """A use by this person that starts on this day, shorter than drawn if it must be."""
        for minutes in self._shorter(machine, self._draw_minutes(machine, mean_minutes)):
            use = self._keep(self.diary.find(machine, user, day, minutes))
            if use is not None:
                return use
        return None

    def _try_on(self, machine: str, day: date, minutes: int) -> Use | None:
        user = self.diary.dice.weighted(self._crowd_on(machine, day))
        return self._keep(self.diary.find(machine, user, day, minutes))

    def _first_room(self, machine: str, days: Sequence[date], minutes: int) -> Use | None:
        for shorter in self._shorter(machine, minutes):
            for day in days:
                for user, _ in self._crowd_on(machine, day):
                    use = self._keep(self.diary.find(machine, user, day, shorter))
                    if use is not None:
                        return use
        return None

    def _keep(self, use: Use | None) -> Use | None:
        if use is not None:
            self.diary.take(use)
        return use

    def _days_of(self, machine: str) -> list[tuple[date, float]]:
        """The days on which somebody may use it; the more people, the busier."""
        if machine not in self._days:
            counts = ((day, len(self._crowd_on(machine, day))) for day in self.weights)
            self._days[machine] = [
                (day, self.weights[day] * count / (count + 1)) for day, count in counts if count
            ]
        return self._days[machine]

    def _crowd_on(self, machine: str, day: date) -> list[tuple[User, float]]:
        """Who may use it from this day on for its shortest time, with their liking of it."""
        if (machine, day) not in self._crowds:
            last = day + self.diary.places[machine].shortest_days
            self._crowds[machine, day] = [
                (user, user.liking)
                for user in self.users[machine]
                if user.mode_on(day, last) is not None
            ]
        return self._crowds[machine, day]

    def _draw_minutes(self, machine: str, mean_minutes: int) -> int:
        """A length on the grid; rounded up or down by chance, so that the mean stays."""
        place, dice = self.diary.places[machine], self.diary.dice
        steps = mean_minutes * dice.one_of(LENGTHS) / place.grid_minutes
        whole = int(steps)
        minutes = (whole + dice.chance(steps - whole)) * place.grid_minutes
        return min(max(minutes, place.min_minutes), place.max_minutes)

    def _shorter(self, machine: str, minutes: int) -> range:
        place = self.diary.places[machine]
        return range(minutes, place.min_minutes - 1, -place.grid_minutes)


def weights_of_days(
    days: Iterable[date],
    weekdays: Mapping[str, float],
    months: Mapping[str, float] | None = None,
) -> dict[date, float]:
    """How busy each day is; without public holidays and the weekdays that are not named."""
    return {
        day: weekdays[WEEKDAYS[day.weekday()]] * (months[str(day.month)] if months else 1.0)
        for day in days
        if WEEKDAYS[day.weekday()] in weekdays and not is_holiday(day)
    }
