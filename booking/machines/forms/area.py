"""An area: its name, its place in the lists, and the rules of use of its machines."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from booking.machines.forms.sheet import LANGUAGES, code_field
from booking.machines.forms.use import RulesForm
from booking.machines.models import Area
from booking.web.forms import PlainName


class AreaForm(RulesForm):
    name_fr = StringField(
        _l("Nom en français"), validators=[DataRequired(), Length(max=120), PlainName()]
    )
    name_en = StringField(_l("Nom en anglais"), validators=[Length(max=120), PlainName()])
    name_de = StringField(_l("Nom en allemand"), validators=[Length(max=120), PlainName()])
    position = IntegerField(
        _l("Rang dans les listes"), validators=[InputRequired(), NumberRange(min=0, max=1000)]
    )
    floor_area_m2 = IntegerField(
        _l("Surface (m²)"), validators=[Optional(), NumberRange(min=1, max=100_000)]
    )

    def columns(self) -> dict[str, Any]:
        """What was typed, as columns of the area."""
        names = {language: self[f"name_{language}"].data for language in LANGUAGES}
        return self.own_rules | {
            "name": {language: name for language, name in names.items() if name},
            "position": self.position.data,
            "floor_area_m2": self.floor_area_m2.data,
        }


class NewAreaForm(AreaForm):
    code = code_field(_l("Court et définitif, comme BOIS."))

    def columns(self) -> dict[str, Any]:
        return super().columns() | {"code": self.code.data}


def values_of_area(area: Area) -> dict[str, Any]:
    """An area's columns as data of an `AreaForm`."""
    return area.own_rules | {
        **{f"name_{language}": area.name.get(language, "") for language in LANGUAGES},
        "position": area.position,
        "floor_area_m2": area.floor_area_m2,
        "version": str(area.version),
    }
