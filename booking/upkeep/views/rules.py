"""Saving rules: those of a machine, of an area, of the place.

What the new rules would refuse of what is reserved is shown before anything is saved. The pages
belong to the blueprints of what they show.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import url_for
from flask_babel import gettext as _

from booking.machines import service as machine_acts
from booking.machines.models import Area, Machine
from booking.machines.queries import find_area, find_machine
from booking.machines.refusals import MachineRefusal
from booking.machines.service import EditedMeanwhile
from booking.machines.views import machines, show_refusals, use_page
from booking.openings.models import Level
from booking.site import service as site_acts
from booking.site.queries import get_site
from booking.site.refusals import SiteRefused
from booking.site.views import site, site_page
from booking.site.wording import explain as explain_site
from booking.upkeep.forms import (
    AnsweredAreaForm,
    AnsweredSiteForm,
    AnsweredUseForm,
    RulesAnswerForm,
)
from booking.upkeep.queries import machine_ids_of
from booking.upkeep.views.areas import area_page
from booking.upkeep.views.blueprint import Page, me, upkeep
from booking.upkeep.views.deciding import decide
from booking.web.access import requires


@machines.post("/<code>/edit/use")
@requires("machine.edit", of=find_machine)
def save_use(machine: Machine) -> Page:
    form = AnsweredUseForm()
    if not form.is_filled:
        return use_page(machine, form), 422
    try:
        return decide(
            form,
            lambda: [machine.id],
            lambda: machine_acts.edit(machine, form.seen_version, form.columns(), me()),
            lambda refused: _refused(form, refused, lambda: use_page(machine, form)),
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
        return use_page(machine, form), 409


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
