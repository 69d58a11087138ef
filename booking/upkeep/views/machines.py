"""The units of a machine and the trainings it asks for."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from booking import clock
from booking.database import writing
from booking.machines.models import Machine, Requirement, Unit
from booking.machines.queries import find_machine
from booking.occupancies.models import Occupancy
from booking.trainings.queries import list_trainings
from booking.upkeep.forms import AnsweredRequirementForm, DropRequirementForm, RequirementForm
from booking.upkeep.queries import list_coming_occupancies
from booking.upkeep.refusals import UnitRefusal, UnknownTraining
from booking.upkeep.service import requirements as requirement_acts
from booking.upkeep.service import units as unit_acts
from booking.upkeep.views.blueprint import Page, me, upkeep
from booking.upkeep.views.deciding import decide
from booking.upkeep.wording import explain
from booking.web.access import requires
from booking.web.forms import BaseForm, first_result, remember_result


@upkeep.get("/machines/<code>/units")
@requires("machine.edit", of=find_machine)
def units(machine: Machine) -> str:
    return _units_page(machine)


def _units_page(machine: Machine, refusal: UnitRefusal | None = None) -> str:
    promised: dict[int, list[Occupancy]] = {unit.id: [] for unit in machine.units}
    for occupancy in list_coming_occupancies(promised, clock.now()):
        promised[occupancy.unit_id].append(occupancy)
    return render_template(
        "upkeep/units.html",
        machine=machine,
        promised=promised,
        form=BaseForm(formdata=None),
        refusal=explain(refusal) if refusal else None,
    )


@upkeep.post("/machines/<code>/units")
@requires("machine.edit", of=find_machine)
def add_unit(machine: Machine) -> Page:
    form = BaseForm()
    if not form.validate():
        abort(400)
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        refusal = unit_acts.add_unit(machine, me())
        if refusal is None:
            remember_result(form, url_for("upkeep.units", code=machine.code))
    return _after_unit_act(machine, refusal, _("Le poste est ajouté."))


@upkeep.post("/machines/<code>/units/take-out")
@requires("machine.edit", of=find_machine)
def take_unit_out(machine: Machine) -> Page:
    with writing():
        refusal = unit_acts.take_out(_unit(machine), me())
    return _after_unit_act(machine, refusal, _("Le poste est hors service."))


@upkeep.post("/machines/<code>/units/put-back")
@requires("machine.edit", of=find_machine)
def put_unit_back(machine: Machine) -> Page:
    with writing():
        unit_acts.put_back(_unit(machine), me())
    return _after_unit_act(machine, None, _("Le poste est de nouveau en service."))


def _unit(machine: Machine) -> Unit:
    number = request.form.get("unit", type=int)
    unit = next((unit for unit in machine.units if unit.number == number), None)
    if unit is None:
        abort(404)
    return unit


def _after_unit_act(machine: Machine, refusal: UnitRefusal | None, said: str) -> Page:
    if refusal:
        return _units_page(machine, refusal), 409
    flash(said, "success")
    return redirect(url_for("upkeep.units", code=machine.code), 303)


@upkeep.get("/machines/<code>/requirements")
@requires("machine.edit", of=find_machine)
def requirements(machine: Machine) -> str:
    return _requirements_page(machine, RequirementForm(formdata=None))


def _requirements_page(machine: Machine, form: RequirementForm) -> str:
    trainings = list_trainings()
    form.offer(trainings)
    return render_template(
        "upkeep/requirements.html",
        machine=machine,
        form=form,
        trainings={training.code: training for training in trainings},
    )


@upkeep.post("/machines/<code>/requirements")
@requires("machine.edit", of=find_machine)
def require(machine: Machine) -> Page:
    form = AnsweredRequirementForm()
    form.offer(list_trainings())
    if not form.is_filled:
        return _requirements_page(machine, form), 422

    def change() -> tuple[UnknownTraining, ...]:
        refusal = requirement_acts.require(machine, form.asked, me())
        return (refusal,) if refusal else ()

    def refused_page(refused: Sequence[UnknownTraining]) -> Page:
        form.training.errors = [explain(refusal) for refusal in refused]
        return _requirements_page(machine, form), 422

    return decide(
        form,
        lambda: [machine.id],
        change,
        refused_page,
        url_for("upkeep.requirements", code=machine.code),
        _("La machine demande cette formation."),
    )


@upkeep.get("/machines/<code>/requirements/<training>/drop")
@requires("machine.edit", of=lambda code, training: find_machine(code))
def drop_requirement(machine: Machine) -> str:
    return _drop_page(machine, DropRequirementForm(formdata=None))


def _drop_page(machine: Machine, form: DropRequirementForm) -> str:
    return render_template(
        "upkeep/drop_requirement.html", machine=machine, form=form, requirement=_asked(machine)
    )


@upkeep.post("/machines/<code>/requirements/<training>/drop")
@requires("machine.edit", of=lambda code, training: find_machine(code))
def do_drop_requirement(machine: Machine) -> Page:
    form = DropRequirementForm()
    if not form.validate():
        return _drop_page(machine, form), 422
    address = url_for("upkeep.requirements", code=machine.code)
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        requirement_acts.drop(machine, _asked(machine), form.reason.data or "", me())
        remember_result(form, address)
    flash(_("La formation n’est plus demandée."), "success")
    return redirect(address, 303)


def _asked(machine: Machine) -> Requirement:
    """The requirement that the address names."""
    training = (request.view_args or {})["training"]
    requirement = requirement_acts.find_requirement(machine, training)
    if requirement is None:
        abort(404)
    return requirement
