"""What does not fit is refused with a clear 4xx in the reader's language, and nothing changes.

Each form of the site is found in the map of addresses and sent with every field spoilt in turn;
so is each call of the API that changes something.
"""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.programs import program_of
from tests.web.all_addresses import address_of, names_in_queries, rules, strange_addresses
from tests.web.all_forms import (
    MAY_HOLD_ANYTHING,
    PASSWORD,
    SENDINGS,
    VISITOR_LANGUAGE,
    Sending,
)
from tests.web.checking import Browser, Form, Page, check
from tests.web.places import Place

CARELESS = {"csrf_token", "form_key", "next"}
"""Fields that have tests of their own."""

every_form = pytest.mark.parametrize("endpoint", sorted(SENDINGS))


# --- the list is whole


def test_every_form_of_the_site_is_known_here(app: Flask) -> None:
    posts = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not rule.endpoint.startswith("api.")
    }
    assert posts == set(SENDINGS), "add a valid sending of the new form to tests.web.all_forms.py"


@pytest.mark.sqlite_only
@every_form
def test_every_form_is_accepted_as_it_is_written_here(new_place: Place, endpoint: str) -> None:
    sending = new_place.sending(endpoint)
    browser = Browser(new_place.app, sending.by)
    form = browser.get(sending.page).form(sending.to)
    answer = browser.post(form.action, form.filled(sending.fill))
    assert answer.status_code == sending.answer, Page(sending.to, answer, new_place.app).text


# --- values that nothing accepts

ABSURD: dict[str, tuple[str, ...]] = {
    "date": ("0001-01-01", "9999-12-31", "2027-02-29", "hier"),
    "time": ("25:00", "midi"),
    "number": ("9" * 30, "-1", "NaN", "1e400"),
    "choice": ("' OR 1=1 --", "9" * 30),
    "text": ("x" * 100_000,),
    "hidden": ("x" * 100_000,),
}
NUL = "a\0b"
HARD_FOR_A_DATABASE = {"0001-01-01", "9999-12-31", "9" * 30, "x" * 100_000, NUL}


def absurd(place: Place, form: Form, name: str) -> list[str]:
    """What a field does not take; where forms alone decide, one engine is enough."""
    values = [*ABSURD.get(kind_of(form, name), ()), NUL]
    if place.engine.name != "sqlite":
        return [value for value in values if value in HARD_FOR_A_DATABASE]
    return [*values, ""] if is_required(form, name) else values


def is_required(form: Form, name: str) -> bool:
    return any(
        control["name"] == name and "required" in control.attributes
        for control in form.element.walk()
    )


def kind_of(form: Form, name: str) -> str:
    """What kind of value a field takes; empty for a box that is ticked or not."""
    controls = [
        control
        for control in form.element.all("input", "select", "textarea")
        if control["name"] == name
    ]
    types = {control["type"] or control.tag for control in controls} or {"text"}
    if types <= {"select", "radio", "checkbox"}:
        return "" if form.options(name) == ["y"] else "choice"
    if types & {"date", "time", "number", "hidden"}:
        return types.pop()
    return "text"


def fields_of(form: Form, sending: Sending) -> list[str]:
    names = {control["name"] for control in form.element.all("input", "select", "textarea")}
    return sorted((names | set(sending.fill)) - CARELESS - {""})


@pytest.mark.postgres_only  # which takes less than SQLite
@every_form
def test_absurd_values_are_refused_and_change_nothing(place: Place, endpoint: str) -> None:
    sending = place.sending(endpoint)
    browser, form = place.open(endpoint)
    valid = form.filled(sending.fill)
    accepted = []
    for name in fields_of(form, sending):
        if name in MAY_HOLD_ANYTHING.get(endpoint, ()):
            continue
        values = absurd(place, form, name)
        answers = [browser.post(form.action, valid | {name: value}) for value in values]
        assert max(answer.status_code for answer in answers) < 500, name
        accepted += [name for answer in answers if answer.status_code < 400]
        place.is_clear(endpoint, answers[0])
    assert (accepted, place.changes()) == ([], set())


@pytest.mark.sqlite_only
@every_form
def test_a_form_far_larger_than_what_it_asks_for_is_too_large(place: Place, endpoint: str) -> None:
    sending = place.sending(endpoint)
    browser, form = place.open(endpoint)
    name = next(iter(fields_of(form, sending)), "form_key")
    length = 2**24 if endpoint == "certifications.add_file" else 2**20  # that one takes files
    answer = browser.post(form.action, form.filled(sending.fill) | {name: "x" * length})
    assert answer.status_code == 413
    place.is_clear(endpoint, answer)


# --- tokens, methods, hosts


@pytest.mark.sqlite_only
@every_form
def test_a_form_without_this_browser_s_token_is_refused(place: Place, endpoint: str) -> None:
    sending = place.sending(endpoint)
    browser, form = place.open(endpoint)
    stranger = Browser(place.app, "U15", None).get("/me").form("/logout").value("csrf_token")
    valid = form.filled(sending.fill)
    for token in (None, "", "nonsense", stranger, NUL, "x" * 5000):
        sent = {name: value for name, value in valid.items() if name != "csrf_token"}
        answer = browser.post(form.action, sent | ({"csrf_token": token} if token else {}))
        assert answer.status_code == 400, token
        place.is_clear(endpoint, answer)
    as_json = browser.client.post(form.action, json=valid)
    assert as_json.status_code == 400
    assert place.changes() == set()


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "endpoint", sorted(name for name, sending in SENDINGS.items() if not sending.is_for_anyone)
)
def test_who_is_not_signed_in_is_sent_to_sign_in_first(place: Place, endpoint: str) -> None:
    sending = place.sending(endpoint)
    visitor = Browser(place.app)
    token = visitor.get("/login").form("/login").value("csrf_token")
    answer = visitor.post(sending.to, sending.fill | {"csrf_token": token})
    assert answer.status_code == 302
    assert answer.location == "/login"
    assert place.changes() == set()


@pytest.mark.sqlite_only
@every_form
def test_other_methods_are_refused(place: Place, endpoint: str) -> None:
    sending = place.sending(endpoint)
    browser, form = place.open(endpoint)
    for method in ("PUT", "PATCH", "DELETE"):
        answer = browser.client.open(
            sending.to,
            method=method,
            data=form.filled(sending.fill),
            headers={"Accept-Language": VISITOR_LANGUAGE},
        )
        assert answer.status_code in (400, 405)
        assert answer.status_code == 400 or "POST" in answer.headers["Allow"]
        place.is_clear(endpoint, answer)
    assert place.changes() == set()


@pytest.mark.sqlite_only
@every_form
def test_a_forged_host_is_turned_away(place: Place, endpoint: str) -> None:
    sending = place.sending(endpoint)
    browser, form = place.open(endpoint)
    answer = browser.client.post(
        sending.to, data=form.filled(sending.fill), headers={"Host": "evil.example"}
    )
    assert answer.status_code == 400
    assert "evil" not in answer.text
    assert place.changes() == set()


# --- values that are strange and may be meant

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)>"
FORMULA = '=HYPERLINK("http://evil.example") 😀 \u202e\u200b'
BROKEN = b"abc \xed\xa0\x80 \xff"
"""A lone surrogate and a byte that is no UTF-8."""


@pytest.mark.postgres_only  # which takes less than SQLite
@every_form
def test_strange_text_is_refused_or_kept_as_text(worn_place: Place, endpoint: str) -> None:
    """In all fields at once; where that is refused, in each by itself."""
    sending = worn_place.sending(endpoint)
    browser = Browser(worn_place.app, sending.by, None)
    form = still_there(browser, sending)
    for together in strange(worn_place, form, sending) if form else ():
        alone = [{name: value} for name, value in together.items()]
        for fields in (together, *alone):
            if form is None:
                return
            if is_kept(browser, form, sending, fields):
                form = still_there(browser, sending)
                if fields is together:
                    break


def is_kept(browser: Browser, form: Form, sending: Sending, fields: dict[str, str | bytes]) -> bool:
    """Whether it is kept; then it is shown, and breaks no page."""
    answer = browser.post(form.action, form.filled(sending.fill) | fields)
    assert answer.status_code < 500, {name: value[:60] for name, value in fields.items()}
    if answer.status_code >= 400:
        return False
    follow(browser, answer)
    return True


def still_there(browser: Browser, sending: Sending) -> Form | None:
    """The form, unless what was sent before has taken it away."""
    answer = browser.ask(sending.page)
    page = Page(sending.page, answer, browser.app)
    if answer.status_code != 200 or not any(sending.to in form.action for form in page.forms):
        return None
    return check(page).form(sending.to)


def strange(place: Place, form: Form, sending: Sending) -> list[dict[str, str | bytes]]:
    """Text that somebody may mean: odd where the page could break, long where a column could."""
    names = [n for n in fields_of(form, sending) if kind_of(form, n) in ("text", "hidden")]
    if place.engine.name == "sqlite":
        return [dict.fromkeys(names, value) for value in (MARKUP, FORMULA, BROKEN) if names]
    long: dict[str, str | bytes] = {n: value for n in names for value in longest(form, n)}
    return [long] if long else []


def longest(form: Form, name: str) -> list[str]:
    """As much as the field says it takes."""
    lengths = {
        control["maxlength"]
        for control in form.element.all("input", "textarea")
        if control["name"] == name and control["maxlength"]
    }
    return ["é" * int(length) for length in lengths]


def follow(browser: Browser, answer: TestResponse) -> None:
    """What has been kept is shown, and breaks no page."""
    if answer.status_code != 200:
        answer = browser.ask(answer.location)
    if answer.status_code == 200 and answer.mimetype == "text/html":
        check(Page("/", answer, browser.app))


# --- addresses


@pytest.mark.parametrize("value", ["", "x" * 2000, "9" * 30, "-1", "2027-02-29", "0001-01-01", NUL])
def test_no_page_breaks_over_what_stands_in_its_query(place: Place, value: str) -> None:
    """Asked of both engines; how the page is written stands behind them, and is read once."""
    browser, program = Browser(place.app, "S1", None), program_of(place.app, "S1")
    place.changes()
    query = dict.fromkeys(names_in_queries(), value)
    for rule in rules(place.app, "GET"):
        answer = browser.client.get(
            address_of(rule, place.names), query_string=query, headers=program.headers
        )
        assert answer.status_code < 500, rule
        is_page = answer.status_code == 200 and answer.mimetype == "text/html"
        if is_page and place.engine.name == "sqlite":
            check(Page(rule.rule, answer, place.app))
    assert place.changes() == set()


def test_addresses_of_nothing_are_not_found(place: Place) -> None:
    browser, program = Browser(place.app, "S1", None), program_of(place.app, "S1")
    place.changes()
    for rule in rules(place.app, "GET"):
        for address in strange_addresses(rule) if rule.arguments else ():
            answer = browser.client.get(address, headers=program.headers)
            assert 400 <= answer.status_code < 500, address
    assert place.changes() == set()


def test_forms_sent_to_nothing_are_not_found(place: Place) -> None:
    browser, form = place.open("machines.save")
    for rule in rules(place.app, "POST"):
        if rule.arguments and not rule.rule.startswith("/api/"):
            for address in strange_addresses(rule):
                answer = browser.post(address, form.values)
                assert answer.status_code in (303, 400, 404, 405), address
    assert place.changes() == set()


# --- the way back after signing in

ELSEWHERE = [
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example/machines",
    "http:evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "\t//evil.example",
    "/\n//evil.example",
    "%2F%2Fevil.example",
    "evil.example",
    "//",
    "",
]


@pytest.mark.sqlite_only
@pytest.mark.parametrize("target", ELSEWHERE)
def test_nobody_is_led_away_from_this_site(demo_app: Flask, target: str) -> None:
    visitor = Browser(demo_app)
    form = visitor.get("/login?" + urlencode({"next": target})).form("/login")
    named = {"email": "mathieu.schwoerer@example.org", "password": PASSWORD, "next": target}
    first = visitor.post(form.action, form.filled(named))
    assert (first.status_code, first.location) == (303, "/")
    signed_in = visitor.ask("/login?" + urlencode({"next": target}))
    assert (signed_in.status_code, signed_in.location) == (302, "/")
    language = visitor.get("/me").form("/language")
    switched = visitor.post("/language", language.filled({"language": "en", "next": target}))
    assert (switched.status_code, switched.location) == (303, "/")


@pytest.mark.sqlite_only
def test_who_was_asked_to_sign_in_comes_back_to_where_he_was_going(demo_app: Flask) -> None:
    visitor = Browser(demo_app)
    asked = visitor.ask("/reservations/new?machine=M01")
    form = visitor.get(asked.location).form("/login")
    page = visitor.send(form, email="mathieu.schwoerer@example.org", password=PASSWORD)
    assert page.url == "/reservations/new?machine=M01"
