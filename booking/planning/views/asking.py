"""What the pages of the planning are asked for, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import request

from booking import clock
from booking.planning.queries.lines import Viewer
from booking.reservations.queries.workshop import Workshop
from booking.web.access import get_acting_member, may
from booking.web.forms import SensibleDate


@dataclass(frozen=True)
class AskedDay:
    """The day to show; `is_wrong` when the address names one that nobody can mean."""

    day: date
    is_wrong: bool


def asked_day(name: str, workshop: Workshop) -> AskedDay:
    """The local date in the address, today where it is missing or wrong."""
    today = clock.today(workshop.zone)
    text = request.args.get(name, "").strip()
    if not text:
        return AskedDay(today, False)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return AskedDay(today, True)
    is_known = SensibleDate.FIRST <= day <= SensibleDate.LAST
    return AskedDay(day if is_known else today, not is_known)


def viewer() -> Viewer:
    """Managers plan for everybody: they see what is free for anybody, and who has the rest."""
    return Viewer(
        member=get_acting_member(),
        judged=may("reservation.make") and not may("reservation.make_for_anybody"),
        sees_names=may("reservation.see_names"),
    )


def wants_list() -> bool:
    """Whether the planning is told as a list at every width: as asked for, or as preferred."""
    asked = request.args.get("view")
    if asked in ("list", "grid"):
        return asked == "list"
    return get_acting_member().prefers_list
