"""Giving the same session again on other dates."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from booking.reservations.rules.series import Recurrence, days_of
from booking.sessions.forms import RepeatForm
from booking.sessions.queries.sessions import find_session
from booking.sessions.refusals import Refused
from booking.sessions.service.repeating import repeat as plan_again
from booking.sessions.views.blueprint import asks_why, do_once, sessions
from booking.trainings.models import TrainingSession
from booking.web.access import get_acting_member, requires
from booking.web.filters import zone


@sessions.get("/sessions/<code>/repeat")
@requires("session.edit", of=find_session)
def confirm_repeat(session: TrainingSession) -> str:
    return _page(session, RepeatForm(formdata=None))


@sessions.post("/sessions/<code>/repeat")
@requires("session.edit", of=find_session)
def repeat(session: TrainingSession) -> Response | tuple[str, int]:
    """Plan every date, or none and say what stands in the way of which."""
    form = RepeatForm()
    if not form.validate():
        return _page(session, form), 422
    first_on = session.starts_at.astimezone(zone()).date()
    days = days_of(Recurrence(form.frequency.data, first_on, count=form.times.data + 1))[1:]
    done = do_once(
        form,
        lambda: plan_again(session, days, zone(), get_acting_member(), form.waives),
        lambda _made: url_for("sessions.show", code=session.code),
    )
    if isinstance(done, Refused):
        return _page(session, form, done), 409 if done.only_taken else 422
    flash(
        ngettext("%(num)s session planifiée.", "%(num)s sessions planifiées.", len(days)),
        "success",
    )
    return redirect(done, 303)


def _page(session: TrainingSession, form: RepeatForm, outcome: Refused | None = None) -> str:
    return render_template(
        "sessions/repeat.html", session=session, form=form, asks_why=asks_why(form, outcome)
    )
