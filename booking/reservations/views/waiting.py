"""Waiting for time on a machine: the lists, joining and leaving, answering an offer."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking import clock
from booking.database import writing
from booking.machines.models import Machine, PriceUnit
from booking.machines.queries import find_machine
from booking.machines.rules import MachineState
from booking.periods import Period, local_day
from booking.reservations import service
from booking.reservations.forms import AcceptOfferForm, WaitForm
from booking.reservations.models import Reservation, WaitlistEntry
from booking.reservations.queries.waiting import (
    find_entry,
    find_in_line,
    list_closed_of,
    list_open_of,
    list_open_on,
)
from booking.reservations.queries.workshop import find_machine_alone, get_workshop
from booking.reservations.refusals import Refusal
from booking.reservations.rules.waiting import WaitlistState, Waits
from booking.reservations.service import (
    Assessment,
    FreeAlready,
    NotEligible,
    Refused,
    WaitRefusal,
    WaitsAlready,
    Watch,
)
from booking.reservations.views.asking import period_asked_for
from booking.reservations.views.blueprint import reservations
from booking.reservations.wording import cannot_leave, cannot_take, cannot_wait, explain_all
from booking.web.access import get_acting_member, requires
from booking.web.filters import zone
from booking.web.forms import first_result, remember_result

FORMER = 10
A_WEEK = timedelta(days=7)
A_MINUTE = timedelta(minutes=1)


def find_offered_machine(code: str) -> Machine | None:
    """A machine that can still be reserved."""
    machine = find_machine_alone(code)
    return machine if machine and machine.state is not MachineState.RETIRED else None


@reservations.get("/reservations/waiting")
@requires("reservation.list")
def waiting() -> str:
    """What one waits for, with the place in line, and what is offered."""
    me = get_acting_member()
    return render_template(
        "reservations/waiting.html",
        lines=list_open_of(me.id),
        former=list_closed_of(me.id, FORMER),
    )


@reservations.get("/machines/<code>/wait")
@requires("waitlist.join", of=find_offered_machine)
def wait(machine: Machine) -> str:
    """A form filled with the time that was refused, or with the coming week."""
    form = WaitForm(formdata=None)
    period = period_asked_for()
    minutes = get_workshop().by_id[machine.id].facts.min_minutes
    if period is not None:
        minutes = period.duration // A_MINUTE
    else:
        now = clock.now().replace(second=0, microsecond=0)
        last_day = (now + A_WEEK).astimezone(zone()).date()
        period = Period(now, local_day(last_day, zone()).starts_at)
        minutes = max(minutes, 60)
    form.propose(period, minutes, zone())
    return _wait_page(machine, form)


@reservations.post("/machines/<code>/wait")
@requires("waitlist.join", of=find_offered_machine)
def join_waitlist(machine: Machine) -> Response | tuple[str, int]:
    form = WaitForm()
    form.offer(get_workshop().by_id[machine.id].facts)
    if not form.is_whole(zone()) or form.period is None:
        return _wait_page(machine, form), 422
    me = get_acting_member()
    watch = Watch(
        member=me,
        machine=machine,
        period=form.period,
        length=timedelta(minutes=form.minutes.data),
        waits=Waits(form.waits.data),
    )
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        outcome = service.join(watch, me)
        if isinstance(outcome, WaitlistEntry):
            remember_result(form, url_for("reservations.waiting"))
    if not isinstance(outcome, WaitlistEntry):
        taken = isinstance(outcome, FreeAlready | WaitsAlready)
        return _wait_page(machine, form, outcome), 409 if taken else 422
    flash(_("C’est noté, un courriel vous préviendra."), "success")
    return redirect(url_for("reservations.waiting"), 303)


def _wait_page(machine: Machine, form: WaitForm, refusal: WaitRefusal | None = None) -> str:
    form.offer(get_workshop().by_id[machine.id].facts)
    return render_template(
        "reservations/wait.html",
        machine=machine,
        form=form,
        refusal=cannot_wait(refusal) if refusal else None,
        reasons=(
            explain_all(refusal.reasons, get_acting_member(), machine, refusal.period)
            if isinstance(refusal, NotEligible)
            else []
        ),
        free=refusal.period if isinstance(refusal, FreeAlready) else None,
    )


@reservations.get("/machines/<code>/waitlist")
@requires("waitlist.list", of=find_machine)
def line(machine: Machine) -> str:
    """Who waits for a machine, for those who look after it."""
    return render_template(
        "reservations/line.html", machine=machine, lines=list_open_on(machine.id)
    )


@reservations.get("/waitlist/<int:number>")
@requires("waitlist.see", of=find_entry)
def show_wait(entry: WaitlistEntry) -> str:
    """One place in line; where time is offered, what it costs and the answer."""
    return _entry_page(entry, AcceptOfferForm(formdata=None))


def _entry_page(entry: WaitlistEntry, form: AcceptOfferForm, refused: Refused | None = None) -> str:
    assessed: Assessment | None = refused
    if entry.state_now is WaitlistState.OFFERED and refused is None:
        assessed = service.assess_offer(entry, form.firing_type.data or None)
    return render_template(
        "reservations/show_wait.html",
        line=find_in_line(entry),
        entry=entry,
        form=form,
        fires=_fires(entry),
        price=assessed.price if assessed else None,
        refusals=_explained(entry, assessed.refusals) if assessed else [],
        was_refused=refused is not None,
    )


def _explained(entry: WaitlistEntry, refusals: tuple[Refusal, ...]) -> list[object]:
    held = entry.reservation
    if held is None or not refusals:
        return []
    return [
        *explain_all(refusals, entry.member, entry.machine, Period(held.starts_at, held.ends_at))
    ]


def _fires(entry: WaitlistEntry) -> bool:
    return entry.machine.price_unit is PriceUnit.FIRING


@reservations.post("/waitlist/<int:number>/accept")
@requires("waitlist.answer", of=find_entry)
def accept_offer(entry: WaitlistEntry) -> Response | tuple[str, int]:
    form = AcceptOfferForm()
    if not form.is_whole(_fires(entry)):
        return _entry_page(entry, form), 422
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        firing_type = form.firing_type.data if _fires(entry) else None
        outcome = service.take_offer(entry, firing_type, get_acting_member())
        if isinstance(outcome, Reservation):
            remember_result(form, url_for("reservations.show", number=outcome.id))
    if isinstance(outcome, Refused):
        return _entry_page(entry, form, outcome), 422
    if not isinstance(outcome, Reservation):
        flash(cannot_take(outcome), "danger")
        return redirect(url_for("reservations.show_wait", number=entry.id), 303)
    flash(_("C’est réservé."), "success")
    return redirect(url_for("reservations.show", number=outcome.id), 303)


@reservations.post("/waitlist/<int:number>/decline")
@requires("waitlist.answer", of=find_entry)
def decline_offer(entry: WaitlistEntry) -> Response:
    with writing():
        problem = service.decline_offer(entry, get_acting_member())
    if problem is not None:
        flash(cannot_take(problem), "danger")
    else:
        flash(_("Le créneau est proposé à la personne suivante."), "success")
    return redirect(url_for("reservations.waiting"), 303)


@reservations.post("/waitlist/<int:number>/leave")
@requires("waitlist.leave", of=find_entry)
def leave_waitlist(entry: WaitlistEntry) -> Response:
    me = get_acting_member()
    with writing():
        problem = service.leave(entry, me)
    if problem is not None:
        flash(cannot_leave(problem), "danger")
    else:
        flash(_("La place en liste d’attente est rendue."), "success")
    if entry.member_id != me.id:
        return redirect(url_for("reservations.line", code=entry.machine.code), 303)
    return redirect(url_for("reservations.waiting"), 303)
