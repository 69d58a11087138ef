"""The words of tests."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from booking.trainings.refusals import Refused, WhyNoQuiz

_SENTENCES: Mapping[object, object] = {
    WhyNoQuiz.NO_QUIZ: _l("Cette formation n’a pas de quiz."),
    WhyNoQuiz.NOT_IN_TRAINING: _l(
        "Le quiz est pour les personnes inscrites à une session ou qui ont demandé l’habilitation."
    ),
    WhyNoQuiz.TOO_FEW_QUESTIONS: _l(
        "La banque de questions ne suffit pas au quiz : un formateur doit la compléter."
    ),
    WhyNoQuiz.PAUSE: _l(
        "Après un échec, une pause sert à revoir : le prochain essai vient plus tard."
    ),
    WhyNoQuiz.ALREADY_SENT: _l("Ce quiz est déjà envoyé : sa note ne change plus."),
    WhyNoQuiz.NOT_ONE_OF_THEM: _l("Répondez à chaque question par les réponses proposées."),
    WhyNoQuiz.ONE_RIGHT_ANSWER: _l(
        "Il faut au moins une bonne réponse, et au moins une qui ne l’est pas."
    ),
}


def explain_no_quiz(refused: Refused) -> str:
    """Why a test is not begun, sent or written, in one sentence."""
    return str(_SENTENCES[refused.why])
