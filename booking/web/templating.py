"""What every template may use."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flask import Flask, has_request_context, request, templating, url_for
from flask_login import current_user
from jinja2 import StrictUndefined
from werkzeug.local import LocalProxy

from booking import clock
from booking.site.queries import find_site
from booking.web.access import may
from booking.web.locale import LANGUAGES, language
from booking.web.navigation import address_of, navigation, user_menu


class Environment(templating.Environment):
    """Jinja whose templates hold the globals of the site as they are when first used.

    Jinja's own look through two layers for each name, and compare all of them wherever a page
    takes macros from another file.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


def init_app(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        may=may,
        navigation=navigation,
        user_menu=user_menu,
        now=clock.now,
        url_for=_url_for,
        current_user=current_user,  # macros see what is global, not the page's context
    )
    app.context_processor(_common)


def _url_for(endpoint: str, **values: Any) -> str:
    """As Flask's; every page names a dozen addresses that need no values."""
    if values or not has_request_context():
        return url_for(endpoint, **values)
    return address_of(endpoint, request.script_root)


def _common() -> dict[str, Any]:
    return {
        "site": LocalProxy(find_site),
        "current_language": language(),
        "languages": list(LANGUAGES.items()),
    }
