"""The week of one machine: seven days, hour by hour."""

from __future__ import annotations

from datetime import date, timedelta

from flask import abort, render_template, request

from booking import clock
from booking.planning.queries.lines import read_lines
from booking.planning.queries.spans import one_unit
from booking.planning.rules import minute_of, table_of
from booking.planning.views.asking import asked_day, viewer, wants_list
from booking.planning.views.blueprint import planning
from booking.planning.views.tables import Presenter
from booking.reservations.models import ApprovalRequest
from booking.reservations.queries.requests import list_requests_of
from booking.reservations.queries.workshop import OfferedMachine, find_offered, get_workshop
from booking.reservations.rules.approving import ApprovalState
from booking.web.access import get_acting_member, may, requires
from booking.web.addresses import address_of, with_query

DAYS_A_WEEK = 7


@planning.get("/planning/machines/<code>")
@requires("planning.see", of=find_offered)
def week(machine: OfferedMachine) -> str | tuple[str, int]:
    """The week, from Monday on, in which the day asked for lies; of one unit where it is asked."""
    workshop = get_workshop()
    now = clock.now()
    asked = asked_day("from", workshop)
    first = asked.day - timedelta(days=asked.day.weekday())
    days = tuple(first + timedelta(days=n) for n in range(DAYS_A_WEEK))
    unit = request.args.get("unit", type=int)
    shown = machine if unit is None else one_unit(machine, unit) or abort(404)
    lines = read_lines(workshop, [shown], days, viewer(), now)
    table = table_of(lines, first, DAYS_A_WEEK, workshop.zone)
    new_url = with_query(address_of("reservations.new"), unit=unit)
    present = Presenter(workshop, may("reservation.make"), minute_of(now), new_url)
    today = clock.today(workshop.zone)
    here, asked_view = address_of("planning.week", code=machine.code), request.args.get("view")

    def address(day: date | None = None, view: str | None = None) -> str:
        """This page in another week or in another form."""
        return with_query(here, **{"from": day}, view=view or asked_view, unit=unit)

    def unit_url(number: int | None) -> str:
        """The same week of one unit, or of all."""
        return with_query(here, **{"from": first}, view=asked_view, unit=number)

    page = render_template(
        "planning/week.html",
        machine=machine,
        unit=unit,
        here=here,
        unit_url=unit_url,
        new_url=new_url,
        table=table,
        now_heading=table.heading_at(minute_of(now)),
        rows=[present.row(shown, row) for row in table.rows],
        days=days,
        today=today,
        shown_on=asked.day,
        print_on=today if today in days else first,
        week_before=first - timedelta(days=DAYS_A_WEEK),
        week_after=first + timedelta(days=DAYS_A_WEEK),
        address=address,
        day_url=address_of("planning.day"),
        is_wrong_date=asked.is_wrong,
        as_list=wants_list(),
        requests=_own_requests(machine, unit, days) if machine.facts.needs_approval else [],
    )
    return (page, 422) if asked.is_wrong else page


def _own_requests(
    machine: OfferedMachine, unit: int | None, days: tuple[date, ...]
) -> list[ApprovalRequest]:
    """What the reader asks for in this week, and nobody has answered; of one unit, what it could
    answer.
    """
    return [
        asked
        for asked in list_requests_of(get_acting_member().id)
        if asked.machine_id == machine.id
        and (unit is None or asked.unit in (None, unit))
        and asked.state_now is ApprovalState.WAITING
        and asked.starts_at.astimezone(get_workshop().zone).date() in days
    ]
