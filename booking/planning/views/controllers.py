"""The doors and machines that read who may use what: made and revoked by who runs the place."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from booking.database import writing
from booking.machines.queries import find_area, list_areas
from booking.outbox.wording import link_to
from booking.planning import service
from booking.planning.forms import ControllerForm, FeedActForm
from booking.planning.models import Controller
from booking.planning.queries.badges import find_controller, list_controllers
from booking.planning.views.blueprint import planning
from booking.web.access import get_acting_member, requires
from booking.web.forms import first_result, remember_result


@planning.get("/controllers")
@requires("controller.manage")
def controllers() -> str:
    """Those in service with when each was last given a list, and a form for another."""
    return _page(ControllerForm(formdata=None))


def _page(form: ControllerForm) -> str:
    form.offer(list_areas())
    return render_template(
        "planning/controllers.html",
        form=form,
        lines=[(line, FeedActForm(formdata=None)) for line in list_controllers()],
    )


@planning.post("/controllers")
@requires("controller.manage")
def make_controller() -> Any:
    form = ControllerForm()
    form.offer(list_areas())
    if not form.validate():
        return _page(form), 422
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        area = find_area(form.area.data) if form.area.data else None
        token = service.make_controller(form.name.data, area, get_acting_member())
        remember_result(form, url_for("planning.controllers"))
    return render_template(
        "planning/shown_controller.html",
        name=form.name.data,
        token=token,
        address=link_to("api.badge_list"),
    )


@planning.post("/controllers/<int:number>/revoke")
@requires("controller.manage", of=find_controller)
def revoke_controller(controller: Controller) -> Any:
    with writing():
        service.revoke_controller(controller, get_acting_member())
    flash(
        _("Ce contrôleur ne reçoit plus rien. Il garde sa dernière liste jusqu’à sa fin."),
        "success",
    )
    return redirect(url_for("planning.controllers"), 303)
