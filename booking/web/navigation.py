"""The menus: each member sees the ways that are open to him."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from flask import g, request
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from booking import permissions
from booking.members.models import Member
from booking.web.access import acting_member
from booking.web.addresses import address_of
from booking.web.locale import language


@dataclass(frozen=True)
class Way:
    """A page that a menu may lead to, for those who hold the permission."""

    endpoint: str
    name: LazyString
    icon: str
    permission: str | None = None


@dataclass(frozen=True)
class Item:
    """A way as a menu shows it; `current` when the page shown is this one, or lies below it."""

    url: str
    label: str
    icon: str
    current: bool
    count: int | None


MAIN = (
    Way("planning.today", _l("Aujourd’hui"), "home"),
    Way("planning.day", _l("Planning"), "calendar", "planning.see"),
    Way("decisions.index", _l("Décisions"), "decisions", "decision.list"),
    Way("machines.index", _l("Machines"), "machine"),
    Way("reservations.index", _l("Mes réservations"), "reservation", "reservation.make"),
    Way("trainings.index", _l("Formations"), "training"),
)

MORE = (
    Way("members.me", _l("Mon compte"), "user", "account.use"),
    Way("certifications.mine", _l("Mes habilitations"), "certification", "certification.request"),
    Way("attendance.index", _l("Émargement"), "edit", "attendance.list"),
    Way("members.index", _l("Membres"), "users", "member.list"),
    Way("organisations.index", _l("Structures"), "organisation", "organisation.list"),
    Way("certifications.index", _l("Habilitations"), "certification", "certification.list"),
    Way("questionnaires.index", _l("Questionnaires"), "list", "certification.request"),
    Way("training_files.activity", _l("Bilan de formation"), "document", "activity.see"),
    Way("openings.index", _l("Horaires et fermetures"), "hours", "opening.edit"),
    Way("upkeep.quotas", _l("Quotas et priorités"), "clock", "quota.edit"),
    Way("site.edit", _l("Réglages du lieu"), "settings", "site.edit"),
    Way("planning.kiosks", _l("Bornes de l’atelier"), "place", "kiosk.open"),
    Way("planning.controllers", _l("Contrôleurs d’accès"), "door", "controller.manage"),
    Way("journal.index", _l("Journal"), "journal", "journal.see"),
    Way("outbox.index", _l("Courriels"), "mail", "message.list"),
)


counts: dict[str, Callable[[], int]] = {}
"""How much waits behind a way, by endpoint; the slice that knows adds itself here."""


def count_behind(endpoint: str) -> int | None:
    """How much waits behind a way, counted once for a page; None where nothing is counted."""
    if endpoint not in counts:
        return None
    known: dict[str, int] = g.setdefault("counts_behind", {})
    if endpoint not in known:
        known[endpoint] = counts[endpoint]()
    return known[endpoint]


def navigation() -> list[Item]:
    """The main ways of the site, with what waits behind them."""
    return _open_to(acting_member(), MAIN)


def user_menu() -> list[Item]:
    """The ways of the account and of those who run the place."""
    member = acting_member()
    return _open_to(member, MORE) if member else []


def _open_to(member: Member | None, ways: tuple[Way, ...]) -> list[Item]:
    labels = _labels(language())
    path, endpoint = f"{request.path}/", request.endpoint
    items = []
    for way in ways:
        if way.permission is None or permissions.may(member, way.permission):
            url = address_of(way.endpoint)
            is_above = url != "/" and path.startswith(f"{url}/")
            count = count_behind(way.endpoint)
            current = endpoint == way.endpoint or is_above
            items.append(Item(url, labels[way.endpoint], way.icon, current, count))
    return items


@cache
def _labels(_language: str) -> dict[str, str]:
    """The names of all ways in the present language, by endpoint."""
    return {way.endpoint: str(way.name) for way in (*MAIN, *MORE)}
