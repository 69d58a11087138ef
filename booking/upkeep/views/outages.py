"""A machine stopped, its return moved, put back in service; its standing state."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from booking import clock
from booking.database import writing
from booking.machines.models import Machine, Outage
from booking.machines.queries import find_machine
from booking.machines.rules import Condition, MachineState, OutageKind
from booking.openings.rules import MIDNIGHT
from booking.periods import A_DAY
from booking.upkeep.forms import AnswerForm, ReleaseForm, ReturnForm, StateForm, StopForm
from booking.upkeep.queries import (
    find_machine_of_outage,
    find_outage,
    list_cancellable,
    list_sessions_on,
)
from booking.upkeep.rules import Choice, stopped_period
from booking.upkeep.service import outages as service
from booking.upkeep.service.outages import Stop
from booking.upkeep.service.states import set_state
from booking.upkeep.views.answering import answer
from booking.upkeep.views.blueprint import Page, me, upkeep
from booking.upkeep.wording import explain
from booking.web.access import requires
from booking.web.filters import zone
from booking.web.forms import first_result, remember_result

BY_DEFAULT = {"reservations": Choice.CANCEL.value}


def _page(template: str, machine: Machine, form: AnswerForm, **more: Any) -> str:
    """A page that lists what is still to come on the machine and asks what becomes of it."""
    coming = stopped_period(clock.now(), None)
    concerned = list_cancellable(coming, [machine.id])
    form.show(concerned)
    return render_template(
        template,
        machine=machine,
        form=form,
        concerned=concerned,
        sessions=list_sessions_on(coming, [machine.id]),
        **more,
    )


def _sheet(machine: Machine) -> str:
    return url_for("machines.show", code=machine.code)


@upkeep.get("/machines/<code>/stop")
@requires("machine.stop", of=find_machine)
def stop(machine: Machine) -> str:
    is_down = machine.condition_at(clock.now()) == Condition.DOWN
    kind = OutageKind.LOCKED_OUT if is_down else OutageKind.DOWN
    form = StopForm(formdata=None, data=BY_DEFAULT | {"kind": kind.value})
    return _page("upkeep/stop.html", machine, form)


@upkeep.post("/machines/<code>/stop")
@requires("machine.stop", of=find_machine)
def do_stop(machine: Machine) -> Page:
    form = StopForm()
    if not form.validate():
        return _page("upkeep/stop.html", machine, form), 422
    wanted = Stop(OutageKind(form.kind.data), form.reason.data or "", form.expected_end_at)
    return answer(
        form,
        lambda: service.stop(machine, wanted, form.answer, me()),
        lambda: _page("upkeep/stop.html", machine, form),
        _sheet(machine),
        _("La machine est arrêtée."),
    )


def _outage() -> Outage:
    """The outage that the address names; its machine has been found before."""
    outage = find_outage((request.view_args or {})["outage_id"])
    if outage is None:
        abort(404)
    return outage


@upkeep.get("/outages/<int:outage_id>/return")
@requires("machine.stop", of=find_machine_of_outage)
def reschedule(machine: Machine) -> str:
    outage = _outage()
    form = ReturnForm(formdata=None, data=BY_DEFAULT | _values_of_return(outage))
    return _page("upkeep/reschedule.html", machine, form, outage=outage)


@upkeep.post("/outages/<int:outage_id>/return")
@requires("machine.stop", of=find_machine_of_outage)
def do_reschedule(machine: Machine) -> Page:
    outage = _outage()
    form = ReturnForm()
    if not form.validate():
        return _page("upkeep/reschedule.html", machine, form, outage=outage), 422
    return answer(
        form,
        lambda: service.reschedule(outage, form.expected_end_at, form.answer, me()),
        lambda: _page("upkeep/reschedule.html", machine, form, outage=outage),
        _sheet(machine),
        _("Le retour prévu est changé."),
    )


def _values_of_return(outage: Outage) -> dict[str, Any]:
    if outage.expected_end_at is None:
        return {}
    expected = outage.expected_end_at.astimezone(zone())
    if expected.time() == MIDNIGHT:
        return {"returns_on": expected.date() - A_DAY}
    return {"returns_on": expected.date(), "returns_time": expected.time()}


@upkeep.get("/outages/<int:outage_id>/release")
@requires("machine.stop", of=find_machine_of_outage)
def release(machine: Machine) -> str:
    return _release_page(machine, ReleaseForm(formdata=None))


@upkeep.post("/outages/<int:outage_id>/release")
@requires("machine.stop", of=find_machine_of_outage)
def do_release(machine: Machine) -> Page:
    form = ReleaseForm()
    if not form.validate():
        return _release_page(machine, form), 422
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        refused = service.release(_outage(), form.note.data or "", me())
        if not refused:
            remember_result(form, _sheet(machine))
    if refused:
        form.note.errors = [explain(refusal) for refusal in refused]
        return _release_page(machine, form), 422
    flash(_("La machine est de nouveau en service."), "success")
    return redirect(_sheet(machine), 303)


def _release_page(machine: Machine, form: ReleaseForm) -> str:
    return render_template("upkeep/release.html", machine=machine, outage=_outage(), form=form)


@upkeep.get("/machines/<code>/state")
@requires("machine.stop", of=find_machine)
def state(machine: Machine) -> str:
    known = {"state": machine.state.value, "reservations": Choice.KEEP.value}
    return _page("upkeep/state.html", machine, StateForm(formdata=None, data=known))


@upkeep.post("/machines/<code>/state")
@requires("machine.stop", of=find_machine)
def do_state(machine: Machine) -> Page:
    form = StateForm()
    if not form.validate():
        return _page("upkeep/state.html", machine, form), 422
    wanted = MachineState(form.state.data)
    return answer(
        form,
        lambda: set_state(machine, wanted, form.reason.data or "", form.answer, me()),
        lambda: _page("upkeep/state.html", machine, form),
        _sheet(machine),
        _("L’état de la machine est changé."),
    )
