"""The words of questionnaires, and of what a training file is made of."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from booking.trainings.rules import QuestionnaireKind

KINDS = {
    QuestionnaireKind.ENTRY: _l("Avant de commencer"),
    QuestionnaireKind.AT_ONCE: _l("En fin de formation"),
    QuestionnaireKind.LATER: _l("Trois mois après"),
}

QUESTION_WORDS = {
    "practice": _l("J’ai déjà travaillé sur ces machines"),
    "safety": _l("Je connais leurs dangers et les protections"),
    "autonomy": _l("Je saurais faire seul ce que la formation vise"),
    "aims": _l("Les objectifs annoncés sont atteints"),
    "pace": _l("Le rythme et la durée convenaient"),
    "trainer": _l("Le formateur était clair et disponible"),
    "means": _l("Les machines et les supports convenaient"),
    "recommend": _l("Je recommanderais cette formation"),
    "used": _l("Je me sers de ce que j’ai appris"),
    "safer": _l("Je travaille plus sûrement"),
    "useful": _l("La formation a répondu à mon besoin"),
}

MARK_WORDS = {
    1: _l("pas du tout"),
    2: _l("plutôt non"),
    3: _l("plutôt oui"),
    4: _l("tout à fait"),
}


def questionnaire_name(kind: QuestionnaireKind) -> str:
    return str(KINDS[kind])


def question_text(code: str) -> str:
    return str(QUESTION_WORDS.get(code, code))


def mark_word(mark: int) -> str:
    return str(MARK_WORDS.get(mark, mark))
