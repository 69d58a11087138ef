"""Every page that somebody can reach stands, in every language, and names nobody it should not."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from booking.database import db
from booking.machines.models import Machine
from booking.members.models import Member, Role
from tests.pdfs import text_of
from tests.programs import new_token
from tests.web.all_addresses import address_of, rules
from tests.web.checking import Browser, Page, check, endpoint_of
from tests.web.places import Place

ROLES = {
    "visitor": None,
    "artisan": "U02",
    "referent": "U06",
    "trainer": "S2",
    "manager": "S1",
    "accountant": "S4",
    "stakeholder": "S5",
    "administrator": "S7",
    "waiting": "U28",
    "suspended": "U05",
}

# --- following every link

ALL = 10_000
QUERIES_PER_PAGE = 1
"""Links that differ in what they look for lead on for ever: day after day, page after page."""


@dataclass
class Crawl:
    """A walk along all links from the first page; `per_kind` bounds pages of one kind."""

    browser: Browser
    per_kind: int = ALL

    def pages(self) -> Iterator[Page]:
        """Each page that is reached, checked; what is linked answers 200."""
        found, waiting = {"/"}, ["/"]
        walked: Counter[tuple[str, ...]] = Counter()
        while waiting:
            url = waiting.pop(0)
            if self._is_enough(url, walked):
                continue
            answer = self._ask(url)
            if answer.mimetype != "text/html":
                continue
            page = check(Page(url, answer, self.browser.app))
            yield page
            links = [link for link in [*page.links, *_searches(page)] if link not in found]
            found.update(links)
            waiting.extend(links)

    def _ask(self, url: str) -> TestResponse:
        answer = self.browser.ask(url)
        if answer.status_code == 302:
            answer = self.browser.ask(answer.location)
        assert answer.status_code == 200, f"{url}: {answer.status_code}"
        return answer

    def _is_enough(self, url: str, walked: Counter[tuple[str, ...]]) -> bool:
        parts = urlsplit(url)
        asked = tuple(sorted({name for name, _ in parse_qsl(parts.query)}))
        page = ("page", parts.path, *asked)
        kind = ("kind", endpoint_of(self.browser.app, url, "GET") or "", *asked)
        walked[page] += 1
        walked[kind] += 1
        return walked[page] > QUERIES_PER_PAGE or walked[kind] > self.per_kind


def _searches(page: Page) -> list[str]:
    """Where the page's search forms lead as they stand."""
    return [
        f"{urlsplit(form.action).path}?{urlencode(form.values, doseq=True)}"
        for form in page.forms
        if not form.posts
    ]


@pytest.mark.sqlite_only
@pytest.mark.parametrize("role", ROLES)
def test_every_link_leads_to_a_page(place: Place, role: str) -> None:
    browser = Browser(place.app, ROLES[role])
    assert {page.language for page in Crawl(browser).pages()} == {"fr"}


@pytest.mark.postgres_only
@pytest.mark.parametrize("role", ROLES)
def test_a_link_of_each_kind_leads_to_a_page_on_the_other_engine(place: Place, role: str) -> None:
    browser = Browser(place.app, ROLES[role])
    assert {page.language for page in Crawl(browser, per_kind=2).pages()} == {"fr"}


@pytest.mark.sqlite_only
@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("role", ROLES)
def test_a_page_of_each_kind_stands_in_each_language(
    place: Place, role: str, language: str
) -> None:
    browser = Browser(place.app, ROLES[role], language)
    assert {page.language for page in Crawl(browser, per_kind=1).pages()} == {language}


# --- names

MAY_BE_NAMED = {
    "machines.show": "the referent is whom one asks about a machine; visitors do not see him",
    "trainings.show": "the trainer gives the session; visitors do not see him",
    "certifications.show": "who assessed and who decided stands on one's own record",
    "certifications.certificate": "who assessed stands on one's own certificate",
    "certifications.certificate_pdf": "the same, as a file",
    "organisations.show": "who answers for an organisation sees its people",
    "reservations.of_organisation": "who answers for an organisation sees its reservations",
    "reservations.show": "the same, one by one",
    "reservations.confirm_cancel": "the same, before cancelling",
    "reservations.confirm_move": "the same, before moving",
    "reservations.new": "who answers for a firm reserves for its people; referents may supervise",
    "reservations.new_several": "the same, several machines at once",
    "sessions.confirm_enrol": "who answers for a firm enrols its people",
    "reservations.new_chain": "the same, one machine after another",
    "reservations.confirm_hand_over": "who offers a reservation has written to whom",
    "reservations.show_hand_over": "who offers a reservation says so to whom he offers it",
    "reservations.new_series": "the same, again and again",
}
"""Where another person's name stands before those who run nothing here, and why."""


@dataclass(frozen=True)
class Person:
    code: str
    name: str
    email: str
    organisation_id: int | None
    roles: frozenset[Role]
    is_referent: bool

    def is_named_in(self, text: str) -> bool:
        return self.name in text or self.email in text

    def may_be_named_to(self, reader: Person | None, endpoint: str) -> bool:
        if reader is None:
            return False
        match endpoint:
            case "machines.show":
                return self.is_referent
            case "reservations.new" if self.is_referent:
                return True
            case "trainings.show" | "sessions.index" | "sessions.show":
                return Role.TRAINER in self.roles
            case "certifications.certificate" | "certifications.certificate_pdf":
                return Role.TRAINER in self.roles
            case "certifications.show":
                return bool(self.roles & {Role.TRAINER, Role.MANAGER})
        same = self.organisation_id == reader.organisation_id is not None
        answers = Role.ORGANISATION_ADMIN in reader.roles
        return endpoint in MAY_BE_NAMED and same and answers


def people(app: Flask) -> dict[str, Person]:
    with app.app_context():
        referents = set(db.session.scalars(select(Machine.referent_id)))
        return {
            member.code: Person(
                member.code,
                member.name,
                member.email,
                member.organisation_id,
                member.roles,
                member.id in referents,
            )
            for member in db.session.scalars(select(Member))
        }


@pytest.mark.sqlite_only
@pytest.mark.parametrize("reader", [None, "U02", "U15", "U28", "S4", "S5"])
def test_nobody_else_is_named_to_those_who_run_nothing_here(
    place: Place, reader: str | None
) -> None:
    known = people(place.app)
    named = {
        f"{endpoint} names {person.code}"
        for endpoint, text in everything_shown_to(place, reader)
        for person in known.values()
        if person.code != reader
        and person.is_named_in(text)
        and not person.may_be_named_to(known.get(reader or ""), endpoint)
    }
    assert named == set()


def everything_shown_to(place: Place, code: str | None) -> Iterator[tuple[str, str]]:
    """Endpoint and text of what somebody can get, linked or not, from the pages and the API."""
    browser = Browser(place.app, code)
    for page in Crawl(browser, per_kind=3).pages():
        yield endpoint_of(place.app, page.url, "GET") or "", page.answer.text
    headers = {"Authorization": f"Bearer {new_token(place.app, code)}"} if code else {}
    for rule in rules(place.app, "GET"):
        answer = browser.client.get(address_of(rule, place.names), headers=headers)
        yield rule.endpoint, _told(answer)


def _told(answer: TestResponse) -> str:
    if answer.is_json:
        return json.dumps(answer.json, ensure_ascii=False)
    ours = "attachment" not in answer.headers.get("Content-Disposition", "")
    is_pdf = answer.mimetype == "application/pdf" and ours  # what members attach is kept as it came
    return text_of(answer.data) if is_pdf else answer.text


@pytest.mark.sqlite_only
def test_the_names_are_there_to_be_found(place: Place) -> None:
    """The test above would find them: a manager reads them on these very pages."""
    known = people(place.app)
    shown = " ".join(text for _, text in everything_shown_to(place, "S1"))
    assert {code for code in ("U01", "U03", "U06", "U11") if known[code].is_named_in(shown)} == {
        "U01",
        "U03",
        "U06",
        "U11",
    }
