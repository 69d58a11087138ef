"""One's own calendar addresses: made, renewed, revoked. Each is shown once."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from booking.database import writing
from booking.machines.queries import find_area, find_machine, list_areas, list_machines
from booking.outbox.wording import link_to
from booking.planning import service
from booking.planning.forms import OWN, FeedActForm, FeedForm
from booking.planning.models import Feed
from booking.planning.queries.feeds import find_feed, list_feeds
from booking.planning.views.blueprint import planning
from booking.web.access import get_acting_member, requires
from booking.web.filters import localized
from booking.web.forms import first_result, remember_result


@planning.get("/me/calendars")
@requires("account.use")
def feeds() -> str:
    """The addresses in use, and a form for another; `?machine=` or `?area=` fills it in."""
    form = FeedForm(formdata=None, subject=_asked_for())
    return _page(form)


def _asked_for() -> str:
    for kind in ("machine", "area"):
        if code := request.args.get(kind, ""):
            return f"{kind}:{code}"
    return OWN


def _page(form: FeedForm) -> str:
    form.offer(list_areas(), list_machines())
    return render_template(
        "planning/feeds.html",
        form=form,
        feeds=[(feed, FeedActForm(formdata=None)) for feed in list_feeds(get_acting_member().id)],
        subject_of=subject_of,
    )


@planning.post("/me/calendars")
@requires("account.use")
def create_feed() -> Any:
    form = FeedForm()
    form.offer(list_areas(), list_machines())
    if not form.validate():
        return _page(form), 422
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        machine = find_machine(form.machine_code) if form.machine_code else None
        area = find_area(form.area_code) if form.area_code else None
        token = service.make_feed(get_acting_member(), machine, area)
        remember_result(form, url_for("planning.feeds"))
    return _shown(token, _subject(machine or area))


@planning.post("/me/calendars/<int:feed_id>/renew")
@requires("feed.manage", of=find_feed)
def renew_feed(feed: Feed) -> Any:
    form = FeedActForm()
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        token = service.renew_feed(feed, get_acting_member())
        remember_result(form, url_for("planning.feeds"))
    return _shown(token, subject_of(feed))


@planning.post("/me/calendars/<int:feed_id>/revoke")
@requires("feed.manage", of=find_feed)
def revoke_feed(feed: Feed) -> Any:
    with writing():
        service.revoke_feed(feed, get_acting_member())
    flash(_("Cette adresse n’ouvre plus rien."), "success")
    return redirect(url_for("planning.feeds"), 303)


def subject_of(feed: Feed) -> str:
    """What an address shows, in words."""
    return _subject(feed.machine or feed.area)


def _subject(place: Any) -> str:
    if place is None:
        return _("Vos réservations et vos formations")
    return f"{place.code} {localized(place.name)}"


def _shown(token: str, subject: str) -> str:
    address = link_to("planning.calendar", token=token)
    return render_template(
        "planning/shown_feed.html",
        address=address,
        to_subscribe=f"webcal:{address.partition(':')[2]}",
        subject=subject,
    )
