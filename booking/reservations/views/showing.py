"""One reservation, and the lists of them."""

from __future__ import annotations

from flask import render_template, request

from booking import clock
from booking.machines.models import Machine
from booking.machines.queries import list_ppe
from booking.pricing.rules import Overrun
from booking.reservations.models import Reservation, WaitlistEntry
from booking.reservations.queries import (
    find_reservation,
    list_all_after,
    list_future_of,
    list_future_of_organisation,
    list_past_of,
)
from booking.reservations.queries.companions import list_asked_of
from booking.reservations.queries.hand_overs import list_offered_to
from booking.reservations.queries.requests import list_requests_of
from booking.reservations.queries.waiting import find_offer_of
from booking.reservations.rules import ReservationState
from booking.reservations.service import CANCELLABLE_STATES, overrun_now, why_it_stays
from booking.reservations.views.blueprint import reservations
from booking.reservations.views.moving import find_extension
from booking.web.access import get_acting_member, may, requires
from booking.web.filters import localized
from booking.web.pagination import page_asked_for

PAGE = 10


@reservations.get("/reservations")
@requires("reservation.list")
def index() -> str:
    """What is coming, and what was; the acts allowed beside each."""
    member = get_acting_member()
    page = page_asked_for()
    now = clock.now()
    past = list_past_of(member.id, now, limit=PAGE + 1, offset=(page - 1) * PAGE)
    return render_template(
        "reservations/index.html",
        asked=list_asked_of(member.id, now),
        coming=list_future_of(member.id, now),
        offered=list_offered_to(member.id),
        requests=list_requests_of(member.id),
        past=past[:PAGE],
        page=page,
        has_more=len(past) > PAGE,
        can_cancel=may_be_cancelled,
    )


@reservations.get("/reservations/organisation")
@requires("reservation.list_of_organisation")
def of_organisation() -> str:
    """The coming reservations of the organisation one answers for."""
    member = get_acting_member()
    coming = (
        list_future_of_organisation(member.organisation_id, clock.now())
        if member.organisation_id
        else []
    )
    return render_template(
        "reservations/organisation.html", coming=coming, can_cancel=may_be_cancelled
    )


@reservations.get("/reservations/all")
@requires("reservation.list_all")
def everyone() -> str:
    """Everybody's coming reservations, for those who run the place."""
    page = page_asked_for()
    words = request.args.get("q", "").strip()[:80]
    found = list_all_after(clock.now(), words, limit=PAGE + 1, offset=(page - 1) * PAGE)
    return render_template(
        "reservations/everyone.html",
        coming=found[:PAGE],
        words=words,
        page=page,
        has_more=len(found) > PAGE,
        can_cancel=may_be_cancelled,
    )


@reservations.get("/reservations/<int:number>")
@requires("reservation.see", of=find_reservation)
def show(reservation: Reservation) -> str:
    """The confirmation: machine, day, hours, what to bring; later, what became of it."""
    return render_template(
        "reservations/show.html",
        reservation=reservation,
        ppe=ppe_of(reservation.machine),
        offer=_offer_behind(reservation),
        can_cancel=may_be_cancelled(reservation),
        can_move=may_be_moved(reservation),
        extension=find_extension(reservation) if may_be_moved(reservation) else None,
        overrun=_overrun_of(reservation),
    )


def _overrun_of(reservation: Reservation) -> Overrun | None:
    """What was noted at the end, or what it has come to by now."""
    if reservation.state_now is ReservationState.CHECKED_IN:
        return overrun_now(reservation)
    return reservation.overrun


def _offer_behind(reservation: Reservation) -> WaitlistEntry | None:
    """The place in line for which it is held, when it is."""
    if reservation.state_now is not ReservationState.HELD:
        return None
    return find_offer_of(reservation.id)


def may_be_cancelled(reservation: Reservation) -> bool:
    """Whether the present user may still cancel it; decides which buttons are shown."""
    now = clock.now()
    if reservation.state_now not in CANCELLABLE_STATES or reservation.ends_at <= now:
        return False
    if not may("reservation.cancel", reservation):
        return False
    return reservation.starts_at > now or (
        may("reservation.list_all") and reservation.member_id != get_acting_member().id
    )


def may_be_moved(reservation: Reservation) -> bool:
    """Whether the present user may still change its time; decides which buttons are shown."""
    return why_it_stays(reservation) is None and may("reservation.move", reservation)


def ppe_of(machine: Machine) -> list[tuple[str, str]]:
    """The protective equipment of a machine: code and name."""
    known = {ppe.code: ppe for ppe in list_ppe()}
    return [(code, localized(known[code].name)) for code in machine.ppe_codes if code in known]
