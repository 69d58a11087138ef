"""What a machine is, who looks after it, and what it costs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import (
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

from booking.machines.models import Area, Machine, PriceUnit
from booking.machines.rules import MOST_UNITS, RiskClass
from booking.machines.wording import CATEGORIES, RISKS
from booking.members.models import Member
from booking.site.models import Sector
from booking.web.fields import CentsField, choices_of, chosen
from booking.web.filters import localized
from booking.web.forms import BaseForm, CheckboxesField, PlainName

PRICE_UNITS = {PriceUnit.TIME: _l("À la durée"), PriceUnit.FIRING: _l("Par cuisson")}
LANGUAGES = ("fr", "en", "de")


def code_field(description: LazyString) -> StringField:
    """The code of something new, which it keeps for good."""
    return StringField(
        _l("Code"),
        description=description,
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


class VersionedForm(BaseForm):
    """A form that knows which version of the machine or the area it was filled from."""

    version = HiddenField()

    @property
    def seen_version(self) -> int:
        """The version the form was filled from; 0, which no machine has, when it was tampered."""
        text = str((self.version.raw_data or [""])[0])
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class SheetForm(VersionedForm):
    name_fr = StringField(
        _l("Nom en français"), validators=[DataRequired(), Length(max=120), PlainName()]
    )
    name_en = StringField(_l("Nom en anglais"), validators=[Length(max=120), PlainName()])
    name_de = StringField(_l("Nom en allemand"), validators=[Length(max=120), PlainName()])
    model_family = StringField(_l("Marque et modèle"), validators=[Length(max=120), PlainName()])
    area = SelectField(_l("Atelier"), coerce=int)
    category = SelectField(_l("Catégorie"))
    sectors = CheckboxesField(_l("Filières"))
    referent = SelectField(_l("Référent machine"))
    description = TextAreaField(_l("Description"), validators=[Length(max=2000)])
    price_unit = RadioField(
        _l("Ce qui se paie"),
        choices=choices_of(PRICE_UNITS),
        default=PriceUnit.TIME.value,
    )
    price_hour = CentsField(_l("Heure"))
    price_half_day = CentsField(_l("Demi-journée"))
    price_day = CentsField(_l("Journée"))
    price_bisque = CentsField(_l("Cuisson biscuit"))
    price_stoneware = CentsField(_l("Cuisson grès"))
    deposit = CentsField(_l("Caution"))
    power_watts = IntegerField(
        _l("Puissance (watts)"), validators=[Optional(), NumberRange(min=0, max=1_000_000)]
    )

    def offer(
        self, areas: Iterable[Area], sectors: Iterable[Sector], referents: Iterable[Member]
    ) -> None:
        """Fill the lists to choose from."""
        self.area.choices = choices_of({area.id: localized(area.name) for area in areas})
        self.sectors.choices = choices_of({s.code: localized(s.name) for s in sectors})
        people = {member.code: member.name for member in referents}
        self.referent.choices = choices_of({"": _l("Aucun référent"), **people})
        known = dict(CATEGORIES)
        own = self.category.object_data
        if own and own not in known:
            known[own] = own
        by_word = sorted(known.items(), key=lambda category: str(category[1]))
        self.category.choices = choices_of(dict(by_word))

    def columns(self, referents: Iterable[Member]) -> dict[str, Any]:
        """What was typed, as columns of the machine."""
        names = {language: self[f"name_{language}"].data for language in LANGUAGES}
        return {
            "name": {language: name for language, name in names.items() if name},
            "model_family": self.model_family.data or "",
            "area_id": self.area.data,
            "category": self.category.data,
            "sector_codes": chosen(self.sectors),
            "referent_id": next((m.id for m in referents if m.code == self.referent.data), None),
            "description": self.description.data or "",
            "price_unit": PriceUnit(self.price_unit.data),
            "price_hour_cents": self.price_hour.data or 0,
            "price_half_day_cents": self.price_half_day.data or 0,
            "price_day_cents": self.price_day.data or 0,
            "price_bisque_cents": self.price_bisque.data,
            "price_stoneware_cents": self.price_stoneware.data,
            "deposit_cents": self.deposit.data or 0,
            "power_watts": self.power_watts.data or 0,
        }


def values_of(machine: Machine) -> dict[str, Any]:
    """A machine's columns as data of a `SheetForm`."""
    return {
        **{f"name_{language}": machine.name.get(language, "") for language in LANGUAGES},
        "version": str(machine.version),
        "model_family": machine.model_family,
        "area": machine.area_id,
        "category": machine.category,
        "sectors": machine.sector_codes,
        "referent": machine.referent.code if machine.referent else "",
        "description": machine.description,
        "price_unit": machine.price_unit.value,
        "price_hour": machine.price_hour_cents,
        "price_half_day": machine.price_half_day_cents,
        "price_day": machine.price_day_cents,
        "price_bisque": machine.price_bisque_cents,
        "price_stoneware": machine.price_stoneware_cents,
        "deposit": machine.deposit_cents,
        "power_watts": machine.power_watts,
    }


class NewMachineForm(SheetForm):
    """The sheet of a machine to come, with what is asked only once."""

    code = code_field(_l("Court et définitif, comme M19 : il figure sur la plaque."))
    risk_class = RadioField(
        _l("Classe de risque"),
        choices=choices_of(RISKS),
        validators=[InputRequired()],
    )
    units = IntegerField(
        _l("Nombre de postes"),
        description=_l("Un seul pour une machine ordinaire, plusieurs pour un lot identique."),
        default=1,
        validators=[InputRequired(), NumberRange(min=1, max=MOST_UNITS)],
    )

    def columns(self, referents: Iterable[Member]) -> dict[str, Any]:
        return super().columns(referents) | {
            "code": self.code.data,
            "risk_class": RiskClass(self.risk_class.data),
        }
