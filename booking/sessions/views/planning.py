"""Planning a session, changing it, opening it, confirming it and giving it up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking.database import writing
from booking.machines.models import Machine
from booking.machines.queries import list_machines
from booking.members.models import Member
from booking.periods import Period
from booking.sessions.forms import ReasonForm, SessionForm, rows_of, values_of
from booking.sessions.queries.demand import habits_of
from booking.sessions.queries.sessions import find_session, list_trainers, occupied_by
from booking.sessions.refusals import Refused
from booking.sessions.rules.scheduling import MOST_HALF_DAYS
from booking.sessions.service import scheduling
from booking.sessions.views.blueprint import asks_why, do_once, sessions
from booking.sessions.wording import explain
from booking.site.queries import get_site
from booking.trainings.models import Training, TrainingSession
from booking.trainings.queries import find_training, list_trainings
from booking.web.access import get_acting_member, requires

Act = Callable[[TrainingSession, Member], TrainingSession | Refused]


@sessions.get("/sessions/new")
@requires("session.plan")
def new() -> str:
    """A form filled with the usual terms of a training, the machines it took last, and oneself as
    the trainer where the address names no other and no half-days.
    """
    training = find_training(request.args.get("training", "")[:20])
    me, site = get_acting_member(), get_site()
    terms = {
        "trainer": _trainer_asked_for() or me.code,
        "minimum": site.session_minimum,
        "decision_hours": site.session_decision_hours,
    }
    if training is not None:
        terms |= {"training": training.code, "places": training.places}
        terms |= rows_of(half_days_asked_for(), _usual_units(training))
    return _page(SessionForm(formdata=None, data=terms), None)


def _trainer_asked_for() -> str | None:
    number = request.args.get("trainer", "")
    return next((one.code for one in list_trainers() if str(one.id) == number), None)


def half_days_asked_for() -> list[Period]:
    """The half-days that the address names; what is none is passed over."""
    found = []
    for text in request.args.getlist("half_day")[:MOST_HALF_DAYS]:
        start, _slash, end = text.partition("/")
        try:
            found.append(Period(datetime.fromisoformat(start), datetime.fromisoformat(end)))
        except ValueError:
            continue
    return found


def _usual_units(training: Training) -> dict[Machine, int]:
    units = habits_of([training.id])[training.id].units
    return {one: units[one.id] for one in list_machines() if one.id in units}


@sessions.post("/sessions/new")
@requires("session.plan")
def create() -> Response | tuple[str, int]:
    form = SessionForm()
    _offer(form)
    if not form.is_whole():
        return _page(form, None), 422
    me = get_acting_member()

    def act() -> TrainingSession | Refused:
        made = scheduling.plan(form.draft, me)
        if isinstance(made, Refused) or not form.opens.data:
            return made
        return scheduling.open_up(made, me)

    done = do_once(form, act, _page_of)
    if isinstance(done, Refused):
        return _page(form, None, done), 409 if done.only_taken else 422
    flash(_("Session planifiée."), "success")
    return redirect(done, 303)


@sessions.get("/sessions/<code>/edit")
@requires("session.edit", of=find_session)
def edit(session: TrainingSession) -> str:
    units = {one.machine: one.units for one in occupied_by(session)}
    form = SessionForm(formdata=None, data=values_of(session, units))
    return _page(form, session)


@sessions.post("/sessions/<code>/edit")
@requires("session.edit", of=find_session)
def update(session: TrainingSession) -> Response | tuple[str, int]:
    form = SessionForm()
    form.training.data = session.training.code
    _offer(form, session)
    if not form.is_whole():
        return _page(form, session), 422
    done = do_once(
        form,
        lambda: scheduling.change(session, form.version.data, form.draft, get_acting_member()),
        _page_of,
    )
    if isinstance(done, Refused):
        return _page(form, session, done), 409 if done.only_taken else 422
    flash(_("Session modifiée."), "success")
    return redirect(done, 303)


def _offer(form: SessionForm, session: TrainingSession | None = None) -> None:
    trainings = [session.training] if session else list_trainings()
    trainers = {one.id: one for one in list_trainers()}
    trainers |= {one.id: one for one in (session.trainers if session else [])}
    form.offer(trainings, trainers.values(), list_machines())


def _page(
    form: SessionForm, session: TrainingSession | None, outcome: Refused | None = None
) -> str:
    _offer(form, session)
    return render_template(
        "sessions/edit.html", form=form, session=session, asks_why=asks_why(form, outcome)
    )


def _page_of(session: TrainingSession) -> str:
    return url_for("sessions.show", code=session.code)


@sessions.post("/sessions/<code>/open")
@requires("session.edit", of=find_session)
def open_up(session: TrainingSession) -> Response:
    return _led_on(session, scheduling.open_up, _("Les inscriptions sont ouvertes."))


@sessions.post("/sessions/<code>/confirm")
@requires("session.edit", of=find_session)
def confirm(session: TrainingSession) -> Response:
    return _led_on(session, scheduling.confirm, _("Session confirmée, les inscrits le savent."))


def _led_on(session: TrainingSession, act: Act, done: str) -> Response:
    with writing():
        outcome = act(session, get_acting_member())
    if isinstance(outcome, Refused):
        flash(" ".join(explain(reason) for reason in outcome.reasons), "danger")
    else:
        flash(done, "success")
    return redirect(_page_of(session), 303)


@sessions.get("/sessions/<code>/cancel")
@requires("session.edit", of=find_session)
def confirm_cancel(session: TrainingSession) -> str:
    """Who would be told, and the reason they will read."""
    return _cancel_page(session, ReasonForm(formdata=None))


@sessions.post("/sessions/<code>/cancel")
@requires("session.edit", of=find_session)
def cancel(session: TrainingSession) -> Response | tuple[str, int]:
    form = ReasonForm()
    if not form.validate():
        return _cancel_page(session, form), 422
    done = do_once(
        form,
        lambda: scheduling.cancel(session, get_acting_member(), form.reason.data),
        _page_of,
    )
    if isinstance(done, Refused):
        return _cancel_page(session, form), 422
    flash(_("Session annulée, les personnes concernées sont prévenues."), "success")
    return redirect(done, 303)


def _cancel_page(session: TrainingSession, form: ReasonForm) -> str:
    return render_template("sessions/cancel.html", session=session, form=form)
