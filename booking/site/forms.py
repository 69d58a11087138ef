"""The forms of the place's settings and of its house rules."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from stdnum.fr import siren
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    Field,
    IntegerField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import (
    Email,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)
from wtforms.widgets import HiddenInput

from booking.site.models import PlanGapPolicy
from booking.web.fields import BasisPointsField, choices_of
from booking.web.forms import BaseForm, PlainName, SensibleDate

MINUTES_OF_A_DAY = 24 * 60
MINUTES_OF_A_WEEK = 7 * MINUTES_OF_A_DAY
LONGEST_RULES = 100_000
TIME_ZONES = sorted(name for name in available_timezones() if "/" in name)


def _number(label: Any, least: int, most: int, description: Any = "") -> IntegerField:
    return IntegerField(
        label, description=description, validators=[InputRequired(), NumberRange(least, most)]
    )


def _line(label: Any, longest: int) -> StringField:
    return StringField(label, validators=[Length(max=longest), PlainName()])


class SiteForm(BaseForm):
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])

    name = StringField(_l("Nom"), validators=[InputRequired(), Length(max=120), PlainName()])
    legal_form_label = _line(_l("Forme juridique"), 120)
    siren = StringField(_l("SIREN"), validators=[Length(max=20)])
    street = _line(_l("Rue"), 200)
    postcode = _line(_l("Code postal"), 10)
    town = _line(_l("Commune"), 80)
    department = _line(_l("Département"), 80)
    email = EmailField(
        _l("Adresse de contact"),
        validators=[
            Optional(),
            Length(max=200),
            Email(_l("Cette adresse n’est pas valable."), allow_smtputf8=False),
        ],
    )
    phone = TelField(
        _l("Téléphone"),
        validators=[
            Optional(),
            Length(max=40),
            Regexp(
                r"^[+0-9][0-9 .()/-]*$",
                message=_l("Écrivez un numéro, par exemple 03 53 01 00 10."),
            ),
        ],
    )
    description = TextAreaField(_l("Présentation"), validators=[Length(max=2000)])

    timezone = SelectField(
        _l("Fuseau horaire"),
        choices=TIME_ZONES,
        description=_l("L’horloge de l’atelier : toutes les heures du site en dépendent."),
    )
    local_law_holidays = BooleanField(_l("Jours fériés d’Alsace-Moselle (26 décembre)"))
    good_friday_holiday = BooleanField(
        _l("Vendredi saint férié"),
        description=_l("Dans les communes d’Alsace-Moselle qui ont un temple ou une église mixte."),
    )
    single_person_team = BooleanField(
        _l("Équipe d’une seule personne"),
        description=_l("Qui a évalué peut aussi approuver ; le journal le dit chaque fois."),
    )

    slot_step_minutes = _number(_l("Pas de la grille (minutes)"), 5, 240)
    default_min_minutes = _number(_l("Durée minimale (minutes)"), 5, MINUTES_OF_A_DAY)
    default_max_minutes = _number(_l("Durée maximale (minutes)"), 5, MINUTES_OF_A_WEEK)
    buffer_minutes = _number(_l("Battement de nettoyage (minutes)"), 0, 240)
    lead_minutes = _number(_l("Délai avant le début (minutes)"), 0, MINUTES_OF_A_WEEK)
    horizon_days = _number(_l("Horizon de réservation (jours)"), 1, 730)
    future_hours_per_machine = _number(_l("Heures à venir par personne et machine"), 1, 10_000)
    cancel_free_hours = _number(_l("Annulation gratuite jusqu’à (heures avant)"), 0, 720)
    cancel_partial_hours = _number(_l("Frais réduits jusqu’à (heures avant)"), 0, 720)
    cancel_partial_fee_percent = _number(_l("Frais réduits (pour cent du prix)"), 0, 100)
    cancel_late_fee_percent = _number(_l("Frais ensuite (pour cent du prix)"), 0, 100)
    late_fee_has_vat = BooleanField(_l("Les frais d’annulation portent la TVA"))
    vat_basis_points = BasisPointsField(
        _l("Taux de TVA (pour cent)"),
        description=_l("0 pour la franchise en base."),
        validators=[InputRequired(), NumberRange(0, 3000)],
    )
    check_in_opens_minutes = _number(_l("Arrivée possible (minutes avant le début)"), 0, 240)
    no_show_grace_minutes = _number(
        _l("Absence constatée (minutes après le début)"),
        1,
        240,
        _l("Le reste du créneau est alors libre. Compte pour les réservations faites ensuite."),
    )
    end_warning_minutes = _number(_l("Rappel avant la fin (minutes)"), 0, 240)
    overrun_step_minutes = _number(_l("Dépassement compté par pas de (minutes)"), 5, 240)
    no_show_warning_count = _number(_l("Absences avant un avertissement"), 1, 100)
    no_show_stop_count = _number(_l("Absences avant l’arrêt des réservations"), 1, 100)
    no_show_window_days = _number(_l("Absences comptées sur (jours)"), 1, 730)
    slot_hold_minutes = _number(
        _l("Créneau libéré gardé (minutes)"),
        5,
        MINUTES_OF_A_DAY,
        _l("Pour la personne à qui la liste d’attente le propose, pendant l’ouverture."),
    )
    companion_deadline_minutes = _number(
        _l("Accompagnant à retrouver jusqu’à (minutes avant)"),
        0,
        MINUTES_OF_A_WEEK,
        _l("Sans référent ou binôme à ce moment, la réservation tombe."),
    )
    session_minimum = _number(_l("Inscrits qu’une session demande au moins"), 1, 100)
    session_decision_hours = _number(
        _l("Décision sur la session (heures avant)"),
        0,
        720,
        _l("Avec trop peu d’inscrits à ce moment, la session est annulée, sans frais."),
    )
    session_cancel_hours = _number(_l("Désinscription gratuite jusqu’à (heures avant)"), 0, 720)
    session_hold_hours = _number(
        _l("Place de formation libérée gardée (heures)"),
        1,
        720,
        _l("Pour la première personne en liste d’attente, avant de passer à la suivante."),
    )
    plan_gap_policy = SelectField(
        _l("Jours sans formule"),
        choices=choices_of(
            {
                PlanGapPolicy.REFUSE.value: _l("La réservation est refusée"),
                PlanGapPolicy.FULL_PRICE.value: _l("Le plein tarif s’applique"),
            }
        ),
        coerce=PlanGapPolicy,
    )
    payment_overdue_block_days = _number(_l("Facture impayée : refus après (jours)"), 0, 365)
    rules_reacceptance_grace_days = _number(
        _l("Délai pour accepter un nouveau règlement (jours)"), 0, 365
    )
    minor_green_alone_min_age = _number(
        _l("Âge minimal seul sur une machine à faible risque"), 14, 18
    )

    def validate_siren(self, field: Field) -> None:
        """A SIREN carries a Luhn check digit (INSEE)."""
        number = siren.compact(field.data or "")
        if number and number != field.object_data and not siren.is_valid(number):
            raise ValidationError(_("Ce numéro n’est pas un SIREN : vérifiez chaque chiffre."))
        field.data = number or None

    def validate_good_friday_holiday(self, field: Field) -> None:
        if field.data and not self.local_law_holidays.data:
            raise ValidationError(_("Le Vendredi saint n’est férié que sous le droit local."))

    def validate_slot_step_minutes(self, field: Field) -> None:
        if field.data and MINUTES_OF_A_DAY % field.data:
            raise ValidationError(_("Une journée doit compter un nombre entier de pas."))

    def validate_cancel_partial_hours(self, field: Field) -> None:
        free = self.cancel_free_hours.data
        if field.data is not None and free is not None and field.data > free:
            raise ValidationError(_("Les frais réduits commencent après la gratuité."))

    def validate_no_show_stop_count(self, field: Field) -> None:
        warning = self.no_show_warning_count.data
        if field.data is not None and warning is not None and field.data < warning:
            raise ValidationError(_("L’arrêt vient après l’avertissement, ou avec lui."))

    def validate_default_max_minutes(self, field: Field) -> None:
        shortest = self.default_min_minutes.data
        if field.data and shortest and field.data < shortest:
            raise ValidationError(_("La durée maximale est plus courte que la minimale."))

    def values(self) -> dict[str, Any]:
        """What is to be stored, by column."""
        kept_apart = {"version", "form_key", "csrf_token"}
        stored = {name: value for name, value in self.data.items() if name not in kept_apart}
        return stored | {"email": self.email.data or "", "phone": self.phone.data or ""}


class HouseRulesForm(BaseForm):
    version = StringField(
        _l("Nom de la version"),
        description=_l("Par exemple 2027-1."),
        validators=[
            InputRequired(),
            Length(max=20),
            Regexp(
                r"^[A-Za-z0-9][A-Za-z0-9.-]*$", message=_l("Lettres, chiffres, points, tirets.")
            ),
        ],
    )
    in_force_from = DateField(
        _l("En vigueur à partir du"), validators=[InputRequired(), SensibleDate()]
    )
    text = TextAreaField(
        _l("Texte"),
        description=_l("Mise en forme Markdown : # titre, - liste, **important**."),
        validators=[InputRequired(), Length(max=LONGEST_RULES)],
        render_kw={"rows": 24},
    )

    def __init__(self, *, earliest: date, **options: Any) -> None:
        super().__init__(**options)
        self.earliest = earliest

    def validate_in_force_from(self, field: Field) -> None:
        if field.data and field.data < self.earliest:
            raise ValidationError(_("Un règlement n’entre pas en vigueur dans le passé."))
