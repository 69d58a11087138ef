"""The dates of a session that suit the most, among those on which it could be held."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.periods import Period, when_clock_reaches


class Half(StrEnum):
    """Half of a working day, by when it begins."""

    MORNING = "MORNING"
    AFTERNOON = "AFTERNOON"


BEGINS = {Half.MORNING: time(9), Half.AFTERNOON: time(13, 30)}
"""Wall times at which a half-day is proposed to begin."""

LONGEST = timedelta(hours=4)


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
    """Every run of half-days that begins on one of the days, on open hours and free machines, with
    somebody who is free for all of it. A half-day that is not possible is passed over, at most
    until the end of the week after.
    """
    halves = [_half(day, half, shape.length, zone) for day in days for half in Half]
    possible = [(day, key, period) for day, key, period in halves if is_possible(period)]
    for number, (first_on, _key, _period) in enumerate(possible):
        run = possible[number : number + shape.half_days]
        if len(run) < shape.half_days or run[-1][0] - first_on > timedelta(days=7):
            continue
        periods = tuple(period for _day, _key, period in run)
        trainers = frozenset.intersection(*map(free_trainers, periods))
        if trainers:
            keys = tuple(key for _day, key, _period in run)
            yield Candidate(periods, keys, tuple(sorted(trainers)))


def _half(day: date, half: Half, length: timedelta, zone: ZoneInfo) -> tuple[date, str, Period]:
    start = when_clock_reaches(day, BEGINS[half], zone)
    return day, key_of(day.weekday(), half), Period(start, start + length)


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
