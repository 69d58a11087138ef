"""The forms of stops, states, units, requirements and closures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from booking.machines.forms.area import AreaForm
from booking.machines.forms.sheet import SheetForm
from booking.machines.forms.use import SafetyForm, UseForm
from booking.machines.rules import MachineState, OutageKind, RequirementFact
from booking.machines.wording import LEVELS, OUTAGES
from booking.openings.forms import ClosureForm, HoursForm, end_of
from booking.quotas.forms import PriorityForm, QuotaForm, WeeklyForm
from booking.reservations.models import Reservation
from booking.site.forms import SiteForm
from booking.trainings.forms import TrainingForm
from booking.trainings.models import Training
from booking.upkeep.rules import Choice
from booking.upkeep.service.concerned import Answer
from booking.upkeep.service.rules import Decision
from booking.web.fields import choices_of
from booking.web.filters import localized
from booking.web.forms import BaseForm, SensibleDate

CHOICES = {
    Choice.CANCEL: _l(
        "Annulées sans frais ; chaque personne reçoit un message pour réserver de nouveau"
    ),
    Choice.KEEP: _l("Gardées ; chaque personne est prévenue qu’elles sont incertaines"),
}
STATES = {
    MachineState.IN_SERVICE: _l("En service"),
    MachineState.RESTRICTED: _l("Usage accompagné seulement"),
    MachineState.RETIRED: _l("Retirée : elle ne se réserve plus"),
}
SEEN = re.compile(r"\b\d{1,10}\b", re.ASCII)


class AnswerForm(BaseForm):
    """A form that asks what becomes of the reservations shown with it."""

    reservations = RadioField(
        _l("Ce que deviennent ces réservations"),
        choices=choices_of(CHOICES),
        validate_choice=False,
    )
    seen = HiddenField()

    def show(self, concerned: Iterable[Reservation]) -> None:
        """Note which reservations the reader is shown."""
        self.show_numbers(reservation.id for reservation in concerned)

    def show_numbers(self, numbers: Iterable[int]) -> None:
        """The same, by their ids."""
        self.seen.data = " ".join(map(str, numbers))

    @property
    def answer(self) -> Answer:
        """What was decided, and in view of what."""
        return Answer(Choice(self.reservations.data or Choice.KEEP), self._seen())

    def _seen(self) -> set[int]:
        return {int(number) for number in SEEN.findall(self.seen.data or "")}

    def validate_reservations(self, field: RadioField) -> None:
        offered = [value for value, *_others in field.choices]
        if self._seen() and field.data not in offered:
            raise ValidationError(_("Choisissez ce que deviennent les réservations."))


class ReturnForm(AnswerForm):
    """When a machine is expected back, in wall time; empty when nobody knows."""

    returns_on = DateField(
        _l("Retour prévu le"),
        description=_l("Vide si la date n’est pas connue."),
        validators=[Optional(), SensibleDate()],
    )
    returns_time = TimeField(
        _l("à"), description=_l("Vide : à la fin de ce jour."), validators=[Optional()]
    )

    def validate_returns_time(self, field: TimeField) -> None:
        if self.returns_on.data is None:
            raise ValidationError(_("Indiquez aussi le jour."))
        end_of(self.returns_on.data, field.data)

    @property
    def expected_end_at(self) -> datetime | None:
        day = self.returns_on.data
        return end_of(day, self.returns_time.data) if day else None


class StopForm(ReturnForm):
    kind = RadioField(
        _l("Ce qui se passe"),
        choices=choices_of(OUTAGES),
        default=OutageKind.DOWN.value,
    )
    reason = StringField(
        _l("Motif"),
        description=_l("Il est public : écrivez ce qui manque, sans nommer personne."),
        validators=[DataRequired(), Length(max=300)],
    )


class ReleaseForm(BaseForm):
    note = TextAreaField(
        _l("Qui a contrôlé quoi"),
        description=_l("Par exemple : Jean Weber, arrêt d’urgence et carter, essai à vide."),
        validators=[Length(max=1000)],
    )


class StateForm(AnswerForm):
    state = RadioField(
        _l("État"),
        choices=choices_of(STATES),
        validators=[InputRequired()],
    )
    reason = StringField(_l("Motif"), validators=[DataRequired(), Length(max=300)])


class RequirementForm(BaseForm):
    training = SelectField(_l("Formation"))
    supervised_level = RadioField(
        _l("Niveau pour l’usage accompagné"),
        choices=choices_of(LEVELS),
        coerce=int,
        default=1,
    )
    autonomous_level = RadioField(
        _l("Niveau pour l’usage autonome"),
        choices=choices_of(LEVELS),
        coerce=int,
        default=2,
    )

    def offer(self, trainings: Iterable[Training]) -> None:
        """Fill the list to choose from."""
        self.training.choices = choices_of(
            {
                training.code: f"{training.code} – {localized(training.title)}"
                for training in trainings
            }
        )

    def validate_autonomous_level(self, field: RadioField) -> None:
        if field.data < (self.supervised_level.data or 0):
            raise ValidationError(_("L’usage autonome demande au moins le niveau accompagné."))

    @property
    def asked(self) -> RequirementFact:
        return RequirementFact(
            self.training.data, self.supervised_level.data, self.autonomous_level.data
        )


class DropRequirementForm(BaseForm):
    reason = StringField(
        _l("Pourquoi cette formation n’est plus demandée"),
        validators=[DataRequired(), Length(max=300)],
    )


class AnsweredClosureForm(ClosureForm, AnswerForm):
    """A closure with what becomes of the reservations it stands upon."""


RULES_CHOICES = {
    Choice.KEEP: _l("Gardées ; chaque personne est prévenue que les règles ont changé"),
    Choice.KEEP_SILENTLY: _l("Gardées, sans prévenir"),
    Choice.CANCEL: _l(
        "Annulées sans frais ; chaque personne reçoit un message pour réserver de nouveau"
    ),
}
SHOWN = ("reservations", "because", "seen")
"""What is asked on the page that shows the reservations concerned."""


class RulesAnswerForm(AnswerForm):
    """A form that changes rules, and asks what becomes of what they would now refuse."""

    reservations = RadioField(
        _l("Ce que deviennent ces réservations"),
        choices=choices_of(RULES_CHOICES),
        validate_choice=False,
    )
    because = StringField(
        _l("Raison"),
        description=_l("Les personnes la lisent dans leur message."),
        default=lambda: _("Les règles d’usage ont changé."),
        validators=[Length(max=300)],
    )

    @property
    def decision(self) -> Decision:
        return Decision(self.answer, self.because.data or _("Les règles d’usage ont changé."))

    @property
    def is_filled(self) -> bool:
        """Whether the rules themselves are whole, whatever is decided about reservations."""
        self.validate()
        return not self.errors.keys() - set(SHOWN)


class AnsweredUseForm(UseForm, RulesAnswerForm):
    """The rules of use of a machine."""


class AnsweredSheetForm(SheetForm, RulesAnswerForm):
    """The sheet of a machine: another area may have other hours and rules."""


class AnsweredSafetyForm(SafetyForm, RulesAnswerForm):
    """What is dangerous about a machine."""


class AnsweredHoursForm(HoursForm, RulesAnswerForm):
    """Weekly hours."""


class AnsweredTrainingForm(TrainingForm, RulesAnswerForm):
    """A training, and what it asks before it."""


class AnsweredAreaForm(AreaForm, RulesAnswerForm):
    """An area with the rules of its machines."""


class AnsweredSiteForm(SiteForm, RulesAnswerForm):
    """The settings of the place."""

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values().items() if name not in SHOWN}


class AnsweredRequirementForm(RequirementForm, RulesAnswerForm):
    """A training that a machine asks for."""


class AnsweredQuotaForm(QuotaForm, RulesAnswerForm):
    """A quota."""


class AnsweredPeakForm(WeeklyForm, RulesAnswerForm):
    """Peak hours."""


class AnsweredPriorityForm(PriorityForm, RulesAnswerForm):
    """Hours that some plans have first."""
