"""Saving rules: those of a machine, of an area, of the place, and of a training.

What the new rules would refuse of what is reserved is shown before anything is saved. The pages
belong to the blueprints of what they show.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import url_for
from flask_babel import gettext as _

from booking.machines import service as machine_acts
from booking.machines.forms.sheet import values_of
from booking.machines.forms.use import values_of_safety
from booking.machines.models import Area, Machine
from booking.machines.queries import find_area, find_machine, list_ppe
from booking.machines.refusals import MachineRefusal
from booking.machines.service import EditedMeanwhile
from booking.machines.views import (
    machines,
    offer_sheet,
    safety_page,
    sheet_page,
    show_refusals,
    use_page,
)
from booking.openings.models import Level
from booking.site import service as site_acts
from booking.site.queries import get_site
from booking.site.refusals import SiteRefused
from booking.site.views import site, site_page
from booking.site.wording import explain as explain_site
from booking.trainings.models import Training
from booking.trainings.queries import find_training
from booking.trainings.refusals import Refused
from booking.trainings.service import catalogue
from booking.trainings.views import trainings
from booking.trainings.views.catalogue import edit_page, page_of, possible_prerequisites
from booking.trainings.wording import explain as explain_training
from booking.upkeep.forms import (
    AnsweredAreaForm,
    AnsweredSafetyForm,
    AnsweredSheetForm,
    AnsweredSiteForm,
    AnsweredTrainingForm,
    AnsweredUseForm,
    RulesAnswerForm,
)
from booking.upkeep.queries import machine_ids_of, machine_ids_resting_on
from booking.upkeep.views.areas import area_page
from booking.upkeep.views.blueprint import Page, me, upkeep
from booking.upkeep.views.deciding import decide
from booking.web.access import requires

Edited = TypeVar("Edited", AnsweredSheetForm, AnsweredUseForm, AnsweredSafetyForm)


@machines.post("/<code>/edit")
@requires("machine.edit", of=find_machine)
def save(machine: Machine) -> Page:
    form = AnsweredSheetForm(data=values_of(machine))
    referents = offer_sheet(form)
    return _save_machine(machine, form, lambda: form.columns(referents), sheet_page)


@machines.post("/<code>/edit/use")
@requires("machine.edit", of=find_machine)
def save_use(machine: Machine) -> Page:
    form = AnsweredUseForm()
    return _save_machine(machine, form, form.columns, use_page)


@machines.post("/<code>/edit/safety")
@requires("machine.edit", of=find_machine)
def save_safety(machine: Machine) -> Page:
    form = AnsweredSafetyForm(data=values_of_safety(machine))
    form.offer(list_ppe())
    return _save_machine(machine, form, form.columns, safety_page)


def _save_machine(
    machine: Machine,
    form: Edited,
    columns: Callable[[], dict[str, Any]],
    page: Callable[[Machine, Edited], str],
) -> Page:
    """Save one part of a machine's sheet, or show its page again with what stands against it."""
    if not form.is_filled:
        return page(machine, form), 422
    try:
        return decide(
            form,
            lambda: [machine.id],
            lambda: machine_acts.edit(machine, form.seen_version, columns(), me()),
            lambda refused: _refused(form, refused, lambda: page(machine, form)),
            url_for("machines.show", code=machine.code),
            _("La fiche est enregistrée."),
        )
    except EditedMeanwhile:
        form.form_errors.append(
            _(
                "Quelqu’un a modifié cette machine entre-temps : rien n’a été enregistré. "
                "Rechargez la page pour partir de la dernière version."
            )
        )
        return page(machine, form), 409


@upkeep.post("/areas/<code>/edit")
@requires("area.edit", of=find_area)
def save_area(area: Area) -> Page:
    form = AnsweredAreaForm()
    if not form.is_filled:
        return area_page(area, form), 422
    try:
        return decide(
            form,
            lambda: machine_ids_of(Level(area=area)),
            lambda: machine_acts.edit_area(area, form.seen_version, form.columns(), me()),
            lambda refused: _refused(form, refused, lambda: area_page(area, form)),
            url_for("upkeep.areas"),
            _("L’atelier est enregistré."),
        )
    except EditedMeanwhile:
        form.form_errors.append(
            _(
                "Quelqu’un a modifié cet atelier entre-temps : rien n’a été enregistré. "
                "Rechargez la page pour partir de la dernière version."
            )
        )
        return area_page(area, form), 409


def _refused(
    form: RulesAnswerForm, refused: Sequence[MachineRefusal], page: Callable[[], str]
) -> Page:
    show_refusals(form, refused)
    return page(), 422


@site.post("")
@requires("site.edit")
def update() -> Page:
    form = AnsweredSiteForm(obj=get_site())
    if not form.is_filled:
        return site_page(form), 422

    def change() -> Sequence[SiteRefused]:
        site_acts.update_site(get_site(), form.version.data, form.values(), me().id)
        return ()

    try:
        return decide(
            form,
            lambda: machine_ids_of(Level()),
            change,
            lambda _refused: (site_page(form), 422),
            url_for("site.edit"),
            _("Réglages enregistrés."),
        )
    except SiteRefused as refused:
        form.form_errors.append(explain_site(refused.refusal))
        return site_page(form), 409


@trainings.post("/<code>/edit", endpoint="update")
@requires("training.edit", of=find_training)
def save_training(training: Training) -> Page:
    form = AnsweredTrainingForm()
    form.offer(possible_prerequisites(training))
    if not form.is_filled:
        return edit_page(training, form), 422

    def change() -> tuple[Refused, ...]:
        outcome = catalogue.change(training.id, form.terms(training.code), me())
        return (outcome,) if isinstance(outcome, Refused) else ()

    def refused_page(refused: Sequence[Refused]) -> Page:
        form.form_errors.extend(explain_training(one) for one in refused)
        return edit_page(training, form), 422

    return decide(
        form,
        lambda: machine_ids_resting_on(training),
        change,
        refused_page,
        page_of(training),
        _("Formation modifiée."),
    )
