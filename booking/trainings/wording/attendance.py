"""The words of attendance sheets: how a half-day stands, how it was signed, why it was not."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking.trainings.refusals import Refused, WhyNotSigned
from booking.trainings.rules import CellState, EntryKind, ItemResult, SigningMethod

CELL_STATES = {
    CellState.MISSING: _l("Non signée"),
    CellState.TRAINEE_ALONE: _l("À contresigner"),
    CellState.COMPLETE: _l("Signée"),
    CellState.ABSENT: _l("Absence"),
}

ENTRY_KINDS = {
    EntryKind.TRAINEE: _l("Signature du stagiaire"),
    EntryKind.TRAINER: _l("Signature du formateur"),
    EntryKind.ABSENCE: _l("Absence notée"),
    EntryKind.VOID: _l("Annulation"),
}

METHODS = {
    SigningMethod.ACCOUNT: _l("depuis son compte"),
    SigningMethod.PIN: _l("par code"),
    SigningMethod.DRAWN: _l("à la main"),
    SigningMethod.TAKEN_OVER: _l("reprise d’avant, sans signature"),
}


ITEM_RESULTS = {
    ItemResult.PASSED: _l("Réussi"),
    ItemResult.FAILED: _l("Raté"),
    ItemResult.NOT_SEEN: _l("Pas vu"),
}


def item_result_word(result: str) -> str:
    """What was seen of a point of the practical test: `réussi`."""
    return str(ITEM_RESULTS[ItemResult(result)]).lower()


def cell_word(state: CellState) -> str:
    return str(CELL_STATES[state])


def entry_word(kind: EntryKind) -> str:
    return str(ENTRY_KINDS[kind])


def method_word(method: SigningMethod) -> str:
    """How somebody signed, to stand after his name: `par code`."""
    return str(METHODS[method])


def half_day_name(name: str) -> str:
    """A half-day that a reason names, such as `T-02/2`: `T-02, demi-journée 2`."""
    whose, _slash, number = name.rpartition("/")
    return _("%(whose)s, demi-journée %(number)s", whose=whose, number=number)


def explain_unsigned(refused: Refused) -> str:
    """Why nothing was written on the sheet, in one sentence, with what helps."""
    if refused.why is WhyNotSigned.HALF_DAYS_OPEN:
        names = " ; ".join(half_day_name(name) for name in refused.names)
        return _("Ni signature ni absence : %(names)s.", names=names)
    return str(_SENTENCES[refused.why])


_SENTENCES: Mapping[object, object] = {
    WhyNotSigned.TOO_EARLY: _l(
        "Cette demi-journée n’a pas commencé : on signe au plus tôt dix minutes avant."
    ),
    WhyNotSigned.LATE_REASON_MISSING: _l(
        "La demi-journée est passée : écrivez pourquoi elle est signée après coup."
    ),
    WhyNotSigned.SESSION_NOT_RUNNING: _l("Cette session n’est pas en cours : rien ne se signe."),
    WhyNotSigned.ALREADY_SIGNED: _l("Cette demi-journée est déjà signée."),
    WhyNotSigned.NOTED_ABSENT: _l(
        "Une absence est notée pour cette demi-journée : un gestionnaire peut l’annuler."
    ),
    WhyNotSigned.NOTHING_TO_COUNTERSIGN: _l(
        "Rien à contresigner : personne d’autre n’a signé cette demi-journée."
    ),
    WhyNotSigned.NO_PIN: _l(
        "Cette personne n’a pas de code d’émargement : qu’elle dessine sa signature, ou signe "
        "depuis son compte."
    ),
    WhyNotSigned.WRONG_PIN: _l("Ce n’est pas le code d’émargement de cette personne."),
    WhyNotSigned.NOT_A_DRAWING: _l("Tapez le code d’émargement ou dessinez la signature."),
    WhyNotSigned.ALREADY_VOID: _l("Cette ligne est déjà annulée."),
    WhyNotSigned.NOT_OVER: _l("La session n’est pas finie : elle ne peut pas encore être close."),
}
