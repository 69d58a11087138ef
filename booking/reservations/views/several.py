"""Several machines, or several people, at one time: all of them, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking.database import writing
from booking.machines.queries import get_machine
from booking.members.models import Member
from booking.periods import Period
from booking.pricing.rules import Price
from booking.reservations import service
from booking.reservations.forms import SeveralForm
from booking.reservations.models import Reservation
from booking.reservations.queries.workshop import get_workshop
from booking.reservations.service import RefusedSome, Rehearsal, Wish
from booking.reservations.views.asking import next_hour, period_asked_for
from booking.reservations.views.blueprint import reservations
from booking.reservations.views.people import member_asked_for, people_to_reserve_for
from booking.reservations.wording import Explained, explain_all
from booking.web.access import get_acting_member, requires
from booking.web.filters import localized, zone
from booking.web.forms import first_result, remember_result


@dataclass(frozen=True)
class Answer:
    """What is said of one wish."""

    wish: Wish
    price: Price | None
    refusals: Sequence[Explained]


@reservations.get("/reservations/several")
@requires("reservation.make")
def new_several() -> str:
    """A form whose first machine is that of the reservation to which others are added."""
    form = SeveralForm(formdata=None)
    form.prefill_times(period_asked_for() or next_hour(timedelta(hours=1)), zone())
    form.machine_1.data = request.args.get("machine", "")
    form.member_1.data = request.args.get("member", "")
    form.purpose.data = request.args.get("purpose", "")[:200]
    _offer(form)
    return _page(form)


@reservations.post("/reservations/several")
@requires("reservation.make")
def create_several() -> Response | str | tuple[str, int]:
    """Reserve every machine, or nothing and say what stands against which."""
    form = SeveralForm()
    _offer(form)
    people = {member.data: member_asked_for(member.data) for _machine, member in form.places}
    if not form.is_whole(zone()) or form.period is None:
        return _page(form), 422
    wishes = _wishes(form, form.period, people)
    with writing():
        if first := first_result(form):
            return redirect(first, 303)
        if form.judge.data:
            outcome: RefusedSome | list[Reservation] = service.rehearse(wishes, get_acting_member())
        else:
            outcome = service.reserve_all(wishes, get_acting_member())
        if not isinstance(outcome, RefusedSome):
            remember_result(form, url_for("reservations.index"))
    if not isinstance(outcome, RefusedSome):
        flash(_("C’est réservé, toutes les machines ensemble."), "success")
        return redirect(url_for("reservations.index"), 303)
    page = _page(form, _answers(wishes, outcome), was_refused=not form.judge.data)
    return page if form.judge.data else (page, 409 if outcome.only_taken else 422)


def _wishes(form: SeveralForm, period: Period, people: Mapping[str, Member]) -> list[Wish]:
    me = get_acting_member()
    return [
        Wish(
            member=people[member.data],
            machine=get_machine(machine.data),
            period=period,
            purpose=(form.purpose.data or "").strip(),
            approved=service.decides_for(me, people[member.data]),
        )
        for machine, member in form.places
        if machine.data
    ]


def _answers(wishes: Sequence[Wish], told: RefusedSome) -> list[Answer]:
    prices = told.prices if isinstance(told, Rehearsal) else {}
    return [
        Answer(
            wish,
            prices.get(n),
            explain_all(told.refused[n].refusals, wish.member, wish.machine, wish.period)
            if n in told.refused
            else (),
        )
        for n, wish in enumerate(wishes)
    ]


def _offer(form: SeveralForm) -> None:
    """Every machine that is priced by time: a firing is asked for with its type, one by one."""
    names = {
        machine.code: f"{machine.code} · {localized(machine.name)}"
        for machine in get_workshop().machines
        if not machine.facts.prices.is_per_firing
    }
    form.offer(names, people_to_reserve_for(), zone())


def _page(form: SeveralForm, answers: Sequence[Answer] = (), was_refused: bool = False) -> str:
    prices = [answer.price for answer in answers if answer.price]
    return render_template(
        "reservations/several.html",
        form=form,
        answers=answers,
        is_possible=bool(answers) and not any(answer.refusals for answer in answers),
        excl_cents=sum(price.excl_cents for price in prices),
        incl_cents=sum(price.incl_cents for price in prices),
        was_refused=was_refused,
    )
