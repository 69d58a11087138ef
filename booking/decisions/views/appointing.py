"""Appointing a referent: the conditions, and the act."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking import clock
from booking.decisions.forms import AppointForm
from booking.decisions.queries import find_certification
from booking.reservations import revocation
from booking.site.queries import site_zone
from booking.trainings.models import Certification
from booking.trainings.rules.appointing import HELD_MONTHS, USED, unmet
from booking.trainings.views import certifications, do_once
from booking.web.access import get_acting_member, requires


@certifications.get("/<int:number>/appoint")
@requires("certification.appoint", of=find_certification)
def confirm_appoint(certification: Certification) -> str:
    """What the appointment would rest on, before anything is done."""
    return _page(certification, AppointForm(formdata=None))


@certifications.post("/<int:number>/appoint")
@requires("certification.appoint", of=find_certification)
def appoint(certification: Certification) -> Response | tuple[str, int]:
    form = AppointForm()
    if not form.validate():
        return _page(certification, form), 422
    done = do_once(
        form,
        lambda: revocation.appoint(certification.id, get_acting_member(), form.reason.data or ""),
        lambda made: url_for("certifications.show", number=made.id),
    )
    if done is None:
        return _page(certification, form), 422
    flash(_("Référent nommé, pour un an."), "success")
    return redirect(done.url, 303)


def _page(certification: Certification, form: AppointForm) -> str:
    grounds = revocation.grounds_of(certification)
    return render_template(
        "certifications/appoint.html",
        certification=certification,
        form=form,
        grounds=grounds,
        unmet=unmet(grounds, clock.today(site_zone())),
        held_months=HELD_MONTHS,
        asked_use=USED,
    )
