"""The forms of trainings and of asking for a certification."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

from booking.trainings.models import Training
from booking.trainings.queries.assessing import items_of
from booking.trainings.rules import CRITICAL_MARK, typed_item
from booking.trainings.service.catalogue import TrainingTerms
from booking.trainings.wording import LEVEL_MEANINGS, level_name
from booking.web.fields import CentsField, LinesField, choices_of
from booking.web.filters import localized
from booking.web.forms import BaseForm, CheckboxesField, PlainName

LANGUAGES = ("fr", "en", "de")
TAUGHT_LEVELS = (1, 2)
"""Level 3 (referent) is an appointment by a manager, no training leads to it."""

SUPERVISED, AUTONOMOUS, MOST_LEVEL = 1, 2, 3

LONGEST_TEXT = 4000


class TrainingForm(BaseForm):
    """A training's terms. Prerequisites are values such as `BOIS-1:2`, training and level."""

    title_fr = StringField(
        _l("Titre en français"), validators=[DataRequired(), Length(max=160), PlainName()]
    )
    title_en = StringField(_l("Titre en anglais"), validators=[Length(max=160), PlainName()])
    title_de = StringField(_l("Titre en allemand"), validators=[Length(max=160), PlainName()])
    aims = TextAreaField(_l("Objectifs"), validators=[Length(max=LONGEST_TEXT)])
    levels = CheckboxesField(
        _l("Niveaux auxquels elle mène"),
        coerce=int,
        choices=choices_of({level: LEVEL_MEANINGS[level] for level in TAUGHT_LEVELS}),
        validators=[InputRequired()],
    )
    prerequisites = CheckboxesField(_l("Prérequis"))
    duration_minutes = IntegerField(
        _l("Durée (minutes)"), validators=[InputRequired(), NumberRange(min=15, max=24_000)]
    )
    half_days = IntegerField(
        _l("Demi-journées"), validators=[InputRequired(), NumberRange(min=1, max=60)], default=1
    )
    places = IntegerField(
        _l("Places par session"),
        validators=[InputRequired(), NumberRange(min=1, max=100)],
        default=4,
    )
    demand_minimum = IntegerField(
        _l("Dates proposées dès (personnes)"),
        description=_l("Quand tant de personnes attendent une session. Vide : comme le lieu."),
        validators=[Optional(), NumberRange(min=1, max=100)],
    )
    price = CentsField(_l("Prix, hors taxes (€)"))
    validity_months = IntegerField(
        _l("Validité de l’habilitation (mois)"),
        validators=[InputRequired(), NumberRange(min=1, max=240)],
    )
    lapse_months = IntegerField(
        _l("Caduque après tant de mois sans pratique"),
        description=_l("Vide : le manque de pratique n’y met pas fin."),
        validators=[Optional(), NumberRange(min=1, max=240)],
    )
    attendance_required = BooleanField(
        _l("Toutes les demi-journées signées"),
        description=_l("Sans elles, personne n’est proposé, sauf équivalence."),
        default=True,
    )
    checklist_level_1 = LinesField(
        _l("Épreuve pratique dès le niveau initié"),
        description=_l("Un point par ligne ; « (critique) » à la fin : un échec arrête l’épreuve."),
    )
    checklist = LinesField(
        _l("Épreuve pratique du niveau autonome"),
        description=_l("Un point par ligne ; « (critique) » à la fin : un échec arrête l’épreuve."),
    )
    quiz_questions = IntegerField(
        _l("Questions du quiz"), validators=[InputRequired(), NumberRange(0, 200)], default=0
    )
    quiz_pass_percent = IntegerField(
        _l("Bonnes réponses demandées (%)"),
        validators=[InputRequired(), NumberRange(0, 100)],
        default=80,
    )
    quiz_critical_questions = IntegerField(
        _l("Dont questions critiques"), validators=[InputRequired(), NumberRange(0, 200)], default=0
    )
    quiz_pause_hours = IntegerField(
        _l("Pause après un échec (heures)"),
        validators=[InputRequired(), NumberRange(0, 720)],
        default=12,
    )
    professional = BooleanField(_l("Formation professionnelle"))

    def offer(self, trainings: Iterable[Training]) -> None:
        """Set the trainings that may be asked for before this one."""
        self.prerequisites.choices = choices_of(
            {
                f"{training.code}:{level}": _choice(training, level)
                for training in trainings
                for level in training.levels
            }
        )

    def terms(self, code: str) -> TrainingTerms:
        """What was typed; of one prerequisite at two levels the higher one."""
        titles = {language: self[f"title_{language}"].data for language in LANGUAGES}
        asked = sorted(choice.rsplit(":", 1) for choice in self.prerequisites.data or [])
        return TrainingTerms(
            code=code,
            title={language: title for language, title in titles.items() if title},
            aims=self.aims.data or "",
            duration_minutes=self.duration_minutes.data,
            half_days=self.half_days.data,
            places=self.places.data,
            demand_minimum=self.demand_minimum.data,
            price_cents=self.price.data or 0,
            levels=sorted(self.levels.data),
            validity_months=self.validity_months.data,
            lapse_months=self.lapse_months.data,
            attendance_required=self.attendance_required.data,
            checklist=[
                *_typed(self.checklist_level_1.data, SUPERVISED),
                *_typed(self.checklist.data, AUTONOMOUS),
            ],
            quiz_questions=self.quiz_questions.data,
            quiz_pass_percent=self.quiz_pass_percent.data,
            quiz_critical_questions=self.quiz_critical_questions.data,
            quiz_pause_hours=self.quiz_pause_hours.data,
            professional=self.professional.data,
            prerequisites={training: int(level) for training, level in asked},
        )


def _choice(training: Training, level: int) -> str:
    return f"{training.code} {localized(training.title)}, {level_name(level)}"


def _typed(lines: list[str] | None, level: int) -> list[dict[str, Any]]:
    """The points of a list as a training keeps them."""
    return [asdict(typed_item(line, level)) for line in lines or []]


def _shown(training: Training, first: int, last: int) -> list[str]:
    """The points of some levels as they are typed."""
    return [
        f"{item.text} {CRITICAL_MARK}" if item.critical else item.text
        for item in items_of(training)
        if first <= item.level <= last
    ]


def values_of(training: Training) -> dict[str, Any]:
    """A training's terms as data of a `TrainingForm`."""
    plain = (
        "aims",
        "duration_minutes",
        "levels",
        "half_days",
        "places",
        "demand_minimum",
        "validity_months",
        "lapse_months",
        "attendance_required",
        "quiz_questions",
        "quiz_pass_percent",
        "quiz_critical_questions",
        "quiz_pause_hours",
        "professional",
    )
    return {name: getattr(training, name) for name in plain} | {
        **{f"title_{language}": training.title.get(language, "") for language in LANGUAGES},
        "checklist_level_1": _shown(training, SUPERVISED, SUPERVISED),
        "checklist": _shown(training, AUTONOMOUS, MOST_LEVEL),
        "price": training.price_cents,
        "prerequisites": [f"{p.required.code}:{p.level}" for p in training.prerequisites],
    }


class NewTrainingForm(TrainingForm):
    code = StringField(
        _l("Code"),
        description=_l("Court et définitif, comme BOIS-1."),
        filters=[lambda code: code.upper() if code else code],
        validators=[
            DataRequired(),
            Length(max=20),
            Regexp(
                r"^[A-Z0-9]+(-[A-Z0-9]+)*$",
                message=_l("Des lettres sans accent, des chiffres et des tirets."),
            ),
        ],
    )


class EmptyForm(BaseForm):
    """An act that needs no answer."""


class RequestForm(BaseForm):
    """A member asks for his own certification."""

    level = RadioField(_l("Niveau visé"), coerce=int, validators=[InputRequired()])
    evidence = TextAreaField(
        _l("Diplôme ou expérience à reconnaître"),
        description=_l(
            "Facultatif. Un formateur et un gestionnaire peuvent reconnaître une équivalence."
        ),
        validators=[Optional(), Length(max=1000)],
    )

    def offer(self, training: Training) -> None:
        self.level.choices = level_choices(training)
        if self.level.data is None:
            self.level.data = max(training.levels)


class RefresherForm(BaseForm):
    """A member asks to be let to what he was certified for once."""

    level = RadioField(_l("Niveau visé"), coerce=int, validators=[InputRequired()])

    def offer(self, levels: list[int]) -> None:
        """Set the levels that were held once; the highest is chosen unless one is sent."""
        self.level.choices = choices_of({level: LEVEL_MEANINGS[level] for level in levels})
        if self.level.data is None:
            self.level.data = max(levels, default=None)


def level_choices(training: Training) -> list[SelectChoice]:
    """The levels a training leads to, with what each allows."""
    return choices_of({level: LEVEL_MEANINGS[level] for level in training.levels})
