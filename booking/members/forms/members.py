"""The forms of a member's record, papers and account."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    Field,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    Email,
    InputRequired,
    Length,
    Optional,
    Regexp,
    StopValidation,
    ValidationError,
)
from wtforms.widgets import HiddenInput

from booking.members.models import Member, Organisation, Role
from booking.members.rules import AccountState, PaperKind
from booking.members.service.accounts import MemberDetails
from booking.members.wording import PAPERS, REMINDERS, ROLES, STATES
from booking.web.fields import choices_of
from booking.web.forms import BaseForm, CheckboxesField, FilterForm, PlainName, SensibleDate
from booking.web.locale import LANGUAGES

OLDEST_BIRTH_YEAR = 1900


class MemberFilterForm(FilterForm):
    words = StringField(_l("Rechercher"), validators=[Length(max=80)])
    state = SelectField(_l("État"), choices=choices_of({"": _l("Tous"), **STATES}), default="")
    role = SelectField(_l("Rôle"), choices=choices_of({"": _l("Tous"), **ROLES}), default="")
    organisation = SelectField(_l("Structure"), default="")

    def offer(self, organisations: Iterable[Organisation]) -> None:
        self.organisation.choices = choices_of(
            {"": _("Toutes")} | {o.code: o.name for o in organisations}
        )

    def chosen(self) -> dict[str, Any]:
        """The arguments of `search_members`."""
        return {
            "words": self.words.data or "",
            "state": AccountState(self.state.data) if self.state.data else None,
            "role": Role(self.role.data) if self.role.data else None,
            "organisation": self.organisation.data or "",
        }


class MemberForm(BaseForm):
    """A person's record. The choices of organisations and roles are set by `offer`."""

    version = IntegerField(widget=HiddenInput(), default=0, validators=[InputRequired()])
    name = StringField(_l("Nom"), validators=[InputRequired(), Length(min=2, max=120), PlainName()])
    email = EmailField(
        _l("Adresse électronique"),
        validators=[
            InputRequired(),
            Length(max=200),
            Email(_l("Cette adresse n’est pas valable."), allow_smtputf8=False),
        ],
    )
    language = SelectField(_l("Langue"), choices=choices_of(LANGUAGES), default="fr")
    roles = CheckboxesField(_l("Rôles"), validators=[InputRequired(_l("Choisissez un rôle."))])
    organisation = SelectField(_l("Structure"), default="")
    trade = StringField(_l("Métier"), validators=[Length(max=120), PlainName()])
    town = StringField(_l("Commune"), validators=[Length(max=80), PlainName()])
    born_on = DateField(
        _l("Date de naissance"),
        description=_l("Demandée aux mineurs seulement."),
        validators=[Optional()],
    )
    joined_on = DateField(_l("Membre depuis le"), validators=[Optional(), SensibleDate()])
    badge = StringField(
        _l("Badge"),
        description=_l("Le numéro que lisent les portes et les machines, comme 04A1B2C3."),
        validators=[
            Optional(),
            Length(max=32),
            Regexp(
                r"^[0-9A-Za-z:-]+$",
                message=_l("Un badge se note en chiffres et en lettres, sans espace."),
            ),
        ],
    )

    def offer(
        self, organisations: Iterable[Organisation], *, may_make_admins: bool, latest: date
    ) -> None:
        """The choices, and the last day a person can have been born on."""
        self.latest_birth = latest
        self.organisation.choices = choices_of(
            {"": _("Aucune")} | {o.code: o.name for o in organisations}
        )
        self.roles.choices = choices_of(
            {
                role: name
                for role, name in ROLES.items()
                if may_make_admins or role is not Role.ADMIN
            }
        )

    def show(self, member: Member) -> None:
        """Fill in what is on record."""
        self.process(
            data={
                "version": member.version,
                "name": member.name,
                "email": member.email,
                "language": member.language,
                "roles": sorted(member.roles),
                "organisation": member.organisation.code if member.organisation else "",
                "trade": member.trade,
                "town": member.town,
                "born_on": member.born_on,
                "joined_on": member.joined_on,
                "badge": member.badge,
            }
        )

    def validate_born_on(self, field: Field) -> None:
        earliest = date(OLDEST_BIRTH_YEAR, 1, 1)
        if field.data and not earliest <= field.data <= self.latest_birth:
            raise ValidationError(_("Cette date de naissance n’est pas plausible."))

    def validate_roles(self, field: Field) -> None:
        if Role.ORGANISATION_ADMIN in field.data and not self.organisation.data:
            raise ValidationError(_("Un responsable de structure a besoin d’une structure."))

    def details(self, organisations: Iterable[Organisation]) -> MemberDetails:
        chosen = {o.code: o for o in organisations}.get(self.organisation.data)
        return MemberDetails(
            name=self.name.data,
            email=self.email.data,
            language=self.language.data,
            trade=self.trade.data or "",
            town=self.town.data or "",
            organisation=chosen,
            born_on=self.born_on.data,
            joined_on=self.joined_on.data,
            roles=frozenset(Role(code) for code in self.roles.data),
            badge=(self.badge.data or "").upper() or None,
        )


class EndsUnlessPermission:
    """Of all papers only a parental permission may be without an end."""

    def __call__(self, form: BaseForm, field: Field) -> None:
        if form.kind.data != PaperKind.PARENTAL_PERMISSION and not any(field.raw_data or ()):
            field.errors = []
            raise StopValidation(_("Cette pièce a une date de fin : indiquez-la."))


class PaperForm(BaseForm):
    """A document handed in, or the correction of one."""

    kind = SelectField(_l("Pièce"), choices=choices_of(PAPERS))
    valid_until = DateField(
        _l("Valable jusqu’au"),
        description=_l("Dernier jour compris. Laissez vide pour une autorisation sans fin."),
        validators=[EndsUnlessPermission(), Optional(), SensibleDate()],
    )
    note = StringField(
        _l("Remarque"),
        description=_l("Par exemple l’assureur et le numéro du contrat."),
        validators=[Length(max=200), PlainName()],
    )


class ReasonForm(BaseForm):
    reason = TextAreaField(
        _l("Raison"),
        description=_l("La personne la lit, le journal la garde."),
        validators=[InputRequired(), Length(min=3, max=500)],
    )


class ActForm(BaseForm):
    """An act without further answers: a button."""


class PreferencesForm(BaseForm):
    language = SelectField(_l("Langue des pages et des courriels"), choices=choices_of(LANGUAGES))
    prefers_list = BooleanField(
        _l("Plannings en liste"),
        description=_l("Une liste de créneaux à la place de la grille, plus simple au clavier."),
    )

    reminder_hours = SelectField(
        _l("Me rappeler mes réservations"),
        description=_l(
            "Par courriel. Les autres courriels (confirmation, changement, annulation) partent"
            " toujours."
        ),
        choices=choices_of(REMINDERS),
        coerce=int,
    )


class AcceptRulesForm(BaseForm):
    version = HiddenField(validators=[InputRequired(), Length(max=20)])


class TokenForm(BaseForm):
    name = StringField(
        _l("À quoi sert ce jeton ?"),
        description=_l("Par exemple : panneau d’affichage de l’entrée."),
        validators=[InputRequired(), Length(max=80), PlainName()],
    )
