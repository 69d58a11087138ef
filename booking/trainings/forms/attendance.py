"""The forms of attendance sheets."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from booking.members.models import Member
from booking.trainings.rules import LONGEST_DRAWING
from booking.web.fields import choices_of
from booking.web.forms import BaseForm, CheckboxesField


class SignForm(BaseForm):
    """A trainee signs in his own account; `reason` is asked when the half-day is past."""

    reason = TextAreaField(
        _l("Pourquoi après coup"),
        description=_l("La feuille d’émargement la garde, avec la mention « après coup »."),
        validators=[Optional(), Length(max=500)],
    )


class CountersignForm(SignForm):
    """The trainer signs for those whom he saw; all who wait are ticked at first."""

    members = CheckboxesField(
        _l("Vous attestez la présence de"),
        validators=[InputRequired(_l("Cochez au moins une personne."))],
    )

    def offer(self, people: Iterable[Member]) -> None:
        """Set who has signed and waits for the trainer."""
        names = {member.code: member.name for member in people}
        self.members.choices = choices_of(names)
        if not self.is_submitted():
            self.members.data = list(names)


class SignHereForm(SignForm):
    """A trainee signs on the trainer's device: by his code, or by hand."""

    pin = PasswordField(
        _l("Code d’émargement"),
        description=_l("Six chiffres, choisis sous « Mon compte »."),
        validators=[Optional(), Regexp(r"^[0-9]{6}$", message=_l("Six chiffres."))],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "maxlength": "6"},
    )
    drawing = HiddenField(validators=[Optional(), Length(max=LONGEST_DRAWING)])


class VoidForm(BaseForm):
    reason = TextAreaField(
        _l("Raison"),
        description=_l("La ligne reste lisible, barrée, avec cette raison."),
        validators=[DataRequired(), Length(min=3, max=500)],
    )
