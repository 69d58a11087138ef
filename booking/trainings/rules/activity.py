"""The yearly activity of professional training (bilan pédagogique et financier), from its sessions.

Code du travail, art. L. 6352-11. A session counts whole in the local year in which it ends.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True)
class TraineeFact:
    """One trainee of one session: the time signed for, and what was received for it, in cents
    without VAT. An empty code has not been filled in.
    """

    hours: timedelta
    income_cents: int
    income: str
    objective: str


@dataclass(frozen=True)
class Sum:
    trainees: int = 0
    hours: timedelta = timedelta()
    income_cents: int = 0

    def __add__(self, other: Sum) -> Sum:
        return Sum(
            self.trainees + other.trainees,
            self.hours + other.hours,
            self.income_cents + other.income_cents,
        )


@dataclass(frozen=True)
class Activity:
    """The totals, and their parts by origin of the income and by objective."""

    total: Sum = Sum()
    by_income: Mapping[str, Sum] = field(default_factory=dict)
    by_objective: Mapping[str, Sum] = field(default_factory=dict)


def sum_of(trainees: Iterable[TraineeFact]) -> Sum:
    """Only who has signed for something was a trainee; what was paid counts all the same."""
    total = Sum()
    for one in trainees:
        total += Sum(1 if one.hours else 0, one.hours, one.income_cents)
    return total


def activity_of(sessions: Iterable[Iterable[TraineeFact]]) -> Activity:
    """Of all sessions together; a person in two sessions is a trainee of each."""
    everybody = [one for session in sessions for one in session]
    return Activity(
        sum_of(everybody),
        {code: sum_of(t for t in everybody if t.income == code)
         for code in Counter(t.income for t in everybody)},
        {code: sum_of(t for t in everybody if t.objective == code)
         for code in Counter(t.objective for t in everybody)},
    )  # fmt: skip
