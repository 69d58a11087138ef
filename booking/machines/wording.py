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
    RULE_NAMES,
    Condition,
    Effective,
    Origin,
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


ORIGINS = {
    Origin.MACHINE: _l("cette machine"),
    Origin.AREA: _l("l’atelier"),
    Origin.SITE: _l("le site"),
}


@dataclass(frozen=True)
class UseLine:
    """A rule of use as a reader sees it, and who sets it; empty where only a machine can."""

    label: str
    value: str
    origin: str = ""


def use_lines(machine: Machine, rules: RulesOfUse) -> list[UseLine]:
    """The rules of use that count for a machine, for its sheet."""
    labels = {
        "min_minutes": _("Durée minimale"),
        "max_minutes": _("Durée maximale"),
        "buffer_minutes": _("Battement après l’usage"),
        "slot_step_minutes": _("Grille des horaires"),
        "lead_minutes": _("Délai avant le début"),
        "horizon_days": _("Réservable à l’avance"),
        "future_hours": _("Heures à venir par personne"),
        "quota_minutes_per_day": _("Quota par personne et par jour"),
    }
    lines = [
        UseLine(label, rule_value(name, rule.value), str(ORIGINS[rule.origin]))
        for name, label in labels.items()
        if (rule := getattr(rules, name)) is not None
    ]
    lines.append(
        UseLine(_("Hors des horaires accompagnés"), outside_staffed_word(machine.outside_staffed))
    )
    if machine.alone_forbidden:
        lines.append(UseLine(_("Travail isolé"), _("Interdit")))
    if machine.needs_approval:
        lines.append(UseLine(_("Réservations"), _("Sur demande, approuvées une à une")))
    return lines


def rule_value(name: str, value: int) -> str:
    """`1 h 30` for 90 minutes, `60 jours` for a horizon."""
    if name == "horizon_days":
        return ngettext("%(num)s jour", "%(num)s jours", value)
    return duration(value * 60 if name == "future_hours" else value)


def rule_hints(rules: RulesOfUse) -> dict[str, str]:
    """What counts when a field is left empty, by the name of the rule."""
    return {name: _rule_hint(name, getattr(rules, name)) for name in RULE_NAMES}


def _rule_hint(name: str, rule: Effective | None) -> str:
    if rule is None:
        return _("Vide : sans quota.")
    return _(
        "Vide : %(value)s (%(origin)s).",
        value=rule_value(name, rule.value),
        origin=ORIGINS[rule.origin],
    )


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
