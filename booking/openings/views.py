"""The hours of the workshop: weekly rules, closures, public holidays; managers edit the rules."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking import clock
from booking.database import writing
from booking.machines.queries import list_areas, list_machines
from booking.members.models import Member
from booking.openings.forms import HoursForm, values_of_hours
from booking.openings.models import Level, Opening
from booking.openings.queries import (
    find_level,
    find_opening,
    holidays_of,
    hours_that_count,
    list_all_openings,
    list_coming_closures,
    list_past_closures,
)
from booking.openings.rules import WeeklyOpening
from booking.openings.service import hours as service
from booking.openings.wording import (
    access_word,
    closing_time,
    closure_when,
    holiday_name,
    hours_note,
    place_name,
    weekday_name,
)
from booking.site.queries import get_site
from booking.web.access import acting_member, public, requires
from booking.web.filters import zone

openings = Blueprint("openings", __name__, url_prefix="/openings")

for word in (
    access_word,
    closing_time,
    closure_when,
    hours_note,
    holiday_name,
    place_name,
    weekday_name,
):
    openings.add_app_template_filter(word)

PAST_CLOSURES = 20
YEARS_SHOWN = range(2000, 2101)

Page = str | Response | tuple[str, int]


def _me() -> Member:
    member = acting_member()
    assert member is not None
    return member


@dataclass(frozen=True)
class Row:
    """The weekly rules of one level, for the table of all hours; without own ones it inherits."""

    level: Level
    rules: tuple[WeeklyOpening, ...]


@openings.get("")
@public
def index() -> str:
    """Weekly hours, closures and public holidays, for everybody."""
    now = clock.now()
    this_year = clock.today(zone()).year
    year = request.args.get("year", this_year, type=int)
    if year not in YEARS_SHOWN:
        abort(404)
    return render_template(
        "openings/index.html",
        rows=_rows(),
        weekdays=[weekday_name(weekday) for weekday in range(7)],
        coming=list_coming_closures(now),
        past=list_past_closures(now, PAST_CLOSURES) if "past" in request.args else None,
        year=year,
        holidays=holidays_of(get_site(), year).items(),
    )


def _rows() -> list[Row]:
    """The site, every area, and the machines with hours of their own."""
    rules: dict[tuple[int | None, int | None], list[WeeklyOpening]] = {}
    for opening in list_all_openings():
        rules.setdefault((opening.area_id, opening.machine_id), []).append(opening.rule)
    levels = [
        Level(),
        *(Level(area=area) for area in list_areas()),
        *(Level(machine=machine) for machine in list_machines() if (None, machine.id) in rules),
    ]
    return [Row(level, tuple(rules.get((level.area_id, level.machine_id), ()))) for level in levels]


@openings.get("/hours/<kind>/<code>")
@requires("opening.edit", of=find_level)
def hours(level: Level) -> str:
    return hours_page(level, HoursForm(formdata=None))


@openings.get("/hours/<kind>/<code>/<int:number>")
@requires("opening.edit", of=find_opening)
def edit_hours(opening: Opening) -> str:
    return edit_hours_page(opening, HoursForm(formdata=None, data=values_of_hours(opening)))


def edit_hours_page(opening: Opening, form: HoursForm) -> str:
    return render_template("openings/edit_hours.html", form=form, opening=opening)


@openings.post("/hours/<kind>/<code>/make-own")
@requires("opening.edit", of=find_level)
def make_own(level: Level) -> Response:
    with writing():
        service.make_own(level, _me())
    flash(_("Ces horaires peuvent maintenant être modifiés ici."), "success")
    return redirect(address_of(level), 303)


def hours_page(level: Level, form: HoursForm) -> str:
    source, counting = hours_that_count(level)
    return render_template(
        "openings/hours.html", form=form, level=level, source=source, openings=counting
    )


def address_of(level: Level) -> str:
    return url_for("openings.hours", kind=level.kind, code=level.code)
