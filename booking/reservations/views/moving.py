"""Moving a reservation, shortening and extending it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking.database import writing
from booking.machines.models import Machine
from booking.periods import Period
from booking.reservations import service
from booking.reservations.forms import MoveForm
from booking.reservations.models import Reservation
from booking.reservations.queries import find_reservation
from booking.reservations.queries.searching import Alternative, list_alike, list_alternatives
from booking.reservations.queries.workshop import OfferedMachine, find_machine_alone, get_workshop
from booking.reservations.rules import ReservationState
from booking.reservations.service import Assessment, CannotMove, Change, Refused
from booking.reservations.views.asking import period_asked_for
from booking.reservations.views.blueprint import reservations
from booking.reservations.wording import cannot_move, explain_all
from booking.web.access import get_acting_member, may, requires
from booking.web.fields import choices_of
from booking.web.filters import localized, zone
from booking.web.forms import first_result, remember_result


@reservations.get("/reservations/<int:number>/move")
@requires("reservation.move", of=find_reservation)
def confirm_move(reservation: Reservation) -> str:
    """The form filled with what stands, or with the time of the link, and what is against it."""
    form = MoveForm(formdata=None)
    form.prefill(reservation, period_asked_for() or reservation.period, zone())
    _offer(form, reservation)
    if (code := request.args.get("machine")) in _machines(reservation):
        form.machine.data = code
    return _judged_page(form, reservation) if form.has_period(zone()) else _page(form, reservation)


@reservations.post("/reservations/<int:number>/move")
@requires("reservation.move", of=find_reservation)
def move(reservation: Reservation) -> Response | str | tuple[str, int]:
    """Move it, or say everything that stands against that; what stood stands then."""
    form = MoveForm()
    if form.waive.data and not may("waiver.grant"):
        abort(403)
    _offer(form, reservation)
    if not form.is_whole(zone()):
        page = _judged_page(form, reservation) if form.period else _page(form, reservation)
        return page, 422
    if form.judge.data:
        return _judged_page(form, reservation)
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        outcome = service.move(_change(form, reservation), get_acting_member())
        if isinstance(outcome, Reservation):
            remember_result(form, _shown(reservation))
    if isinstance(outcome, Refused):
        page = _page(form, reservation, outcome, was_refused=True)
        return page, 409 if outcome.only_taken else 422
    if isinstance(outcome, CannotMove):
        flash(cannot_move(outcome), "danger")
    else:
        flash(_("La réservation est modifiée."), "success")
    return redirect(_shown(reservation), 303)


SHORTEST_EXTENSION = timedelta(minutes=30)


@dataclass(frozen=True)
class Extension:
    """A little more time at the end: the move form that asks for it, and what it adds to the price,
    in cents excluding tax; None where no price was kept.
    """

    reservation: Reservation
    form: MoveForm
    length: timedelta
    more_cents: int | None

    @property
    def fields(self) -> dict[str, object]:
        """What the form would send, under a key of its own for each state of the reservation."""
        form = self.form
        names = ("machine", "version", "starts_on", "start_time", "ends_on", "end_time")
        sent = {name: form[name].data for name in names}
        return sent | {"form_key": f"extend-{self.reservation.id}-{form.version.data}"}


def find_extension(reservation: Reservation) -> Extension | None:
    """Half an hour more, in whole steps of the machine's grid, where the rules allow it and nobody
    would have to be asked again.
    """
    is_running = reservation.state_now is ReservationState.CHECKED_IN
    is_sure = is_running or reservation.state_now is ReservationState.CONFIRMED
    if not is_sure or (reservation.current_companions and not is_running):
        return None
    step = timedelta(minutes=get_workshop().by_id[reservation.machine_id].facts.grid_minutes)
    length = -(-SHORTEST_EXTENSION // step) * step
    longer = Period(reservation.starts_at, reservation.ends_at + length)
    change = service.change_to(
        reservation,
        reservation.machine,
        longer,
        get_acting_member(),
        version=reservation.version,
    )
    if service.cannot_move(change):
        return None
    assessed = service.assess_move(change)
    if assessed.refusals:
        return None
    form = MoveForm(formdata=None)
    form.prefill(reservation, longer, zone())
    before = reservation.price_excl_cents
    more_cents = None if before is None else assessed.price.excl_cents - before
    return Extension(reservation, form, length, more_cents)


def _shown(reservation: Reservation) -> str:
    return url_for("reservations.show", number=reservation.id)


def _offer(form: MoveForm, reservation: Reservation) -> None:
    machines = _machines(reservation)
    names = {code: f"{code} · {localized(machine.name)}" for code, machine in machines.items()}
    form.offer(names, zone(), machines[reservation.machine.code].facts.grid_minutes)


def _machines(reservation: Reservation) -> dict[str, OfferedMachine]:
    """By code the machine that is reserved, and those that do the same work."""
    present = get_workshop().by_id[reservation.machine_id]
    return {machine.code: machine for machine in (present, *list_alike(present))}


def _change(form: MoveForm, reservation: Reservation) -> Change:
    assert form.period is not None
    machine: Machine | None = find_machine_alone(form.machine.data)
    return service.change_to(
        reservation,
        machine or reservation.machine,
        form.period,
        get_acting_member(),
        version=form.version.data,
        waivers=form.waivers(),
    )


def _judged_page(form: MoveForm, reservation: Reservation) -> str:
    """The form with everything against it, be it set aside or not, and what it costs."""
    change = _change(form, reservation)
    return _page(form, reservation, service.assess_move(change))


def _page(
    form: MoveForm,
    reservation: Reservation,
    assessed: Assessment | None = None,
    was_refused: bool = False,
) -> str:
    obstacle = service.why_it_stays(reservation)
    explained, alternatives, change = [], [], None
    if assessed and not obstacle:
        change = _change(form, reservation)
        explained = explain_all(
            assessed.refusals, reservation.member, change.machine, change.period, reservation.period
        )
        alternatives = _alternatives(change, assessed)
    waivable = [item for item in explained if item.waivable] if may("waiver.grant") else []
    form.waive.choices = choices_of({item.code.value: item.message for item in waivable})
    return render_template(
        "reservations/move.html",
        form=form,
        reservation=reservation,
        change=change,
        price=assessed.price if assessed else None,
        refusals=explained,
        alternatives=alternatives,
        was_refused=was_refused,
        is_same=change is not None and change.changes_nothing,
        has_started=service.has_started(reservation),
        obstacle=cannot_move(obstacle) if obstacle else None,
        keeps=_share_kept(reservation),
    )


def _alternatives(change: Change, assessed: Assessment) -> list[Alternative]:
    """Other times that would do; the one that is to be left is none, and what has to be asked for
    is no place to move to.
    """
    reservation = change.reservation
    machine = get_workshop().by_id[change.machine.id]
    found = list_alternatives(
        reservation.member, machine, change.period, assessed.refusals, without=[reservation.id]
    )
    present = (reservation.machine_id, reservation.period)
    return [
        one
        for one in found
        if (one.machine.id, one.period) != present
        and (change.approved or not one.machine.facts.needs_approval)
    ]


def _share_kept(reservation: Reservation) -> int:
    """The least that a later cancellation keeps of the price, in percent, once it is moved now."""
    by_member = service.is_by_member(reservation, get_acting_member())
    return service.share_kept(reservation) if by_member else reservation.fee_floor_percent
