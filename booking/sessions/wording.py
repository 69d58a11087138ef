"""The words of sessions: why an act on one is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from booking.sessions import refusals as why
from booking.sessions.refusals import ScheduleRefusal
from booking.trainings.wording import session_state_word
from booking.web.filters import local_date, local_datetime, local_period


def explain(refusal: ScheduleRefusal) -> str:
    """Why an act on a session or a place was not done, in one sentence."""
    return _SENTENCES[type(refusal)](refusal)


def _state_forbids(refusal: why.SessionStateForbids) -> str:
    state = session_state_word(refusal.state).lower()
    return _("Cette session est « %(state)s » : l’action n’est plus possible.", state=state)


def _has_begun(refusal: why.SessionHasBegun) -> str:
    return _("Elle a commencé le %(when)s.", when=local_datetime(refusal.starts_at))


def _not_offered(refusal: why.TrainingNotOffered) -> str:
    return _("La formation %(code)s est archivée.", code=refusal.training)


def _not_a_trainer(refusal: why.NotATrainer) -> str:
    return _("%(name)s n’est pas formateur.", name=refusal.name)


def _trainer_is_busy(refusal: why.TrainerIsBusy) -> str:
    return _(
        "%(name)s donne déjà la session %(session)s : %(when)s.",
        name=refusal.name,
        session=refusal.session,
        when=local_period(refusal.period, "short"),
    )


def _in_past(refusal: why.HalfDayInPast) -> str:
    return _("Cette demi-journée est passée : %(when)s.", when=local_period(refusal.half_day))


def _overlap(refusal: why.HalfDaysOverlap) -> str:
    when = local_period(refusal.half_day)
    return _("Deux demi-journées se chevauchent : %(when)s.", when=when)


def _too_few_units(refusal: why.TooFewUnits) -> str:
    return ngettext(
        "%(machine)s n’a que %(num)s poste en service.",
        "%(machine)s n’a que %(num)s postes en service.",
        refusal.units,
        machine=refusal.machine,
    )


def _too_few_places(refusal: why.TooFewPlaces) -> str:
    return ngettext(
        "%(num)s personne est déjà inscrite : gardez au moins cette place.",
        "%(num)s personnes sont déjà inscrites : gardez au moins ces places.",
        refusal.enrolled,
    )


def _minimum(refusal: why.MinimumAbovePlaces) -> str:
    return _("Le minimum dépasse le nombre de places (%(places)s).", places=refusal.places)


def _reason_missing(_refusal: why.ReasonMissing) -> str:
    return _("Écrivez la raison : les personnes concernées la liront.")


def _not_on_the_clock(refusal: why.NotOnTheClock) -> str:
    day = local_date(refusal.day)
    return _("Le %(day)s, l’horloge saute une des heures de la session.", day=day)


def _taken(refusal: why.MachineTaken) -> str:
    what = _("une autre session") if refusal.by_session else _("une réservation")
    sentence = _(
        "%(machine)s est prise pour %(half_day)s : %(what)s, %(when)s.",
        machine=refusal.machine,
        half_day=local_period(refusal.half_day, "short"),
        what=what,
        when=local_period(refusal.seen, "short"),
    )
    if refusal.wanted > 1:
        sentence += " " + ngettext(
            "%(num)s poste reste libre sur %(wanted)s demandés.",
            "%(num)s postes restent libres sur %(wanted)s demandés.",
            refusal.free,
            wanted=refusal.wanted,
        )
    return sentence


_SENTENCES: Mapping[type, Callable[[Any], str]] = {
    why.SessionStateForbids: _state_forbids,
    why.SessionHasBegun: _has_begun,
    why.TrainingNotOffered: _not_offered,
    why.NotATrainer: _not_a_trainer,
    why.TrainerIsBusy: _trainer_is_busy,
    why.HalfDayInPast: _in_past,
    why.HalfDaysOverlap: _overlap,
    why.MachineTaken: _taken,
    why.TooFewUnits: _too_few_units,
    why.TooFewPlaces: _too_few_places,
    why.MinimumAbovePlaces: _minimum,
    why.ReasonMissing: _reason_missing,
    why.NotOnTheClock: _not_on_the_clock,
}
