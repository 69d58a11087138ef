"""How often nobody came, and letting somebody reserve again."""

from __future__ import annotations

from typing import NamedTuple

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking.database import writing
from booking.members.models import Member
from booking.members.queries import find_member
from booking.reservations import service
from booking.reservations.forms import WaiveFeeForm
from booking.reservations.queries import count_no_shows
from booking.reservations.queries.workshop import get_workshop
from booking.reservations.views.blueprint import reservations
from booking.web.access import get_acting_member, requires
from booking.web.forms import first_result, remember_result


class Absences(NamedTuple):
    """How often nobody came within so many days, and what follows at which count."""

    missed: int
    days: int
    warning_at: int
    stop_at: int


@reservations.get("/members/<code>/forgive-no-shows")
@requires("member.approve", of=find_member)
def confirm_forgive_no_shows(member: Member) -> str:
    return _forgive_page(member, WaiveFeeForm(formdata=None))


@reservations.post("/members/<code>/forgive-no-shows")
@requires("member.approve", of=find_member)
def forgive_no_shows(member: Member) -> Response | tuple[str, int]:
    """Let somebody reserve again, with the reason in writing."""
    form = WaiveFeeForm()
    if not form.validate():
        return _forgive_page(member, form), 422
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        is_done = service.forgive_no_shows(member, get_acting_member(), form.reason.data.strip())
        url = remember_result(form, url_for("members.show", code=member.code))
    if is_done:
        flash(_("Les absences ne comptent plus."), "success")
    else:
        flash(_("Aucune absence ne compte."), "danger")
    return redirect(url, 303)


def _forgive_page(member: Member, form: WaiveFeeForm) -> str:
    return render_template(
        "reservations/forgive_no_shows.html",
        member=member,
        form=form,
        absences=absences_of(member),
    )


@reservations.app_template_global()
def absences_of(member: Member) -> Absences:
    """How often nobody came of late, for the pages of an account."""
    workshop = get_workshop()
    return Absences(
        count_no_shows(member),
        workshop.no_show_window.days,
        workshop.no_show_warning_count,
        workshop.no_show_stop_count,
    )
