"""Pages of the organisations, and of what they and private persons subscribe to."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from booking import clock
from booking.database import writing
from booking.members.forms.organisations import OrganisationFilterForm, OrganisationForm
from booking.members.models import Organisation
from booking.members.queries import (
    count_members_by_organisation,
    find_organisation,
    list_members_of,
    list_subscriptions_of,
    search_organisations,
)
from booking.members.refusals import ActRefused
from booking.members.service import organisations as service
from booking.members.views.blueprints import organisations
from booking.members.wording import explain
from booking.site.queries import list_sectors, site_zone
from booking.web.access import get_acting_member, requires
from booking.web.forms import first_result, remember_result
from booking.web.pagination import paginate, url_of_page


@organisations.get("")
@requires("organisation.list")
def index() -> Any:
    form = OrganisationFilterForm(request.args)
    if not form.validate():
        return render_template("members/organisations.html", form=form, page=None), 422
    return render_template(
        "members/organisations.html",
        form=form,
        page=paginate(search_organisations(form.words.data or "")),
        url_of_page=url_of_page,
        people=count_members_by_organisation(),
        sectors={sector.code: sector.name for sector in list_sectors()},
    )


@organisations.get("/<code>")
@requires("organisation.see", of=find_organisation)
def show(organisation: Organisation) -> Any:
    return render_template(
        "members/organisation.html",
        organisation=organisation,
        people=list_members_of(organisation),
        subscriptions=list_subscriptions_of(organisation),
        sectors={sector.code: sector.name for sector in list_sectors()},
        today=clock.today(site_zone()),
    )


@organisations.get("/new")
@requires("organisation.edit")
def new() -> Any:
    return _edit_page(_organisation_form(), None)


@organisations.post("/new")
@requires("organisation.edit")
def create() -> Any:
    form = _organisation_form()
    if not form.validate():
        return _edit_page(form, None), 422
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        organisation = service.create_organisation(form.details(), get_acting_member())
        url = remember_result(form, url_for("organisations.show", code=organisation.code))
    flash(_("Structure créée."), "success")
    return redirect(url, 303)


@organisations.get("/<code>/edit")
@requires("organisation.edit", of=find_organisation)
def edit(organisation: Organisation) -> Any:
    return _edit_page(_organisation_form(organisation), organisation)


@organisations.post("/<code>/edit")
@requires("organisation.edit", of=find_organisation)
def update(organisation: Organisation) -> Any:
    form = _organisation_form(organisation)
    if not form.validate():
        return _edit_page(form, organisation), 422
    try:
        with writing():
            if url := first_result(form):
                return redirect(url, 303)
            service.update_organisation(
                organisation, form.version.data, form.details(), get_acting_member()
            )
            url = remember_result(form, url_for("organisations.show", code=organisation.code))
    except ActRefused as refused:
        form.form_errors.append(explain(refused.refusal))
        return _edit_page(form, organisation), 409
    flash(_("Structure enregistrée."), "success")
    return redirect(url, 303)


def _organisation_form(organisation: Organisation | None = None) -> OrganisationForm:
    form = OrganisationForm(obj=organisation)
    form.offer(list_sectors())
    return form


def _edit_page(form: OrganisationForm, organisation: Organisation | None) -> str:
    return render_template("members/edit_organisation.html", form=form, organisation=organisation)
