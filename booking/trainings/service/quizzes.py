"""Tests: drawn from the bank, taken once, marked at once; and keeping the bank."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from booking import clock, permissions
from booking.database import LocalizedText, db
from booking.journal import service as journal
from booking.members.models import Member
from booking.trainings.models import QuizAttempt, QuizQuestion, Training
from booking.trainings.queries.quizzes import (
    facts_of,
    find_open_attempt,
    free_again_at,
    is_in_training,
    list_questions,
    quiz_standing,
)
from booking.trainings.refusals import Refused, Why, WhyNoQuiz
from booking.trainings.rules import DrawnQuestion, answer_order, draw, mark

SEEDS = 2**31


@dataclass(frozen=True)
class QuestionContent:
    """What a question says; `answers` are texts by language with whether they are right."""

    text: LocalizedText
    answers: Sequence[tuple[LocalizedText, bool]]
    critical: bool

    @property
    def kept(self) -> list[dict[str, Any]]:
        return [{"text": text, "right": right} for text, right in self.answers]


def start(member: Member, training: Training) -> QuizAttempt | Refused:
    """Begin an attempt, or go on with the one begun: it asks the same, as often as one looks."""
    _hold_member(member)
    if training.quiz_questions == 0 or training.archived_at is not None:
        return Refused(WhyNoQuiz.NO_QUIZ)
    if begun := find_open_attempt(member.id, training.id):
        return begun
    if not is_in_training(member.id, training.id):
        return Refused(WhyNoQuiz.NOT_IN_TRAINING)
    free_at = free_again_at(quiz_standing(member.id, training.id), training)
    if free_at is not None and clock.now() < free_at:
        return Refused(WhyNoQuiz.PAUSE)
    seed = secrets.randbelow(SEEDS)
    drawn = draw_questions(training, seed)
    if drawn is None:
        return Refused(WhyNoQuiz.TOO_FEW_QUESTIONS)
    attempt = QuizAttempt(
        member_id=member.id,
        training_id=training.id,
        started_at=clock.now(),
        seed=seed,
        pass_percent=training.quiz_pass_percent,
        drawn=drawn,
        chosen=[],
    )
    db.session.add(attempt)
    db.session.flush()
    return attempt


def draw_questions(training: Training, seed: int) -> list[dict[str, Any]] | None:
    """What an attempt with this seed asks, as it is kept; None when the bank holds too little."""
    bank = {question.id: question for question in list_questions(training)}
    drawn = draw(
        facts_of(list(bank.values())),
        training.quiz_questions,
        training.quiz_critical_questions,
        seed,
    )
    if drawn is None:
        return None
    return [
        {
            "id": fact.id,
            "text": bank[fact.id].text,
            "critical": fact.critical,
            "answers": [bank[fact.id].answers[place] for place in answer_order(fact, seed)],
        }
        for fact in drawn
    ]


def send(attempt_id: int, chosen: Sequence[frozenset[int]], actor: Member) -> QuizAttempt | Refused:
    """Mark what was chosen, question by question; it cannot be sent again."""
    attempt = db.session.scalar(
        select(QuizAttempt)
        .where(QuizAttempt.id == attempt_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if attempt is None:
        raise LookupError(f"no attempt {attempt_id}")
    if attempt.member_id != actor.id:
        return Refused(Why.NOT_PERMITTED)
    if attempt.sent_at is not None:
        return Refused(WhyNoQuiz.ALREADY_SENT)
    fits = len(chosen) == attempt.total and all(
        answers and answers <= set(range(len(question["answers"])))
        for question, answers in zip(attempt.drawn, chosen, strict=False)
    )
    if not fits:
        return Refused(WhyNoQuiz.NOT_ONE_OF_THEM)
    marked = mark(drawn_of(attempt), chosen, attempt.pass_percent)
    attempt.chosen = [
        {"answers": sorted(answers), "right": right}
        for answers, right in zip(chosen, marked.right, strict=True)
    ]
    attempt.sent_at = clock.now()
    attempt.right_count = marked.right_count
    attempt.passed = marked.passed
    db.session.flush()
    return attempt


def drawn_of(attempt: QuizAttempt) -> list[DrawnQuestion]:
    """The questions of an attempt as the rules mark them."""
    return drawn_of_kept(attempt.drawn)


def drawn_of_kept(kept: Sequence[dict[str, Any]]) -> list[DrawnQuestion]:
    """The same of what is kept with one."""
    return [
        DrawnQuestion(
            question["critical"],
            frozenset(place for place, answer in enumerate(question["answers"]) if answer["right"]),
        )
        for question in kept
    ]


# The bank


def add_question(
    training: Training, content: QuestionContent, actor: Member
) -> QuizQuestion | Refused:
    if refused := _refusal_of(content, actor):
        return refused
    question = QuizQuestion(training_id=training.id)
    question.training = training
    _write(question, content)
    db.session.add(question)
    db.session.flush()
    _journal("question.added", question, actor)
    return question


def change_question(
    question_id: int, content: QuestionContent, actor: Member
) -> QuizQuestion | Refused:
    """Say it differently from now on; attempts keep what they were asked."""
    question = db.session.get_one(QuizQuestion, question_id, with_for_update=True)
    if refused := _refusal_of(content, actor):
        return refused
    _write(question, content)
    db.session.flush()
    _journal("question.changed", question, actor)
    return question


def retire_question(question_id: int, actor: Member, *, back: bool = False) -> QuizQuestion:
    """Draw it no more, or again; what was asked with it stays."""
    question = db.session.get_one(QuizQuestion, question_id, with_for_update=True)
    question.retired_at = None if back else clock.now()
    db.session.flush()
    _journal("question.brought_back" if back else "question.retired", question, actor)
    return question


def _refusal_of(content: QuestionContent, actor: Member) -> Refused | None:
    if not permissions.may(actor, "question.edit"):
        return Refused(Why.NOT_PERMITTED)
    rights = [right for _text, right in content.answers]
    return None if any(rights) and not all(rights) else Refused(WhyNoQuiz.ONE_RIGHT_ANSWER)


def _write(question: QuizQuestion, content: QuestionContent) -> None:
    question.text = content.text
    question.answers = content.kept
    question.critical = content.critical


def _journal(act: str, question: QuizQuestion, actor: Member) -> None:
    """What is asked stands there, its answers do not: trainees' managers read the journal."""
    journal.record(
        act,
        "training",
        question.training.code,
        actor_id=actor.id,
        after={"question": question.id, "text": question.text, "critical": question.critical},
    )


def _hold_member(member: Member) -> None:
    db.session.execute(
        select(Member.id).where(Member.id == member.id).with_for_update(key_share=True)
    )
