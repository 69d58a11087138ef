"""Who is asking: a cookie that names a session kept on the server, or a bearer token."""

from __future__ import annotations

from typing import Any

from flask import Flask, Request, redirect, request, url_for
from flask_babel import gettext as _

from booking.extensions import login
from booking.members.models import Member
from booking.members.queries import find_member_by_api_token, find_member_by_session
from booking.web.access import wants_json
from booking.web.errors import problem

BEARER = "bearer "


def init_app(app: Flask) -> None:
    login.init_app(app)
    login.session_protection = None
    login.user_loader(_from_cookie)
    login.request_loader(_from_bearer)
    login.unauthorized_handler(_sign_in_first)


def _from_cookie(token: str) -> Member | None:
    """The API knows bearer tokens alone, so that no other site can use a visitor's cookie."""
    return None if wants_json() else find_member_by_session(token)


def _from_bearer(incoming: Request) -> Member | None:
    header = incoming.headers.get("Authorization", "")
    if not wants_json() or not header.lower().startswith(BEARER):
        return None
    return find_member_by_api_token(header[len(BEARER) :].strip())


def _sign_in_first() -> Any:
    if wants_json():
        response = problem(401, _("Un jeton d’accès valable est nécessaire."))
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    here = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("members.login", next=here))
