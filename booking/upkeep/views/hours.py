"""Weekly hours that change over what is reserved.

The pages belong to the blueprint of the hours, which may not know what stands to its right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import abort, request
from flask_babel import gettext as _

from booking.openings.models import Level, Opening
from booking.openings.queries import find_level, find_opening, list_openings
from booking.openings.refusals import HoursRefusal
from booking.openings.service import hours as hours_acts
from booking.openings.views import address_of, edit_hours_page, hours_page, openings
from booking.openings.wording import explain
from booking.upkeep.forms import AnsweredHoursForm, RulesAnswerForm
from booking.upkeep.queries import machine_ids_of
from booking.upkeep.views.blueprint import Page, me
from booking.upkeep.views.deciding import decide
from booking.web.access import requires


@openings.post("/hours/<kind>/<code>")
@requires("opening.edit", of=find_level)
def add_hours(level: Level) -> Page:
    form = AnsweredHoursForm()
    if not form.is_filled:
        return hours_page(level, form), 422

    def refused_page(refused: Sequence[HoursRefusal]) -> Page:
        form.starts.errors = [explain(refusal) for refusal in refused]
        return hours_page(level, form), 422

    return decide(
        form,
        lambda: machine_ids_of(level),
        lambda: hours_acts.add_hours(level, form.hours, me()),
        refused_page,
        address_of(level),
        _("Les horaires sont ajoutés."),
    )


@openings.post("/hours/<kind>/<code>/<int:number>")
@requires("opening.edit", of=find_opening)
def change_hours(opening: Opening) -> Page:
    form = AnsweredHoursForm()
    if not form.is_filled:
        return edit_hours_page(opening, form), 422

    def change() -> tuple[HoursRefusal, ...]:
        current = find_opening(**(request.view_args or {})) or abort(404)
        return hours_acts.change_hours(current, form.hours, me())

    def refused_page(refused: Sequence[HoursRefusal]) -> Page:
        form.starts.errors = [explain(refusal) for refusal in refused]
        return edit_hours_page(opening, form), 422

    level = opening.level
    return decide(
        form,
        lambda: machine_ids_of(level),
        change,
        refused_page,
        address_of(level),
        _("Les horaires sont modifiés."),
    )


@openings.post("/hours/<kind>/<code>/remove")
@requires("opening.edit", of=find_level)
def remove_hours(level: Level) -> Page:
    number = request.form.get("opening", type=int)

    def change() -> tuple[HoursRefusal, ...]:
        opening = next((own for own in list_openings(level) if own.id == number), None)
        hours_acts.remove_hours(opening or abort(404), me())
        return ()

    return _take_away(level, change, _("La plage est retirée."))


@openings.post("/hours/<kind>/<code>/inherit")
@requires("opening.edit", of=find_level)
def inherit(level: Level) -> Page:
    def change() -> tuple[HoursRefusal, ...]:
        hours_acts.inherit(level, me())
        return ()

    return _take_away(level, change, _("Les horaires propres sont retirés."))


def _take_away(level: Level, change: Callable[[], tuple[HoursRefusal, ...]], said: str) -> Page:
    """Do what a button asks for; its form holds nothing but what becomes of the reservations."""
    form = RulesAnswerForm()
    if not form.is_filled:
        abort(400)
    return decide(
        form,
        lambda: machine_ids_of(level),
        change,
        lambda _refused: abort(409),
        address_of(level),
        said,
        back=address_of(level),
    )
