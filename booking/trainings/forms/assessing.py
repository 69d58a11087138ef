"""The form of a practical test."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from booking.trainings.models import Training
from booking.trainings.queries.assessing import items_of
from booking.trainings.rules import ItemResult
from booking.trainings.service.assessing import Practice
from booking.trainings.wording import ITEM_RESULTS
from booking.web.fields import choices_of
from booking.web.forms import BaseForm, SensibleDate


class PracticeForm(BaseForm):
    """When and on what; `practice_form` adds a field for each item."""

    assessed_on = DateField(_l("Évalué le"), validators=[InputRequired(), SensibleDate()])
    part = StringField(
        _l("Pièce réalisée"),
        description=_l("Par exemple : cadre en hêtre, 40 × 60 cm."),
        validators=[DataRequired(), Length(max=200)],
    )
    note = TextAreaField(_l("Remarque"), validators=[Optional(), Length(max=1000)])


def practice_form(training: Training, *, blank: bool = False) -> PracticeForm:
    """The form with `item_1` and so on, in the order of the training's checklist."""
    fields: dict[str, Any] = {
        f"item_{number}": RadioField(
            item.text,
            description=_l("Critique : un échec arrête l’épreuve.") if item.critical else "",
            choices=choices_of(ITEM_RESULTS),
            default=ItemResult.NOT_SEEN,
            validators=[InputRequired()],
        )
        for number, item in enumerate(items_of(training), start=1)
    }
    form: type[PracticeForm] = type("FullPracticeForm", (PracticeForm,), fields)
    return form(formdata=None) if blank else form()


def practice_in(form: PracticeForm, training: Training) -> Practice:
    """What was typed."""
    results = {
        item.text: ItemResult(form[f"item_{number}"].data)
        for number, item in enumerate(items_of(training), start=1)
    }
    return Practice(form.assessed_on.data, form.part.data, results, form.note.data or "")
