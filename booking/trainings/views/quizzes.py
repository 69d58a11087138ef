"""Pages of tests: taking one, its outcome, and the bank of questions."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking import clock
from booking.database import writing
from booking.trainings.forms import (
    EmptyForm,
    QuestionForm,
    chosen_in,
    quiz_form,
)
from booking.trainings.models import QuizAttempt, QuizQuestion, Training
from booking.trainings.queries import (
    find_attempt,
    find_open_attempt,
    find_question,
    find_training,
    free_again_at,
    is_in_training,
    list_questions,
    quiz_standing,
)
from booking.trainings.service import quizzes as service
from booking.trainings.views.blueprints import do_once, quizzes
from booking.web.access import get_acting_member, requires
from booking.web.forms import BaseForm


@quizzes.get("/<code>")
@requires("quiz.take", of=find_training)
def show(training: Training) -> str:
    """What the test asks for, one's own attempts, and the way to begin."""
    return _quiz_page(training, EmptyForm(formdata=None))


def _quiz_page(training: Training, form: EmptyForm) -> str:
    member = get_acting_member()
    standing = quiz_standing(member.id, training.id)
    free_at = free_again_at(standing, training)
    return render_template(
        "quizzes/show.html",
        training=training,
        form=form,
        standing=standing,
        begun=find_open_attempt(member.id, training.id),
        may_begin=is_in_training(member.id, training.id),
        free_at=free_at if free_at is not None and free_at > clock.now() else None,
    )


@quizzes.post("/<code>/start")
@requires("quiz.take", of=find_training)
def start(training: Training) -> Response | tuple[str, int]:
    form = EmptyForm()
    done = do_once(form, lambda: service.start(get_acting_member(), training), _url_of)
    if done is None:
        return _quiz_page(training, form), 422
    return redirect(done.url, 303)


def _url_of(attempt: QuizAttempt) -> str:
    return url_for("quizzes.attempt", number=attempt.id)


@quizzes.get("/attempts/<int:number>")
@requires("quiz.see", of=find_attempt)
def attempt(attempt: QuizAttempt) -> str:
    """The questions for who takes it, as long as it is not sent; then its outcome."""
    if attempt.sent_at is None and attempt.member_id == get_acting_member().id:
        return _questions_page(attempt, quiz_form(attempt, blank=True))
    return render_template("quizzes/outcome.html", attempt=attempt)


@quizzes.post("/attempts/<int:number>")
@requires("quiz.answer", of=find_attempt)
def send(attempt: QuizAttempt) -> Response | tuple[str, int]:
    if attempt.sent_at is not None:
        return redirect(_url_of(attempt), 303)
    form = quiz_form(attempt)
    if not form.validate():
        return _questions_page(attempt, form), 422
    chosen = chosen_in(form, attempt)
    done = do_once(form, lambda: service.send(attempt.id, chosen, get_acting_member()), _url_of)
    if done is None and attempt.sent_at is None:
        return _questions_page(attempt, form), 422
    return redirect(_url_of(attempt), 303)


def _questions_page(attempt: QuizAttempt, form: BaseForm) -> str:
    return render_template("quizzes/attempt.html", attempt=attempt, form=form)


# The bank


@quizzes.get("/<code>/questions")
@requires("question.edit", of=find_training)
def questions(training: Training) -> str:
    """The bank of a training, with the right answers."""
    return render_template(
        "quizzes/questions.html", training=training, questions=list_questions(training)
    )


@quizzes.get("/<code>/questions/new")
@requires("question.edit", of=find_training)
def new_question(training: Training) -> str:
    return _question_page(training, None, QuestionForm(formdata=None))


@quizzes.post("/<code>/questions/new")
@requires("question.edit", of=find_training)
def add_question(training: Training) -> Response | tuple[str, int]:
    form = QuestionForm()
    if not form.validate():
        return _question_page(training, None, form), 422
    done = do_once(
        form,
        lambda: service.add_question(training, form.content, get_acting_member()),
        lambda _added: _bank_of(training),
    )
    if done is None:
        return _question_page(training, None, form), 422
    flash(_("Question ajoutée."), "success")
    return redirect(done.url, 303)


@quizzes.get("/questions/<int:question_id>")
@requires("question.edit", of=find_question)
def edit_question(question: QuizQuestion) -> str:
    form = QuestionForm(formdata=None)
    form.show(question)
    return _question_page(question.training, question, form)


@quizzes.post("/questions/<int:question_id>")
@requires("question.edit", of=find_question)
def change_question(question: QuizQuestion) -> Response | tuple[str, int]:
    form = QuestionForm()
    if not form.validate():
        return _question_page(question.training, question, form), 422
    done = do_once(
        form,
        lambda: service.change_question(question.id, form.content, get_acting_member()),
        lambda _changed: _bank_of(question.training),
    )
    if done is None:
        return _question_page(question.training, question, form), 422
    flash(_("Question enregistrée."), "success")
    return redirect(done.url, 303)


@quizzes.post("/questions/<int:question_id>/retire")
@requires("question.edit", of=find_question)
def retire_question(question: QuizQuestion) -> Response:
    with writing():
        service.retire_question(question.id, get_acting_member())
    flash(_("Question retirée : elle n’est plus tirée."), "success")
    return redirect(_bank_of(question.training), 303)


@quizzes.post("/questions/<int:question_id>/bring-back")
@requires("question.edit", of=find_question)
def bring_question_back(question: QuizQuestion) -> Response:
    with writing():
        service.retire_question(question.id, get_acting_member(), back=True)
    flash(_("Question remise : elle peut être tirée."), "success")
    return redirect(_bank_of(question.training), 303)


def _bank_of(training: Training) -> str:
    return url_for("quizzes.questions", code=training.code)


def _question_page(training: Training, question: QuizQuestion | None, form: QuestionForm) -> str:
    return render_template("quizzes/question.html", training=training, question=question, form=form)
