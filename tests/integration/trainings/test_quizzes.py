"""Tests: who takes them when, what is kept, and what a proposal asks of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from booking.database import db
from booking.trainings.models import QuizAttempt, QuizQuestion
from booking.trainings.queries import list_questions, quiz_standing
from booking.trainings.refusals import Refused, Why, WhyNoQuiz
from booking.trainings.service import quizzes
from booking.trainings.service.quizzes import QuestionContent
from tests.learning import pass_quiz, person, training_named

SetClock = Callable[[Flask, str], None]


@pytest.fixture(autouse=True)
def transaction(demo_app: Flask) -> Iterator[None]:
    """Each test is one transaction, of which nothing stays."""
    with demo_app.app_context():
        yield
        db.session.rollback()


def start(who: str = "U10", of: str = "LASER") -> Any:
    return quizzes.start(person(who), training_named(of))


def right_ones(attempt: QuizAttempt) -> list[frozenset[int]]:
    return [question.right for question in quizzes.drawn_of(attempt)]


def wrong_ones(attempt: QuizAttempt) -> list[frozenset[int]]:
    drawn = zip(attempt.drawn, quizzes.drawn_of(attempt), strict=True)
    return [frozenset(range(len(kept["answers"]))) - asked.right for kept, asked in drawn]


@pytest.mark.parametrize(
    "code", ["ACC", "BOIS-1", "BOIS-2", "CNC-1", "LASER", "METAL-1", "TEXTILE-1", "CERAM-1"]
)
def test_the_demo_has_questions_enough_in_three_languages_with_critical_ones_to_spare(
    code: str,
) -> None:
    training = training_named(code)
    drawn = quizzes.draw_questions(training, seed=5)
    assert drawn is not None
    assert len(drawn) == training.quiz_questions
    for question in list_questions(training):
        rights = [answer["right"] for answer in question.answers]
        assert 2 <= len(rights) <= 6
        assert any(rights)
        assert not all(rights)
        texts = [question.text, *(answer["text"] for answer in question.answers)]
        assert all(set(text) == {"fr", "en", "de"} for text in texts), texts
        for language in ("fr", "en", "de"):
            answers = {answer["text"][language] for answer in question.answers}
            assert len(answers) == len(rights), answers
    critical = [question for question in list_questions(training) if question.critical]
    assert len(critical) > training.quiz_critical_questions > 0


def test_an_attempt_is_begun_once_and_asks_the_same_as_often_as_one_looks() -> None:
    begun = start()
    assert start() is begun
    assert begun.total == 12


@pytest.mark.parametrize(("who", "of"), [("U12", "LASER"), ("U10", "CERAM-1")])
def test_only_who_is_in_training_takes_it(who: str, of: str) -> None:
    assert start(who, of) == Refused(WhyNoQuiz.NOT_IN_TRAINING)


def test_right_answers_pass_and_stay() -> None:
    attempt = start()
    sent = quizzes.send(attempt.id, right_ones(attempt), person("U10"))
    assert isinstance(sent, QuizAttempt)
    assert (sent.passed, sent.right_count) == (True, 12)
    again = quizzes.send(attempt.id, wrong_ones(attempt), person("U10"))
    assert again == Refused(WhyNoQuiz.ALREADY_SENT)


def test_nobody_sends_for_another_and_answers_are_those_offered() -> None:
    attempt = start()
    answers = right_ones(attempt)
    assert quizzes.send(attempt.id, answers, person("S2")) == Refused(Why.NOT_PERMITTED)
    for odd in (answers[:-1], [*answers[:-1], frozenset()], [*answers[:-1], frozenset({9})]):
        outcome = quizzes.send(attempt.id, odd, person("U10"))
        assert outcome == Refused(WhyNoQuiz.NOT_ONE_OF_THEM)


def test_after_a_failure_comes_a_pause_and_every_attempt_is_kept(
    demo_app: Flask, at: SetClock
) -> None:
    attempt = start()
    failed = quizzes.send(attempt.id, wrong_ones(attempt), person("U10"))
    assert isinstance(failed, QuizAttempt)
    assert not failed.passed
    assert start() == Refused(WhyNoQuiz.PAUSE)
    at(demo_app, "2026-11-23T20:00:00+01:00")
    second = start()
    assert isinstance(second, QuizAttempt)
    quizzes.send(second.id, right_ones(second), person("U10"))
    standing = quiz_standing(person("U10").id, training_named("LASER").id)
    assert [one.passed for one in standing.attempts] == [True, False]
    assert standing.best is second


def test_an_attempt_keeps_what_was_asked_whatever_becomes_of_the_bank() -> None:
    attempt = start()
    asked = attempt.drawn[0]
    other = QuestionContent(
        {"fr": "Autre chose ?"}, [({"fr": "Oui"}, True), ({"fr": "Non"}, False)], False
    )
    quizzes.change_question(asked["id"], other, person("S2"))
    quizzes.retire_question(asked["id"], person("S2"))
    db.session.flush()
    db.session.refresh(attempt)
    assert attempt.drawn[0] == asked
    assert asked["id"] not in [
        q["id"] for q in quizzes.draw_questions(training_named("LASER"), 9) or []
    ]


def test_a_bank_that_is_too_small_draws_nothing() -> None:
    for question in list_questions(training_named("LASER"))[:2]:
        quizzes.retire_question(question.id, person("S2"))
    assert start() == Refused(WhyNoQuiz.TOO_FEW_QUESTIONS)


@pytest.mark.parametrize("rights", [(True, True), (False, False)])
def test_a_question_has_a_right_and_a_wrong_answer(rights: tuple[bool, bool]) -> None:
    answers = [({"fr": "Oui"}, rights[0]), ({"fr": "Non"}, rights[1])]
    content = QuestionContent({"fr": "Vrai ?"}, answers, False)
    outcome = quizzes.add_question(training_named("LASER"), content, person("S2"))
    assert outcome == Refused(WhyNoQuiz.ONE_RIGHT_ANSWER)


def test_trainers_and_managers_alone_write_questions() -> None:
    content = QuestionContent(
        {"fr": "Vrai ?"}, [({"fr": "Oui"}, True), ({"fr": "Non"}, False)], True
    )
    for who, may in (("U10", False), ("S7", False), ("S1", True), ("S2", True)):
        outcome = quizzes.add_question(training_named("LASER"), content, person(who))
        assert isinstance(outcome, QuizQuestion) is may, who


def test_a_test_failed_proves_nothing() -> None:
    pass_quiz("U10", "LASER", passed=False)
    standing = quiz_standing(person("U10").id, training_named("LASER").id)
    assert standing.best is not None
    assert not standing.passed_since(standing.best.started_at.date())
