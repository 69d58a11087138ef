"""Being there: arriving, leaving, and what staying longer costs."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking import clock
from booking.database import writing
from booking.members.signing_in import front_page, this_kiosk
from booking.periods import Period
from booking.reservations import service
from booking.reservations.forms import ArrivalForm, EndListForm, WaiveFeeForm
from booking.reservations.models import Reservation
from booking.reservations.queries import find_reservation
from booking.reservations.rules import ReservationState
from booking.reservations.service import CannotCheckIn, RefusedAtCheckIn
from booking.reservations.views.blueprint import reservations
from booking.reservations.wording import cannot_check_in, explain_all, nobody_there
from booking.web.access import get_acting_member, may, requires
from booking.web.forms import first_result, remember_result


@reservations.post("/reservations/<int:number>/check-in")
@requires("reservation.use", of=find_reservation)
def check_in(reservation: Reservation) -> Response | tuple[str, int]:
    """Say that one is there, or learn why the machine must not be used."""
    form = ArrivalForm()
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        outcome = service.check_in(reservation, get_acting_member())
        if isinstance(outcome, Reservation):
            remember_result(form, _page_after(reservation))
    if isinstance(outcome, RefusedAtCheckIn):
        return _refused_page(reservation, outcome), 422
    if isinstance(outcome, CannotCheckIn):
        flash(cannot_check_in(outcome, reservation), "danger")
    else:
        flash(_("C’est noté, bon travail."), "success")
    return redirect(_page_after(reservation), 303)


def _refused_page(reservation: Reservation, refused: RefusedAtCheckIn) -> str:
    period = Period(reservation.starts_at, reservation.ends_at)
    return render_template(
        "reservations/check_in_refused.html",
        reservation=reservation,
        refusals=explain_all(refused.refusals, reservation.member, reservation.machine, period),
    )


@reservations.get("/reservations/<int:number>/check-out")
@requires("reservation.use", of=find_reservation)
def confirm_check_out(reservation: Reservation) -> str:
    """The end list."""
    return _end_page(reservation, EndListForm(formdata=None))


@reservations.post("/reservations/<int:number>/check-out")
@requires("reservation.use", of=find_reservation)
def check_out(reservation: Reservation) -> Response | tuple[str, int]:
    form = EndListForm()
    if not form.validate():
        return _end_page(reservation, form), 422
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        is_done = service.check_out(reservation, form.answers, get_acting_member())
        url = remember_result(form, _page_after(reservation))
    if is_done:
        flash(_("Départ noté, merci."), "success")
    else:
        flash(nobody_there(), "danger")
    return redirect(url, 303)


def _end_page(reservation: Reservation, form: EndListForm) -> str:
    return render_template(
        "reservations/check_out.html",
        reservation=reservation,
        form=form,
        is_there=is_there(reservation),
        leaves_early=clock.now() < reservation.ends_at,
        overrun=service.overrun_now(reservation),
    )


@reservations.get("/reservations/<int:number>/waive-overrun")
@requires("waiver.grant", of=find_reservation)
def confirm_waive_overrun(reservation: Reservation) -> str:
    return _waive_page(reservation, WaiveFeeForm(formdata=None))


@reservations.post("/reservations/<int:number>/waive-overrun")
@requires("waiver.grant", of=find_reservation)
def waive_overrun(reservation: Reservation) -> Response | tuple[str, int]:
    """Give up what staying longer costs, with the reason in writing."""
    form = WaiveFeeForm()
    if not form.validate():
        return _waive_page(reservation, form), 422
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        reason = form.reason.data.strip()
        is_done = service.waive_overrun(reservation, get_acting_member(), reason)
        url = remember_result(form, _page_of(reservation))
    if is_done:
        flash(_("Le dépassement n’est plus dû."), "success")
    else:
        flash(_("Rien n’est dû pour cette réservation."), "danger")
    return redirect(url, 303)


def _waive_page(reservation: Reservation, form: WaiveFeeForm) -> str:
    return render_template("reservations/waive_overrun.html", reservation=reservation, form=form)


def _page_after(reservation: Reservation) -> str:
    """Where who has arrived or left is sent: on a kiosk to the button that ends his turn."""
    return front_page() if this_kiosk() else _page_of(reservation)


def _page_of(reservation: Reservation) -> str:
    return url_for("reservations.show", number=reservation.id)


@reservations.app_template_global()
def may_arrive(reservation: Reservation) -> bool:
    """Whether the present user may say now that the person is there."""
    return may("reservation.use", reservation) and not service.against_arriving_now(reservation)


@reservations.app_template_global()
def may_leave(reservation: Reservation) -> bool:
    return may("reservation.use", reservation) and is_there(reservation)


@reservations.app_template_test("there")
def is_there(reservation: Reservation) -> bool:
    """Whether somebody has arrived for it and not left."""
    return reservation.state_now is ReservationState.CHECKED_IN


@reservations.app_template_test("staying_longer")
def is_staying_longer(reservation: Reservation) -> bool:
    return is_there(reservation) and reservation.ends_at < clock.now()
