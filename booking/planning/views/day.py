"""The day of the workshop: every machine, hour by hour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from flask import render_template, request

from booking import clock
from booking.periods import A_DAY
from booking.planning.queries.lines import read_lines
from booking.planning.rules import minute_of, table_of
from booking.planning.views.asking import asked_day, viewer, wants_list
from booking.planning.views.blueprint import planning
from booking.planning.views.tables import Presenter, ShownRow
from booking.reservations.queries.workshop import OfferedArea, OfferedMachine, get_workshop
from booking.web.access import may, requires
from booking.web.addresses import address_of, with_query


@planning.get("/planning")
@requires("planning.see")
def day() -> str | tuple[str, int]:
    """Machines by area, times across; as a list on a phone or where it is asked for."""
    workshop = get_workshop()
    now = clock.now()
    asked = asked_day("on", workshop)
    areas = {machine.area.code: machine.area for machine in workshop.machines}
    area = areas.get(request.args.get("area", ""))
    machines = [m for m in workshop.machines if area is None or m.area is area]
    lines = read_lines(workshop, machines, (asked.day,), viewer(), now)
    table = table_of(lines, asked.day, 1, workshop.zone)
    present = Presenter(workshop, may("reservation.make"), minute_of(now))
    rows = [present.row(machine, row) for machine, row in zip(machines, table.rows, strict=True)]

    here, asked_view = address_of("planning.day"), request.args.get("view")
    area_code = area.code if area else None

    def address(on: date | None = None, view: str | None = None) -> str:
        """This page on another day or in another form, with the same area."""
        return with_query(here, on=on, area=area_code, view=view or asked_view)

    page = render_template(
        "planning/day.html",
        table=table,
        now_heading=table.heading_at(minute_of(now)),
        address=address,
        week_url=address_of("planning.week", code="-").removesuffix("-"),
        day_before=asked.day - A_DAY,
        day_after=asked.day + A_DAY,
        groups=_by_area(machines, rows),
        shown_on=asked.day,
        is_wrong_date=asked.is_wrong,
        areas=areas.values(),
        area=area,
        as_list=wants_list(),
    )
    return (page, 422) if asked.is_wrong else page


def _by_area(
    machines: Sequence[OfferedMachine], rows: Sequence[ShownRow]
) -> list[tuple[OfferedArea, list[ShownRow]]]:
    """The rows under their areas; the machines stand in the order of these."""
    pairs = groupby(zip(machines, rows, strict=True), lambda pair: pair[0].area)
    return [(area, [row for _machine, row in group]) for area, group in pairs]
