"""Second persons: their answers, and naming another one."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking.database import db, writing
from booking.members.queries import find_member_named
from booking.periods import Period
from booking.reservations import service
from booking.reservations.forms import NameCompanionForm
from booking.reservations.models import Companion, Reservation
from booking.reservations.queries import find_reservation
from booking.reservations.refusals import Refusal
from booking.reservations.rules import CompanionRole, Mode, ReservationState
from booking.reservations.service import CannotAnswer
from booking.reservations.views.blueprint import reservations
from booking.reservations.views.showing import ppe_of
from booking.reservations.wording import Explained, cannot_answer, explain_all
from booking.web.access import get_acting_member, requires
from booking.web.forms import first_result, remember_result


def find_companion(number: int) -> Companion | None:
    return db.session.get(Companion, number)


@reservations.get("/companions/<int:number>")
@requires("companion.answer", of=find_companion)
def show_companion(companion: Companion) -> str:
    """What somebody is asked to be there for, and both answers."""
    return _answer_page(companion)


@reservations.post("/companions/<int:number>/accept")
@requires("companion.answer", of=find_companion)
def accept(companion: Companion) -> Response | tuple[str, int]:
    with writing():
        outcome = service.accept(companion)
    if isinstance(outcome, CannotAnswer) and outcome is not CannotAnswer.ALREADY:
        return _too_late(outcome)
    if isinstance(outcome, tuple) and outcome:
        return _answer_page(companion, _explained(outcome, companion.reservation)), 422
    flash(_("Merci, c’est noté : vous serez là."), "success")
    return redirect(url_for("reservations.index", _anchor="asked"), 303)


@reservations.post("/companions/<int:number>/decline")
@requires("companion.answer", of=find_companion)
def decline(companion: Companion) -> Response:
    with writing():
        problem = service.decline(companion)
    if problem is not None:
        return _too_late(problem)
    flash(_("C’est noté, la personne est prévenue."), "success")
    return redirect(url_for("reservations.index", _anchor="asked"), 303)


def _too_late(problem: CannotAnswer) -> Response:
    flash(cannot_answer(problem), "danger")
    return redirect(url_for("reservations.index", _anchor="asked"), 303)


def _answer_page(companion: Companion, refusals: list[Explained] | None = None) -> str:
    reservation = companion.reservation
    return render_template(
        "reservations/companion.html",
        companion=companion,
        reservation=reservation,
        refusals=refusals or [],
        is_open=companion.is_current and may_have_companion(reservation),
        ppe=ppe_of(reservation.machine),
    )


@reservations.get("/reservations/<int:number>/companion")
@requires("companion.name", of=find_reservation)
def name_companion(reservation: Reservation) -> str:
    """Ask another person to be there."""
    return _name_page(reservation, NameCompanionForm(formdata=None))


@reservations.post("/reservations/<int:number>/companion")
@requires("companion.name", of=find_reservation)
def save_companion(reservation: Reservation) -> Response | tuple[str, int]:
    form = NameCompanionForm()
    if not form.validate():
        return _name_page(reservation, form), 422
    person = find_member_named(form.companion.data)
    if person is None:
        form.companion.errors = [_("Nous ne trouvons personne de ce nom.")]
        return _name_page(reservation, form), 422
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        outcome = service.name_another(
            reservation, role_in(reservation), person, get_acting_member()
        )
        url = url_for("reservations.show", number=reservation.id)
        if outcome == ():
            remember_result(form, url)
    if isinstance(outcome, CannotAnswer):
        flash(cannot_name(outcome), "danger")
        return redirect(url, 303)
    if outcome:
        return _name_page(reservation, form, _explained(outcome, reservation)), 422
    flash(_("La demande est partie ; la réservation attend la réponse."), "success")
    return redirect(url, 303)


def cannot_name(problem: CannotAnswer) -> str:
    if problem is CannotAnswer.NOT_ASKED:
        return _("Cette réservation n’a besoin de personne d’autre.")
    return cannot_answer(problem)


def role_in(reservation: Reservation) -> CompanionRole:
    """What a second person would be there for."""
    return CompanionRole.SUPERVISOR if reservation.mode is Mode.SUPERVISED else CompanionRole.BUDDY


def may_have_companion(reservation: Reservation) -> bool:
    return reservation.state_now in (ReservationState.HELD, ReservationState.CONFIRMED)


def _name_page(
    reservation: Reservation, form: NameCompanionForm, refusals: list[Explained] | None = None
) -> str:
    return render_template(
        "reservations/name_companion.html",
        reservation=reservation,
        form=form,
        role=role_in(reservation),
        refusals=refusals or [],
    )


def _explained(refusals: tuple[Refusal, ...], reservation: Reservation) -> list[Explained]:
    period = Period(reservation.starts_at, reservation.ends_at)
    return explain_all(refusals, reservation.member, reservation.machine, period)
