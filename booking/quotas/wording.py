"""The words of quotas, peak hours and priorities."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking.database import LocalizedText
from booking.machines.wording import category_word
from booking.openings.wording import closing_time, weekday_name
from booking.quotas.models import PriorityWindow, Quota, Weekly
from booking.quotas.rules import Holder, Place, PlaceKind, Span
from booking.web.filters import duration, local_time, localized

SPANS = {
    Span.DAY: _l("par jour"),
    Span.WEEK: _l("par semaine"),
    Span.MONTH: _l("par mois"),
    Span.AHEAD: _l("à venir"),
}
HOLDERS = {
    Holder.PERSON: _l("chaque personne"),
    Holder.ORGANISATION: _l("chaque structure, toutes ses personnes ensemble"),
}


class Names(NamedTuple):
    """The names of what codes stand for."""

    areas: Mapping[str, LocalizedText]
    plans: Mapping[str, LocalizedText]

    def plan(self, code: str) -> str:
        return localized(self.plans[code]) if code in self.plans else code

    def listed_plans(self, codes: Collection[str]) -> str:
        return ", ".join(self.plan(code) for code in codes)


def place_word(place: Place, names: Names) -> str:
    """`toutes les machines`, `Atelier bois`, `machine M01`."""
    if place.kind is PlaceKind.MACHINE:
        return _("machine %(code)s", code=place.code)
    if place.kind is PlaceKind.AREA:
        known = names.areas.get(place.code)
        return localized(known) if known else place.code
    if place.kind is PlaceKind.CATEGORY:
        return category_word(place.code)
    return _("toutes les machines")


def limit_words(
    holder: str, place: Place, span: Span, minutes: int, *, peak_only: bool, names: Names
) -> str:
    """`chaque personne : 8 h au plus par semaine (Atelier bois, heures de pointe)`."""
    where = [place_word(place, names), *([_("heures de pointe")] if peak_only else [])]
    return _(
        "%(who)s : %(limit)s au plus %(span)s (%(where)s)",
        who=holder,
        limit=duration(minutes),
        span=SPANS[span],
        where=", ".join(where),
    )


def quota_words(quota: Quota, names: Names) -> str:
    """A quota in one plain sentence, for those who run the place."""
    plan = quota.plan.code if quota.plan else None
    holder = holder_word(quota.holder, plan, names)
    return limit_words(
        holder[:1].upper() + holder[1:],
        quota.place,
        quota.span,
        quota.limit_minutes,
        peak_only=quota.peak_only,
        names=names,
    )


def holder_word(holder: Holder, plan: str | None, names: Names) -> str:
    if plan is not None:
        return _("chaque personne de la formule %(plan)s", plan=names.plan(plan))
    return str(HOLDERS[holder])


def times_word(window: Weekly) -> str:
    """`lundi, mardi, 17:00 – 20:00`."""
    days = ", ".join(weekday_name(weekday) for weekday in window.weekdays)
    return _(
        "%(days)s, %(starts)s – %(ends)s",
        days=days,
        starts=local_time(window.starts),
        ends=closing_time(window.ends),
    )


def priority_words(window: PriorityWindow, names: Names) -> str:
    """A priority in one plain sentence."""
    return _(
        "%(where)s : réservé en priorité aux formules %(plans)s, à tous ensuite, %(hours)s avant "
        "le début",
        where=place_word(window.place, names),
        plans=names.listed_plans(window.plan_codes),
        hours=duration(window.opens_hours * 60),
    )
