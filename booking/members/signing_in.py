"""Who is asking: a cookie that names a session kept on the server, or a bearer token; and whether
the browser is a kiosk, which many use one after the other.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Request, g, redirect, request, session, url_for
from flask_babel import gettext as _

from booking.database import writing
from booking.extensions import login
from booking.members.models import Member
from booking.members.queries import (
    find_member_by_api_token,
    find_member_by_session,
    find_open_kiosk,
)
from booking.members.service.sessions import keep_on_kiosk
from booking.web.access import wants_json
from booking.web.errors import problem

BEARER = "bearer "
KIOSK = "kiosk"
"""What the cookie of a kiosk holds, and keeps when somebody signs in or out."""


def init_app(app: Flask) -> None:
    login.init_app(app)
    login.session_protection = None
    login.user_loader(_from_cookie)
    login.request_loader(_from_bearer)
    login.unauthorized_handler(_sign_in_first)
    app.before_request(_recognise_kiosk)
    app.jinja_env.globals["this_kiosk"] = this_kiosk


def _from_cookie(token: str) -> Member | None:
    """The API knows bearer tokens alone, so that no other site can use a visitor's cookie."""
    return None if wants_json() else find_member_by_session(token)


def _from_bearer(incoming: Request) -> Member | None:
    token = bearer_token(incoming)
    return find_member_by_api_token(token) if token and wants_json() else None


def bearer_token(incoming: Request) -> str:
    """The token that a program shows; empty for none."""
    header = incoming.headers.get("Authorization", "")
    return header[len(BEARER) :].strip() if header.lower().startswith(BEARER) else ""


def _recognise_kiosk() -> None:
    """Every request on a kiosk gives who is signed in there another minute."""
    token = session.get(KIOSK)
    if token is None or request.endpoint == "static":
        return
    g.kiosk = find_open_kiosk(token)
    if g.kiosk is None:
        del session[KIOSK]
    elif signed_in_as := session.get("_user_id"):
        with writing():
            keep_on_kiosk(signed_in_as)


def this_kiosk() -> int | None:
    """The id of the kiosk that this browser is, or None for a browser like any other."""
    return g.get(KIOSK)


def become_kiosk(token: str) -> None:
    """From the next request on this browser is a kiosk, and nobody is signed in."""
    session.clear()
    session.permanent = True
    session[KIOSK] = token


def empty_cookie() -> None:
    """Drop what this browser holds of anybody; a kiosk stays one."""
    token = session.get(KIOSK) if this_kiosk() else None
    session.clear()
    if token:
        session.permanent = True
        session[KIOSK] = token


def front_page() -> str:
    """Where one begins on this browser."""
    return url_for("planning.kiosk" if this_kiosk() else "planning.today")


def _sign_in_first() -> Any:
    if wants_json():
        response = problem(401, _("Un jeton d’accès valable est nécessaire."))
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    if this_kiosk():
        return redirect(url_for("members.login"))  # who signs in next is somebody else
    here = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("members.login", next=here))
