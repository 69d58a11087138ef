"""Giving a reservation back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking.database import writing
from booking.reservations import service
from booking.reservations.forms import CancelForm
from booking.reservations.models import Reservation
from booking.reservations.queries import (
    find_reservation,
)
from booking.reservations.rules.series import Scope
from booking.reservations.views.blueprint import reservations
from booking.reservations.views.showing import may_be_cancelled
from booking.reservations.wording import cannot_cancel
from booking.web.access import get_acting_member, requires
from booking.web.forms import first_result, remember_result


@reservations.get("/reservations/<int:number>/cancel")
@requires("reservation.cancel", of=find_reservation)
def confirm_cancel(reservation: Reservation) -> str:
    """Asks once more, naming what is given back."""
    form = CancelForm(formdata=None)
    if request.args.get("scope") in set(Scope):
        form.scope.data = request.args["scope"]
    return _cancel_page(reservation, form)


@reservations.post("/reservations/<int:number>/cancel")
@requires("reservation.cancel", of=find_reservation)
def cancel(reservation: Reservation) -> Response | tuple[str, int]:
    form = CancelForm()
    if not form.validate():
        return _cancel_page(reservation, form), 422
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        problem = service.cancel_some(
            reservation,
            Scope(form.scope.data),
            get_acting_member(),
            (form.reason.data or "").strip(),
        )
        url = remember_result(form, url_for("reservations.show", number=reservation.id))
    if problem is not None:
        flash(cannot_cancel(problem), "danger")
        return redirect(url_for("reservations.show", number=reservation.id), 303)
    flash(_told(Scope(form.scope.data)), "success")
    return redirect(url, 303)


def _told(scope: Scope) -> str:
    if scope is Scope.ONE:
        return _("Réservation annulée, le temps est de nouveau libre.")
    return _("Réservations annulées, le temps est de nouveau libre.")


def _cancel_page(reservation: Reservation, form: CancelForm) -> str:
    return render_template(
        "reservations/cancel.html",
        reservation=reservation,
        form=form,
        fee=service.fee_if_cancelled(reservation, _counts_as_member(reservation)),
        can_cancel=may_be_cancelled(reservation),
        series=[
            (one, service.fee_if_cancelled(one, _counts_as_member(one)))
            for one in service.list_concerned(reservation, Scope.ALL)
        ]
        if reservation.series_id
        else [],
    )


def _counts_as_member(reservation: Reservation) -> bool:
    """Whether the cancellation would be the member's own, or the site's."""
    return service.is_by_member(reservation, get_acting_member())
