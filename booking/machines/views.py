"""Editing the sheet of a machine. The catalogue itself is read in `planning/catalogue.py`."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking.database import writing
from booking.machines import service
from booking.machines.forms.sheet import NewMachineForm, SheetForm, values_of
from booking.machines.forms.use import (
    DocumentForm,
    SafetyForm,
    UseForm,
    values_of_safety,
    values_of_use,
)
from booking.machines.models import Machine
from booking.machines.queries import find_machine, list_areas, list_ppe
from booking.machines.refusals import (
    CodeTaken,
    LongestBelowShortest,
    MachineRefusal,
    NoFiringPrice,
    TooLongWithBuffer,
)
from booking.machines.wording import (
    category_word,
    condition_word,
    explain,
    level_word,
    outside_staffed_word,
    power_word,
    rule_hints,
)
from booking.members.models import Member, Role
from booking.members.queries import list_members_with
from booking.site.queries import get_site, list_sectors
from booking.web.access import acting_member, requires
from booking.web.forms import BaseForm, first_result, remember_result

machines = Blueprint("machines", __name__, url_prefix="/machines")

for word in (category_word, condition_word, level_word, outside_staffed_word, power_word):
    machines.add_app_template_filter(word)

FIELDS = {
    CodeTaken: "code",
    NoFiringPrice: "price_bisque",
    LongestBelowShortest: "max_minutes",
    TooLongWithBuffer: "max_minutes",
}
"""Which field each refusal is about."""

Page = str | Response | tuple[str, int]


def _me() -> Member:
    member = acting_member()
    assert member is not None
    return member


@machines.get("/new")
@requires("machine.create")
def new() -> str:
    form = NewMachineForm(formdata=None)
    offer_sheet(form)
    return render_template("machines/new.html", form=form)


@machines.post("/new")
@requires("machine.create")
def create() -> Page:
    form = NewMachineForm()
    referents = offer_sheet(form)
    if not form.validate():
        return render_template("machines/new.html", form=form), 422
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        made = service.create(form.columns(referents), form.units.data, _me())
        if isinstance(made, Machine):
            remember_result(form, url_for("machines.show", code=made.code))
    if not isinstance(made, Machine):
        show_refusals(form, made)
        return render_template("machines/new.html", form=form), 422
    flash(_("La machine est créée. Complétez sa fiche."), "success")
    return redirect(url_for("machines.show", code=made.code), 303)


@machines.get("/<code>/edit")
@requires("machine.edit", of=find_machine)
def edit(machine: Machine) -> str:
    form = SheetForm(formdata=None, data=values_of(machine))
    offer_sheet(form)
    return sheet_page(machine, form)


def sheet_page(machine: Machine, form: SheetForm) -> str:
    return render_template("machines/edit.html", form=form, machine=machine)


@machines.get("/<code>/edit/use")
@requires("machine.edit", of=find_machine)
def edit_use(machine: Machine) -> str:
    return use_page(machine, UseForm(formdata=None, data=values_of_use(machine)))


def use_page(machine: Machine, form: UseForm) -> str:
    hints = rule_hints(machine.rules_of_use(get_site(), own={}))
    return render_template("machines/edit_use.html", form=form, machine=machine, hints=hints)


@machines.get("/<code>/edit/safety")
@requires("machine.edit", of=find_machine)
def edit_safety(machine: Machine) -> str:
    form = SafetyForm(formdata=None, data=values_of_safety(machine))
    form.offer(list_ppe())
    return safety_page(machine, form)


def safety_page(machine: Machine, form: SafetyForm) -> str:
    return render_template("machines/edit_safety.html", form=form, machine=machine)


def offer_sheet(form: SheetForm) -> list[Member]:
    """Fill the form's lists; returns who may be named as referent."""
    referents = list_members_with(Role.REFERENT)
    form.offer(list_areas(), list_sectors(), referents)
    return referents


def show_refusals(form: BaseForm, refused: Iterable[MachineRefusal]) -> None:
    """Put refusals beside the fields they are about."""
    for refusal in refused:
        field = form[FIELDS[type(refusal)]]
        field.errors = (*field.errors, explain(refusal))


@machines.get("/<code>/documents")
@requires("machine.edit", of=find_machine)
def documents(machine: Machine) -> str:
    form = DocumentForm(formdata=None)
    return render_template("machines/documents.html", form=form, machine=machine)


@machines.post("/<code>/documents")
@requires("machine.edit", of=find_machine)
def add_document(machine: Machine) -> Page:
    form = DocumentForm()
    if not form.validate():
        return render_template("machines/documents.html", form=form, machine=machine), 422
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        service.add_document(machine, form.title.data or "", form.url.data or "", _me())
        url = remember_result(form, url_for("machines.documents", code=machine.code))
    flash(_("Le document est ajouté."), "success")
    return redirect(url, 303)


@machines.post("/<code>/documents/remove")
@requires("machine.edit", of=find_machine)
def remove_document(machine: Machine) -> Response:
    number = request.form.get("document", type=int)
    with writing():
        document = next((known for known in machine.documents if known.id == number), None)
        if document is None:
            abort(404)
        service.remove_document(machine, document, _me())
    flash(_("Le document est retiré."), "success")
    return redirect(url_for("machines.documents", code=machine.code), 303)
