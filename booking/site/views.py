"""Pages of the place: its settings, its house rules, its accessibility statement."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from booking import clock
from booking.database import writing
from booking.site import service
from booking.site.forms import HouseRulesForm, SiteForm
from booking.site.models import HouseRules
from booking.site.queries import (
    find_house_rules,
    get_site,
    list_all_house_rules,
    list_house_rules,
    site_zone,
)
from booking.site.refusals import SiteRefused
from booking.site.wording import explain, markdown
from booking.web.access import get_acting_member, public, requires
from booking.web.forms import first_result, remember_result

site = Blueprint("site", __name__, url_prefix="/site")
site.add_app_template_filter(markdown)


@site.get("")
@requires("site.edit")
def edit() -> Any:
    return site_page(SiteForm(obj=get_site()))


def site_page(form: SiteForm) -> str:
    return render_template("site/edit.html", form=form, versions=list_all_house_rules())


@site.get("/house-rules/<version>")
@requires("site.edit", of=find_house_rules)
def house_rules(rules: HouseRules) -> Any:
    return render_template("site/house_rules.html", rules=rules)


@site.get("/house-rules/new")
@requires("site.edit")
def new_house_rules() -> Any:
    today = clock.today(site_zone())
    current = next(iter(list_house_rules(today)), None)
    form = HouseRulesForm(earliest=today, data={"text": current.text if current else ""})
    return render_template("site/new_house_rules.html", form=form)


@site.post("/house-rules/new")
@requires("site.edit")
def publish_house_rules() -> Any:
    form = HouseRulesForm(earliest=clock.today(site_zone()))
    if not form.validate():
        return render_template("site/new_house_rules.html", form=form), 422
    try:
        with writing():
            if url := first_result(form):
                return redirect(url, 303)
            version, day, text = form.version.data, form.in_force_from.data, form.text.data
            service.publish_house_rules(version, day, text, get_acting_member().id)
            url = remember_result(form, url_for("site.house_rules", version=version))
    except SiteRefused as refused:
        form.version.errors.append(explain(refused.refusal))
        return render_template("site/new_house_rules.html", form=form), 422
    flash(_("Version publiée. Chacun devra l’accepter."), "success")
    return redirect(url, 303)


@site.get("/accessibility")
@public
def accessibility() -> Any:
    return render_template("site/accessibility.html")
