"""The forms of organisations and subscriptions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from stdnum.eu import vat
from stdnum.fr import siren, siret
from wtforms import DateField, Field, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import HiddenInput

from booking.members.models import Member, Plan, Subscription
from booking.members.service.organisations import OrganisationDetails, SubscriptionDetails
from booking.members.wording import LEGAL_FORMS, VAT_REGIMES
from booking.site.models import Sector
from booking.web.fields import choices_of
from booking.web.filters import localized
from booking.web.forms import BaseForm, CheckboxesField, FilterForm, PlainName, SensibleDate

COUNTRIES = (
    "FR", "DE", "LU", "BE", "AT", "BG", "CY", "CZ", "DK", "EE", "ES", "FI", "GR", "HR", "HU",
    "IE", "IT", "LT", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "CH", "GB",
)  # fmt: skip
"""Where members come from: France and its neighbours first, then the rest of the Union."""

VAT_PREFIXES = {"GR": "EL"}
EARLIEST_YEAR = 1700
LARGEST_HEADCOUNT = 100_000


class OrganisationFilterForm(FilterForm):
    words = StringField(_l("Rechercher"), validators=[Length(max=80)])


class OrganisationForm(BaseForm):
    """An organisation's record. The choices of sectors are set by `offer`."""

    version = IntegerField(widget=HiddenInput(), default=0, validators=[InputRequired()])
    name = StringField(_l("Nom"), validators=[InputRequired(), Length(min=2, max=160), PlainName()])
    legal_form = SelectField(_l("Forme juridique"), choices=choices_of(LEGAL_FORMS))
    country = SelectField(_l("Pays"), default="FR")
    siren = StringField(
        _l("SIREN"),
        description=_l("Neuf chiffres ; un SIRET convient aussi, ses neuf premiers sont gardés."),
        validators=[Length(max=20)],
    )
    vat_id = StringField(
        _l("Numéro de TVA intracommunautaire"),
        description=_l("Avec les deux lettres du pays, par exemple FR ou DE."),
        validators=[Length(max=20)],
    )
    vat_regime = SelectField(_l("Régime de TVA"), choices=choices_of(VAT_REGIMES))
    sector_code = SelectField(_l("Filière"), default="")
    town = StringField(_l("Commune"), validators=[Length(max=80), PlainName()])
    founded_on = DateField(_l("Créée le"), validators=[Optional()])
    headcount = IntegerField(
        _l("Effectif"),
        validators=[Optional(), NumberRange(min=0, max=LARGEST_HEADCOUNT)],
    )

    def offer(self, sectors: Iterable[Sector]) -> None:
        territories = get_locale().territories
        self.country.choices = choices_of({code: territories[code] for code in COUNTRIES})
        self.sector_code.choices = choices_of(
            {"": _("Non précisée")} | {sector.code: localized(sector.name) for sector in sectors}
        )

    def validate_siren(self, field: Field) -> None:
        """SIREN and SIRET carry a Luhn check digit (INSEE)."""
        number = siren.compact(field.data or "")
        plausible = siren.is_valid(number) or siret.is_valid(number)
        if number and number != field.object_data and not plausible:
            raise ValidationError(_("Ce numéro n’est pas un SIREN : vérifiez chaque chiffre."))
        field.data = number[:9]

    def validate_vat_id(self, field: Field) -> None:
        number = (field.data or "").replace(" ", "").replace(".", "").upper()
        field.data = number
        if not number or number == field.object_data:
            return
        prefix = VAT_PREFIXES.get(self.country.data, self.country.data)
        if not number.startswith(prefix):
            raise ValidationError(_("Ce numéro ne commence pas par les lettres du pays choisi."))
        if not vat.is_valid(number):
            raise ValidationError(_("Ce numéro de TVA n’est pas valable : vérifiez-le."))

    def validate_founded_on(self, field: Field) -> None:
        if field.data and not EARLIEST_YEAR <= field.data.year <= 2100:
            raise ValidationError(_("Cette date n’est pas plausible."))

    def details(self) -> OrganisationDetails:
        return OrganisationDetails(
            name=self.name.data,
            legal_form=self.legal_form.data,
            siren=self.siren.data or None,
            vat_id=self.vat_id.data or None,
            vat_regime=self.vat_regime.data,
            sector_code=self.sector_code.data or None,
            town=self.town.data or "",
            country=self.country.data,
            founded_on=self.founded_on.data,
            headcount=self.headcount.data,
        )


class SubscriptionForm(BaseForm):
    """What is subscribed to, from when to when, and who uses it."""

    plan = SelectField(_l("Formule"))
    starts_on = DateField(_l("Du"), validators=[InputRequired(), SensibleDate()])
    ends_on = DateField(
        _l("Jusqu’au"),
        description=_l("Dernier jour compris. Laissez vide si elle se renouvelle chaque mois."),
        validators=[Optional(), SensibleDate()],
    )
    covers = CheckboxesField(_l("Utilisée par"))

    def offer(self, plans: Sequence[Plan], people: Sequence[Member]) -> None:
        self.plan.choices = choices_of({plan.code: localized(plan.name) for plan in plans})
        self.covers.choices = choices_of({member.code: member.name for member in people})
        self._plans = {plan.code: plan for plan in plans}
        self._people = {member.code: member for member in people}

    def show(self, subscription: Subscription) -> None:
        """Fill in what is on record."""
        self.process(
            data={
                "plan": subscription.plan.code,
                "starts_on": subscription.starts_on,
                "ends_on": subscription.ends_on,
                "covers": [cover.member.code for cover in subscription.covers],
            }
        )

    def validate_ends_on(self, field: Field) -> None:
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_("La fin précède le début."))

    def details(self) -> SubscriptionDetails:
        return SubscriptionDetails(
            plan=self._plans[self.plan.data],
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            covered=[self._people[code] for code in self.covers.data],
        )
