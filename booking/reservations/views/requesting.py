"""Requests for machines whose reservations are approved one by one."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking.database import writing
from booking.reservations import service
from booking.reservations.models import ApprovalRequest
from booking.reservations.queries.requests import find_request
from booking.reservations.views.blueprint import reservations
from booking.reservations.wording import cannot_decide
from booking.web.access import get_acting_member, requires


@reservations.post("/reservation-requests/<int:number>/withdraw")
@requires("request.withdraw", of=find_request)
def withdraw_request(asked: ApprovalRequest) -> Response:
    """Ask no more."""
    with writing():
        obstacle = service.withdraw_request(asked, get_acting_member())
    if obstacle is not None:
        flash(cannot_decide(obstacle, asked), "danger")
    else:
        flash(_("La demande est retirée."), "success")
    return redirect(url_for("reservations.index", _anchor="requests"), 303)
