"""The blueprint of the API: bearer tokens alone, so no other site can use a visitor's cookie."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, current_app, request
from flask_login import current_user

from booking.database import begin_writing
from booking.extensions import csrf

api = Blueprint("api", __name__, url_prefix="/api/v1")
csrf.exempt(api)

SECRETS_OF_THEIR_OWN = {"api.badge_list"}
"""Who shows the secret of a controller there is no member."""


View = TypeVar("View", bound=Callable[..., Any])


def begins_writing(view: View) -> View:
    """Who asks is read in the transaction of the act and need not be read again: for what is asked
    most, since the lock is held until all of it has been judged, a dry run too.
    """
    view.begins_writing = True  # type: ignore[attr-defined]
    return view


@api.before_request
def refuse_dead_token() -> Any:
    """Who shows a token that opens nothing learns it, on public addresses too."""
    if request.endpoint in SECRETS_OF_THEIR_OWN:
        return None
    if "Authorization" not in request.headers:
        return None
    if hasattr(current_app.view_functions[request.endpoint or ""], "begins_writing"):
        request.get_data()  # nobody waits for the lock while a slow sender is still sending
        begin_writing()
    return None if current_user.is_authenticated else ask_for_token()


def ask_for_token() -> Any:
    """The answer to who must say who he is."""
    return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
