"""The words of machines: categories, conditions, outages, rules of use, refusals."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking.machines.refusals import (
    CodeTaken,
    LongestBelowShortest,
    MachineRefusal,
    NoFiringPrice,
    TooLongWithBuffer,
)
from booking.machines.rules import Condition, OutageKind, OutsideStaffed, RiskClass
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
    Condition.RETIRED: _l("Retirée"),
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
