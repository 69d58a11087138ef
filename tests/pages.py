"""People who read and fill in pages: every page they are shown is checked on the way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from booking.database import writing
from booking.members.queries import find_member
from booking.members.service.sessions import start_session

UNLABELLED = ("hidden", "submit", "button")
CHECKED = ("checkbox", "radio")


@dataclass
class Form:
    """A form as the page offers it, with what it would send untouched."""

    action: str
    method: str
    fields: MultiDict[str, str] = field(default_factory=MultiDict)


@dataclass
class Page(HTMLParser):
    """What a page holds that the tests look at."""

    address: str
    source: str
    text: list[str] = field(default_factory=list)
    title: str = ""
    headings: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    labelled: set[str] = field(default_factory=set)
    controls: list[dict[str, str]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[str] = []
        self._select = ""
        self._textarea = ""
        self.feed(self.source)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        self._open.append(tag)
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "h1":
            self.headings.append("")
        elif tag == "a":
            self.links.append(found.get("href", ""))
        elif tag == "label":
            self.labelled.add(found.get("for", ""))
        elif tag == "form":
            method = found.get("method", "get").lower()
            self.forms.append(Form(urljoin(self.address, found.get("action", "")), method))
        elif tag in ("input", "select", "textarea"):
            self._control(tag, found)
        elif tag == "option":
            self._option(found)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        here = self._open[-1] if self._open else ""
        if here == "title":
            self.title += data
        elif here == "textarea" and self.forms:
            self.forms[-1].fields.add(self._textarea, data.removeprefix("\n"))
        elif here not in ("script", "style") and data.strip():
            self.text.append(" ".join(data.split()))
        if "h1" in self._open:
            self.headings[-1] += data.strip()

    def _control(self, tag: str, found: dict[str, str]) -> None:
        kind = found.get("type", "text") if tag == "input" else tag
        self.controls.append(found | {"type": kind})
        name = found.get("name", "")
        self._textarea = name if tag == "textarea" else ""
        self._select = name if tag == "select" else ""
        is_sent = tag == "input" and kind not in ("submit", "button", "search")
        if self.forms and is_sent and (kind not in CHECKED or "checked" in found):
            self.forms[-1].fields.add(name, found.get("value", ""))

    def _option(self, found: dict[str, str]) -> None:
        fields = self.forms[-1].fields if self.forms else MultiDict()
        if "selected" in found or self._select not in fields:
            fields[self._select] = found["value"]

    @property
    def words(self) -> str:
        """All its text, with single spaces."""
        return " ".join(self.text)

    def form(self, action: str) -> Form:
        """The form that posts to this path."""
        found = [f for f in self.forms if f.method == "post" and urlsplit(f.action).path == action]
        assert found, f"{self.address} has no form for {action}"
        return found[0]

    def faults(self) -> list[str]:
        """What no page may have."""
        faults = []
        if len(self.headings) != 1 or not self.headings[0]:
            faults.append(f"headings of the first level: {self.headings}")
        if not self.title.strip():
            faults.append("no title")
        faults += [f"id {id_} twice" for id_, count in Counter(self.ids).items() if count > 1]
        faults += [
            f"no label for {control}"
            for control in self.controls
            if control["type"] not in UNLABELLED
            and control.get("id") not in self.labelled
            and "aria-label" not in control
        ]
        faults += [
            f"no token in {form.action}"
            for form in self.forms
            if form.method == "post" and "csrf_token" not in form.fields
        ]
        return faults


@dataclass(frozen=True)
class Reader:
    """Somebody at a browser, signed in or not."""

    client: FlaskClient

    def answer(self, path: str) -> TestResponse:
        return self.client.get(path)

    def read(self, path: str) -> Page:
        """The page at this path, checked."""
        return page_of(self.answer(path))

    def send(self, path: str, action: str | None = None, **fields: Any) -> TestResponse:
        """Fill in the form of a page that posts to `action` (the page itself) and send it.

        A field given as None is left out, a list is sent as several values.
        """
        form = self.read(path).form(action or urlsplit(path).path)
        return self.post(form, **fields)

    def post(self, form: Form, **fields: Any) -> TestResponse:
        sent = form.fields.deepcopy()
        for name, value in fields.items():
            sent.poplist(name)
            if value is not None:
                sent.setlist(name, value if isinstance(value, list) else [str(value)])
        return self.client.post(form.action, data=sent)

    def follow(self, answer: TestResponse) -> Page:
        """The page an act leads to."""
        assert answer.status_code == 303, page_of(answer, answer.status_code).words
        return self.read(answer.location)


def page_of(answer: TestResponse, status: int = 200) -> Page:
    """The page of an answer, checked."""
    assert answer.status_code == status, (answer.status_code, answer.text)
    page = Page(answer.request.path, answer.text)
    assert not page.faults(), f"{page.address}: {page.faults()}"
    return page


def reader_of(app: Flask, member_code: str) -> Reader:
    """A browser in which a member of the demo is signed in."""
    with app.app_context(), writing():
        member = find_member(member_code)
        assert member is not None, member_code
        token = start_session(member, "a browser of the tests")
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = token
        session["_fresh"] = True
    return Reader(client)


def visitor(app: Flask) -> Reader:
    return Reader(app.test_client())
