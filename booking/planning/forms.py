"""The forms of calendar addresses and of controllers."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from booking.machines.models import Area, Machine
from booking.web.fields import choices_of
from booking.web.filters import localized
from booking.web.forms import BaseForm, PlainName

OWN = "own"


class FeedForm(BaseForm):
    """What a new address shows: `own`, or the kind and the code of a place."""

    subject = SelectField(_l("Que montrer ?"))

    def offer(self, areas: Iterable[Area], machines: Iterable[Machine]) -> None:
        self.subject.choices = {
            _("Vous"): [(OWN, _("Vos réservations et vos formations"))],
            _("Un atelier, sans noms"): [
                (f"area:{area.code}", localized(area.name)) for area in areas
            ],
            _("Une machine, sans noms"): [
                (f"machine:{machine.code}", f"{machine.code} {localized(machine.name)}")
                for machine in machines
            ],
        }

    @property
    def area_code(self) -> str | None:
        return self._code_of("area")

    @property
    def machine_code(self) -> str | None:
        return self._code_of("machine")

    def _code_of(self, kind: str) -> str | None:
        asked, _separator, code = str(self.subject.data).partition(":")
        return code if asked == kind else None


class ControllerForm(BaseForm):
    """A door or a machine that reads badges."""

    name = StringField(
        _l("Nom"),
        description=_l("Par exemple : porte de l’atelier bois."),
        validators=[InputRequired(), Length(max=80), PlainName()],
    )
    area = SelectField(_l("Atelier"))

    def offer(self, areas: Iterable[Area]) -> None:
        named = {area.code: localized(area.name) for area in areas}
        self.area.choices = choices_of({"": _("Tout le lieu")} | named)


class FeedActForm(BaseForm):
    """A button about one address."""
