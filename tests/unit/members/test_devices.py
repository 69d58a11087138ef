"""Browsers by the names their owners know."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_babel import Babel

from booking.members.wording import device_name

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Edg/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [(FIREFOX, "Firefox, Linux"), (EDGE, "Edge, Windows"), (SAFARI, "Safari, iPhone")],
)
def test_known_ones_are_named(user_agent: str, name: str) -> None:
    assert device_name(user_agent) == name


def test_others_are_called_unknown() -> None:
    app = Flask(__name__)
    Babel(app, default_locale="fr")
    with app.app_context():
        assert device_name("curl") == "Navigateur inconnu"
