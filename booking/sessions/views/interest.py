"""Saying that one would attend a training, and what trainers see of it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking.database import writing
from booking.sessions.forms import InterestForm
from booking.sessions.queries.demand import find_interest, list_demands
from booking.sessions.refusals import Refused
from booking.sessions.service import interest as service
from booking.sessions.views.blueprint import do_once, sessions
from booking.sessions.wording import half_day_word
from booking.trainings.models import Training
from booking.trainings.queries import count_requests, find_training
from booking.web.access import get_acting_member, requires

sessions.add_app_template_filter(half_day_word)


@sessions.get("/trainings/<code>/interest")
@requires("interest.declare", of=find_training)
def confirm_interest(training: Training) -> str:
    """The half-days of the week that would suit, as they were last said."""
    said = find_interest(get_acting_member().id, training.id)
    form = InterestForm(formdata=None, data={"half_days": said.half_days if said else []})
    return _page(training, form, stands=said is not None)


@sessions.post("/trainings/<code>/interest")
@requires("interest.declare", of=find_training)
def declare_interest(training: Training) -> Response | tuple[str, int]:
    form = InterestForm()
    if not form.validate():
        return _page(training, form, stands=False), 422
    done = do_once(
        form,
        lambda: service.declare(training, form.half_days.data, get_acting_member()),
        lambda _interest: url_for("trainings.show", code=training.code),
    )
    if isinstance(done, Refused):
        return _page(training, form, stands=False), 422
    flash(_("C’est noté : un courriel vous préviendra quand une session ouvre."), "success")
    return redirect(done, 303)


@sessions.post("/trainings/<code>/interest/withdraw")
@requires("interest.declare", of=find_training)
def withdraw_interest(training: Training) -> Response:
    with writing():
        service.withdraw(training, get_acting_member())
    flash(_("Vous ne serez pas prévenu."), "success")
    return redirect(url_for("trainings.show", code=training.code), 303)


def _page(training: Training, form: InterestForm, stands: bool) -> str:
    return render_template("sessions/interest.html", training=training, form=form, stands=stands)


@sessions.get("/sessions/demand")
@requires("interest.list")
def demand() -> str:
    """Which trainings people would attend, how many and when; requests for them beside."""
    return render_template(
        "sessions/demand.html", demands=list_demands(), requests=count_requests()
    )
