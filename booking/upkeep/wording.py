"""The words of what stands against an act on a machine."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from booking.upkeep.refusals import (
    AlreadyReleased,
    AlreadyStopped,
    ClosureEnded,
    LastUnit,
    NoteMissing,
    ReturnPassed,
    ReturnTooFar,
    SameState,
    StillTaken,
    TooManyUnits,
    UnknownTraining,
    UpkeepRefusal,
)
from booking.web.filters import local_date


def explain(refusal: UpkeepRefusal) -> str:
    """Why it cannot be done, in one sentence."""
    match refusal:
        case ClosureEnded():
            return _("Cette fermeture vient d’être annulée ou a pris fin : rien n’a changé.")
        case StillTaken():
            return ngettext(
                "Ce poste est encore promis %(num)s fois : déplacez d’abord ce qui suit.",
                "Ce poste est encore promis %(num)s fois : déplacez d’abord ce qui suit.",
                refusal.times,
            )
        case TooManyUnits():
            return _("Une machine a au plus %(most)s postes.", most=refusal.most)
        case ReturnTooFar():
            return _(
                "Le retour prévu est au plus tard le %(day)s.", day=local_date(refusal.last_day_on)
            )
        case UnknownTraining():
            return _("La formation %(code)s n’est pas proposée.", code=refusal.code)
        case _:
            return _simple(refusal)


def _simple(
    refusal: AlreadyStopped | AlreadyReleased | ReturnPassed | NoteMissing | SameState | LastUnit,
) -> str:
    match refusal:
        case AlreadyStopped():
            return _(
                "Cette machine est déjà arrêtée ainsi : changez son retour prévu ou remettez-la "
                "d’abord en service."
            )
        case AlreadyReleased():
            return _("Cette machine a déjà été remise en service.")
        case ReturnPassed():
            return _("Le retour prévu doit être dans l’avenir.")
        case NoteMissing():
            return _("Écrivez qui a contrôlé quoi : sans cela, une machine consignée le reste.")
        case SameState():
            return _("La machine est déjà dans cet état.")
        case LastUnit():
            return _("C’est le dernier poste en service : arrêtez plutôt la machine.")
