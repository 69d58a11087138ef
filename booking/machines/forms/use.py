"""The rules of use of a machine, and what protects its users."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, RadioField, StringField
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from booking.machines.forms.sheet import VersionedForm
from booking.machines.models import Machine, Ppe
from booking.machines.rules import (
    LONGEST_DAYS,
    MINUTES_A_DAY,
    RULE_NAMES,
    OutsideStaffed,
    RiskClass,
)
from booking.machines.wording import OUTSIDE_STAFFED, RISKS
from booking.web.fields import LinesField, choices_of, chosen
from booking.web.filters import localized
from booking.web.forms import BaseForm, CheckboxesField, PlainName
from booking.web.redirects import local_address

MOST_MINUTES = LONGEST_DAYS * MINUTES_A_DAY


class RulesForm(VersionedForm):
    """The rules of use that an area or a machine may set; what is empty follows the wider level."""

    min_minutes = IntegerField(
        _l("Durée minimale (minutes)"),
        validators=[Optional(), NumberRange(min=5, max=MOST_MINUTES)],
    )
    max_minutes = IntegerField(
        _l("Durée maximale (minutes)"),
        validators=[Optional(), NumberRange(min=5, max=MOST_MINUTES)],
    )
    buffer_minutes = IntegerField(
        _l("Battement de nettoyage (minutes)"),
        validators=[Optional(), NumberRange(min=0, max=MINUTES_A_DAY)],
    )
    slot_step_minutes = IntegerField(
        _l("Pas de la grille (minutes)"),
        validators=[Optional(), NumberRange(min=5, max=240)],
    )
    lead_minutes = IntegerField(
        _l("Délai avant le début (minutes)"),
        validators=[Optional(), NumberRange(min=0, max=30 * MINUTES_A_DAY)],
    )
    horizon_days = IntegerField(
        _l("Horizon de réservation (jours)"),
        validators=[Optional(), NumberRange(min=1, max=730)],
    )
    future_hours = IntegerField(
        _l("Heures à venir par personne et machine"),
        validators=[Optional(), NumberRange(min=1, max=10_000)],
    )
    quota_minutes_per_day = IntegerField(
        _l("Quota par personne et par jour (minutes)"),
        validators=[Optional(), NumberRange(min=5, max=MINUTES_A_DAY)],
    )

    @property
    def own_rules(self) -> dict[str, int | None]:
        """What was typed, by the names of the rules."""
        return {name: self[name].data for name in RULE_NAMES}


class UseForm(RulesForm):
    """The rules of use of a machine."""

    outside_staffed = RadioField(
        _l("Hors des horaires accompagnés"),
        choices=choices_of(OUTSIDE_STAFFED),
        validators=[InputRequired()],
    )
    alone_forbidden = BooleanField(_l("Interdite à une personne seule"))
    needs_approval = BooleanField(
        _l("Se demande : un gestionnaire approuve chaque réservation"),
        description=_l("Une demande ne tient aucun créneau. Les réservations déjà faites restent."),
    )

    def columns(self) -> dict[str, Any]:
        """What was typed, as columns of the machine."""
        return self.own_rules | {
            "alone_forbidden": self.alone_forbidden.data,
            "needs_approval": self.needs_approval.data,
            "outside_staffed": OutsideStaffed(self.outside_staffed.data),
        }


def values_of_use(machine: Machine) -> dict[str, Any]:
    """A machine's columns as data of a `UseForm`."""
    return machine.own_rules | {
        "alone_forbidden": machine.alone_forbidden,
        "needs_approval": machine.needs_approval,
        "outside_staffed": machine.outside_staffed.value,
        "version": str(machine.version),
    }


class ConditionsField(LinesField):
    """Materials allowed on a condition, `material : condition` on each line."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "\n".join(f"{row['material']} : {row['condition']}" for row in self.data or [])

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        rows = [line.partition(":") for line in self.data]
        self.data = [
            {"material": material.strip(), "condition": condition.strip()}
            for material, _colon, condition in rows
        ]
        if any(not row["material"] or not row["condition"] for row in self.data):
            raise ValueError(_("Écrivez « matériau : condition » sur chaque ligne."))


class SafetyForm(VersionedForm):
    risk_class = RadioField(
        _l("Classe de risque"),
        choices=choices_of(RISKS),
        validators=[InputRequired()],
    )
    ppe = CheckboxesField(_l("Équipements de protection"))
    forbidden_materials = LinesField(_l("Matériaux interdits"), description=_l("Un par ligne."))
    conditional_materials = ConditionsField(
        _l("Matériaux sous condition"),
        description=_l("Un par ligne, comme « MDF : uniquement avec l’extraction en marche »."),
    )

    def offer(self, ppe: Iterable[Ppe]) -> None:
        """Fill the list to choose from."""
        self.ppe.choices = choices_of({piece.code: localized(piece.name) for piece in ppe})

    def columns(self) -> dict[str, Any]:
        """What was typed, as columns of the machine."""
        return {
            "risk_class": RiskClass(self.risk_class.data),
            "ppe_codes": chosen(self.ppe),
            "forbidden_materials": self.forbidden_materials.data,
            "conditional_materials": self.conditional_materials.data,
        }


def values_of_safety(machine: Machine) -> dict[str, Any]:
    """A machine's columns as data of a `SafetyForm`."""
    return {
        "risk_class": machine.risk_class.value,
        "ppe": machine.ppe_codes,
        "forbidden_materials": machine.forbidden_materials,
        "conditional_materials": machine.conditional_materials,
        "version": str(machine.version),
    }


class DocumentForm(BaseForm):
    title = StringField(_l("Titre"), validators=[DataRequired(), Length(max=200), PlainName()])
    url = StringField(
        _l("Adresse"),
        description=_l(
            "Une adresse en https:// ou une page de ce site ; vide s’il est à l’atelier."
        ),
        validators=[Length(max=500)],
    )

    def validate_url(self, field: StringField) -> None:
        address = field.data or ""
        if address and not is_safe_address(address):
            raise ValidationError(_("L’adresse commence par https:// ou par une barre /."))


def is_safe_address(address: str) -> bool:
    """Whether a link may lead there: an `https` address, or a path of this site."""
    if local_address(address):
        return True
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname)
