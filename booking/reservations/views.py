"""Pages of reservations."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking import clock
from booking.database import writing
from booking.machines.models import Machine
from booking.machines.queries import find_machine, list_machines, list_ppe
from booking.members.models import Member
from booking.members.queries import find_member, list_machine_users
from booking.periods import Period
from booking.reservations import service
from booking.reservations.forms import CancelForm, EndAccountForm, ReservationForm
from booking.reservations.models import Reservation
from booking.reservations.queries import (
    find_reservation,
    list_all_after,
    list_future_of,
    list_future_of_organisation,
    list_past_of,
)
from booking.reservations.refusals import RefusalCode
from booking.reservations.service import CANCELLABLE_STATES, Refused, Wish
from booking.reservations.wording import cannot_cancel, explain_all
from booking.site.queries import get_site
from booking.web.access import get_acting_member, may, requires
from booking.web.fields import choices_of
from booking.web.filters import localized, zone
from booking.web.forms import first_result, remember_result
from booking.web.pagination import page_asked_for

reservations = Blueprint("reservations", __name__)

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
        coming=list_future_of(member.id, now),
        past=past[:PAGE],
        page=page,
        has_more=len(past) > PAGE,
        can_cancel=_can_cancel,
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
    return render_template("reservations/organisation.html", coming=coming, can_cancel=_can_cancel)


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
        can_cancel=_can_cancel,
    )


@reservations.get("/reservations/new")
@requires("reservation.make")
def new() -> str:
    """A form filled with the slot that was clicked, and what stands against it."""
    form = ReservationForm(formdata=None)
    machine = _machine_asked_for()
    period = _period_asked_for() if machine else None
    if machine is None:
        _offer(form, None)
        return _form_page(form, None, None)
    if period is None:
        form.prefill(machine, _next_slot(machine), zone())
        _offer(form, machine)
        return _form_page(form, machine, None)
    form.prefill(machine, period, zone())
    _offer(form, machine)
    against = service.judge(Wish(get_acting_member(), machine, period))
    return _form_page(form, machine, period, against)


@reservations.post("/reservations/new")
@requires("reservation.make")
def create() -> Response | tuple[str, int]:
    """Reserve, or say everything that stands against it."""
    form = ReservationForm()
    _refuse_what_others_may(form)
    machine = find_machine((form.machine.data or "")[:20])
    _offer(form, machine)
    if not form.is_whole(machine, zone()) or machine is None or form.period is None:
        return _unfinished_page(form, machine), 422
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        outcome = service.reserve(_wish(form, machine, form.period), get_acting_member())
        if isinstance(outcome, Reservation):
            remember_result(form, _page_of(outcome))
    if isinstance(outcome, Refused):
        page = _form_page(form, machine, form.period, outcome.refusals, was_refused=True)
        return page, 409 if outcome.only_taken else 422
    flash(_("C’est réservé."), "success")
    return redirect(_page_of(outcome), 303)


def _page_of(reservation: Reservation) -> str:
    return url_for("reservations.show", number=reservation.id)


def _refuse_what_others_may(form: ReservationForm) -> None:
    """The fields that only some are shown serve only them, whoever sends them."""
    for_another = form.member.data and not may("reservation.make_for_others")
    if for_another or (form.waive.data and not may("waiver.grant")):
        abort(403)


def _unfinished_page(form: ReservationForm, machine: Machine | None) -> str:
    """The form again, with what to correct; and where its times can be read, what they meet."""
    if machine is None or form.period is None:
        return _form_page(form, machine, None)
    against = service.judge(Wish(_for_whom(form), machine, form.period))
    return _form_page(form, machine, form.period, against)


def _for_whom(form: ReservationForm) -> Member:
    named = find_member(form.member.data) if form.member.data else None
    return named or get_acting_member()


def _wish(form: ReservationForm, machine: Machine, period: Period) -> Wish:
    known = set(RefusalCode)
    reason = (form.waiver_reason.data or "").strip()
    return Wish(
        member=_for_whom(form),
        machine=machine,
        period=period,
        purpose=(form.purpose.data or "").strip(),
        firing_type=form.firing_type.data or None,
        waivers={RefusalCode(code): reason for code in form.waive.data or [] if code in known},
        idempotency_key=form.form_key.data or None,
    )


def _offer(form: ReservationForm, machine: Machine | None) -> None:
    step = (machine.slot_step_minutes if machine else None) or get_site().slot_step_minutes
    others = list_machine_users() if may("reservation.make_for_others") else []
    me = get_acting_member()
    form.offer(list_machines(), [m for m in others if m.id != me.id], zone(), step)


def _form_page(
    form: ReservationForm,
    machine: Machine | None,
    period: Period | None,
    against: Any = None,
    was_refused: bool = False,
) -> str:
    explained = explain_all(against or (), machine, period) if machine and period else []
    waivable = [item for item in explained if item.waivable] if may("waiver.grant") else []
    form.waive.choices = choices_of({item.code.value: item.message for item in waivable})
    return render_template(
        "reservations/new.html",
        form=form,
        machine=machine,
        machines=list_machines(),
        period=period,
        refusals=explained,
        was_judged=against is not None,
        was_refused=was_refused,
        ppe=_ppe_of(machine) if machine else [],
    )


@reservations.get("/reservations/<int:number>")
@requires("reservation.see", of=find_reservation)
def show(reservation: Reservation) -> str:
    """The confirmation: machine, day, hours, what to bring; later, what became of it."""
    return render_template(
        "reservations/show.html",
        reservation=reservation,
        ppe=_ppe_of(reservation.machine),
        can_cancel=_can_cancel(reservation),
    )


@reservations.get("/reservations/<int:number>/cancel")
@requires("reservation.cancel", of=find_reservation)
def confirm_cancel(reservation: Reservation) -> str:
    """Asks once more, naming what is given back."""
    return _cancel_page(reservation, CancelForm(formdata=None))


@reservations.post("/reservations/<int:number>/cancel")
@requires("reservation.cancel", of=find_reservation)
def cancel(reservation: Reservation) -> Response | tuple[str, int]:
    form = CancelForm()
    if not form.validate():
        return _cancel_page(reservation, form), 422
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        problem = service.cancel(reservation, get_acting_member(), (form.reason.data or "").strip())
        url = remember_result(form, url_for("reservations.show", number=reservation.id))
    if problem is not None:
        flash(cannot_cancel(problem), "danger")
        return redirect(url_for("reservations.show", number=reservation.id), 303)
    flash(_("Réservation annulée, le temps est de nouveau libre."), "success")
    return redirect(url, 303)


def _cancel_page(reservation: Reservation, form: CancelForm) -> str:
    return render_template(
        "reservations/cancel.html",
        reservation=reservation,
        form=form,
        can_cancel=_can_cancel(reservation),
    )


@reservations.get("/members/<code>/suspend")
@requires("member.suspend", of=find_member)
def confirm_suspend_member(member: Member) -> str:
    return _end_account_page(member, EndAccountForm(formdata=None), leaving=False)


@reservations.post("/members/<code>/suspend")
@requires("member.suspend", of=find_member)
def suspend_member(member: Member) -> Response | tuple[str, int]:
    """Suspend an account and cancel its future reservations, in one act."""
    return _end_account(member, leaving=False)


@reservations.get("/members/<code>/leave")
@requires("member.suspend", of=find_member)
def confirm_member_leaves(member: Member) -> str:
    return _end_account_page(member, EndAccountForm(formdata=None), leaving=True)


@reservations.post("/members/<code>/leave")
@requires("member.suspend", of=find_member)
def member_leaves(member: Member) -> Response | tuple[str, int]:
    """Close an account the same day and cancel its future reservations, in one act."""
    return _end_account(member, leaving=True)


def _end_account(member: Member, leaving: bool) -> Response | tuple[str, int]:
    form = EndAccountForm()
    if not form.validate():
        return _end_account_page(member, form, leaving), 422
    act = service.member_leaves if leaving else service.suspend_member
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        act(member, get_acting_member(), form.reason.data.strip())
        url = remember_result(form, url_for("members.show", code=member.code))
    flash(_("Compte fermé.") if leaving else _("Compte suspendu."), "success")
    return redirect(url, 303)


def _end_account_page(member: Member, form: EndAccountForm, leaving: bool) -> str:
    return render_template(
        "reservations/end_account.html",
        member=member,
        form=form,
        leaving=leaving,
        concerned=list_future_of(member.id, clock.now()),
    )


def _can_cancel(reservation: Reservation) -> bool:
    """Whether the present user may still cancel it; decides which buttons are shown."""
    now = clock.now()
    if reservation.state not in CANCELLABLE_STATES or reservation.ends_at <= now:
        return False
    if not may("reservation.cancel", reservation):
        return False
    return reservation.starts_at > now or (
        may("reservation.list_all") and reservation.member_id != get_acting_member().id
    )


def _machine_asked_for() -> Machine | None:
    code = request.args.get("machine", "")
    if not code:
        return None
    return find_machine(code[:20]) or abort(404)


def _period_asked_for() -> Period | None:
    """The period of the link that was followed; None where it cannot be read."""
    try:
        start = datetime.fromisoformat(request.args.get("starts_at", ""))
        end = datetime.fromisoformat(request.args.get("ends_at", ""))
        if not (2000 <= start.year <= 2100 and 2000 <= end.year <= 2100):
            return None
        return Period(start, end)
    except ValueError:
        return None


def _next_slot(machine: Machine) -> Period:
    """A first proposal: the next full hour, for an hour or the machine's minimum."""
    start = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
    return Period(start, start + timedelta(minutes=max(60, machine.min_minutes or 0)))


def _ppe_of(machine: Machine) -> list[tuple[str, str]]:
    """The protective equipment of a machine: code and name."""
    known = {ppe.code: ppe for ppe in list_ppe()}
    return [(code, localized(known[code].name)) for code in machine.ppe_codes if code in known]
