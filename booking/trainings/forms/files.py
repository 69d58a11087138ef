"""The forms of training files, of questionnaires and of the yearly activity."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, Field, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from booking.trainings.queries.categories import Category, list_incomes, list_objectives
from booking.trainings.rules import QUESTIONS, QuestionnaireKind
from booking.trainings.service.files import Paid
from booking.trainings.wording.questionnaires import MARK_WORDS, QUESTION_WORDS
from booking.web.fields import CentsField, choices_of
from booking.web.filters import localized
from booking.web.forms import BaseForm, SensibleDate

LONGEST_PROGRAMME = 4000


class SetUpForm(BaseForm):
    """What a session of professional training is."""

    professional = BooleanField(
        _l("Formation professionnelle"),
        description=_l("Elle compte alors dans le bilan annuel, et son dossier est à tenir."),
    )
    programme = TextAreaField(
        _l("Programme"),
        description=_l("Contenus, moyens, déroulement. Vide : le dossier donne les objectifs."),
        validators=[Length(max=LONGEST_PROGRAMME)],
    )


class FundingForm(BaseForm):
    income = SelectField(_l("Origine du produit"))
    objective = SelectField(_l("Objectif de la prestation"))
    amount = CentsField(_l("Montant, hors taxes (€)"), validators=[InputRequired()])

    def offer(self, on: date) -> None:
        """The categories of the official form on a day."""
        self.income.choices = _words(list_incomes(on))
        self.objective.choices = _words(list_objectives(on))

    @property
    def paid(self) -> Paid:
        return Paid(self.income.data, self.objective.data, self.amount.data or 0)


def _words(categories: Iterable[Category]) -> list[object]:
    return [*choices_of({one.code: localized(one.words) for one in categories})]


class DueForm(BaseForm):
    due_on = DateField(
        _l("Date limite officielle"),
        description=_l("Telle que l’administration l’annonce ; elle n’est pas calculée ici."),
        validators=[InputRequired(), SensibleDate()],
    )


class AnswerForm(BaseForm):
    """Words if one likes; the questions of a kind are added by `answer_form`."""

    kind: QuestionnaireKind

    comment = TextAreaField(
        _l("Ce que vous voulez ajouter"),
        description=_l("Rien sur votre santé, s’il vous plaît."),
        validators=[Length(max=1000)],
    )

    @property
    def questions(self) -> list[Field]:
        return [self[code] for code in QUESTIONS[self.kind]]

    @property
    def given(self) -> dict[str, int]:
        """The marks by the code of the question."""
        return {field.name: field.data for field in self.questions}


@cache
def answer_form(kind: QuestionnaireKind) -> type[AnswerForm]:
    """The form of a questionnaire, with one field for each of its questions."""
    fields = {
        code: RadioField(
            QUESTION_WORDS[code],
            coerce=int,
            choices=choices_of(MARK_WORDS),
            validators=[InputRequired()],
        )
        for code in QUESTIONS[kind]
    }
    return type("AnswerForm", (AnswerForm,), {"kind": kind, **fields})
