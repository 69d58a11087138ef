"""The calendar that another program fetches: the secret in its address is all it needs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from flask import Response, abort, current_app, request
from flask_babel import force_locale
from flask_babel import gettext as _

from booking import clock
from booking.calendars import CONTENT_TYPE, Entry, feed
from booking.extensions import limiter
from booking.machines.models import Outage
from booking.members.queries import digest
from booking.openings.models import Closure
from booking.outbox.wording import link_to
from booking.periods import Period, local_day
from booking.planning.models import Feed
from booking.planning.queries.feeds import (
    HalfDay,
    find_feed_by_token,
    list_accompanied,
    list_closures_of,
    list_half_days_on,
    list_outages_of,
    list_own_half_days,
    list_reservations,
)
from booking.planning.views.blueprint import planning
from booking.reservations.models import Companion, Reservation
from booking.reservations.rules import CalendarStatus, CompanionAnswer
from booking.reservations.service.telling import title
from booking.site.queries import get_site
from booking.trainings.models import SessionState
from booking.web.access import public
from booking.web.filters import localized, zone

WRONG_ONES = "30 per 10 minutes"
PER_FEED = "60 per hour"
"""A program asks once an hour or less; several may share one address."""

SESSION_STATUS = {
    SessionState.PLANNED: CalendarStatus.TENTATIVE,
    SessionState.OPEN: CalendarStatus.TENTATIVE,
    SessionState.CANCELLED: CalendarStatus.CANCELLED,
}


def _not_limited() -> bool:
    return not current_app.config["RATELIMIT_ENABLED"]


def _is_wrong(response: Response) -> bool:
    return response.status_code == 404


def _feed_asked() -> str:
    return digest(str((request.view_args or {}).get("token", "")))


@planning.get("/calendars/<token>.ics")
@limiter.limit(WRONG_ONES, deduct_when=_is_wrong, exempt_when=_not_limited)
@limiter.limit(PER_FEED, key_func=_feed_asked, exempt_when=_not_limited)
@public
def calendar(token: str) -> Response:
    """In the language of the member whose address it is; 304 when nothing has changed."""
    asked = find_feed_by_token(token)
    if asked is None:
        abort(404)
    with force_locale(asked.member.language):
        content = feed(name_of(asked), list(_entries(asked, clock.now())), zone())
    response = Response(content, content_type=CONTENT_TYPE)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Disposition"] = 'inline; filename="etabli.ics"'
    response.set_etag(hashlib.sha256(content).hexdigest())
    return response.make_conditional(request)  # type: ignore[return-value]


def name_of(asked: Feed) -> str:
    """How a program calls it in its list."""
    site = get_site().name
    if asked.machine is not None:
        return f"{asked.machine.code} {localized(asked.machine.name)}, {site}"
    if asked.area is not None:
        return f"{localized(asked.area.name)}, {site}"
    return _("Mes réservations, %(site)s", site=site)


def _entries(asked: Feed, now: datetime) -> Iterable[Entry]:
    if not asked.is_of_place:
        yield from map(_own, list_reservations(asked, now))
        yield from map(_accompanied, list_accompanied(asked, now))
        yield from (_half_day(one, now) for one in list_own_half_days(asked, now))
        return
    yield from map(_taken, list_reservations(asked, now))
    yield from (_half_day(one, now) for one in list_half_days_on(asked, now))
    yield from (_closed(one, now) for one in list_closures_of(asked, now))
    yield from (_stopped(one, now) for one in list_outages_of(asked))


def _own(reservation: Reservation) -> Entry:
    machine = reservation.machine
    name = title(localized(machine.name), machine.code)
    sequence, changed_at = reservation.revision
    return Entry(
        uid=get_site().calendar_uid("reservation", reservation.id),
        sequence=sequence,
        status=reservation.calendar_status,
        starts_at=reservation.starts_at,
        ends_at=reservation.ends_at,
        changed_at=changed_at,
        summary=_with_status(name, reservation.calendar_status),
        location=", ".join(filter(None, (localized(machine.area.name), get_site().address))),
        description=reservation.purpose,
        url=link_to("reservations.show", number=reservation.id),
    )


def _accompanied(companion: Companion) -> Entry:
    """A reservation of somebody else, as the person sees it who is to be there."""
    reservation = companion.reservation
    machine = reservation.machine
    status = reservation.calendar_status
    if companion.answer is CompanionAnswer.PENDING and status is CalendarStatus.CONFIRMED:
        status = CalendarStatus.TENTATIVE
    own = _own(reservation)
    name = title(localized(machine.name), machine.code, reservation.member.name)
    return replace(
        own,
        status=status,
        changed_at=max(own.changed_at, companion.answered_at or companion.asked_at),
        summary=_with_status(name, status),
        description="",
    )


def _with_status(name: str, status: CalendarStatus) -> str:
    """In words too: not every program shows the status."""
    if status is CalendarStatus.TENTATIVE:
        return _("À confirmer : %(what)s", what=name)
    if status is CalendarStatus.CANCELLED:
        return _("Annulée : %(what)s", what=name)
    return name


def _taken(reservation: Reservation) -> Entry:
    """A reservation as everybody may know of it."""
    sequence, changed_at = reservation.revision
    is_free = reservation.calendar_status is CalendarStatus.CANCELLED
    code = reservation.machine.code
    return Entry(
        uid=get_site().calendar_uid("taken", reservation.id),
        sequence=sequence,
        status=reservation.calendar_status,
        starts_at=reservation.starts_at,
        ends_at=reservation.ends_at,
        changed_at=changed_at,
        summary=_("%(code)s : rendu", code=code) if is_free else _("%(code)s : pris", code=code),
        is_busy=False,
    )


def _half_day(half_day: HalfDay, now: datetime) -> Entry:
    code = half_day.machine_code
    what = _("Formation : %(title)s", title=localized(half_day.title))
    return Entry(
        uid=get_site().calendar_uid("session", f"{half_day.id}{f'-{code}' if code else ''}"),
        sequence=half_day.sequence_at(now),
        status=SESSION_STATUS.get(half_day.state_at(now), CalendarStatus.CONFIRMED),
        starts_at=half_day.starts_at,
        ends_at=half_day.ends_at,
        changed_at=_as_known_today(now),
        summary=_("%(code)s : %(what)s", code=code, what=what) if code else what,
        location=half_day.place or get_site().address,
        url=link_to("sessions.show", code=half_day.session_code),
        is_busy=code is None,
    )


def _closed(closure: Closure, now: datetime) -> Entry:
    return Entry(
        uid=get_site().calendar_uid("closure", closure.id),
        sequence=0,
        status=CalendarStatus.CONFIRMED,
        starts_at=closure.starts_at,
        ends_at=closure.ends_at,
        changed_at=_as_known_today(now),
        summary=_("Fermé : %(reason)s", reason=closure.reason),
        is_busy=False,
    )


def _stopped(outage: Outage, now: datetime) -> Entry:
    """Until its expected end; while nobody knows one, it is told day by day."""
    until = outage.fact(now).expected_end_at or _day_of(max(now, outage.starts_at)).ends_at
    return Entry(
        uid=get_site().calendar_uid("outage", outage.id),
        sequence=0,
        status=CalendarStatus.CONFIRMED,
        starts_at=outage.starts_at,
        ends_at=until,
        changed_at=_as_known_today(now),
        summary=_("%(code)s : hors service", code=outage.machine.code),
        is_busy=False,
    )


def _as_known_today(now: datetime) -> datetime:
    """The stamp of what keeps no account of its changes: programs look at it anew every day."""
    return _day_of(now).starts_at


def _day_of(instant: datetime) -> Period:
    return local_day(instant.astimezone(zone()).date(), zone())
