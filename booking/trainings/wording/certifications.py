"""The words of trainings and certifications: levels, acts, refusals."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking.trainings.models import SessionKind, SessionState
from booking.trainings.refusals import Refused, Why, WhyNoQuiz, WhyNotSigned
from booking.trainings.rules import CertificationAct
from booking.trainings.rules.appointing import Unmet
from booking.trainings.wording.attendance import explain_unsigned, half_day_name
from booking.trainings.wording.quizzes import explain_no_quiz

LEVELS = {1: _l("initié"), 2: _l("autonome"), 3: _l("référent")}

LEVEL_MEANINGS = {
    1: _l("Niveau 1, initié : usage accompagné"),
    2: _l("Niveau 2, autonome : usage seul"),
    3: _l("Niveau 3, référent : forme et entretient"),
}

SESSION_KINDS = {
    SessionKind.COURSE: _l("Formation"),
    SessionKind.REFRESHER: _l("Remise à niveau"),
}

SESSION_STATES = {
    SessionState.PLANNED: _l("En préparation"),
    SessionState.OPEN: _l("Ouverte"),
    SessionState.CONFIRMED: _l("Confirmée"),
    SessionState.HELD: _l("Tenue"),
    SessionState.CLOSED: _l("Close"),
    SessionState.CANCELLED: _l("Annulée"),
}

ACTS = {
    CertificationAct.REQUEST: _l("Demandée"),
    CertificationAct.START_TRAINING: _l("Formation commencée"),
    CertificationAct.PROPOSE: _l("Proposée"),
    CertificationAct.APPROVE: _l("Validée"),
    CertificationAct.REFUSE: _l("Refusée"),
    CertificationAct.SUSPEND: _l("Suspendue"),
    CertificationAct.REINSTATE: _l("Rétablie"),
    CertificationAct.REVOKE: _l("Retirée"),
    CertificationAct.CORRECT: _l("Corrigée"),
    CertificationAct.APPOINT: _l("Nommée"),
}


def level_name(level: int) -> str:
    """`niveau 2, autonome`, to stand within a sentence."""
    return _("niveau %(level)s, %(name)s", level=level, name=LEVELS[level])


def level_title(level: int) -> str:
    """`Niveau 2, autonome`, to stand alone."""
    return _("Niveau %(level)s, %(name)s", level=level, name=LEVELS[level])


CONDITIONS = {
    Unmet.HELD_TOO_SHORT: _l("niveau autonome tenu depuis six mois"),
    Unmet.USED_TOO_LITTLE: _l("vingt heures d’usage"),
}


def condition_word(name: str) -> str:
    """A condition of an appointment, or the code of a prerequisite."""
    return str(CONDITIONS[Unmet(name)]) if name in set(Unmet) else name


def act_word(act: str) -> str:
    """What was done to a certification: `Validée`."""
    return str(ACTS[CertificationAct(act)])


def session_kind_word(kind: SessionKind) -> str:
    return str(SESSION_KINDS[kind])


def session_state_word(state: SessionState) -> str:
    return str(SESSION_STATES[state])


def explain(refused: Refused) -> str:
    """Why an act was not done, in one sentence, with what helps."""
    if isinstance(refused.why, WhyNotSigned):
        return explain_unsigned(refused)
    if isinstance(refused.why, WhyNoQuiz):
        return explain_no_quiz(refused)
    if refused.why is Why.CONDITIONS_UNMET:
        return _(
            "Une condition n’est pas remplie (%(names)s) : écrivez pourquoi vous y dérogez.",
            names=", ".join(condition_word(name) for name in refused.names),
        )
    if refused.why in _NAMING:
        return _naming(refused)
    return str(_SENTENCES[refused.why])


_SENTENCES: Mapping[Why, object] = {
    Why.NOT_PERMITTED: _l("Votre rôle ne permet pas cette action."),
    Why.NOT_IN_THIS_STATE: _l(
        "Cette habilitation a changé entre-temps : l’action n’est plus possible."
    ),
    Why.OWN_CERTIFICATION: _l(
        "Personne ne décide de sa propre habilitation : demandez à une autre personne."
    ),
    Why.ASSESSED_BY_YOU: _l(
        "Vous avez évalué cette personne : la validation revient à un autre gestionnaire."
    ),
    Why.REASON_MISSING: _l("Écrivez la raison : la personne la lira."),
    Why.ALREADY_OPEN: _l("Une demande est déjà en cours pour cette formation."),
    Why.NOTHING_TO_REFRESH: _l(
        "Une remise à niveau suit une habilitation déjà obtenue à ce niveau : demandez-la comme "
        "une première fois."
    ),
    Why.MEMBER_GONE: _l("Cette personne n’est plus membre."),
    Why.LEVEL_NOT_OFFERED: _l("Cette formation ne mène pas à ce niveau."),
    Why.SESSION_MISSING: _l(
        "Aucune session suivie ne compte pour cette proposition : il faut des demi-journées "
        "signées, ou une équivalence."
    ),
    Why.QUIZ_NOT_PASSED: _l(
        "Le quiz n’est pas réussi : la personne le passe sur la page de la formation."
    ),
    Why.ASSESSED_IN_FUTURE: _l("L’évaluation ne peut pas être datée dans le futur."),
    Why.CHANGED_MEANWHILE: _l("La proposition a changé depuis que vous l’avez lue."),
    Why.NEEDS_A_LOOK: _l("Elle a une particularité : elle se décide seule."),
    Why.FILE_TOO_LARGE: _l("Le fichier est trop grand : 5 Mo et 40 millions de points au plus."),
    Why.FILE_NOT_OF_A_KIND: _l(
        "Ce fichier n’est ni un PDF ni une image JPEG, PNG ou WebP lisible."
    ),
    Why.TOO_MANY_FILES: _l("Cinq pièces sont déjà jointes : c’est le plus possible."),
    Why.NOTHING_CORRECTED: _l("Rien n’est changé : il n’y a rien à corriger."),
    Why.DATES_DO_NOT_FIT: _l(
        "Ces dates ne vont pas : la fin suit le début, le début n’est pas à venir, et la durée ne"
        " dépasse pas celle de la formation."
    ),
    Why.NOT_ASKED_NOW: _l("Ce questionnaire ne se remplit pas maintenant."),
    Why.MORE_CRITICAL_THAN_QUESTIONS: _l(
        "Le quiz ne peut pas avoir plus de questions critiques que de questions."
    ),
    Why.CODE_TAKEN: _l("Ce code est déjà celui d’une autre formation."),
}

_NAMING = frozenset(Why) - set(_SENTENCES)


def _naming(refused: Refused) -> str:
    """The sentences that name what is in the way."""
    names = ", ".join(refused.names)
    match refused.why:
        case Why.WAIVER_NEEDED:
            return _(
                "Un prérequis n’est pas valable (%(names)s) : écrivez pourquoi vous y dérogez.",
                names=names,
            )
        case Why.HALF_DAY_UNSIGNED:
            unsigned = " ; ".join(half_day_name(name) for name in refused.names)
            return _(
                "Pas de proposition sans toutes les demi-journées signées par le stagiaire et le "
                "formateur. Il manque : %(names)s.",
                names=unsigned,
            )
        case Why.CRITICAL_FAILED:
            return _(
                "Un point critique de l’épreuve pratique est raté : %(names)s. Il faut une "
                "nouvelle épreuve, notée à sa date.",
                names=names,
            )
        case Why.ITEM_UNKNOWN:
            return _("Pas un point de l’épreuve pratique : %(names)s.", names=names)
        case Why.CHECKLIST_INCOMPLETE:
            return _(
                "Ce niveau demande toute l’épreuve pratique. Il manque : %(names)s.",
                names=names,
            )
        case Why.TRAINING_ARCHIVED:
            if not names:
                return _("Cette formation est archivée.")
            return _("Un prérequis est archivé ou inconnu : %(names)s.", names=names)
        case Why.PREREQUISITE_CYCLE:
            return _("Ces prérequis tournent en rond : %(cycle)s.", cycle=" → ".join(refused.names))
        case Why.PREREQUISITE_LEVEL:
            return _("Le niveau demandé n’est pas proposé par : %(names)s.", names=names)
        case _:
            return _(
                "Elle ne peut pas être archivée, elle est encore exigée par : %(names)s.",
                names=names,
            )
