"""The words of sessions: why an act on one is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking.openings.wording import holiday_name, weekday_name
from booking.periods import Period
from booking.sessions import refusals as why
from booking.sessions.refusals import SessionRefusal
from booking.sessions.rules.ranking import Half
from booking.sessions.rules.teaching import Unable
from booking.trainings.rules import Place, Shortfall, Verdict
from booking.trainings.wording import level_name, session_state_word
from booking.web.filters import iso_local, local_date, local_datetime, local_period

PLACES = {
    Place.WAITING: _l("En attente"),
    Place.OFFERED: _l("Proposée"),
    Place.ENROLLED: _l("Inscrit"),
    Place.ATTENDED: _l("Suivie"),
    Place.ABSENT: _l("Absent"),
    Place.CANCELLED: _l("Annulée"),
    Place.LAPSED: _l("Sans réponse à temps"),
    Place.SKIPPED: _l("Tour passé"),
    Place.OVER: _l("Sans place"),
}


def place_word(place: Place) -> str:
    """How somebody stands in a session, in a word."""
    return str(PLACES[place])


UNABLE = {
    Unable.ACCOUNT: _l("compte inactif"),
    Unable.ROLE: _l("n’est plus formateur"),
    Unable.CERTIFICATION: _l("habilitation perdue"),
}


def unable_word(cause: Unable) -> str:
    """Why somebody can no longer give a session, in a word."""
    return str(UNABLE[cause])


HALVES = {Half.MORNING: _l("%(day)s matin"), Half.AFTERNOON: _l("%(day)s après-midi")}


def half_day_word(key: str) -> str:
    """A half-day of the week, such as `mardi matin`."""
    day, _dash, half = key.partition("-")
    return str(HALVES[Half(half)]) % {"day": weekday_name(int(day))}


def as_interval(period: Period) -> str:
    """Both ends of a period, as an address carries them."""
    return f"{iso_local(period.starts_at)}/{iso_local(period.ends_at)}"


def explain(refusal: SessionRefusal) -> str:
    """Why an act on a session or a place was not done, in one sentence."""
    return _SENTENCES[type(refusal)](refusal)


def _state_forbids(refusal: why.SessionStateForbids) -> str:
    state = session_state_word(refusal.state).lower()
    return _("Cette session est « %(state)s » : l’action n’est plus possible.", state=state)


def _has_begun(refusal: why.SessionHasBegun) -> str:
    return _("Elle a commencé le %(when)s.", when=local_datetime(refusal.starts_at))


def _changed_meanwhile(_refusal: why.ChangedMeanwhile) -> str:
    return _(
        "Quelqu’un a modifié cette session entre-temps : rien n’a été enregistré. "
        "Rouvrez-la pour reprendre vos changements."
    )


def _not_offered(refusal: why.TrainingNotOffered) -> str:
    return _("La formation %(code)s est archivée.", code=refusal.training)


def _not_a_trainer(refusal: why.NotATrainer) -> str:
    return _("%(name)s n’est pas formateur.", name=refusal.name)


def _not_certified(refusal: why.TrainerNotCertified) -> str:
    return _(
        "%(name)s n’a plus l’habilitation %(training)s.",
        name=refusal.name,
        training=refusal.training,
    )


def _nobody_gives_it(_refusal: why.NobodyGivesIt) -> str:
    return _("Plus personne ne peut donner cette session : nommez d’abord un autre formateur.")


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


def _out_of_use(refusal: why.MachineOutOfUse) -> str:
    return _(
        "%(machine)s n’est pas utilisable : %(when)s.",
        machine=refusal.machine,
        when=local_period(refusal.half_day, "short"),
    )


def _closed_then(refusal: why.ClosedThen) -> str:
    causes = [closure.reason for closure in refusal.closures]
    causes += [holiday_name(fact.holiday) for fact in refusal.holidays]
    return _(
        "Fermeture (%(reason)s) : %(when)s.",
        reason=", ".join(causes),
        when=local_period(refusal.half_day, "short"),
    )


def _outside_hours(refusal: why.OutsideHours) -> str:
    when = local_period(refusal.half_day, "short")
    if not refusal.machine:
        return _("En dehors des heures d’ouverture : %(when)s.", when=when)
    return _(
        "En dehors des heures d’ouverture de %(machine)s : %(when)s.",
        machine=refusal.machine,
        when=when,
    )


def _too_few_units(refusal: why.TooFewUnits) -> str:
    return ngettext(
        "%(machine)s n’a que %(num)s poste en service.",
        "%(machine)s n’a que %(num)s postes en service.",
        refusal.units,
        machine=refusal.machine,
    )


def _too_few_places(refusal: why.TooFewPlaces) -> str:
    return ngettext(
        "%(num)s place est déjà prise ou proposée : gardez au moins cette place.",
        "%(num)s places sont déjà prises ou proposées : gardez au moins ces places.",
        refusal.promised,
    )


def _trainer_has_place(refusal: why.TrainerHasPlace) -> str:
    return _("%(name)s est dans la session comme participant.", name=refusal.name)


def _kind_is_fixed(_refusal: why.KindIsFixed) -> str:
    return _("Des personnes sont déjà dans la session : sa nature ne change plus.")


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


def _account(_refusal: why.AccountNotInOrder) -> str:
    return _("Le compte n’est pas validé, ou il est suspendu.")


def _gives_it(_refusal: why.GivesItHimself) -> str:
    return _("Qui donne la session n’y prend pas de place.")


def _already_in(refusal: why.AlreadyIn) -> str:
    if refusal.place in (Place.WAITING, Place.OFFERED):
        return _("Cette personne est déjà en liste d’attente.")
    return _("Cette personne a déjà une place dans la session.")


def _no_place(refusal: why.NoPlaceLeft) -> str:
    if not refusal.waiting:
        return _("Il n’y a plus de place.")
    return ngettext(
        "Il n’y a plus de place ; %(num)s personne attend.",
        "Il n’y a plus de place ; %(num)s personnes attendent.",
        refusal.waiting,
    )


def _places_left(refusal: why.PlacesLeft) -> str:
    return ngettext(
        "Il reste %(num)s place : inscrivez-vous.",
        "Il reste %(num)s places : inscrivez-vous.",
        refusal.places,
    )


def _prerequisite(refusal: why.PrerequisiteMissing) -> str:
    verdict = refusal.verdict
    sentence = _SHORTFALLS[verdict.shortfalls[0]](verdict)
    if refusal.next_session and refusal.next_starts_at:
        sentence += " " + _(
            "Prochaine session %(code)s (%(session)s) : %(day)s.",
            code=verdict.training,
            session=refusal.next_session,
            day=local_date(refusal.next_starts_at),
        )
    return sentence


def _missing(verdict: Verdict) -> str:
    level = level_name(verdict.needed_level)
    return _("Il manque %(training)s, %(level)s.", training=verdict.training, level=level)


def _too_low(verdict: Verdict) -> str:
    held = verdict.record.level if verdict.record else 0
    return _(
        "%(training)s est demandée au niveau %(needed)s, la vôtre est au niveau %(held)s.",
        training=verdict.training,
        needed=verdict.needed_level,
        held=held,
    )


def _expired(verdict: Verdict) -> str:
    day = verdict.record.valid_until if verdict.record else None
    return _(
        "%(training)s n’est plus valable aux dates de la session (jusqu’au %(day)s).",
        training=verdict.training,
        day=local_date(day) if day else "",
    )


def _lapsed(verdict: Verdict) -> str:
    return _(
        "%(training)s demande une remise à niveau : sans pratique depuis %(months)s mois.",
        training=verdict.training,
        months=verdict.lapse_months,
    )


def _suspended(verdict: Verdict) -> str:
    return _("%(training)s est suspendue.", training=verdict.training)


_SHORTFALLS: Mapping[Shortfall, Callable[[Verdict], str]] = {
    Shortfall.MISSING: _missing,
    Shortfall.LEVEL_TOO_LOW: _too_low,
    Shortfall.EXPIRED: _expired,
    Shortfall.LAPSED: _lapsed,
    Shortfall.SUSPENDED: _suspended,
}


def _no_record(refusal: why.RecordMissing) -> str:
    return _(
        "Cette remise à niveau s’adresse à qui a déjà l’habilitation %(training)s.",
        training=refusal.training,
    )


def _place_forbids(refusal: why.PlaceForbids) -> str:
    state = place_word(refusal.place).lower()
    return _("Cette place est « %(state)s » : l’action n’est plus possible.", state=state)


def _nothing_due(_refusal: why.NothingDue) -> str:
    return _("Rien n’est dû pour cette place.")


def _own_fee(_refusal: why.OwnFee) -> str:
    return _("Vous ne renoncez pas à vos propres frais : demandez à un autre gestionnaire.")


_SENTENCES: Mapping[type, Callable[[Any], str]] = {
    why.SessionStateForbids: _state_forbids,
    why.SessionHasBegun: _has_begun,
    why.ChangedMeanwhile: _changed_meanwhile,
    why.TrainingNotOffered: _not_offered,
    why.NotATrainer: _not_a_trainer,
    why.TrainerNotCertified: _not_certified,
    why.NobodyGivesIt: _nobody_gives_it,
    why.TrainerIsBusy: _trainer_is_busy,
    why.HalfDayInPast: _in_past,
    why.HalfDaysOverlap: _overlap,
    why.MachineTaken: _taken,
    why.MachineOutOfUse: _out_of_use,
    why.ClosedThen: _closed_then,
    why.OutsideHours: _outside_hours,
    why.TooFewUnits: _too_few_units,
    why.TooFewPlaces: _too_few_places,
    why.TrainerHasPlace: _trainer_has_place,
    why.KindIsFixed: _kind_is_fixed,
    why.MinimumAbovePlaces: _minimum,
    why.ReasonMissing: _reason_missing,
    why.NotOnTheClock: _not_on_the_clock,
    why.AccountNotInOrder: _account,
    why.GivesItHimself: _gives_it,
    why.AlreadyIn: _already_in,
    why.NoPlaceLeft: _no_place,
    why.PlacesLeft: _places_left,
    why.PrerequisiteMissing: _prerequisite,
    why.RecordMissing: _no_record,
    why.PlaceForbids: _place_forbids,
    why.NothingDue: _nothing_due,
    why.OwnFee: _own_fee,
}
