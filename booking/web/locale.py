"""Which language an answer speaks."""

from __future__ import annotations

from flask import Flask, request, session
from flask_login import current_user

from booking.extensions import babel

LANGUAGES = {"fr": "Français", "en": "English", "de": "Deutsch"}


def init_app(app: Flask) -> None:
    babel.init_app(app, default_locale="fr", locale_selector=choose)


def choose() -> str:
    """The account's language, else the one switched to, else the browser's best, else French."""
    if current_user.is_authenticated and current_user.language in LANGUAGES:
        return current_user.language
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(list(LANGUAGES), default="fr") or "fr"
