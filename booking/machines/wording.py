"""The words of machines: categories, conditions, outages, rules of use, refusals."""

from __future__ import annotations

from dataclasses import dataclass

from babel.numbers import format_decimal
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking.machines.models import Machine
from booking.machines.refusals import (
    CodeTaken,
    LongestBelowShortest,
    MachineRefusal,
    NoFiringPrice,
    TooLongWithBuffer,
)
from booking.machines.rules import (
    Condition,
    Effective,
    OutageKind,
    OutsideStaffed,
    RiskClass,
    RulesOfUse,
)
from booking.web.filters import duration

CATEGORIES = {
    "CNC_ROUTER": _l("Fraiseuse numérique"),
    "LASER_CUTTER": _l("Découpe laser"),
    "PLASMA_TABLE": _l("Table plasma"),
    "WELDER": _l("Poste à souder"),
    "SHEET_METAL_FOLDER": _l("Plieuse, cisaille"),
    "PANEL_SAW": _l("Scie à format"),
    "PLANER": _l("Raboteuse-dégauchisseuse"),
    "BAND_SAW": _l("Scie à ruban"),
    "COMBINATION": _l("Combiné, toupie"),
    "EMBROIDERY": _l("Brodeuse"),
    "TEXTILE_PRINTER": _l("Imprimante textile"),
    "LEATHER_SEWING": _l("Triple entraînement, pareuse"),
    "SEWING": _l("Machine à coudre"),
    "KILN": _l("Four céramique"),
    "PRINTER_FDM": _l("Imprimante 3D à filament"),
    "VINYL_CUTTER": _l("Traceur de découpe"),
    "TRAINING_ROOM": _l("Salle de formation"),
    "WORKBENCH": _l("Établi"),
    "OTHER": _l("Autre équipement"),
}

RISKS = {
    RiskClass.RED: _l("Dangereuse"),
    RiskClass.AMBER: _l("Prudence"),
    RiskClass.GREEN: _l("Faible risque"),
}

CONDITIONS = {
    Condition.IN_SERVICE: _l("En service"),
    Condition.RESTRICTED: _l("Usage accompagné seulement"),
    Condition.DOWN: _l("En panne"),
    Condition.LOCKED_OUT: _l("Consignée"),
    Condition.RETIRED: _l("Retirée du service"),
}

OUTAGES = {
    OutageKind.DOWN: _l("En panne : elle ne fonctionne pas"),
    OutageKind.LOCKED_OUT: _l("Consignée : séparée de son énergie jusqu’à un contrôle"),
}

OUTSIDE_STAFFED = {
    OutsideStaffed.NO: _l("Seulement aux horaires accompagnés"),
    OutsideStaffed.EXTENDED: _l("Aussi en accès élargi"),
    OutsideStaffed.EXTENDED_BUDDY: _l("Aussi en accès élargi, avec un binôme"),
    OutsideStaffed.UNATTENDED: _l("Démarre pendant l’ouverture, peut continuer sans surveillance"),
}

LEVELS = {1: _l("Initié"), 2: _l("Autonome"), 3: _l("Référent")}


def category_word(category: str) -> str:
    """The name of a category; a code of the site's own stands for itself."""
    return str(CATEGORIES.get(category, category))


def condition_word(condition: Condition) -> str:
    return str(CONDITIONS[condition])


def outside_staffed_word(outside: OutsideStaffed) -> str:
    return str(OUTSIDE_STAFFED[outside])


def level_word(level: int) -> str:
    """`Autonome` for 2."""
    return str(LEVELS[level])


def power_word(watts: int) -> str:
    """`4,5 kW` for 4500."""
    amount = format_decimal(watts / 1000, format="#,##0.###", locale=get_locale() or "fr")
    return _("%(amount)s kW", amount=amount)


@dataclass(frozen=True)
class UseLine:
    """A rule of use as a reader sees it, and whether the machine itself sets it."""

    label: str
    value: str
    is_own: bool


def use_lines(machine: Machine, rules: RulesOfUse) -> list[UseLine]:
    """The rules of use that count for a machine, for its sheet."""

    def time(label: str, rule: Effective) -> UseLine:
        return UseLine(label, duration(rule.value), rule.is_own)

    lines = [
        time(_("Durée minimale"), rules.min_minutes),
        time(_("Durée maximale"), rules.max_minutes),
        time(_("Battement après l’usage"), rules.buffer_minutes),
        time(_("Grille des horaires"), rules.slot_step_minutes),
        time(_("Délai avant le début"), rules.lead_minutes),
        UseLine(
            _("Réservable à l’avance"),
            ngettext("%(num)s jour", "%(num)s jours", rules.horizon_days.value),
            rules.horizon_days.is_own,
        ),
    ]
    if machine.quota_minutes_per_day is not None:
        quota = duration(machine.quota_minutes_per_day)
        lines.append(UseLine(_("Quota par personne et par jour"), quota, True))
    lines.append(
        UseLine(
            _("Hors des horaires accompagnés"), outside_staffed_word(machine.outside_staffed), True
        )
    )
    if machine.alone_forbidden:
        lines.append(UseLine(_("Travail isolé"), _("Interdit"), True))
    return lines


def explain(refusal: MachineRefusal) -> str:
    """Why the machine cannot be set like this, in one sentence."""
    match refusal:
        case CodeTaken():
            return _("Le code %(code)s est déjà pris.", code=refusal.code)
        case LongestBelowShortest():
            return _(
                "La durée maximale (%(longest)s) est sous la durée minimale (%(shortest)s).",
                longest=duration(refusal.max_minutes),
                shortest=duration(refusal.min_minutes),
            )
        case TooLongWithBuffer():
            return _(
                "Avec son battement, une réservation dure au plus %(days)s jours.",
                days=refusal.most_days,
            )
        case NoFiringPrice():
            return _("Donnez le prix d’au moins une cuisson.")
