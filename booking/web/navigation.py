"""The menus: each member sees the ways that are open to him."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from booking.web.access import may


@dataclass(frozen=True)
class Item:
    endpoint: str
    label: str
    icon: str
    permission: str | None = None
    count: int | None = None

    @property
    def url(self) -> str:
        return url_for(self.endpoint)

    @property
    def current(self) -> bool:
        """Whether the page shown is this one, or lies below it."""
        is_below = self.url != "/" and f"{request.path}/".startswith(f"{self.url}/")
        return request.endpoint == self.endpoint or is_below


MAIN = (
    Item("planning.today", _l("Aujourd’hui"), "home"),
    Item("planning.day", _l("Planning"), "calendar", "planning.see"),
    Item("decisions.index", _l("Décisions"), "decisions", "decision.list"),
    Item("machines.index", _l("Machines"), "machine"),
    Item("reservations.index", _l("Mes réservations"), "reservation", "reservation.make"),
    Item("trainings.index", _l("Formations"), "training"),
)

MORE = (
    Item("members.me", _l("Mon compte"), "user", "account.use"),
    Item(
        "certifications.mine", _l("Mes habilitations"), "certification", "certification.request"
    ),
    Item("members.index", _l("Membres"), "users", "member.list"),
    Item("organisations.index", _l("Structures"), "organisation", "organisation.list"),
    Item("certifications.index", _l("Habilitations"), "certification", "certification.list"),
    Item("openings.index", _l("Horaires et fermetures"), "hours", "opening.edit"),
    Item("site.edit", _l("Réglages du lieu"), "settings", "site.edit"),
    Item("journal.index", _l("Journal"), "journal", "journal.see"),
    Item("outbox.index", _l("Courriels"), "mail", "message.list"),
)


counts: dict[str, Callable[[], int]] = {}
"""How much waits behind a way, by endpoint; the slice that knows adds itself here."""


def navigation() -> list[Item]:
    """The main ways of the site, with what waits behind them."""
    return [
        replace(item, count=counts[item.endpoint]()) if item.endpoint in counts else item
        for item in MAIN
        if item.permission is None or may(item.permission)
    ]


def user_menu() -> list[Item]:
    """The ways of the account and of those who run the place."""
    if not current_user.is_authenticated:
        return []
    return [item for item in MORE if item.permission is None or may(item.permission)]
