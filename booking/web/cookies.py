"""The cookie that a browser keeps for the site."""

from __future__ import annotations

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer

from booking.web.access import wants_json


def init_app(app: Flask) -> None:
    app.session_interface = Cookies()


class Cookies(SecureCookieSessionInterface):
    """As Flask's own, with one serializer for all requests; programs have no cookie."""

    _serializer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self._serializer is None:
            self._serializer = super().get_signing_serializer(app)
        return self._serializer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return self.session_class() if wants_json(request) else super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not wants_json(request) and (session.modified or session.accessed):
            super().save_session(app, session, response)
