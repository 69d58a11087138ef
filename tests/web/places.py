"""The demo site as a place where many tests stand, one after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests import engines
from tests.applications import application, disconnect, settings_for
from tests.digests import digests_of
from tests.statements import note_changing
from tests.web.all_forms import LANGUAGES, SENDINGS, VISITOR_LANGUAGE, Sending, prepare
from tests.web.checking import Browser, Form, Page, check

KEPT = "_kept"


@dataclass
class Place:
    """The demo with what the forms act upon, and what it holds before anything is sent.
    `changing` are the statements since then that may have changed it.
    """

    engine: engines.Engine
    database: str
    app: Flask
    names: dict[str, Any]
    before: dict[str, str]
    changing: list[str]
    _opened: dict[str, tuple[Browser, Form]] = field(default_factory=dict)

    def sending(self, endpoint: str) -> Sending:
        return SENDINGS[endpoint].at(self.names)

    def open(self, endpoint: str) -> tuple[Browser, Form]:
        """A browser in front of the form: the same one each time, as nothing changes here."""
        if endpoint not in self._opened:
            sending = self.sending(endpoint)
            browser = Browser(self.app, sending.by, None if sending.by else VISITOR_LANGUAGE)
            self._opened[endpoint] = browser, browser.get(sending.page).form(sending.to)
        return self._opened[endpoint]

    def is_clear(self, endpoint: str, answer: TestResponse) -> None:
        """A refusal is a whole page in the reader's language."""
        page = check(Page(self.sending(endpoint).to, answer, self.app))
        assert page.language == LANGUAGES.get(self.sending(endpoint).by, VISITOR_LANGUAGE)

    def renew(self) -> None:
        """As it was when it was made, for a test that changes something."""
        if not self.engine.bring_back(self.database):
            disconnect(self.app)
            self.engine.create(self.database, self.database + KEPT)
            self.engine.keep(self.database)

    def changes(self) -> set[str]:
        """The tables that are not as they were; asked again, as they were this time."""
        if not self.changing:
            return set()
        self.changing.clear()
        before, self.before = self.before, digests_of(self.app)
        return {name for name in before if before[name] != self.before[name]}


def make_place(engine: engines.Engine, databases: engines.Databases, purpose: str) -> Place:
    """A place with a database of its own, named after its purpose."""
    name = databases.name(purpose)
    databases.renew(engine, name, "demo")
    app = application(settings_for(engine.url(name), databases.folder))
    names = prepare(app)
    disconnect(app)
    engine.create(name + KEPT, name)
    return Place(engine, name, app, names, digests_of(app), note_changing(app))


def leave_place(place: Place) -> None:
    disconnect(place.app)
    for name in (place.database, place.database + KEPT):
        place.engine.drop(name)
