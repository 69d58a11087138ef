"""What a test draws, and how it is marked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.trainings.rules import (
    DrawnQuestion,
    QuestionFact,
    answer_order,
    draw,
    mark,
    next_attempt_at,
)

BANK = [QuestionFact(number, critical=number <= 4, answers=3) for number in range(1, 16)]


@given(st.integers(0, 2**31))
def test_a_seed_draws_the_same_questions_with_the_critical_ones_asked(seed: int) -> None:
    drawn = draw(BANK, 10, 3, seed)
    assert drawn is not None
    assert drawn == draw(list(reversed(BANK)), 10, 3, seed)
    assert len({question.id for question in drawn}) == 10
    assert sum(question.critical for question in drawn) == 3
    for question in drawn:
        assert sorted(answer_order(question, seed)) == [0, 1, 2]
        assert answer_order(question, seed) == answer_order(question, seed)


def test_seeds_differ_in_order() -> None:
    drawn = [draw(BANK, 10, 3, seed) for seed in range(8)]
    assert len({tuple(q.id for q in questions or ()) for questions in drawn}) == 8


def test_critical_ones_fill_in_and_too_small_a_bank_draws_nothing() -> None:
    assert len(draw(BANK[:6], 6, 1, 7) or ()) == 6
    assert draw(BANK[:6], 7, 1, 7) is None
    assert draw(BANK[4:], 5, 1, 7) is None


CRITICAL = DrawnQuestion(True, frozenset({0}))
PLAIN = DrawnQuestion(False, frozenset({0, 2}))
YES, BOTH, HALF = frozenset({0}), frozenset({0, 2}), frozenset({2})


@pytest.mark.parametrize(
    ("drawn", "chosen", "percent", "passed", "missed"),
    [
        ([CRITICAL, PLAIN], [YES, BOTH], 100, True, ()),
        ([CRITICAL, PLAIN], [YES, HALF], 100, False, ()),
        ([CRITICAL, PLAIN], [YES, HALF], 50, True, ()),
        ([CRITICAL, PLAIN], [HALF, BOTH], 50, False, (0,)),
        ([PLAIN] * 3, [BOTH, BOTH, HALF], 67, False, ()),
        ([PLAIN] * 3, [BOTH, BOTH, HALF], 66, True, ()),
        ([PLAIN], [frozenset({0, 1, 2})], 80, False, ()),
    ],
)
def test_the_pass_mark_and_every_critical_question_count(
    drawn: list[DrawnQuestion],
    chosen: list[frozenset[int]],
    percent: int,
    passed: bool,
    missed: tuple[int, ...],
) -> None:
    marked = mark(drawn, chosen, percent)
    assert (marked.passed, marked.missed_critical) == (passed, missed)


def test_a_pause_begins_with_the_last_failure() -> None:
    first, last = (datetime(2026, 11, day, 9, tzinfo=UTC) for day in (20, 21))
    assert next_attempt_at([], 12) is None
    assert next_attempt_at([last, first], 12) == datetime(2026, 11, 21, 21, tzinfo=UTC)
