"""The words of openings: public holidays, levels of access, days of the week, refusals."""

from __future__ import annotations

from datetime import time
from typing import Literal

from babel.dates import get_day_names
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking.openings.models import Closure, Level
from booking.openings.refusals import (
    AlreadyOver,
    ClosureRefusal,
    EndsBeforeStart,
    HoursRefusal,
    OverlapsRule,
    TooFarAhead,
    TooManyRules,
)
from booking.openings.rules import MIDNIGHT, Access, PublicHoliday, WeeklyOpening
from booking.openings.service.closures import ClosureDraft
from booking.periods import A_DAY
from booking.web.filters import local_date, local_period, local_time, localized, zone

HOLIDAYS = {
    PublicHoliday.NEW_YEAR: _l("Jour de l’An"),
    PublicHoliday.GOOD_FRIDAY: _l("Vendredi saint (droit local)"),
    PublicHoliday.EASTER_MONDAY: _l("Lundi de Pâques"),
    PublicHoliday.LABOUR_DAY: _l("Fête du Travail"),
    PublicHoliday.VICTORY_1945: _l("Victoire de 1945"),
    PublicHoliday.ASCENSION: _l("Ascension"),
    PublicHoliday.WHIT_MONDAY: _l("Lundi de Pentecôte"),
    PublicHoliday.NATIONAL_DAY: _l("Fête nationale"),
    PublicHoliday.ASSUMPTION: _l("Assomption"),
    PublicHoliday.ALL_SAINTS: _l("Toussaint"),
    PublicHoliday.ARMISTICE_1918: _l("Armistice de 1918"),
    PublicHoliday.CHRISTMAS: _l("Noël"),
    PublicHoliday.ST_STEPHEN: _l("Saint-Étienne (droit local)"),
}

ACCESS = {
    Access.ALL: _l("Tous les membres"),
    Access.EXTENDED: _l("Membres à accès élargi"),
}


def place_name(level: Level) -> str:
    """The site, an area or a machine by its name."""
    if level.machine:
        return f"{level.machine.code} – {localized(level.machine.name)}"
    return localized(level.area.name) if level.area else _("Tout le site")


def holiday_name(holiday: PublicHoliday) -> str:
    return str(HOLIDAYS[holiday])


def access_word(access: Access) -> str:
    return str(ACCESS[access])


def hours_note(rule: WeeklyOpening) -> str:
    """Who the hours are for, beside their times."""
    if rule.access == Access.ALL:
        return _("accompagné") if rule.staffed else _("sans accompagnement")
    return _("accompagné, accès élargi") if rule.staffed else _("accès élargi")


def closing_time(ends: time) -> str:
    """The end of an opening on a 24 h clock: midnight is `24:00`."""
    return "24:00" if ends == MIDNIGHT else local_time(ends)


def closure_when(closure: Closure | ClosureDraft, style: str = "long") -> str:
    """When something is closed; whole days are named without hours, the last one included."""
    starts, ends = (
        at.astimezone(zone()) for at in (closure.period.starts_at, closure.period.ends_at)
    )
    if starts.time() != MIDNIGHT or ends.time() != MIDNIGHT:
        return local_period(closure.period, style)
    first, last = starts.date(), ends.date() - A_DAY
    if first == last:
        return local_date(first, style)
    return _(
        "du %(first)s au %(last)s", first=local_date(first, style), last=local_date(last, style)
    )


def weekday_name(weekday: int, width: Literal["wide", "abbreviated"] = "wide") -> str:
    """`lundi` for 0; widths are wide and abbreviated."""
    names = get_day_names(width, context="stand-alone", locale=get_locale() or "fr")
    return str(names[weekday])


def explain(refusal: HoursRefusal | ClosureRefusal) -> str:
    """Why the hours or the closure cannot be set, in one sentence."""
    match refusal:
        case EndsBeforeStart():
            return _("La fin doit venir après le début.")
        case OverlapsRule():
            return _(
                "Ces horaires recouvrent ceux de %(day)s, %(start)s – %(end)s.",
                day=weekday_name(refusal.weekday),
                start=local_time(refusal.starts),
                end=closing_time(refusal.ends),
            )
        case TooManyRules():
            return _(
                "Il y a déjà %(most)s plages le %(day)s : c’est le maximum.",
                most=refusal.most,
                day=weekday_name(refusal.weekday),
            )
        case AlreadyOver():
            return _("Cette fermeture serait déjà passée.")
        case TooFarAhead():
            return _(
                "Une fermeture se termine au plus tard le %(day)s.",
                day=local_date(refusal.last_day_on),
            )
