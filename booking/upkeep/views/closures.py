"""Closures added, changed and cancelled; what they stand upon is shown before they are saved."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking import clock
from booking.database import writing
from booking.machines.queries import list_areas, list_machines
from booking.openings.forms import values_of_closure
from booking.openings.models import Closure, Level
from booking.openings.queries import find_closure
from booking.openings.rules import closure_refusals
from booking.openings.service.closures import ClosureDraft
from booking.openings.wording import explain
from booking.periods import Period
from booking.upkeep.forms import AnsweredClosureForm
from booking.upkeep.queries import list_closed_over, list_sessions_on, machine_ids_of
from booking.upkeep.service import closures as service
from booking.upkeep.views.answering import answer
from booking.upkeep.views.blueprint import Page, me, upkeep
from booking.web.access import requires
from booking.web.forms import first_result


def find_running_closure(closure_id: int) -> Closure | None:
    """A closure that may still be changed."""
    closure = find_closure(closure_id)
    return closure if closure and closure.is_running_at(clock.now()) else None


@upkeep.get("/openings/closures/new")
@requires("closure.edit")
def new_closure() -> str:
    form = AnsweredClosureForm(formdata=None, data={"place": request.args.get("place", "")})
    return _form_page(form)


@upkeep.post("/openings/closures/new")
@requires("closure.edit")
def add_closure() -> Page:
    form = AnsweredClosureForm()
    draft = _draft(form)
    if draft is None:
        return _form_page(form), 422
    if form.errors or _is_to_be_shown(form, draft):
        return _preview(form, draft), 422 if form.errors else 200
    return answer(
        form,
        lambda: service.close(draft, form.answer, me()),
        lambda: _preview(form, draft),
        url_for("openings.index"),
        _("La fermeture est enregistrée."),
    )


@upkeep.get("/openings/closures/<int:closure_id>/edit")
@requires("closure.edit", of=find_running_closure)
def edit_closure(closure: Closure) -> str:
    form = AnsweredClosureForm(formdata=None, data=values_of_closure(closure))
    return _form_page(form, closure)


@upkeep.post("/openings/closures/<int:closure_id>/edit")
@requires("closure.edit", of=find_running_closure)
def change_closure(closure: Closure) -> Page:
    form = AnsweredClosureForm()
    draft = _draft(form)
    if draft is None:
        return _form_page(form, closure), 422
    if form.errors or _is_to_be_shown(form, draft):
        return _preview(form, draft, closure), 422 if form.errors else 200
    return answer(
        form,
        lambda: service.change(closure, draft, form.answer, me()),
        lambda: _preview(form, draft, closure),
        url_for("openings.index"),
        _("La fermeture est modifiée."),
    )


@upkeep.post("/openings/closures/<int:closure_id>/cancel")
@requires("closure.edit", of=find_running_closure)
def cancel_closure(closure: Closure) -> Response:
    with writing():
        service.cancel(closure, me())
    flash(_("La fermeture est annulée."), "success")
    return redirect(url_for("openings.index"), 303)


def _offer(form: AnsweredClosureForm) -> None:
    form.offer(
        [
            Level(),
            *(Level(area=area) for area in list_areas()),
            *(Level(machine=machine) for machine in list_machines(with_retired=True)),
        ]
    )


def _draft(form: AnsweredClosureForm) -> ClosureDraft | None:
    """What the form asks for; None, with the reasons beside its fields, when it cannot be.

    A closure is whole before anything is decided about the reservations it stands upon.
    """
    _offer(form)
    form.validate()
    if form.errors.keys() - {form.reservations.name}:
        return None
    starts_at, ends_at = form.instants
    refused = closure_refusals(starts_at, ends_at, clock.now())
    if refused:
        form.ends_on.errors = [explain(refusal) for refusal in refused]
        return None
    return ClosureDraft(form.level, Period(starts_at, ends_at), form.reason.data or "")


def _is_to_be_shown(form: AnsweredClosureForm, draft: ClosureDraft) -> bool:
    """Whether some reservation is concerned that the sender has not been shown."""
    if first_result(form):
        return False
    seen = form.answer.seen
    return any(r.id not in seen for r in list_closed_over(draft, clock.now()))


def _form_page(form: AnsweredClosureForm, closure: Closure | None = None) -> str:
    _offer(form)
    return render_template("upkeep/closure.html", form=form, closure=closure)


def _preview(form: AnsweredClosureForm, draft: ClosureDraft, closure: Closure | None = None) -> str:
    """The reservations the closure stands upon, before anything is saved."""
    concerned = list_closed_over(draft, clock.now())
    form.show(concerned)
    return render_template(
        "upkeep/closure_preview.html",
        form=form,
        draft=draft,
        closure=closure,
        concerned=concerned,
        sessions=list_sessions_on(draft.period, machine_ids_of(draft.level)),
    )
