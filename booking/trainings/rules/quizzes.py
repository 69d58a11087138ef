"""What a test draws from the bank of questions, and how it is marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

FEWEST_ANSWERS, MOST_ANSWERS = 2, 6

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class QuestionFact:
    """A question that can be drawn; `answers` is how many it has to choose from."""

    id: int
    critical: bool
    answers: int


@dataclass(frozen=True, slots=True)
class DrawnQuestion:
    """A question as it was asked: `right` are the places of its right answers, as shown."""

    critical: bool
    right: frozenset[int]


@dataclass(frozen=True, slots=True)
class Mark:
    """The outcome of a test: which questions were right, by their places."""

    right: tuple[bool, ...]
    missed_critical: tuple[int, ...]
    passed: bool

    @property
    def right_count(self) -> int:
        return sum(self.right)


def draw(
    questions: Sequence[QuestionFact], count: int, critical_count: int, seed: int
) -> list[QuestionFact] | None:
    """`count` questions of which `critical_count` are critical, in an order of this seed's own.

    Others that are critical come in where there are too few plain ones. None when the bank
    holds too little.
    """
    dice = Random(seed)  # noqa: S311 - it shuffles a test, and guards nothing
    known = sorted(questions, key=lambda question: question.id)
    critical = _shuffled([question for question in known if question.critical], dice)
    plain = _shuffled([question for question in known if not question.critical], dice)
    if critical_count > count or len(known) < count or len(critical) < critical_count:
        return None
    others = plain + critical[critical_count:]
    return _shuffled([*critical[:critical_count], *others[: count - critical_count]], dice)


def answer_order(question: QuestionFact, seed: int) -> list[int]:
    """The places of a question's answers, shuffled by the seed of the attempt."""
    dice = Random(seed * 1_000_003 + question.id)  # noqa: S311 - as above
    return _shuffled(range(question.answers), dice)


def mark(
    drawn: Sequence[DrawnQuestion], chosen: Sequence[frozenset[int]], pass_percent: int
) -> Mark:
    """A question is right when exactly its right answers are chosen.

    Passed: at least `pass_percent` of the questions, and every critical one.
    """
    right = tuple(
        question.right == answers for question, answers in zip(drawn, chosen, strict=True)
    )
    missed = tuple(
        place
        for place, (question, is_right) in enumerate(zip(drawn, right, strict=True))
        if question.critical and not is_right
    )
    enough = sum(right) * 100 >= pass_percent * len(drawn)
    return Mark(right, missed, enough and not missed)


def next_attempt_at(failed_at: Iterable[datetime], pause_hours: int) -> datetime | None:
    """From when on somebody may try again, None when nothing failed; a pause is for learning."""
    last = max(failed_at, default=None)
    return None if last is None else last + timedelta(hours=pause_hours)


def _shuffled(things: Iterable[Thing], dice: Random) -> list[Thing]:
    shuffled = list(things)
    dice.shuffle(shuffled)
    return shuffled
