"""The blueprint of the API: bearer tokens alone, so no other site can use a visitor's cookie."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, request
from flask_login import current_user

from booking.extensions import csrf

api = Blueprint("api", __name__, url_prefix="/api/v1")
csrf.exempt(api)

SECRETS_OF_THEIR_OWN = {"api.badge_list"}
"""Who shows the secret of a controller there is no member."""


@api.before_request
def refuse_dead_token() -> Any:
    """Who shows a token that opens nothing learns it, on public addresses too."""
    if request.endpoint in SECRETS_OF_THEIR_OWN:
        return None
    if "Authorization" in request.headers and not current_user.is_authenticated:
        return ask_for_token()
    return None


def ask_for_token() -> Any:
    """The answer to who must say who he is."""
    return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
