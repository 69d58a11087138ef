"""Sets of local days, kept as ranges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Days:
    """Days from range to range, in order and apart; both ends of a range are included."""

    ranges: tuple[tuple[int, int], ...]

    @classmethod
    def between(cls, first: date | None, last: date | None) -> Days:
        """From `first` to `last`, without a bound where that is None."""
        start = (first or date.min).toordinal()
        end = (last or date.max).toordinal()
        return cls(((start, end),) if start <= end else ())

    def covers(self, first: date, last: date) -> bool:
        """Whether every day from `first` to `last` is here, in one range."""
        start, end = first.toordinal(), last.toordinal()
        return any(low <= start and end <= high for low, high in self.ranges)

    def beginning(self, day: date) -> date | None:
        """The first day of the range that a day lies in, None where it lies in none."""
        number = day.toordinal()
        found = (low for low, high in self.ranges if low <= number <= high)
        low = next(found, None)
        return None if low is None else date.fromordinal(low)

    def __and__(self, other: Days) -> Days:
        common = ((max(a, c), min(b, d)) for a, b in self.ranges for c, d in other.ranges)
        return Days(tuple((low, high) for low, high in common if low <= high))

    def __or__(self, other: Days) -> Days:
        joined: list[tuple[int, int]] = []
        for low, high in sorted(self.ranges + other.ranges):
            if joined and low <= joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], max(joined[-1][1], high))
            else:
                joined.append((low, high))
        return Days(tuple(joined))


NEVER = Days(())
ALWAYS = Days.between(None, None)
