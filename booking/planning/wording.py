"""The words of the planning: what each cell and each line of the list says."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import cache
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking.machines.rules import OutageKind
from booking.openings.rules import PublicHoliday
from booking.openings.wording import holiday_name
from booking.planning.queries.lines import Stopped
from booking.planning.queries.occupancies import InSession, OwnReservation, Reserved
from booking.planning.queries.spans import Closed
from booking.planning.rules import Cause, CellState, Span, clock_text, instant_of
from booking.planning.rules.paths import NextAct, Step, StepState
from booking.reservations.queries.workshop import Workshop
from booking.web.filters import local_date, localized
from booking.web.locale import language


def state_words() -> Mapping[Hashable, str]:
    """The name of each state in the reader's language."""
    return _state_words(language())


@cache
def _state_words(_language: str) -> Mapping[Hashable, str]:
    return {
        CellState.FREE: _("Libre"),
        CellState.REFUSED: _("Libre, mais pas pour vous"),
        CellState.TAKEN: _("Pris"),
        CellState.BUFFER: _("Battement"),
        CellState.CLOSED: _("Fermé"),
        CellState.MINE: _("À vous"),
        CellState.OUT_OF_SERVICE: _("Hors service"),
        CellState.PAST: _("Passé"),
        CellState.LATER: _("Pas encore ouvert"),
        CellState.NO_SUCH_TIME: _("Cette heure n’existe pas ce jour-là"),
    }


def cause_words() -> Mapping[Hashable, str]:
    """Why a free time is not free for the viewer."""
    return _cause_words(language())


@cache
def _cause_words(_language: str) -> Mapping[Hashable, str]:
    return {
        Cause.NOT_ALLOWED: _("Voir ce qu’il manque"),
        Cause.NEEDS_BUDDY: _("Binôme"),
        Cause.BUSY_ELSEWHERE: _("Vous réservez ailleurs"),
        Cause.TOO_SHORT: _("Trop court"),
    }


def cell_text(about: Hashable, workshop: Workshop) -> str:
    """What is there, or why nothing can be."""
    match about:
        case Closed(reason):
            return reason
        case PublicHoliday():
            return holiday_name(about)
        case Stopped():
            return _stopped(about)
        case Reserved(_, name):
            return name
        case InSession(training_id):
            title = localized(workshop.training_titles.get(training_id))
            return _("Formation : %(title)s", title=title)
        case OwnReservation(is_held=True):
            return _("À vous, en attente")
        case OwnReservation():
            return state_words()[CellState.MINE]
        case _:
            raise NotImplementedError(f"no words for {about!r}")


def _stopped(stop: Stopped) -> str:
    word = _("Consignée") if stop.kind is OutageKind.LOCKED_OUT else _("En panne")
    if stop.until is None:
        return _("%(what)s : %(reason)s", what=word, reason=stop.reason)
    return _(
        "%(what)s jusqu’au %(until)s : %(reason)s",
        what=word, until=local_date(stop.until, "short"), reason=stop.reason,
    )  # fmt: skip


def time_text(minute: int, day: Span, zone: ZoneInfo) -> str:
    """`08:00`, midnight at the end of the day as `24:00`; of another day `mar. 24 nov. 08:00`."""
    if minute == day.ends:
        return "24:00"
    shown = clock_text(minute, zone)
    if day.starts <= minute < day.ends:
        return shown
    return f"{local_date(instant_of(minute), 'short')} {shown}"


def beyond_text(text: str, since: str | None, until: str | None) -> str:
    """What goes on before or after the part that is shown, with the times that are not."""
    if since and until:
        return _("%(what)s, %(since)s – %(until)s", what=text, since=since, until=until)
    if until:
        return _("%(what)s, jusqu’à %(until)s", what=text, until=until)
    if since:
        return _("%(what)s, depuis %(since)s", what=text, since=since)
    return text


def free_units_text(free: int, units: int) -> str:
    return _("%(free)s / %(units)s libres", free=free, units=units)


STEP_STATES = {
    StepState.HELD: _l("Valable"),
    StepState.UNDERWAY: _l("En cours"),
    StepState.LEVEL_TOO_LOW: _l("Niveau insuffisant"),
    StepState.EXPIRED: _l("Expirée"),
    StepState.LAPSED: _l("Remise à niveau"),
    StepState.SUSPENDED: _l("Suspendue"),
    StepState.MISSING: _l("Manque"),
}


def step_state_word(state: StepState) -> str:
    """How a step of a path stands, in a word."""
    return str(STEP_STATES[state])


NEXT_ACTS = {
    NextAct.NOTHING: _l("Rien à faire."),
    NextAct.AWAIT: _l("Formation suivie : le formateur évalue, un gestionnaire valide."),
    NextAct.ATTEND: _l("Vous avez une place dans cette session :"),
    NextAct.JOIN: _l("Prochaine session à suivre :"),
    NextAct.WAIT: _l("Demande envoyée : les formateurs planifient une session."),
    NextAct.ASK: _l("Aucune session à suivre pour l’instant : demandez l’habilitation."),
    NextAct.PASS: _l("Pas de nouvelle session : demandez l’épreuve pratique de ce niveau."),
    NextAct.BE_APPOINTED: _l("Aucune session n’y mène : un gestionnaire nomme à ce niveau."),
    NextAct.REFRESH: _l("Pas besoin de session : demandez une remise à niveau."),
    NextAct.SEE_WHY: _l("Lisez la raison et ce qui lève la suspension."),
    NextAct.NOT_OFFERED: _l("Cette formation n’est plus proposée : adressez-vous au lieu."),
}


def too_early_text(step: Step) -> str:
    """Why the session that there is cannot be followed, in one sentence."""
    if step.ready_on is None:
        return _("Il y en a une, mais l’étape d’avant n’a pas encore de date :")
    day = local_date(step.ready_on)
    return _("Trop tôt pour ce chemin, l’étape d’avant se termine le %(day)s :", day=day)


def next_act_text(step: Step) -> str:
    """What is to be done about a step of a path, in one sentence."""
    if step.act is NextAct.WAIT and step.is_refresher:
        return _("Remise à niveau demandée : un formateur vous voit pratiquer.")
    if step.act is NextAct.RENEW:
        return str(NEXT_ACTS[NextAct.JOIN if step.session else NextAct.REFRESH])
    return str(NEXT_ACTS[step.act])
