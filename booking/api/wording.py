"""What does not fit a schema, in the reader's words."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from pydantic import ValidationError

from booking.reservations.rules.series import MOST_TIMES


def explain_all(error: ValidationError) -> list[dict[str, str]]:
    """Every fault of a request: the field, a stable code, and a sentence."""
    return [
        fault(".".join(str(part) for part in one["loc"]), one["type"], one.get("ctx", {}))
        for one in error.errors(include_url=False, include_input=False)
    ]


def fault(field: str, code: str, facts: dict[str, Any] | None = None) -> dict[str, str]:
    """One fault; codes are those of pydantic and of `schemas.fields`."""
    return {"field": field, "code": code, "message": message(code, facts or {})}


def message(code: str, facts: dict[str, Any]) -> str:
    measured = _measured(code, facts)
    if measured is not None:
        return measured
    sentences = {
        "missing": _("Ce champ est obligatoire."),
        "extra_forbidden": _("Ce champ n’existe pas ici."),
        "string_type": _("Un texte est attendu."),
        "string_unicode": _("Ce texte contient des caractères interdits."),
        "bool_type": _("Indiquez true ou false."),
        "bool_parsing": _("Indiquez true ou false."),
        "int_type": _("Un nombre entier est attendu."),
        "int_parsing": _("Un nombre entier est attendu."),
        "list_type": _("Une liste est attendue."),
        "model_type": _("Un objet JSON est attendu."),
        "date_iso": _("Indiquez un jour comme 2026-11-24."),
        "instant_iso": _(
            "Indiquez un instant ISO 8601 avec son décalage, comme 2026-11-24T09:00:00+01:00."
        ),
        "instant_naive": _("Il manque le décalage horaire, comme +01:00 à la fin."),
        "wall_time": _("Indiquez une heure comme 14:30."),
        "too_far": _("Choisissez une date entre 2000 et 2100."),
        "end_before_start": _("La fin vient après le début."),
        "unknown_machine": _("Aucune machine n’a ce code."),
        "count_or_until": _("Indiquez soit count, soit until."),
        "no_date": _("Il ne reste aucune date."),
        "too_many_dates": _("Une série compte au plus %(most)s dates.", most=MOST_TIMES),
        "period_too_long_for_series": _("Dans une série, une réservation dure moins d’un jour."),
        "no_such_wall_time": _(
            "Une de ces nuits, les horloges avancent et cette heure n’existe pas : laissez ce jour."
        ),
        "unknown_unit": _("Cette machine n’a pas de poste en service de ce numéro."),
        "not_alike": _("Cette machine ne fait pas le même travail."),
        "unknown_training": _("Aucune formation n’a ce code."),
        "unknown_member": _("Aucun membre n’a ce code."),
        "unknown_area": _("Aucune zone n’a ce code."),
        "unknown_reservation": _("Cette réservation n’existe pas, ou n’est pas la vôtre."),
        "unknown_certification": _("Cette habilitation n’existe pas, ou n’est pas la vôtre."),
        "firing_type_missing": _("Choisissez le type de cuisson."),
        "key_used": _("Cette clé a déjà servi pour une autre demande."),
    }
    return sentences.get(code, _("Cette valeur n’est pas acceptable."))


def _measured(code: str, facts: dict[str, Any]) -> str | None:
    """The sentences that name a bound."""
    if code == "string_too_long":
        most = facts["max_length"]
        return ngettext("Au plus %(num)d caractère.", "Au plus %(num)d caractères.", most)
    if code == "string_too_short":
        least = facts["min_length"]
        return ngettext("Au moins %(num)d caractère.", "Au moins %(num)d caractères.", least)
    if code == "too_long":
        most = facts["max_length"]
        return ngettext("Au plus %(num)d élément.", "Au plus %(num)d éléments.", most)
    if code == "greater_than_equal":
        return _("Au moins %(least)s.", least=facts["ge"])
    if code == "less_than_equal":
        return _("Au plus %(most)s.", most=facts["le"])
    if code == "period_too_long":
        return ngettext("Au plus %(num)d jour.", "Au plus %(num)d jours.", facts["days"])
    if code in ("literal_error", "enum"):
        choices = ", ".join(re.findall(r"'([^']*)'", facts["expected"]))
        return _("Valeurs possibles : %(choices)s.", choices=choices)
    return None
