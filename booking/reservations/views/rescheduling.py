"""Other hours for the dates of a series: what stands against each, then the act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from booking.database import writing
from booking.pricing.rules import Tier
from booking.reservations import service
from booking.reservations.forms import SeriesMoveForm
from booking.reservations.models import Reservation, Series
from booking.reservations.queries import find_series, list_of_series
from booking.reservations.queries.workshop import get_workshop
from booking.reservations.rules.series import Scope
from booking.reservations.service import CannotMove, MovedDate, NewHours, Rescheduled
from booking.reservations.views.blueprint import reservations
from booking.reservations.wording import Explained, cannot_move, explain_all, series_has_changed
from booking.web.access import get_acting_member, may, requires
from booking.web.fields import choices_of
from booking.web.filters import zone
from booking.web.forms import first_result, remember_result


@dataclass(frozen=True)
class MovedLine:
    """What is said of one date; the cents are those that the change adds to its price, and what
    of the new price stays due of time given back late.
    """

    date: MovedDate
    refusals: Sequence[Explained]
    more_cents: int
    late_cents: int

    @property
    def can_be_set_aside(self) -> bool:
        """Whether nothing is in its way but what the reader may set aside."""
        against = self.refusals if self.date.is_in_the_way else ()
        return bool(against) and may("waiver.grant") and all(one.waivable for one in against)


@reservations.get("/reservations/series/<int:number>/move")
@requires("reservation.move", of=find_series)
def confirm_move_series(series: Series) -> str:
    """A form filled with the hours of the date of the link, or of the next one."""
    form = SeriesMoveForm(formdata=None)
    coming = _coming(series)
    if not coming:
        return _page(form, series, coming)
    asked = request.args.get("from", "")
    chosen = next((one for one in coming if str(one.id) == asked), None)
    form.prefill(chosen or coming[0], zone())
    form.scope.data = Scope.FOLLOWING if chosen else Scope.ALL
    _offer(form, series, coming)
    return _page(form, series, coming)


@reservations.post("/reservations/series/<int:number>/move")
@requires("reservation.move", of=find_series)
def move_series(series: Series) -> Response | str | tuple[str, int]:
    """Move every date that is not left out, or none and say what stands in the way; where other
    hours are asked for than were shown, they are shown first.
    """
    form = SeriesMoveForm()
    if form.waive.data and not may("waiver.grant"):
        abort(403)
    coming = _coming(series)
    with writing():
        if first := first_result(form):
            return redirect(first, 303)
        if not coming:
            return _page(form, series, coming), 409
        dates = _offer(form, series, coming)
        if not form.validate():
            return _page(form, series, coming), 422
        looks = form.only_looks
        is_unexplained = not looks and not form.explains_waivers()
        wanted = _wanted(form, dates)
        act = service.rehearse_hours if looks or is_unexplained else service.reschedule
        outcome = act(wanted, get_acting_member())
        strictly = _strictly(wanted, outcome)
        if isinstance(outcome, Rescheduled) and outcome.is_done:
            remember_result(form, _shown(series))
    if isinstance(outcome, CannotMove):
        changed = outcome is CannotMove.CHANGED
        flash(series_has_changed() if changed else cannot_move(outcome), "danger")
        return redirect(_shown(series), 303)
    if not outcome.is_done:
        _offer_waivers(form, strictly)
        page = _page(form, series, coming, outcome, was_refused=not looks)
        only_taken = outcome.only_taken and not is_unexplained
        return page if looks else (page, 409 if only_taken else 422)
    moved = sum(date.moves for date in outcome.dates)
    flash(ngettext("%(num)s date est déplacée.", "%(num)s dates sont déplacées.", moved), "success")
    return redirect(_shown(series), 303)


def _strictly(wanted: NewHours, outcome: Rescheduled | CannotMove) -> Rescheduled | CannotMove:
    """What is against dates that stay, be it set aside or not."""
    is_done = isinstance(outcome, Rescheduled) and outcome.is_done
    if is_done or not wanted.waivers:
        return outcome
    return service.rehearse_hours(replace(wanted, waivers={}), get_acting_member())


def _coming(series: Series) -> list[Reservation]:
    """The dates that can be moved."""
    made = list_of_series(series.id, series.member_id)
    return service.list_to_move(made[0], Scope.ALL) if made else []


def _shown(series: Series) -> str:
    return url_for("reservations.show_series", number=series.id)


def _offer(
    form: SeriesMoveForm, series: Series, coming: Sequence[Reservation]
) -> list[Reservation]:
    """Set the choices; with what can be moved goes the date that was chosen, whatever has become
    of it. Returns those dates.
    """
    made = list_of_series(series.id, series.member_id)
    dates = [one for one in made if one in coming or one.id == form.chosen.data]
    form.offer(dates, zone(), get_workshop().by_id[coming[0].machine_id].facts.grid_minutes)
    return dates


def _wanted(form: SeriesMoveForm, dates: Sequence[Reservation]) -> NewHours:
    return NewHours(
        reservation=next(one for one in dates if one.id == form.chosen.data),
        scope=Scope(form.scope.data),
        hours=form.hours,
        shift_days=form.shift_days.data,
        left_out=form.left_out,
        seen=form.versions_seen,
        waivers=form.waivers(),
    )


def _offer_waivers(form: SeriesMoveForm, strictly: Rescheduled | CannotMove) -> None:
    """What may be set aside, each reason in the words of the first date that it is against."""
    if isinstance(strictly, CannotMove) or not may("waiver.grant"):
        return
    against = [one for date in strictly.dates for one in _line(date).refusals if one.waivable]
    form.waive.choices = choices_of({one.code.value: one.message for one in reversed(against)})


def _page(
    form: SeriesMoveForm,
    series: Series,
    coming: Sequence[Reservation],
    outcome: Rescheduled | None = None,
    was_refused: bool = False,
) -> str:
    lines = [_line(date) for date in outcome.dates] if outcome else []
    if outcome:
        form.show_versions(date.reservation for date in outcome.dates)
        form.remember(
            str(line.date.reservation.id)
            for line in lines
            if line.date.is_in_the_way and not line.can_be_set_aside
        )
    return render_template(
        "reservations/move_series.html",
        form=form,
        series=series,
        machine=coming[0].machine if coming else None,
        lines=lines,
        conflicts=sum(line.date.is_in_the_way for line in lines),
        set_aside=sum(line.can_be_set_aside for line in lines),
        others=sum(line.date.moves for line in lines),
        more_cents=sum(line.more_cents for line in lines if line.date.moves),
        was_refused=was_refused,
    )


def _line(date: MovedDate) -> MovedLine:
    machine, price = date.reservation.machine, date.price
    refusals = (
        explain_all(date.refusals, date.reservation.member, machine, date.after, date.before)
        if date.after
        else []
    )
    before = date.price_before.excl_cents if date.price_before else 0
    late = [line for line in price.lines if line.tier is Tier.GIVEN_BACK_LATE] if price else []
    return MovedLine(
        date=date,
        refusals=refusals,
        more_cents=price.excl_cents - before if price and date.price_before else 0,
        late_cents=sum(line.excl_cents for line in late),
    )
