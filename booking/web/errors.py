"""Error pages for people, problem documents (RFC 9457) for programs; never a bare 500."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import Flask, Response, current_app, g, json, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    SecurityError,
    ServiceUnavailable,
    TooManyRequests,
)

from booking.database import db, is_lost_race
from booking.web.access import wants_json

TRIES = 4
RETRY_AFTER_SECONDS = 2

TEXTS = {
    400: (_l("Demande incompréhensible"), _l("La demande ne peut pas être lue telle quelle.")),
    401: (_l("Connexion nécessaire"), _l("Connectez-vous pour continuer.")),
    403: (_l("Accès refusé"), _l("Votre rôle ne permet pas cette action.")),
    404: (_l("Page introuvable"), _l("Cette page n’existe pas, ou n’est pas la vôtre.")),
    405: (_l("Action impossible ici"), _l("Cette adresse ne permet pas cette action.")),
    409: (_l("Conflit"), _l("Quelqu’un a été plus rapide. Rechargez la page.")),
    413: (_l("Envoi trop volumineux"), _l("Réduisez la taille de ce que vous envoyez.")),
    415: (_l("Format non pris en charge"), _l("Envoyez la demande au format JSON.")),
    422: (_l("Demande refusée"), _l("Une valeur envoyée n’est pas acceptable.")),
    429: (_l("Trop de demandes"), _l("Attendez un moment avant de réessayer.")),
    503: (_l("Service momentanément occupé"), _l("Réessayez dans quelques secondes.")),
}
"""Title and explanation of each error status."""

UNEXPECTED = (
    _l("Une erreur est survenue"),
    _l("L’erreur a été enregistrée. Rien n’a été modifié par cette demande."),
)


class Application(Flask):
    """Flask that tries a changing act again when it lost a race for a lock."""

    def dispatch_request(self) -> Any:
        for _attempt in range(TRIES):
            try:
                return super().dispatch_request()
            except (DBAPIError, StaleDataError) as error:
                db.session.rollback()
                if isinstance(error, DBAPIError) and not is_lost_race(error):
                    raise
        raise ServiceUnavailable(retry_after=RETRY_AFTER_SECONDS)


def init_app(app: Flask) -> None:
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(SecurityError, _unknown_host)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(ObjectDeletedError, _gone)
    app.register_error_handler(Exception, _unexpected)


def texts(status: int) -> tuple[str, str]:
    """Title and explanation of an error status, in the reader's language."""
    title, explanation = TEXTS.get(status, UNEXPECTED)
    return str(title), str(explanation)


def problem(status: int, detail: str | None = None, **more: Any) -> Response:
    """A problem document; `more` are its extension members."""
    title, explanation = texts(status)
    body = {"type": "about:blank", "title": title, "status": status}
    body |= {"detail": detail or explanation, **more}
    return Response(json.dumps(body), status=status, content_type="application/problem+json")


def error_page(status: int, detail: str | None = None) -> Response:
    if wants_json():
        return problem(status, detail)
    title, explanation = texts(status)
    page = render_template(
        "errors/problem.html", status=status, title=title, text=detail or explanation
    )
    return Response(page, status=status)


def _csrf_error(_error: CSRFError) -> Response:
    return error_page(
        400, _("Le formulaire a expiré ou ne vient pas de ce site. Rechargez la page.")
    )


def _unknown_host(_error: SecurityError) -> Response:
    """A bare sentence: no link of a page can be made for a host that is not ours."""
    return Response(_("Ce serveur ne répond pas à ce nom."), 400, mimetype="text/plain")


def _http_error(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error.get_response()
    response = error_page(error.code)
    if isinstance(error, TooManyRequests | ServiceUnavailable):
        for name, value in error.get_headers():
            if name.lower() == "retry-after":
                response.headers[name] = value
    if error.code == 405 and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]
    return response


def _database_away(error: OperationalError) -> Response:
    current_app.logger.error("database unavailable on %s: %s", request.path, error.orig)
    with suppress(DBAPIError):
        db.session.rollback()
    g._login_user = AnonymousUserMixin()  # who it was cannot be asked any more
    response = error_page(503)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _gone(_error: ObjectDeletedError) -> Response:
    db.session.rollback()
    return error_page(409, _("Ce que vous vouliez modifier n’existe plus."))


def _unexpected(error: Exception) -> Any:
    current_app.logger.exception("unexpected error on %s %s", request.method, request.path)
    db.session.rollback()
    if current_app.config["PROPAGATE_EXCEPTIONS"]:
        raise error
    return error_page(InternalServerError.code or 500)
