"""How days are written in the language of who reads."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from booking.web.filters import local_date

FIRST, SECOND = date(2026, 9, 1), date(2026, 9, 2)


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("language", "style", "first", "second"),
    [
        ("fr", "long", "mardi 1er septembre 2026", "mercredi 2 septembre 2026"),
        ("fr", "short", "mar. 1er sept.", "mer. 2 sept."),
        ("fr", "numeric", "01/09/2026", "02/09/2026"),
        ("en", "long", "Tuesday 1 September 2026", "Wednesday 2 September 2026"),
        ("de", "long", "Dienstag, 1. September 2026", "Mittwoch, 2. September 2026"),
    ],
)
def test_the_first_of_a_month_is_an_ordinal_in_french(
    demo_app: Flask, language: str, style: str, first: str, second: str
) -> None:
    with demo_app.test_request_context("/", headers={"Accept-Language": language}):
        assert local_date(FIRST, style) == first
        assert local_date(SECOND, style) == second
