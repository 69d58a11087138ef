"""Offering a reservation to another member, and answering such an offer."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking.database import writing
from booking.reservations import service
from booking.reservations.forms import AnswerForm, HandOverForm
from booking.reservations.models import HandOver, Reservation
from booking.reservations.queries import find_reservation
from booking.reservations.queries.hand_overs import (
    find_exchange,
    find_hand_over,
    find_hand_over_of,
    find_receiver,
)
from booking.reservations.service import CannotHandOver, RefusedHandOver
from booking.reservations.views.blueprint import reservations
from booking.reservations.wording import cannot_hand_over, explain_all, giver_is_refused
from booking.web.access import get_acting_member, may, requires
from booking.web.forms import first_result, remember_result


@reservations.get("/reservations/<int:number>/hand-over")
@requires("reservation.hand_over", of=find_reservation)
def confirm_hand_over(reservation: Reservation) -> str:
    """To whom, and the offer that waits for an answer."""
    return _offer_page(reservation, HandOverForm(formdata=None))


@reservations.post("/reservations/<int:number>/hand-over")
@requires("reservation.hand_over", of=find_reservation)
def hand_over(reservation: Reservation) -> Response | tuple[str, int]:
    form = HandOverForm()
    if not form.validate():
        return _offer_page(reservation, form), 422
    receiver = find_receiver(reservation, form.to.data, to_anybody=may("reservation.list_all"))
    if receiver is None:
        form.to.errors = [_("Personne à qui la transmettre n’a cette adresse.")]
        return _offer_page(reservation, form), 422
    in_exchange = find_exchange(receiver, form.in_exchange.data)
    if form.in_exchange.data and in_exchange is None:
        form.in_exchange.errors = [_("Cette personne n’a pas de réservation de ce numéro.")]
        return _offer_page(reservation, form), 422
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        made = service.offer_to(reservation, receiver, get_acting_member(), in_exchange)
        url = remember_result(form, _shown(reservation))
    if isinstance(made, CannotHandOver):
        flash(cannot_hand_over(made), "danger")
    else:
        flash(_("Proposition envoyée. Rien ne change tant qu’elle n’est pas acceptée."), "success")
    return redirect(url, 303)


@reservations.post("/reservations/<int:number>/hand-over/withdraw")
@requires("reservation.hand_over", of=find_reservation)
def withdraw_hand_over(reservation: Reservation) -> Response:
    with writing():
        made = find_hand_over_of(reservation)
        if made is not None:
            service.withdraw_hand_over(made)
    flash(_("Proposition retirée : la réservation reste où elle est."), "success")
    return redirect(_shown(reservation), 303)


@reservations.get("/hand-overs/<int:number>")
@requires("hand_over.answer", of=find_hand_over)
def show_hand_over(made: HandOver) -> str:
    """What is offered, what it would cost, and what stands against it."""
    return _answer_page(made, AnswerForm(formdata=None))


@reservations.post("/hand-overs/<int:number>")
@requires("hand_over.answer", of=find_hand_over)
def answer_hand_over(made: HandOver) -> Response | tuple[str, int]:
    form = AnswerForm()
    if not form.validate():
        return _answer_page(made, form), 422
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        outcome = (
            service.accept_hand_over(made) if form.accepts else service.decline_hand_over(made)
        )
        result = _after(made, accepted=form.accepts)
        if not isinstance(outcome, RefusedHandOver):
            remember_result(form, result)
    if isinstance(outcome, RefusedHandOver):
        return _answer_page(made, form, was_refused=True), 422
    if isinstance(outcome, CannotHandOver):
        flash(cannot_hand_over(outcome), "danger")
        return redirect(url_for("reservations.index"), 303)
    flash(_("La réservation est à vous.") if form.accepts else _("Proposition refusée."))
    return redirect(result, 303)


def _after(made: HandOver, accepted: bool) -> str:
    return _shown(made.reservation) if accepted else url_for("reservations.index")


def _shown(reservation: Reservation) -> str:
    return url_for("reservations.show", number=reservation.id)


def _offer_page(reservation: Reservation, form: HandOverForm) -> str:
    return render_template(
        "reservations/hand_over.html",
        reservation=reservation,
        form=form,
        waiting=find_hand_over_of(reservation),
    )


def _answer_page(made: HandOver, form: AnswerForm, was_refused: bool = False) -> str:
    passings = service.assess_hand_over(made) if made.stands else ()
    refusals = []
    giver_refused = any(passing.assessed.refusals for passing in passings[1:])
    if passings:
        received = passings[0]
        reservation = received.reservation
        refusals = explain_all(
            received.assessed.refusals, made.member, reservation.machine, reservation.period
        )
    return render_template(
        "reservations/answer.html",
        offer=made,
        form=form,
        price=passings[0].assessed.price if passings else None,
        refusals=refusals,
        against_giver=giver_is_refused() if giver_refused else None,
        was_refused=was_refused,
    )
