"""A browser for the tests of pages: it checks every page it is shown, and fills in its forms."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from booking.database import writing
from booking.members.queries import find_member
from booking.members.service import sessions
from tests.web import markup
from tests.web.markup import Element

SENT_TWICE_WITHOUT_HARM = {
    "quizzes.retire_question": "leads to one state, whatever it was sent from",
    "quizzes.bring_question_back": "leads to one state, whatever it was sent from",
    "attendance.note_absence": "an absence that is noted is not noted again",
    "certifications.start_training": "leads to one state, whatever it was sent from",
    "journal.export": "leaves nothing but its own entry",
    "training_files.export": "leaves nothing but its own entry",
    "machines.remove_document": "names what it takes away",
    "members.approve": "leads to one state",
    "members.ask_for_papers": "leads to one state",
    "members.end_session": "ends what has ended",
    "members.logout": "ends what has ended",
    "members.logout_everywhere": "ends what has ended",
    "members.readmit": "leads to one state",
    "members.revoke_token": "ends what has ended",
    "members.set_language": "leads to one state",
    "members.withdraw_paper": "names what it takes away",
    "planning.open_kiosk": "who opens it is signed out",
    "planning.close_kiosk": "ends what has ended",
    "planning.revoke_controller": "ends what has ended",
    "planning.revoke_feed": "names what it takes away",
    "openings.inherit": "leads to one state",
    "openings.make_own": "leads to one state",
    "openings.remove_hours": "names what it takes away",
    "outbox.send_again": "a message that waits is not sent again",
    "reservations.accept": "leads to one state",
    "reservations.decline": "leads to one state",
    "reservations.decline_offer": "leads to one state",
    "reservations.leave_waitlist": "leads to one state",
    "reservations.withdraw_request": "leads to one state",
    "reservations.withdraw_hand_over": "leads to one state",
    "sessions.accept": "leads to one state",
    "sessions.confirm": "leads to one state",
    "sessions.open_up": "leads to one state",
    "sessions.withdraw_interest": "leads to one state",
    "trainings.restore": "leads to one state",
    "verifications.withdraw_code": "leads to one state",
    "upkeep.end_priority": "leads to one state",
    "upkeep.end_quota": "leads to one state",
    "upkeep.remove_peak": "names what it takes away",
    "upkeep.cancel_closure": "names what it takes away",
    "upkeep.put_unit_back": "leads to one state",
    "upkeep.take_unit_out": "leads to one state",
}
"""Endpoints whose forms carry no idempotency key, with the reason."""

TOLD_BY_A_MISTAKE = re.compile(
    r"%\(\w|\{\{|\{%|<built-in|<bound method|<function| object at 0x|Undefined|l'None'"
)
"""What only an unfilled or untranslated text shows."""

BLOCKS = {"div", "dl", "fieldset", "form", "h1", "h2", "h3", "ol", "p", "section", "table", "ul"}
NAMES_IDS = {"for", "aria-labelledby", "aria-describedby", "aria-controls", "headers"}
ADDRESSES = {"href", "src", "action"}
READ_ALOUD = {"aria-label", "alt", "placeholder", "title", "content"}
LEADS_ELSEWHERE = ("http://", "https://", "mailto:", "tel:", "webcal:")


@dataclass(eq=False)
class Form:
    """A form as it stands on a page."""

    element: Element
    page: Page

    @property
    def action(self) -> str:
        return urljoin(self.page.url, self.element["action"])

    @property
    def posts(self) -> bool:
        return self.element["method"].lower() == "post"

    @cached_property
    def values(self) -> dict[str, list[str]]:
        """What a browser would send if it were sent as it is, by any button."""
        values: dict[str, list[str]] = {}
        for control in self.element.all("input", "select", "textarea"):
            for value in _values_of(control):
                values.setdefault(control["name"], []).append(value)
        return values

    def value(self, name: str) -> str:
        return self.values[name][0]

    def options(self, name: str) -> list[str]:
        """The values that a choice offers."""
        offered = [
            option["value"]
            for select in self.element.all("select")
            if select["name"] == name
            for option in select.all("option")
        ]
        return offered + [
            box["value"]
            for box in self.element.all("input")
            if box["name"] == name and box["type"] in ("radio", "checkbox")
        ]

    def filled(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What is sent with these values in place of those shown; None leaves a field out."""
        sent = {**self.values, **values}
        return {name: value for name, value in sent.items() if value is not None}


def _values_of(control: Element) -> list[str]:
    if control.tag == "textarea":
        return ["".join(control.texts()).removeprefix("\r").removeprefix("\n")]
    if control.tag == "select":
        options = control.all("option")
        chosen = [option for option in options if "selected" in option.attributes]
        return [option["value"] for option in chosen or options[:1]]
    if control["type"] in ("checkbox", "radio"):
        return [control["value"] or "on"] if "checked" in control.attributes else []
    return [] if control["type"] == "submit" else [control["value"]]


@dataclass(eq=False)
class Page:
    """An answer in HTML."""

    url: str
    answer: TestResponse
    app: Flask

    @cached_property
    def _read(self) -> tuple[Element, list[str]]:
        return markup.read(self.answer.text)

    @property
    def document(self) -> Element:
        return self._read[0]

    @property
    def status(self) -> int:
        return self.answer.status_code

    @cached_property
    def main(self) -> Element:
        return self.document.first("main")

    @property
    def text(self) -> str:
        """What the page says, without its frame."""
        return self.main.text

    @property
    def h1(self) -> str:
        return self.document.first("h1").text

    @property
    def language(self) -> str:
        return self.document.first("html")["lang"]

    @cached_property
    def links(self) -> list[str]:
        """Addresses of this site that the page leads to."""
        found = [a["href"] for a in self.document.all("a") if "href" in a.attributes]
        return [
            urljoin(self.url, href).partition("#")[0]
            for href in found
            if not href.startswith((*LEADS_ELSEWHERE, "#"))
        ]

    @cached_property
    def forms(self) -> list[Form]:
        return [
            Form(element, self)
            for element in self.document.all("form")
            if element["method"].lower() != "dialog"
        ]

    def form(self, action: str = "") -> Form:
        """The first form sent to an address; without one, the first of the page's body."""
        inside = [form for form in self.forms if self.main in form.element.above()]
        if action:
            inside = [form for form in self.forms if urlsplit(form.action).path == action]
        assert inside, (action, [str(form.element) for form in self.forms])
        return inside[0]

    def problems(self) -> list[str]:
        """Everything that is wrong with the page."""
        return [
            *self._read[1],
            *_problems_of_head(self),
            *_problems_of_ids(self.document),
            *_problems_of_nesting(self.document),
            *_problems_of_names(self.document),
            *_problems_of_forms(self),
            *_problems_of_links(self),
            *_problems_of_policy(self.document),
            *_problems_of_texts(self),
        ]


def _problems_of_head(page: Page) -> Iterator[str]:
    headings = page.document.all("h1")
    if len(headings) != 1 or not headings[0].text:
        yield f"{len(headings)} h1"
    titles = page.document.first("head").all("title")
    if len(titles) != 1 or not titles[0].text.partition("–")[0].strip():
        yield f"title: {[title.text for title in titles]}"
    if page.language not in ("fr", "en", "de"):
        yield f"lang={page.language!r}"
    if len(page.document.all("main")) != 1:
        yield "not one main"


def _problems_of_ids(document: Element) -> Iterator[str]:
    ids = Counter(element["id"] for element in document.walk() if "id" in element.attributes)
    for name, count in ids.items():
        if count > 1 or not name:
            yield f"id {name!r} {count} times"
    for element in document.walk():
        for attribute in NAMES_IDS & element.attributes.keys():
            missing = [name for name in element[attribute].split() if name not in ids]
            if missing:
                yield f"{attribute} of {element} names {missing}"
        target = element["href"]
        if element.tag == "a" and target.startswith("#") and target[1:] not in ids:
            yield f"{element} leads nowhere"


def _problems_of_nesting(document: Element) -> Iterator[str]:
    for element in document.all(*BLOCKS, "a", "button"):
        around = {outer.tag for outer in element.above()}
        if "p" in around and element.tag in BLOCKS:
            yield f"{element} inside a paragraph"
        if element.tag in ("a", "button") and around & {"a", "button"}:
            yield f"{element} inside a link or button"
        if element.tag == "form" and "form" in around:
            yield f"{element} inside a form"


def _problems_of_names(document: Element) -> Iterator[str]:
    """What has no name for those who hear the page."""
    labels = {label["for"] for label in document.all("label") if label.text}
    for control in document.all("input", "select", "textarea"):
        hidden = control["type"] in ("hidden", "submit")
        wrapped = any(outer.tag == "label" for outer in control.above())
        named = control["aria-label"] or control["aria-labelledby"] or control["id"] in labels
        if not hidden and not wrapped and not named:
            yield f"{control} without label"
    for element in document.all("a", "button", "summary", "th", "legend", "caption"):
        if not element.text and not element["aria-label"] and element["id"] != "confirm-question":
            yield f"{element} without text"
    for image in document.all("img"):
        if "alt" not in image.attributes:
            yield f"{image} without alt"
    for table in document.all("table"):
        if not table.all("caption"):
            yield f"{table} without caption"


def _problems_of_forms(page: Page) -> Iterator[str]:
    for form in page.forms:
        endpoint = endpoint_of(page.app, form.action, form.element["method"].upper() or "GET")
        if endpoint is None:
            yield f"{form.element} leads nowhere"
        if not form.posts:
            continue
        if not form.values.get("csrf_token", [""])[0]:
            yield f"{form.element} without token"
        creates = endpoint not in SENT_TWICE_WITHOUT_HARM and not is_public(page.app, endpoint)
        if creates and "form_key" not in form.values:
            yield f"{form.element} ({endpoint}) without key"


def is_public(app: Flask, endpoint: str | None) -> bool:
    """Whether visitors may use it too: there is no member to remember a key for."""
    return getattr(app.view_functions.get(endpoint or ""), "access", None) == "public"


def _problems_of_links(page: Page) -> Iterator[str]:
    for path in {urlsplit(link).path for link in page.links}:
        if endpoint_of(page.app, path, "GET") is None:
            yield f"no page at {path}"


def endpoint_of(app: Flask, url: str, method: str) -> str | None:
    try:
        endpoint, _ = app.url_map.bind("localhost").match(urlsplit(url).path, method)
    except HTTPException:
        return None
    return str(endpoint)


def _problems_of_policy(document: Element) -> Iterator[str]:
    """What the content security policy would not let the browser do."""
    for element in document.walk():
        inline = [name for name in element.attributes if name == "style" or name.startswith("on")]
        if inline:
            yield f"{inline} in {element}"
        if element.tag == "style" or (element.tag == "script" and element.text):
            yield f"inline {element}"
        addresses = [element[name] for name in ADDRESSES & element.attributes.keys()]
        if any(address.lower().lstrip().startswith("javascript:") for address in addresses):
            yield f"script as address in {element}"


def _problems_of_texts(page: Page) -> Iterator[str]:
    empty = "None" if page.language != "en" else None
    for element in page.document.walk():
        told = [child for child in element.children if isinstance(child, str)]
        told += [element[name] for name in READ_ALOUD & element.attributes.keys()]
        for text in told:
            if TOLD_BY_A_MISTAKE.search(text) or text.strip() == empty:
                yield f"{text.strip()[:80]!r} in {element}"


def check(page: Page) -> Page:
    problems = page.problems()
    assert not problems, f"{page.url} ({page.status}):\n" + "\n".join(problems)
    return page


class Browser:
    """A browser, signed in as a member of the demo; without one, a visitor's.

    It reads `language`, to which a member's account is set; None leaves the account as it is.
    """

    def __init__(self, app: Flask, member: str | None = None, language: str | None = "fr") -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        self.language = language
        if member is not None:
            sign_in(self.client, app, member, language)

    def get(self, url: str, status: int = 200) -> Page:
        """The page at an address of this site, checked."""
        answer = self.client.get(url, headers=self._headers)
        assert answer.status_code == status, _told(url, answer)
        return check(Page(url, answer, self.app))

    def ask(self, url: str) -> TestResponse:
        """The answer as it is, of any kind."""
        return self.client.get(url, headers=self._headers)

    def post(self, url: str, values: Mapping[str, Any]) -> TestResponse:
        """The answer to a form's values, sent as they are."""
        return self.client.post(url, data=values, headers=self._headers)

    def send(self, form: Form, status: int = 303, /, **values: Any) -> Page:
        """The page that follows a form; a refusal (`status` 4xx) is the page itself."""
        answer = self.post(form.action, form.filled(values))
        assert answer.status_code == status, _told(form.action, answer)
        if status != 303:
            return check(Page(form.action, answer, self.app))
        return self.get(answer.location)

    def beside(self) -> Browser:
        """The same browser asking at the same time; what its answers set stays with them."""
        other = copy(self)
        other.client = self.app.test_client()
        other.client._cookies = {**(self.client._cookies or {})}
        return other

    @property
    def _headers(self) -> dict[str, str]:
        return {"Accept-Language": self.language} if self.language else {}


def _told(url: str, answer: TestResponse) -> str:
    text = ""
    if answer.mimetype == "text/html":
        document, _ = markup.read(answer.text)
        text = " ".join(main.text for main in document.all("main"))[:1500]
    return f"{url}: {answer.status_code} {answer.location or ''} {text}"


def sign_in(client: FlaskClient, app: Flask, member_code: str, language: str | None = None) -> None:
    """Give a browser the cookie of a session that the server has just begun."""
    with app.app_context(), writing():
        member = find_member(member_code)
        assert member is not None, member_code
        if language is not None:
            member.language = language
        token = sessions.start_session(member, "a browser of the tests")
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
