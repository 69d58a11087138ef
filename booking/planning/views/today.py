"""The first page: what the place is, what is mine, what goes on."""

from __future__ import annotations

from itertools import groupby

from flask import render_template

from booking import clock
from booking.machines.queries import list_ppe
from booking.members.models import Member
from booking.outbox.models import MessageState
from booking.outbox.queries import count_messages
from booking.planning.queries.opening import (
    holiday_on,
    hours_of,
    list_interruptions,
    open_state,
)
from booking.planning.queries.today import (
    list_coming_sessions,
    list_stopped,
    read_manager_day,
    read_member_day,
)
from booking.planning.views.blueprint import planning
from booking.reservations.queries.companions import count_awaited
from booking.reservations.queries.workshop import get_workshop
from booking.site.queries import find_site
from booking.trainings.queries import list_given_by, list_places_of
from booking.web.access import acting_member, may, public
from booking.web.filters import localized
from booking.web.navigation import count_behind

SESSIONS_SHOWN = 4


@planning.get("/")
@public
def today() -> str:
    """For visitors the place, for members their day, for managers the board of the workshop."""
    if find_site() is None:
        return render_template("planning/empty_site.html")
    workshop = get_workshop()
    now = clock.now()
    day = clock.today(workshop.zone)
    member = acting_member()
    common = {
        "today": day,
        "holiday": holiday_on(workshop, day),
        "hours": hours_of(workshop, day),
        "opening": open_state(workshop, now),
        "interruptions": list_interruptions(workshop, now),
        "stopped": list_stopped(workshop, now),
        "sessions": list_coming_sessions(now, SESSIONS_SHOWN),
    }
    if member is None:
        areas = groupby(workshop.machines, lambda machine: machine.area)
        machines = [(area, list(group)) for area, group in areas]
        return render_template("planning/welcome.html", machines=machines, **common)
    mine = read_member_day(workshop, member, now) if uses_machines(member) else None
    return render_template(
        "planning/today.html",
        mine=mine,
        ppe=_ppe_names() if mine and mine.coming else {},
        board=read_manager_day(workshop, now) if may("reservation.list_all") else None,
        asked=count_awaited(member.id, now),
        waiting=count_behind("decisions.index") if may("decision.list") else 0,
        to_sign=list_places_of(member.id, now),
        given=list_given_by(member.id, now) if may("certification.propose_any") else [],
        failed=count_messages(MessageState.FAILED) if may("message.list") else 0,
        **common,
    )


def uses_machines(member: Member) -> bool:
    """Whether somebody reserves for himself; who only runs the place finds the board alone."""
    return may("reservation.make") and not (member.is_staff and may("reservation.list_all"))


def _ppe_names() -> dict[str, str]:
    """Protective equipment by code, in the reader's language."""
    return {piece.code: localized(piece.name) for piece in list_ppe()}
