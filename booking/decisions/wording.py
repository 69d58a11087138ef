"""The words of certifications as they stand today."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from booking.decisions.queries import Shown

SHOWN = {
    Shown.REQUESTED: _l("Demandée"),
    Shown.IN_TRAINING: _l("En formation"),
    Shown.PROPOSED: _l("À valider"),
    Shown.APPROVED: _l("Valable"),
    Shown.EXPIRING: _l("Bientôt à renouveler"),
    Shown.EXPIRED: _l("Expirée"),
    Shown.LAPSED: _l("Caduque, sans pratique"),
    Shown.SUSPENDED: _l("Suspendue"),
    Shown.REVOKED: _l("Retirée"),
    Shown.REFUSED: _l("Refusée"),
    Shown.REPLACED: _l("Remplacée"),
}


def shown_word(shown: Shown) -> str:
    return str(SHOWN[shown])
