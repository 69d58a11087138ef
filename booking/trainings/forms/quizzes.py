"""The forms of tests: taking one, and writing a question."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from booking.database import LocalizedText
from booking.trainings.models import QuizAttempt, QuizQuestion
from booking.trainings.rules import FEWEST_ANSWERS, MOST_ANSWERS
from booking.trainings.service.quizzes import QuestionContent
from booking.web.fields import choices_of
from booking.web.filters import localized
from booking.web.forms import BaseForm, CheckboxesField

LONGEST_QUESTION, LONGEST_ANSWER = 400, 300
PLACES = range(1, MOST_ANSWERS + 1)


class QuestionForm(BaseForm):
    """A question in three languages, with two to six answers; French is always there.

    Its fields for answers are `answer_1_fr` to `answer_6_de` and `right_1` to `right_6`.
    """

    text_fr = TextAreaField(
        _l("Question en français"), validators=[DataRequired(), Length(max=LONGEST_QUESTION)]
    )
    text_en = TextAreaField(_l("Question en anglais"), validators=[Length(max=LONGEST_QUESTION)])
    text_de = TextAreaField(_l("Question en allemand"), validators=[Length(max=LONGEST_QUESTION)])
    critical = BooleanField(
        _l("Question critique"), description=_l("Une erreur suffit pour ne pas réussir.")
    )

    def show(self, question: QuizQuestion) -> None:
        """Start from what a question says."""
        self.critical.data = question.critical
        for language, text in question.text.items():
            self[f"text_{language}"].data = text
        for place, answer in enumerate(question.answers, start=1):
            self[f"right_{place}"].data = answer["right"]
            for language, text in answer["text"].items():
                self[f"answer_{place}_{language}"].data = text

    def validate(self, extra_validators: Any = None) -> bool:
        fits = super().validate(extra_validators)
        if fits and len(self.content.answers) < FEWEST_ANSWERS:
            self.answer_2_fr.errors.append(_("Écrivez au moins deux réponses en français."))
            return False
        return fits

    @property
    def content(self) -> QuestionContent:
        """What was typed; an answer without French is none."""
        answers = [
            (self._texts(f"answer_{place}"), bool(self[f"right_{place}"].data))
            for place in PLACES
            if self[f"answer_{place}_fr"].data
        ]
        return QuestionContent(self._texts("text"), answers, self.critical.data)

    def _texts(self, name: str) -> LocalizedText:
        typed = {language: self[f"{name}_{language}"].data for language in ("fr", "en", "de")}
        return {language: text for language, text in typed.items() if text}


for _place in PLACES:
    for _language, _label in (
        ("fr", _l("Réponse %(number)s en français", number=_place)),
        ("en", _l("Réponse %(number)s en anglais", number=_place)),
        ("de", _l("Réponse %(number)s en allemand", number=_place)),
    ):
        _field = StringField(_label, validators=[Length(max=LONGEST_ANSWER)])
        setattr(QuestionForm, f"answer_{_place}_{_language}", _field)
    _tick = BooleanField(_l("La réponse %(number)s est juste", number=_place))
    setattr(QuestionForm, f"right_{_place}", _tick)


def quiz_form(attempt: QuizAttempt, *, blank: bool = False) -> BaseForm:
    """The questions of an attempt, `question_1` and so on, without a word of what is right.

    A question with one right answer is a choice of one; it says itself when it has several.
    """
    fields: dict[str, Any] = {}
    for number, question in enumerate(attempt.drawn, start=1):
        one = sum(answer["right"] for answer in question["answers"]) == 1
        kind = RadioField if one else CheckboxesField
        fields[f"question_{number}"] = kind(
            f"{number}. {localized(question['text'])}",
            coerce=int,
            choices=choices_of(
                {
                    place: localized(answer["text"])
                    for place, answer in enumerate(question["answers"])
                }
            ),
            validators=[InputRequired(_l("Choisissez une réponse."))],
        )
    form: type[BaseForm] = type("QuizForm", (BaseForm,), fields)
    return form(formdata=None) if blank else form()


def chosen_in(form: BaseForm, attempt: QuizAttempt) -> list[frozenset[int]]:
    """The places of the answers chosen, question by question."""
    values = [form[f"question_{number}"].data for number in range(1, attempt.total + 1)]
    return [frozenset(value if isinstance(value, list) else [value]) for value in values]
