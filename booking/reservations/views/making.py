"""The form that asks for a machine."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking import clock
from booking.database import writing
from booking.machines.models import Machine
from booking.members.models import Member
from booking.members.queries import find_member_named
from booking.periods import Period
from booking.reservations import service
from booking.reservations.forms import ReservationForm
from booking.reservations.models import ApprovalRequest, Reservation
from booking.reservations.queries import find_reservation
from booking.reservations.queries.searching import (
    Alternative,
    find_like,
    list_alternatives,
)
from booking.reservations.queries.workshop import find_machine_alone, get_workshop
from booking.reservations.refusals import NeedsApproval, Refusal, RefusalCode
from booking.reservations.rules import CompanionRole, Mode, ReservationState
from booking.reservations.rules.approving import decided_until
from booking.reservations.service import (
    AsksAlready,
    Assessment,
    CannotRequest,
    Refused,
    Wish,
)
from booking.reservations.views.asking import next_slot, period_asked_for
from booking.reservations.views.blueprint import reservations
from booking.reservations.views.people import member_asked_for, people_to_reserve_for
from booking.reservations.views.showing import ppe_of
from booking.reservations.wording import cannot_request, explain_all
from booking.site.queries import get_site
from booking.web.access import get_acting_member, may, requires
from booking.web.fields import choices_of
from booking.web.filters import iso_local, zone
from booking.web.forms import first_result, remember_result


@reservations.get("/reservations/new")
@requires("reservation.make")
def new() -> str:
    """A form filled with the slot that was clicked, and what stands against it."""
    form = ReservationForm(formdata=None)
    form.member.data = request.args.get("member", "")[:20]
    like = _like_asked_for()
    machine = like.machine if like else _machine_asked_for()
    period = period_asked_for() if machine else None
    if machine is None:
        _offer(form, None)
        return _form_page(form, None, None)
    if like:
        _take_over(form, like)
        offered = get_workshop().by_id[machine.id]
        period = period or find_like(_for_whom(form), offered, like.period, like.mode)
    if request.args.get("mode") == "supervised":
        form.mode.data = Mode.SUPERVISED.value
    period = period or next_slot(machine, _for_whom(form), form.asked_mode)
    form.prefill(machine, period, zone())
    form.unit.data = request.args.get("unit", "")[:10]
    _offer(form, machine)
    assessed = service.assess(_wish(form, machine, period))
    return _form_page(form, machine, period, assessed)


@reservations.post("/reservations/new")
@requires("reservation.make")
def create() -> Response | str | tuple[str, int]:
    """Reserve, or say everything that stands against it."""
    form = ReservationForm()
    _refuse_what_others_may(form)
    machine = find_machine_alone((form.machine.data or "")[:20])
    _offer(form, machine)
    if not form.is_whole(machine, zone()) or machine is None or form.period is None:
        return _unfinished_page(form, machine), 422
    if form.judge.data:
        return _judged_page(form, machine, form.period)
    if other_page := _page_of_another_way(form, machine, form.period):
        return redirect(other_page, 303)
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        outcome = _reserve_or_ask(_wish(form, machine, form.period))
        if isinstance(outcome, Reservation | ApprovalRequest):
            remember_result(form, _page_of(outcome))
    if isinstance(outcome, AsksAlready | CannotRequest):
        flash(cannot_request(outcome), "danger")
        return _form_page(form, machine, form.period), 409
    if isinstance(outcome, Refused):
        page = _form_page(form, machine, form.period, outcome, was_refused=True)
        return page, 409 if outcome.only_taken else 422
    flash(_said_of(outcome), "success")
    return redirect(_page_of(outcome), 303)


def _said_of(made: Reservation | ApprovalRequest) -> str:
    if isinstance(made, ApprovalRequest):
        return _("C’est demandé : un gestionnaire décide, un courriel vous le dira.")
    if made.state is ReservationState.HELD:
        return _("C’est gardé, en attente de la réponse.")
    return _("C’est réservé.")


def _reserve_or_ask(
    wish: Wish,
) -> Reservation | ApprovalRequest | Refused | AsksAlready | CannotRequest:
    """What nothing stands against but that somebody approves it, is asked for."""
    outcome = service.reserve(wish, get_acting_member())
    if isinstance(outcome, Refused) and outcome.only_to_be_approved:
        return service.request_approval(wish, get_acting_member())
    return outcome


def _page_of_another_way(form: ReservationForm, machine: Machine, period: Period) -> str | None:
    """Where a series, several machines or a chain are asked for, if that is what is wanted."""
    if form.repeat.data:
        return _page_to_repeat(form, machine, period)
    if form.chain.data:
        return _page_to_add("reservations.new_chain", form, machine, period)
    if form.several.data:
        return _page_to_add("reservations.new_several", form, machine, period)
    return None


def _page_to_repeat(form: ReservationForm, machine: Machine, period: Period) -> str:
    return url_for(
        "reservations.new_series",
        machine=machine.code,
        starts_at=period.starts_at.isoformat(),
        ends_at=period.ends_at.isoformat(),
        member=form.member.data or None,
        purpose=form.purpose.data or None,
        firing_type=form.firing_type.data or None,
    )


def _page_to_add(endpoint: str, form: ReservationForm, machine: Machine, period: Period) -> str:
    return url_for(
        endpoint,
        machine=machine.code,
        starts_at=period.starts_at.isoformat(),
        ends_at=period.ends_at.isoformat(),
        member=form.member.data or None,
        purpose=form.purpose.data or None,
    )


def _page_of(made: Reservation | ApprovalRequest) -> str:
    if isinstance(made, ApprovalRequest):
        return url_for("reservations.index", _anchor="requests")
    return url_for("reservations.show", number=made.id)


def _refuse_what_others_may(form: ReservationForm) -> None:
    """The fields that only some are shown serve only them, whoever sends them."""
    member_asked_for(form.member.data)
    if form.waive.data and not may("waiver.grant"):
        abort(403)


def _unfinished_page(form: ReservationForm, machine: Machine | None) -> str:
    """The form again, with what to correct; and where its times can be read, what they meet."""
    if machine is None or form.period is None:
        return _form_page(form, machine, None)
    return _judged_page(form, machine, form.period)


def _judged_page(form: ReservationForm, machine: Machine, period: Period) -> str:
    """The form with everything against it, be it set aside or not, and what it costs."""
    wish = replace(_wish(form, machine, period), waivers={})
    return _form_page(form, machine, period, service.assess(wish))


def _for_whom(form: ReservationForm) -> Member:
    return member_asked_for(form.member.data)


def _companions(form: ReservationForm) -> dict[CompanionRole, Member]:
    """The person named; none where the form does not know whom."""
    named = (form.companion.data or "").strip()[:200]
    person = find_member_named(named) if named else None
    return {form.asked_role: person} if person else {}


def _wish(form: ReservationForm, machine: Machine, period: Period) -> Wish:
    member = _for_whom(form)
    return Wish(
        member=member,
        machine=machine,
        period=period,
        purpose=(form.purpose.data or "").strip(),
        mode=form.asked_mode,
        companions=_companions(form),
        firing_type=form.firing_type.data or None,
        waivers=form.waivers(),
        idempotency_key=form.form_key.data or None,
        credit_only=bool(form.credit_only.data),
        unit=form.unit_number,
        approved=service.decides_for(get_acting_member(), member),
    )


def _offer(form: ReservationForm, machine: Machine | None) -> None:
    step = (machine.slot_step_minutes if machine else None) or get_site().slot_step_minutes
    form.offer(get_workshop().machines, people_to_reserve_for(), zone(), step)
    form.offer_units(get_workshop().by_id[machine.id].unit_numbers if machine else ())


def _form_page(
    form: ReservationForm,
    machine: Machine | None,
    period: Period | None,
    assessed: Assessment | None = None,
    was_refused: bool = False,
) -> str:
    asks = _asks_for_approval(assessed)
    against = [] if assessed is None else [r for r in assessed.refusals if r not in asks]
    explained = explain_all(against, _for_whom(form), machine, period) if machine and period else []
    waivable = [item for item in explained if item.waivable] if may("waiver.grant") else []
    form.waive.choices = choices_of({item.code.value: item.message for item in waivable})
    return render_template(
        "reservations/new.html",
        form=form,
        machine=machine,
        machines=get_workshop().machines,
        period=period,
        refusals=explained,
        was_judged=assessed is not None,
        asks_for_approval=bool(asks),
        decided_until=_decided_until(machine, period) if asks else None,
        price=assessed.price if assessed else None,
        alternatives=_alternatives(form, machine, period, assessed),
        was_refused=was_refused,
        with_companion=_needs_companion(form, assessed),
        wait_url=_wait_url(machine, period, assessed),
        ppe=ppe_of(machine) if machine else [],
    )


def _asks_for_approval(assessed: Assessment | None) -> list[Refusal]:
    """The reason that is none here: what this form would send is a request."""
    refusals = assessed.refusals if assessed else ()
    return [refusal for refusal in refusals if isinstance(refusal, NeedsApproval)]


def _decided_until(machine: Machine | None, period: Period | None) -> datetime | None:
    """Until when a manager can answer a request for this time."""
    if machine is None or period is None:
        return None
    lead = timedelta(minutes=get_workshop().by_id[machine.id].facts.lead_minutes)
    return decided_until(period.starts_at, lead, clock.now())


ASKS_FOR_COMPANION = {
    RefusalCode.CERT_LEVEL_TOO_LOW,
    RefusalCode.CERT_MISSING,
    RefusalCode.SUPERVISOR_REQUIRED,
    RefusalCode.BUDDY_REQUIRED,
}


def _needs_companion(form: ReservationForm, assessed: Assessment | None) -> bool:
    """Whether a second person is named already, or would help."""
    is_named = form.asked_mode is Mode.SUPERVISED or bool(form.companion.data)
    against = assessed.refusals if assessed else ()
    return is_named or any(refusal.code in ASKS_FOR_COMPANION for refusal in against)


def _wait_url(
    machine: Machine | None, period: Period | None, assessed: Assessment | None
) -> str | None:
    """Where to ask for a word when the time is freed, where others have it."""
    if machine is None or period is None or assessed is None or not may("waitlist.join"):
        return None
    taken = {RefusalCode.SLOT_TAKEN, RefusalCode.BUFFER_CONFLICT}
    if not any(refusal.code in taken for refusal in assessed.refusals):
        return None
    return url_for(
        "reservations.wait",
        code=machine.code,
        starts_at=iso_local(period.starts_at),
        ends_at=iso_local(period.ends_at),
    )


def _alternatives(
    form: ReservationForm,
    machine: Machine | None,
    period: Period | None,
    assessed: Assessment | None,
) -> list[Alternative]:
    if machine is None or period is None or assessed is None:
        return []
    offered = get_workshop().by_id[machine.id]
    return list_alternatives(_for_whom(form), offered, period, assessed.refusals)


def _like_asked_for() -> Reservation | None:
    """The reservation that this one is to be like; 404 for one that is not the reader's to see."""
    number = request.args.get("like", "")
    if not number:
        return None
    known = find_reservation(int(number)) if number.isdecimal() and len(number) < 10 else None
    if known is None or not may("reservation.see", known):
        abort(404)
    return known


def _take_over(form: ReservationForm, like: Reservation) -> None:
    """What stays the same: kind of use, purpose, firing, and for whom where that may be."""
    form.purpose.data = like.purpose
    form.firing_type.data = like.firing_type or ""
    form.mode.data = like.mode.value
    is_own = like.member_id == get_acting_member().id
    if not is_own and may("reservation.make_for_others", like.member):
        form.member.data = like.member.code


def _machine_asked_for() -> Machine | None:
    code = request.args.get("machine", "")
    if not code:
        return None
    return find_machine_alone(code[:20]) or abort(404)
