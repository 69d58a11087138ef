"""Giving up the fee of a late cancellation."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking.database import writing
from booking.reservations import service
from booking.reservations.forms import WaiveFeeForm
from booking.reservations.models import Reservation
from booking.reservations.queries import find_reservation
from booking.reservations.views.blueprint import reservations
from booking.web.access import get_acting_member, requires
from booking.web.forms import first_result, remember_result


@reservations.get("/reservations/<int:number>/waive-fee")
@requires("waiver.grant", of=find_reservation)
def confirm_waive_fee(reservation: Reservation) -> str:
    return _page(reservation, WaiveFeeForm(formdata=None))


@reservations.post("/reservations/<int:number>/waive-fee")
@requires("waiver.grant", of=find_reservation)
def waive_fee(reservation: Reservation) -> Response | tuple[str, int]:
    """Give the fee up, with the reason in writing."""
    form = WaiveFeeForm()
    if not form.validate():
        return _page(reservation, form), 422
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        reason = form.reason.data.strip()
        is_done = service.waive_fee(reservation, get_acting_member(), reason)
        url = remember_result(form, url_for("reservations.show", number=reservation.id))
    if is_done:
        flash(_("Les frais ne sont plus dus."), "success")
    else:
        flash(_("Rien n’est dû pour cette réservation."), "danger")
    return redirect(url, 303)


def _page(reservation: Reservation, form: WaiveFeeForm) -> str:
    return render_template("reservations/waive_fee.html", reservation=reservation, form=form)
