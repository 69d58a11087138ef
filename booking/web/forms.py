"""What every form of the site has: protection against forgery, and a key of its own."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import (
    Field,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from booking import clock
from booking.database import db, take_turn
from booking.members.models import FormKey
from booking.web.access import acting_member


def one_line(text: str | None) -> str | None:
    """`text` without control characters, and with single spaces."""
    return " ".join(_without_controls(text).split()) if text else text


def several_lines(text: str | None) -> str | None:
    """`text` with one way to end a line, and no other control characters."""
    if not text:
        return text
    return _without_controls(text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _without_controls(text: str) -> str:
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")


MOST = 10**15


def countable(number: int | None) -> int | None:
    """`number`, or None for one that no range holds and that a float cannot carry."""
    return number if number is not None and abs(number) < MOST else None


def _tidy(kind: type[Field]) -> Callable[[Any], Any] | None:
    """What puts the data of a kind of field in order before they are looked at."""
    if issubclass(kind, IntegerField):
        return countable
    if issubclass(kind, StringField) and not issubclass(kind, PasswordField):
        return several_lines if issubclass(kind, TextAreaField) else one_line
    return None


class BaseForm(FlaskForm):
    """A form with an idempotency key: sent twice, it acts once and shows the first result.

    Its texts come tidied: `one_line` for an input, `several_lines` for a text area.
    """

    form_key = HiddenField(default=lambda: uuid4().hex, validators=[Length(max=64)])

    class Meta(FlaskForm.Meta):
        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            tidy = _tidy(unbound_field.field_class)
            if tidy is not None:
                filters = [tidy, *unbound_field.kwargs.get("filters", ())]
                options = options | {"filters": filters}
            return super().bind_field(form, unbound_field, options)


class PlainName:
    """A name that is neither markup nor a spreadsheet's formula."""

    def __call__(self, form: FlaskForm, field: Field) -> None:
        name = field.data or ""
        if any(sign in name for sign in "<>{}") or name.startswith(("=", "+", "-", "@")):
            raise ValidationError(
                _("Écrivez un nom simple : sans < ni >, et sans = + - @ au début.")
            )


class CheckboxesField(SelectMultipleField):
    """Several choices, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class FilterForm(BaseForm):
    """What a list is narrowed to, in the page's address: nothing is changed, so no token."""

    form_key = None

    class Meta(BaseForm.Meta):
        csrf = False


class SensibleDate:
    """A day that people may mean: neither before 2000 nor after 2100."""

    FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)

    def __call__(self, form: FlaskForm, field: Field) -> None:
        if field.data is not None and not self.FIRST <= field.data <= self.LAST:
            raise ValidationError(_("Choisissez une date entre 2000 et 2100."))


def first_result(form: BaseForm) -> str | None:
    """Where the result of this very form is shown, if it was handled before; one that is being
    handled at this moment is waited for.
    """
    member = acting_member()
    if member is None or not form.form_key.data:
        return None
    take_turn(f"form {member.id} {form.form_key.data}")
    return db.session.scalar(
        select(FormKey.result_url).where(
            FormKey.member_id == member.id, FormKey.key == form.form_key.data
        )
    )


def remember_result(form: BaseForm, url: str) -> str:
    """Note in the present transaction where this form's result is shown; returns the URL."""
    member = acting_member()
    if member is not None and form.form_key.data:
        db.session.add(
            FormKey(
                member_id=member.id, key=form.form_key.data, result_url=url, used_at=clock.now()
            )
        )
    return url
