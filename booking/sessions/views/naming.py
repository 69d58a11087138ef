"""Naming who gives a session, also once it has begun."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking.sessions.forms import TrainersForm
from booking.sessions.queries.sessions import find_session, list_trainers
from booking.sessions.refusals import Refused
from booking.sessions.service import naming
from booking.sessions.views.blueprint import do_once, sessions
from booking.trainings.models import TrainingSession
from booking.web.access import get_acting_member, requires


@sessions.get("/sessions/<code>/trainers")
@requires("session.edit", of=find_session)
def confirm_trainers(session: TrainingSession) -> str:
    """Who gives it now, and whom one may name."""
    codes = [one.code for one in session.trainers]
    data = {"version": session.version, "trainer": codes[0], "co_trainers": codes[1:]}
    return _page(session, TrainersForm(formdata=None, data=data))


@sessions.post("/sessions/<code>/trainers")
@requires("session.edit", of=find_session)
def name_trainers(session: TrainingSession) -> Response | tuple[str, int]:
    form = TrainersForm()
    _offer(form, session)
    if not form.validate():
        return _page(session, form), 422
    version, me = form.version.data, get_acting_member()
    done = do_once(
        form,
        lambda: naming.name_trainers(session, version, form.chosen, me),
        lambda _named: url_for("sessions.show", code=session.code),
    )
    if isinstance(done, Refused):
        return _page(session, form), 409 if done.only_taken else 422
    flash(_("Session modifiée."), "success")
    return redirect(done, 303)


def _offer(form: TrainersForm, session: TrainingSession) -> None:
    form.offer({one.id: one for one in [*list_trainers(), *session.trainers]}.values())


def _page(session: TrainingSession, form: TrainersForm) -> str:
    _offer(form, session)
    return render_template("sessions/trainers.html", session=session, form=form)
