"""The areas of the workshop, and the rules of use that count for all machines of one."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from booking.database import writing
from booking.machines import service
from booking.machines.forms.area import AreaForm, NewAreaForm, values_of_area
from booking.machines.models import Area
from booking.machines.queries import count_machines_by_area, find_area, list_areas, list_machines
from booking.machines.rules import RULE_NAMES
from booking.machines.views import show_refusals
from booking.machines.wording import rule_hints
from booking.site.queries import get_site
from booking.upkeep.views.blueprint import Page, me, upkeep
from booking.web.access import requires
from booking.web.forms import first_result, remember_result


@upkeep.get("/areas")
@requires("area.edit")
def areas() -> str:
    return render_template(
        "upkeep/areas.html", areas=list_areas(), machines=count_machines_by_area()
    )


@upkeep.get("/areas/new")
@requires("area.edit")
def new_area() -> str:
    last = max((area.position for area in list_areas()), default=0)
    return _new_page(NewAreaForm(formdata=None, data={"position": last + 1}))


@upkeep.post("/areas/new")
@requires("area.edit")
def create_area() -> Page:
    form = NewAreaForm()
    if not form.validate():
        return _new_page(form), 422
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        made = service.create_area(form.columns(), me())
        if isinstance(made, Area):
            remember_result(form, url_for("upkeep.areas"))
    if not isinstance(made, Area):
        show_refusals(form, made)
        return _new_page(form), 422
    flash(
        _("L’atelier est ajouté. Donnez-lui ses machines et, s’il en a, ses horaires."), "success"
    )
    return redirect(url_for("upkeep.areas"), 303)


def _new_page(form: NewAreaForm) -> str:
    hints = rule_hints(Area().rules_of_use(get_site()))
    return render_template("upkeep/area.html", form=form, area=None, hints=hints, own=[])


@upkeep.get("/areas/<code>/edit")
@requires("area.edit", of=find_area)
def edit_area(area: Area) -> str:
    return area_page(area, AreaForm(formdata=None, data=values_of_area(area)))


def area_page(area: Area, form: AreaForm) -> str:
    own = [
        machine
        for machine in list_machines(area_id=area.id)
        if any(machine.own_rules[name] is not None for name in RULE_NAMES)
    ]
    hints = rule_hints(area.rules_of_use(get_site(), own={}))
    return render_template("upkeep/area.html", form=form, area=area, hints=hints, own=own)
