"""The forms of signing in and of the password."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, PasswordField
from wtforms.validators import EqualTo, InputRequired, Length, Regexp, ValidationError

from booking.members.service import passwords
from booking.web.forms import BaseForm

LONGEST_EMAIL = 200
FEWEST_FIGURES = 3
"""Different ones in a code to sign with."""


def _email() -> Any:
    return EmailField(
        _l("Adresse électronique"),
        validators=[InputRequired(), Length(max=LONGEST_EMAIL)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )


def _present_password(label: Any) -> Any:
    return PasswordField(
        label,
        validators=[InputRequired(), Length(max=passwords.LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )


def _new_password() -> Any:
    return PasswordField(
        _l("Nouveau mot de passe"),
        description=_l(
            "Au moins %(count)s caractères. Plusieurs mots sans lien se retiennent bien.",
            count=passwords.SHORTEST,
        ),
        validators=[
            InputRequired(),
            Length(
                min=passwords.SHORTEST,
                max=passwords.LONGEST,
                message=_l(
                    "Entre %(min)s et %(max)s caractères.",
                    min=passwords.SHORTEST,
                    max=passwords.LONGEST,
                ),
            ),
        ],
        render_kw={"autocomplete": "new-password"},
    )


def _repeated_password() -> Any:
    return PasswordField(
        _l("Le même mot de passe, encore une fois"),
        validators=[
            InputRequired(),
            EqualTo("password", message=_l("Les deux mots de passe sont différents.")),
        ],
        render_kw={"autocomplete": "new-password"},
    )


class SignInForm(BaseForm):
    email = _email()
    password = _present_password(_l("Mot de passe"))


class ForgottenPasswordForm(BaseForm):
    email = _email()


class NewPasswordForm(BaseForm):
    password = _new_password()
    repeated = _repeated_password()


class NotGuessed:
    """A code of at least three different figures, and not a run of them."""

    RUNS = "0123456789", "9876543210"

    def __call__(self, form: BaseForm, field: Any) -> None:
        pin = field.data or ""
        if len(set(pin)) < FEWEST_FIGURES or any(pin in run for run in self.RUNS):
            raise ValidationError(_("Ce code se devine : choisissez des chiffres moins réguliers."))


class PinForm(BaseForm):
    """The code with which one signs on a trainer's device."""

    present = _present_password(_l("Mot de passe actuel"))
    pin = PasswordField(
        _l("Code d’émargement"),
        description=_l("Six chiffres, pour signer votre présence sur l’appareil du formateur."),
        validators=[
            InputRequired(),
            Regexp(r"^[0-9]{6}$", message=_l("Six chiffres.")),
            NotGuessed(),
        ],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "maxlength": "6"},
    )


class ChangePasswordForm(BaseForm):
    present = _present_password(_l("Mot de passe actuel"))
    password = _new_password()
    repeated = _repeated_password()
