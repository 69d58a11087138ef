"""What a spreadsheet must not run."""

from __future__ import annotations

import pytest

from booking.web.spreadsheets import harmless


@pytest.mark.parametrize(
    "text", ["=1+1", "+33 6", "-2", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(1)"]
)
def test_a_formula_becomes_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize(
    ("cell", "text"), [("Bois", "Bois"), ("a=b", "a=b"), (12, "12"), (None, "")]
)
def test_the_rest_stays_as_it_is(cell: object, text: str) -> None:
    assert harmless(cell) == text
