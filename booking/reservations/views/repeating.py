"""Reserving the same hours again and again: what stands against each date, then the act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from booking import clock
from booking.database import writing
from booking.machines.models import Machine
from booking.members.models import Member
from booking.periods import Period
from booking.pricing.rules import Price
from booking.reservations import service
from booking.reservations.forms import SeriesForm
from booking.reservations.models import Reservation, Series
from booking.reservations.queries import find_series, list_of_series
from booking.reservations.queries.workshop import find_machine_alone, get_workshop
from booking.reservations.rules.series import Occurrence, occurrences_of
from booking.reservations.service import RefusedSome, Rehearsal, Wish
from booking.reservations.views.asking import next_hour, next_slot, period_asked_for
from booking.reservations.views.blueprint import reservations
from booking.reservations.views.people import member_asked_for, people_to_reserve_for
from booking.reservations.views.showing import may_be_cancelled, may_be_moved
from booking.reservations.wording import Explained, explain_all
from booking.site.queries import get_site
from booking.web.access import get_acting_member, requires
from booking.web.filters import zone
from booking.web.forms import first_result, remember_result

AN_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Line:
    """One date of a series: left out, not on the clock that night, refused, or with its price."""

    day: date
    period: Period | None
    is_left_out: bool
    refusals: Sequence[Explained]
    price: Price | None

    @property
    def is_in_the_way(self) -> bool:
        return not self.is_left_out and (self.period is None or bool(self.refusals))


@reservations.get("/reservations/series/new")
@requires("reservation.make")
def new_series() -> str:
    """A form filled with the hours of the reservation that is to be repeated, or the next ones."""
    form = SeriesForm(formdata=None)
    machine = find_machine_alone(request.args.get("machine", "")[:20])
    form.member.data = request.args.get("member", "")
    member = member_asked_for(form.member.data)
    proposed = next_slot(machine, member) if machine else next_hour(AN_HOUR)
    form.prefill(machine, period_asked_for() or proposed, zone())
    form.purpose.data = request.args.get("purpose", "")[:200]
    form.firing_type.data = request.args.get("firing_type", "")
    _offer(form, machine)
    return _page(form, machine)


@reservations.post("/reservations/series/new")
@requires("reservation.make")
def create_series() -> Response | str | tuple[str, int]:
    """Reserve every date that is not left out, or nothing and say what stands in the way; where
    others are asked for than were shown, they are shown first.
    """
    form = SeriesForm()
    machine = find_machine_alone((form.machine.data or "")[:20])
    _offer(form, machine)
    member = member_asked_for(form.member.data)
    if not form.is_whole(machine) or machine is None:
        return _page(form, machine), 422
    occurrences = occurrences_of(form.recurrence, form.hours, zone())
    wishes, wanted = _wishes(form, machine, member, occurrences)
    is_whole = all(one.period for one in wanted)
    looks = form.only_looks
    with writing():
        if first := first_result(form):
            return redirect(first, 303)
        if looks or not is_whole or not wishes:
            outcome: Series | RefusedSome = service.rehearse(wishes, get_acting_member())
        else:
            outcome = service.reserve_series(wishes, form.recurrence.frequency, get_acting_member())
        if isinstance(outcome, Series):
            url = url_for("reservations.show_series", number=outcome.id)
            remember_result(form, url)
    if isinstance(outcome, RefusedSome):
        lines = _lines(form, machine, member, occurrences, outcome)
        page = _page(form, machine, lines, was_refused=not looks)
        return page if looks else (page, 409 if outcome.only_taken and is_whole else 422)
    flash(
        ngettext("C’est réservé : %(num)s date.", "C’est réservé : %(num)s dates.", len(wishes)),
        "success",
    )
    return redirect(url, 303)


@reservations.get("/reservations/series/<int:number>")
@requires("reservation.see", of=find_series)
def show_series(series: Series) -> str:
    """Every date of a series with what became of it."""
    made = list_of_series(series.id, series.member_id)
    now = clock.now()
    return render_template(
        "reservations/series.html",
        series=series,
        made=made,
        machine=made[0].machine if made else None,
        coming=next((one for one in made if one.starts_at > now and may_be_cancelled(one)), None),
        price_excl_cents=_total(made),
        can_move=any(one.starts_at > now and may_be_moved(one) for one in made),
        can_cancel=may_be_cancelled,
    )


def _total(made: Sequence[Reservation]) -> int:
    return sum(one.price_excl_cents or 0 for one in made if one.cancelled_at is None)


def _wishes(
    form: SeriesForm, machine: Machine, member: Member, occurrences: Sequence[Occurrence]
) -> tuple[list[Wish], list[Occurrence]]:
    """What is wished on the dates that are not left out, and those dates."""
    left_out = form.left_out()
    wanted = [one for one in occurrences if one.day not in left_out]
    periods = [one.period for one in wanted if one.period]
    if not periods:
        return [], wanted
    wish = Wish(
        member=member,
        machine=machine,
        period=periods[0],
        purpose=(form.purpose.data or "").strip(),
        firing_type=form.firing_type.data or None,
        approved=service.decides_for(get_acting_member(), member),
    )
    return service.wishes_of(wish, periods), wanted


def _lines(
    form: SeriesForm,
    machine: Machine,
    member: Member,
    occurrences: Sequence[Occurrence],
    outcome: RefusedSome,
) -> list[Line]:
    """Each date with what stands against it; those in the way are to be left out the next time."""
    left_out = form.left_out()
    prices = outcome.prices if isinstance(outcome, Rehearsal) else {}
    lines, judged = [], 0
    for day, period in occurrences:
        refusals: Sequence[Explained] = ()
        price = None
        if period and day not in left_out:
            if against := outcome.refused.get(judged):
                refusals = explain_all(against.refusals, member, machine, period)
            price = prices.get(judged)
            judged += 1
        lines.append(Line(day, period, day in left_out, refusals, price))
    form.remember(line.day.isoformat() for line in lines if line.is_in_the_way)
    return lines


def _offer(form: SeriesForm, machine: Machine | None) -> None:
    step = (machine.slot_step_minutes if machine else None) or get_site().slot_step_minutes
    form.offer(get_workshop().machines, people_to_reserve_for(), zone(), step)


def _page(
    form: SeriesForm,
    machine: Machine | None,
    lines: Sequence[Line] = (),
    was_refused: bool = False,
) -> str:
    prices = [line.price for line in lines if line.price]
    return render_template(
        "reservations/new_series.html",
        form=form,
        machine=machine,
        machines=get_workshop().machines,
        lines=lines,
        conflicts=sum(line.is_in_the_way for line in lines),
        others=sum(not line.is_left_out and not line.is_in_the_way for line in lines),
        excl_cents=sum(price.excl_cents for price in prices),
        incl_cents=sum(price.incl_cents for price in prices),
        was_refused=was_refused,
    )
