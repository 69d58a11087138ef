"""Which language an answer speaks."""

from __future__ import annotations

from gettext import NullTranslations

from flask import Flask, g, request, session
from flask_babel import get_locale, get_translations
from flask_login import current_user
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from booking.extensions import babel

LANGUAGES = {"fr": "Français", "en": "English", "de": "Deutsch"}


def init_app(app: Flask) -> None:
    babel.init_app(app, default_locale="fr", locale_selector=choose)
    app.jinja_env.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals["_"] = _translate


def choose() -> str:
    """The account's language, else the one switched to, else the browser's best, else French."""
    if current_user.is_authenticated and current_user.language in LANGUAGES:
        return current_user.language
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(list(LANGUAGES), default="fr") or "fr"


def language() -> str:
    """The language of this answer, or of the letter that is being written.

    A page asks a hundred times: what Flask-Babel has found out is read where it keeps it, since
    asking it goes by several proxies each time.
    """
    try:
        return g._flask_babel.babel_locale.language
    except (AttributeError, RuntimeError):  # it has not been asked yet, or there is nobody to ask
        locale = get_locale()
        return locale.language if locale else "fr"


@pass_eval_context
def _translate(context: EvalContext, text: str, /, **values: object) -> str:
    """`_()` of the templates where a sentence has values: as Jinja's own, by a shorter way."""
    found = _catalog().gettext(text)
    if context.autoescape:
        found = Markup(found)  # noqa: S704 - the catalogs are ours
    return found % values


def say(text: str) -> str:
    """A sentence without values, in the present language."""
    return _catalog().gettext(text) % {}


def _gettext(text: str) -> str:
    return _catalog().gettext(text)


def _ngettext(singular: str, plural: str, number: int) -> str:
    return _catalog().ngettext(singular, plural, number)


def _catalog() -> NullTranslations:
    """The words of the present language. A page asks dozens of times, so each catalog is kept;
    Flask-Babel would look for it anew each time.
    """
    spoken = language()
    catalog = _catalogs.get(spoken)
    if catalog is None:
        catalog = _catalogs[spoken] = get_translations()
    return catalog


_catalogs: dict[str, NullTranslations] = {}
