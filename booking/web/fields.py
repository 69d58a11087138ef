"""What forms of several slices share: choices, amounts of money, lists typed line by line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _
from wtforms import Field, SelectMultipleField
from wtforms.fields import SelectChoice
from wtforms.widgets import TextArea, TextInput

from booking.web.forms import one_line, several_lines

MOST_CENTS = 100_000_000
MOST_BASIS_POINTS = 10_000
MOST_LINES = 60
LONGEST_LINE = 160

SPACES = re.compile(r"[\s\u00a0\u202f]+")
"""Thousands are set apart with ordinary, non-breaking or narrow spaces."""


def choices_of(words: Mapping[Any, Any]) -> list[SelectChoice]:
    """The choices of a field from values and their words."""
    return [SelectChoice(value, word) for value, word in words.items()]


def chosen(field: SelectMultipleField) -> list[Any]:
    """What is ticked, in the order it was saved in when the same is ticked again."""
    known = field.object_data or []
    return known if set(field.data or ()) == set(known) else field.data


class CentsField(Field):
    """An amount typed in euros, such as `28`, `28,50` or `1 234.50`; its data are cents.

    An empty field has the data None.
    """

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{Decimal(self.data) / 100:.2f}".replace(".", ",")

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = SPACES.sub("", valuelist[0] if valuelist else "").removesuffix("€")
        self.data = self._cents(typed) if typed else None

    def _cents(self, typed: str) -> int:
        try:
            cents = Decimal(typed.replace(",", ".", 1)) * 100
        except InvalidOperation:
            raise ValueError(_("Indiquez un montant en euros, comme 28,50.")) from None
        if not cents.is_finite() or cents != cents.to_integral_value():
            raise ValueError(_("Indiquez un montant en euros, comme 28,50."))
        if not 0 <= cents <= MOST_CENTS:
            raise ValueError(_("Indiquez un montant entre 0 et 1 000 000 €."))
        return int(cents)


class BasisPointsField(CentsField):
    """A percentage typed as `20` or `5,5`; its data are hundredths of a percent."""

    def _cents(self, typed: str) -> int:
        try:
            points = Decimal(typed.removesuffix("%").replace(",", ".", 1)) * 100
        except InvalidOperation:
            raise ValueError(_("Indiquez un pourcentage, comme 20 ou 5,5.")) from None
        if not points.is_finite() or points != points.to_integral_value():
            raise ValueError(_("Indiquez un pourcentage, comme 20 ou 5,5."))
        if not 0 <= points <= MOST_BASIS_POINTS:
            raise ValueError(_("Indiquez un pourcentage entre 0 et 100."))
        return int(points)


class LinesField(Field):
    """Items typed one to a line; its data are the items, without repeats and empty lines."""

    widget = TextArea()
    data: Any

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "\n".join(self.data or [])

    def process_formdata(self, valuelist: list[str]) -> None:
        text = several_lines(valuelist[0]) if valuelist else None
        lines = (one_line(line) for line in (text or "").splitlines())
        self.data = list(dict.fromkeys(line for line in lines if line))
        if len(self.data) > MOST_LINES:
            raise ValueError(_("Indiquez au plus %(most)s lignes.", most=MOST_LINES))
        if any(len(line) > LONGEST_LINE for line in self.data):
            raise ValueError(_("Une ligne compte au plus %(most)s caractères.", most=LONGEST_LINE))
