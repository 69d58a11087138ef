"""When trainees are asked what, and what a year of professional training adds up to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.trainings.rules import (
    QUESTIONS,
    AskingTime,
    QuestionnaireKind,
    Sum,
    TraineeFact,
    activity_of,
    asking_time,
    is_letter_due,
    sum_of,
)

STARTS = datetime(2026, 11, 18, 13, tzinfo=UTC)
ENDS = datetime(2026, 11, 19, 16, 30, tzinfo=UTC)
ENTRY, AT_ONCE, LATER = QuestionnaireKind


@pytest.mark.parametrize(
    ("kind", "now", "expected"),
    [
        (ENTRY, STARTS - timedelta(days=60), AskingTime.OPEN),
        (ENTRY, STARTS - timedelta(seconds=1), AskingTime.OPEN),
        (ENTRY, STARTS, AskingTime.OVER),
        (AT_ONCE, ENDS - timedelta(seconds=1), AskingTime.TOO_EARLY),
        (AT_ONCE, ENDS, AskingTime.OPEN),
        (AT_ONCE, datetime(2027, 2, 19, 16, 29, tzinfo=UTC), AskingTime.OPEN),
        (AT_ONCE, datetime(2027, 2, 19, 16, 30, tzinfo=UTC), AskingTime.OVER),
        (LATER, datetime(2027, 2, 19, 16, 29, tzinfo=UTC), AskingTime.TOO_EARLY),
        (LATER, datetime(2027, 2, 19, 16, 30, tzinfo=UTC), AskingTime.OPEN),
        (LATER, datetime(2027, 5, 19, 16, 30, tzinfo=UTC), AskingTime.OVER),
    ],
)
def test_each_questionnaire_has_its_time(
    kind: QuestionnaireKind, now: datetime, expected: AskingTime
) -> None:
    assert asking_time(kind, STARTS, ENDS, now) is expected


def test_the_letter_before_the_training_is_sent_a_week_ahead() -> None:
    week = timedelta(days=7)
    assert not is_letter_due(ENTRY, STARTS, ENDS, STARTS - week - timedelta(seconds=1))
    assert is_letter_due(ENTRY, STARTS, ENDS, STARTS - week)
    assert not is_letter_due(ENTRY, STARTS, ENDS, STARTS)
    assert is_letter_due(AT_ONCE, STARTS, ENDS, ENDS)


def test_every_kind_has_questions() -> None:
    assert all(QUESTIONS[kind] for kind in QuestionnaireKind)


trainees = st.builds(
    TraineeFact,
    st.integers(0, 40).map(lambda hours: timedelta(hours=hours)),
    st.integers(0, 100_000),
    st.sampled_from(["", "COMPANY", "PERSON", "CPF"]),
    st.sampled_from(["", "OTHER", "RNCP"]),
)


@given(st.lists(st.lists(trainees)))
def test_the_year_is_the_sum_of_its_sessions_and_of_each_of_its_partitions(
    sessions: list[list[TraineeFact]],
) -> None:
    year = activity_of(sessions)
    for parts in (
        [sum_of(session) for session in sessions],
        list(year.by_income.values()),
        list(year.by_objective.values()),
    ):
        whole = Sum()
        for part in parts:
            whole += part
        assert whole == year.total


def test_who_has_signed_for_nothing_is_no_trainee_and_what_he_paid_counts() -> None:
    absent = TraineeFact(timedelta(), 18_000, "PERSON", "OTHER")
    assert sum_of([absent]) == Sum(0, timedelta(), 18_000)
