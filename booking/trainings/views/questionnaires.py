"""What a trainee of a professional session is asked: before it, at its end, three months later."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking import clock
from booking.trainings.forms.files import AnswerForm, answer_form
from booking.trainings.queries.files import Asked, find_asked, list_asked_of
from booking.trainings.rules import AskingTime, asking_time
from booking.trainings.service import files as service
from booking.trainings.views.blueprints import do_once, questionnaires
from booking.trainings.wording.questionnaires import mark_word, question_text, questionnaire_name
from booking.web.access import get_acting_member, requires

for word in (mark_word, question_text, questionnaire_name):
    questionnaires.add_app_template_filter(word)


@questionnaires.app_template_filter()
def asking_time_now(asked: Asked) -> AskingTime:
    """Whether it can be answered now."""
    return asking_time(asked.kind, asked.starts_at, asked.ends_at, clock.now())


@questionnaires.get("")
@requires("account.use")
def index() -> str:
    """One's own: to answer, and answered."""
    return render_template(
        "questionnaires/index.html",
        asked=[
            one
            for one in list_asked_of(get_acting_member().id)
            if asking_time_now(one) is AskingTime.OPEN or (one.answer and one.answer.answered_at)
        ],
    )


@questionnaires.get("/<int:number>/<kind>")
@requires("questionnaire.answer", of=find_asked)
def show(asked: Asked) -> str:
    known = asked.answer
    values = {**known.marks, "comment": known.comment} if known else {}
    return _page(asked, answer_form(asked.kind)(formdata=None, data=values))


@questionnaires.post("/<int:number>/<kind>")
@requires("questionnaire.answer", of=find_asked)
def answer(asked: Asked) -> Response | tuple[str, int]:
    form = answer_form(asked.kind)()
    if not form.validate():
        return _page(asked, form), 422
    done = do_once(
        form,
        lambda: service.answer(asked, form.given, form.comment.data or ""),
        lambda _answer: url_for("questionnaires.index"),
    )
    if done is None:
        return _page(asked, form), 422
    flash(_("Merci, vos réponses sont enregistrées."), "success")
    return redirect(done.url, 303)


def _page(asked: Asked, form: AnswerForm) -> str:
    return render_template("questionnaires/show.html", asked=asked, form=form)
