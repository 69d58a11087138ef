"""The forms of certifications and of what waits for a manager."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from booking.trainings.forms import level_choices
from booking.trainings.models import Certification, Training
from booking.trainings.queries import items_of
from booking.trainings.rules import ItemResult, ShownName
from booking.trainings.service.certifying import Assessment, Correction
from booking.trainings.wording import LEVEL_MEANINGS, SHOWN_NAMES, level_name
from booking.web.fields import choices_of
from booking.web.forms import BaseForm, CheckboxesField, FilterForm, SensibleDate


class ApproveForm(BaseForm):
    """`waiver` is asked where a prerequisite does not hold."""

    waiver = TextAreaField(
        _l("Pourquoi déroger au prérequis"), validators=[Optional(), Length(max=500)]
    )


class EvidenceForm(BaseForm):
    file = FileField(
        _l("Fichier"),
        description=_l("PDF, ou image JPEG, PNG ou WebP, de 5 Mo au plus."),
        validators=[FileRequired(_l("Choisissez un fichier."))],
    )


class ApproveSeveralForm(BaseForm):
    """`chosen`: the id and the version of each proposal, as its box was shown: `12-3`."""

    chosen = CheckboxesField(_l("Habilitations à valider ensemble"), validate_choice=False)

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if not self.seen:
            self.form_errors = [_("Cochez au moins une proposition.")]
        return bool(self.seen)

    @property
    def seen(self) -> dict[int, int | None]:
        """The version of each chosen proposal, by id; what no box has said is left out."""
        marks = [MARK.fullmatch(mark) for mark in self.chosen.data or ()]
        return {int(m["number"]): int(m["version"]) for m in marks[:MOST_AT_ONCE] if m}


MOST_AT_ONCE = 100
MARK = re.compile(r"(?P<number>\d{1,9})-(?P<version>\d{1,9})")


class ReasonForm(BaseForm):
    reason = TextAreaField(
        _l("Raison"),
        description=_l("La personne la lit, le journal la garde."),
        validators=[DataRequired(), Length(min=3, max=500)],
    )


class AppointForm(BaseForm):
    """`reason` is asked where a condition does not hold."""

    reason = TextAreaField(
        _l("Pourquoi déroger aux conditions"), validators=[Optional(), Length(max=500)]
    )


class SuspendForm(ReasonForm):
    ends_when = StringField(
        _l("Ce qui y mettra fin"),
        description=_l("Par exemple : remise à niveau BOIS-1."),
        validators=[Optional(), Length(max=200)],
    )


class CorrectionForm(ReasonForm):
    """What an approval should have said."""

    level = RadioField(_l("Niveau"), coerce=int, validators=[InputRequired()])
    approved_on = DateField(_l("Valable à partir du"), validators=[InputRequired(), SensibleDate()])
    valid_until = DateField(_l("Valable jusqu’au"), validators=[InputRequired(), SensibleDate()])

    def offer(self, certification: Certification) -> None:
        levels = sorted({*certification.training.levels, certification.level})
        self.level.choices = choices_of({level: LEVEL_MEANINGS[level] for level in levels})

    @property
    def correction(self) -> Correction:
        return Correction(
            level=self.level.data,
            approved_on=self.approved_on.data,
            valid_until=self.valid_until.data,
            reason=self.reason.data or "",
        )


class ProposalForm(BaseForm):
    """What a trainer says of a trainee."""

    level = RadioField(_l("Niveau proposé"), coerce=int, validators=[InputRequired()])
    assessed_on = DateField(_l("Évalué le"), validators=[InputRequired(), SensibleDate()])
    done = CheckboxesField(_l("Épreuve pratique : points réussis"))
    note = TextAreaField(_l("Note pour le gestionnaire"), validators=[Optional(), Length(max=1000)])
    evidence = TextAreaField(
        _l("Équivalence : pièce vérifiée"),
        description=_l(
            "Seulement pour un diplôme ou une expérience reconnus à la place de l’épreuve pratique."
        ),
        validators=[Optional(), Length(max=1000)],
    )

    def offer(self, training: Training) -> None:
        self.level.choices = level_choices(training)
        self.done.choices = choices_of({item.text: item.text for item in items_of(training)})

    def prefill(self, asked: Certification | None) -> None:
        """Start from what the trainee has asked for."""
        if asked is not None:
            self.level.data = asked.level
            self.evidence.data = asked.evidence

    def tick(self, results: Mapping[str, ItemResult]) -> None:
        """Tick what was passed in practical tests."""
        passed = [text for text, result in results.items() if result is ItemResult.PASSED]
        self.done.data = passed

    @property
    def assessment(self) -> Assessment:
        return Assessment(
            level=self.level.data,
            assessed_on=self.assessed_on.data,
            note=self.note.data or "",
            done=tuple(self.done.data or ()),
            evidence=self.evidence.data or "",
        )


class ProofForm(FilterForm):
    """The question "was this person certified at this level on that day?"."""

    on = DateField(_l("Le"), validators=[InputRequired(), SensibleDate()])
    level = SelectField(_l("Au niveau"), coerce=int)

    known_on = DateField(
        _l("Tel qu’on le croyait le"),
        description=_l("Vide : avec les corrections d’aujourd’hui."),
        validators=[Optional(), SensibleDate()],
    )

    def offer(self, levels: list[int]) -> None:
        self.level.choices = choices_of({level: level_name(level) for level in levels})


class ShownNameForm(BaseForm):
    """How much of the holder's name a check of the paper tells."""

    shown_name = RadioField(
        _l("Votre nom s’y lit"), default=ShownName.NOTHING, validators=[InputRequired()]
    )

    def __init__(self, *arguments: Any, **values: Any) -> None:
        super().__init__(*arguments, **values)
        self.shown_name.choices = choices_of(SHOWN_NAMES)

    @property
    def chosen(self) -> ShownName:
        return ShownName(self.shown_name.data)


class DayForm(FilterForm):
    """The question "what did this person hold on that day?"."""

    on = DateField(_l("Le"), validators=[InputRequired(), SensibleDate()])
    known_on = DateField(
        _l("Tel qu’on le croyait le"),
        description=_l("Vide : avec les corrections d’aujourd’hui."),
        validators=[Optional(), SensibleDate()],
    )


def with_own_ids(form: BaseForm, mark: str) -> None:
    """Give the fields ids of their own, for pages that hold several forms of a kind."""
    for field in form:
        field.id = f"{field.name}-{mark}"
        field.label.field_id = field.id
