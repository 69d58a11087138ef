"""The dates of a session that suit the most, among those on which it could be held."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, time, timedelta
from enum import StrEnum
from itertools import combinations
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.periods import Period, when_clock_reaches


class Half(StrEnum):
    """Half of a working day, by when it begins."""

    MORNING = "MORNING"
    AFTERNOON = "AFTERNOON"


BEGINS = {
    Half.MORNING: (time(9), time(8, 30), time(8)),
    Half.AFTERNOON: (time(13, 30), time(13), time(14)),
}
"""Wall times at which a half-day is proposed to begin: the first at which it is possible."""

MOST_SPREAD = 3
"""A training of more half-days is proposed on half-days that follow one another alone."""

LONGEST = timedelta(hours=4)
A_WEEK = timedelta(days=7)


class Wish(NamedTuple):
    """Somebody who would come on one of these half-days of the week; none named is any."""

    member_id: int
    half_days: frozenset[str]


class Shape(NamedTuple):
    """So many half-days one after the other, each of this length."""

    half_days: int
    length: timedelta


class Candidate(NamedTuple):
    """Half-days on which a session could be held, and who could give it."""

    half_days: tuple[Period, ...]
    keys: tuple[str, ...]
    trainers: tuple[int, ...]


class Proposal(NamedTuple):
    """A candidate with the members it suits."""

    candidate: Candidate
    suits: tuple[int, ...]


def key_of(weekday: int, half: Half) -> str:
    """The name of a half-day of the week, such as `0-MORNING` for Monday."""
    return f"{weekday}-{half}"


def shape_of(minutes: int, half_days: int) -> Shape:
    """How a training of this length is spread over its half-days, none longer than four hours."""
    length = timedelta(minutes=-(-minutes // half_days))
    return Shape(half_days, min(length, LONGEST))


def candidates(
    days: Sequence[date],
    shape: Shape,
    zone: ZoneInfo,
    is_possible: Callable[[Period], bool],
    free_trainers: Callable[[Period], frozenset[int]],
) -> Iterator[Candidate]:
    """Every choice of half-days within a week, on open hours and free machines, with somebody who
    is free for all of it.
    """
    halves = (
        _first_possible(day, half, shape.length, zone, is_possible) for day in days for half in Half
    )
    possible = [one for one in halves if one is not None]
    for number, first in enumerate(possible):
        later = [one for one in possible[number + 1 :] if one.day - first.day < A_WEEK]
        for rest in _choices(later, shape.half_days - 1):
            chosen = (first, *rest)
            periods = tuple(one.period for one in chosen)
            trainers = frozenset.intersection(*map(free_trainers, periods))
            if trainers:
                keys = tuple(one.key for one in chosen)
                yield Candidate(periods, keys, tuple(sorted(trainers)))


class _HalfDay(NamedTuple):
    day: date
    key: str
    period: Period


def _choices(later: Sequence[_HalfDay], wanted: int) -> Iterable[tuple[_HalfDay, ...]]:
    if wanted < MOST_SPREAD:
        return combinations(later, wanted)
    return [tuple(later[:wanted])] if len(later) >= wanted else []


def _first_possible(
    day: date,
    half: Half,
    length: timedelta,
    zone: ZoneInfo,
    is_possible: Callable[[Period], bool],
) -> _HalfDay | None:
    for begins in BEGINS[half]:
        start = when_clock_reaches(day, begins, zone)
        period = Period(start, start + length)
        if is_possible(period):
            return _HalfDay(day, key_of(day.weekday(), half), period)
    return None


def rank(found: Iterable[Candidate], wishes: Sequence[Wish], most: int) -> tuple[Proposal, ...]:
    """The candidates that suit somebody, those that suit the most first, then the earliest; one
    for each first day.
    """
    proposals = [Proposal(one, _suited(one, wishes)) for one in found]
    in_order = sorted(
        (one for one in proposals if one.suits),
        key=lambda one: (-len(one.suits), one.candidate.half_days),
    )
    best: dict[date, Proposal] = {}
    for one in in_order:
        best.setdefault(one.candidate.half_days[0].starts_at.date(), one)
    return tuple(best.values())[:most]


def _suited(candidate: Candidate, wishes: Iterable[Wish]) -> tuple[int, ...]:
    return tuple(
        wish.member_id
        for wish in wishes
        if not wish.half_days or wish.half_days.issuperset(candidate.keys)
    )
