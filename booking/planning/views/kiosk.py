"""The kiosk: a browser of the workshop where one after the other arrives and leaves."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from booking import clock
from booking.database import writing
from booking.members.models import Kiosk
from booking.members.queries import find_kiosk, list_open_kiosks
from booking.members.service import kiosks as service
from booking.members.service import sessions
from booking.members.signing_in import become_kiosk, this_kiosk
from booking.planning.queries.kiosk import list_own_of_today, list_uses_of_today
from booking.planning.views.blueprint import planning
from booking.reservations.queries.workshop import get_workshop
from booking.web.access import acting_member, get_acting_member, public, requires


@planning.get("/kiosk")
@public
def kiosk() -> Any:
    """The workshop's day without a name; for who is signed in, the own reservations of today."""
    if this_kiosk() is None:
        return redirect(url_for("planning.kiosks"))
    workshop, now, member = get_workshop(), clock.now(), acting_member()
    if member is None:
        uses = list_uses_of_today(workshop, now)
        return render_template("planning/kiosk.html", uses=uses, moment=now)
    mine = list_own_of_today(workshop, member.id, now)
    return render_template("planning/kiosk_mine.html", mine=mine)


@planning.get("/kiosks")
@requires("kiosk.open")
def kiosks() -> str:
    """The browsers that are kiosks, and the button that makes this one another."""
    return render_template("planning/kiosks.html", kiosks=list_open_kiosks())


@planning.post("/kiosk")
@requires("kiosk.open")
def open_kiosk() -> Any:
    """Leave this browser to the workshop: who does so is signed out here."""
    member = get_acting_member()
    former = this_kiosk()
    with writing():
        if former and (known := find_kiosk(former)):
            service.close_kiosk(known, member)
        token = service.open_kiosk(member, request.user_agent.string)
        sessions.end_session(member.get_id())
    become_kiosk(token)
    return redirect(url_for("planning.kiosk"), 303)


@planning.post("/kiosks/<int:number>/close")
@requires("kiosk.open", of=find_kiosk)
def close_kiosk(kiosk: Kiosk) -> Any:
    with writing():
        service.close_kiosk(kiosk, get_acting_member())
    flash(_("La borne est retirée."), "success")
    return redirect(url_for("planning.kiosks"), 303)
