"""The demo site as a place where many tests stand, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from booking import create_app
from tests import engines
from tests.applications import settings_for
from tests.digests import digests_of
from tests.web.all_forms import LANGUAGES, SENDINGS, VISITOR_LANGUAGE, Sending, prepare
from tests.web.checking import Browser, Form, Page, check


@dataclass
class Place:
    """The demo with what the forms act upon, and what it holds before anything is sent."""

    engine: engines.Engine
    app: Flask
    names: dict[str, Any]
    before: dict[str, str]

    def sending(self, endpoint: str) -> Sending:
        return SENDINGS[endpoint].at(self.names)

    def open(self, endpoint: str) -> tuple[Browser, Form]:
        """A browser in front of the form."""
        sending = self.sending(endpoint)
        browser = Browser(self.app, sending.by, None if sending.by else VISITOR_LANGUAGE)
        return browser, browser.get(sending.page).form(sending.to)

    def is_clear(self, endpoint: str, answer: TestResponse) -> None:
        """A refusal is a whole page in the reader's language."""
        page = check(Page(self.sending(endpoint).to, answer, self.app))
        assert page.language == LANGUAGES.get(self.sending(endpoint).by, VISITOR_LANGUAGE)

    def changes(self) -> set[str]:
        """The tables that are not as they were; asked again, as they were this time."""
        before, self.before = self.before, digests_of(self.app)
        return {name for name in before if before[name] != self.before[name]}


def make_place(engine: engines.Engine, databases: engines.Databases, purpose: str) -> Place:
    """A place with a database of its own, named after its purpose."""
    name = databases.name(purpose)
    databases.renew(engine, name, "demo")
    app = create_app(settings_for(engine.url(name), databases.folder))
    return Place(engine, app, prepare(app), digests_of(app))
