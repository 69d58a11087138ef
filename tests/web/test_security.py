"""What protects every answer, whoever asks for it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from werkzeug.wrappers import Response

from booking.database import db, writing
from booking.journal import service as journal
from booking.journal.models import JournalEntry
from booking.trainings.models import CertificationEvent
from booking.web.access import check_declared, public
from tests.conftest import MakeApp
from tests.programs import ROOT, program_of
from tests.web.all_addresses import address_of, rules
from tests.web.checking import Browser, Page, check
from tests.web.places import Place

LANGUAGES = ("fr", "en", "de")

# --- headers


def is_protected(answer: Response) -> bool:
    headers = answer.headers
    policy = {
        name: sources
        for name, _, sources in (
            part.strip().partition(" ") for part in headers["Content-Security-Policy"].split(";")
        )
    }
    if "sandbox" in policy:  # what members attached: it may load nothing at all
        assert policy["default-src"] == "'none'"
        assert headers["X-Content-Type-Options"] == "nosniff"
        return headers["Content-Disposition"].startswith("attachment")
    assert policy["default-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert not [s for s in policy.values() if "unsafe" in s or "http" in s or "*" in s]
    assert "script-src" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]
    return True


@pytest.mark.sqlite_only
@pytest.mark.parametrize("code", [None, "U02", "S1"])
def test_every_answer_carries_the_headers_that_protect(place: Place, code: str | None) -> None:
    browser = Browser(place.app, code, None)
    headers = program_of(place.app, code).headers if code else {}
    for rule in rules(place.app, "GET"):
        address = address_of(rule, place.names)
        for method in ("GET", "HEAD", "OPTIONS", "TRACE", "POST"):
            answer = browser.client.open(address, method=method, headers=headers)
            assert answer.status_code < 500, (method, address)
            assert is_protected(answer), (method, address)
    with browser.client.get("/static/css/app.css") as file:
        assert is_protected(file)
    assert is_protected(browser.client.get("/", headers={"Host": "evil.example"}))


@pytest.mark.sqlite_only
@pytest.mark.parametrize("code", ["U02", "S1"])
def test_no_copy_is_kept_of_what_a_member_sees(place: Place, code: str) -> None:
    browser, program = Browser(place.app, code, None), program_of(place.app, code)
    for rule in rules(place.app, "GET"):
        answer = browser.client.get(address_of(rule, place.names), headers=program.headers)
        assert answer.headers["Cache-Control"] == "no-store", rule


@pytest.mark.sqlite_only
def test_what_visitors_see_is_asked_for_anew(place: Place) -> None:
    visitor = place.app.test_client()
    for rule in rules(place.app, "GET"):
        answer = visitor.get(address_of(rule, place.names))
        asked = answer.headers["Cache-Control"]
        assert asked in ("no-cache", "no-store", "private, no-cache"), rule
        if asked == "no-cache":
            assert {"Cookie", "Accept-Language"} <= set(answer.headers["Vary"].split(", ")), rule


@pytest.mark.sqlite_only
def test_files_are_kept_for_good_where_their_address_names_their_content(app: Flask) -> None:
    client = app.test_client()
    page = Page("/login", client.get("/login"), app)
    sheet = next(link["href"] for link in page.document.all("link") if link["rel"] == "stylesheet")
    with client.get(sheet) as marked, client.get(sheet.partition("?")[0]) as plain:
        assert "immutable" in marked.headers["Cache-Control"]
        assert "immutable" not in plain.headers["Cache-Control"]


# --- cookies


def cookie_of(client: FlaskClient, app: Flask) -> str:
    """The session's cookie, as a browser is given it."""
    answer = client.get("/login")
    assert "etabli=" in answer.headers["Set-Cookie"]
    return str(answer.headers["Set-Cookie"])


@pytest.mark.sqlite_only
def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(app: Flask) -> None:
    flags = cookie_of(app.test_client(), app).split("; ")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(flags)
    assert "Secure" not in flags
    assert not [flag for flag in flags if flag.startswith("Domain")]


@pytest.mark.sqlite_only
def test_under_https_the_cookie_travels_encrypted_alone(make_app: MakeApp) -> None:
    app = make_app(base_url="https://etabli.example.org", trusted_hosts=("localhost",))
    client = app.test_client()
    assert "Secure" in cookie_of(client, app).split("; ")
    assert "max-age=" in client.get("/login").headers["Strict-Transport-Security"]


@pytest.mark.sqlite_only
@pytest.mark.parametrize("value", ["", "nonsense", "e30.aaaaaa.bbbbbb", "\xe9", "x" * 8000])
def test_a_cookie_that_is_not_ours_is_a_visitor_s(demo_app: Flask, value: str) -> None:
    client = demo_app.test_client(use_cookies=False)
    headers = {"Cookie": f"etabli={value}"}
    assert client.get("/me", headers=headers).status_code == 302
    assert client.get("/machines", headers=headers).status_code == 200


@pytest.mark.sqlite_only
def test_a_cookie_signed_with_another_key_opens_nothing(demo_app: Flask, make_app: MakeApp) -> None:
    forger = make_app("demo", secret_key="another key that somebody has guessed wrongly")
    forged = Browser(forger, "S1").client.get_cookie("etabli")
    assert forged is not None
    client = demo_app.test_client()
    client.set_cookie("etabli", forged.value)
    assert client.get("/me").status_code == 302


@pytest.mark.sqlite_only
def test_a_session_made_up_by_who_knows_the_key_is_unknown_to_the_server(demo_app: Flask) -> None:
    client = demo_app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "1"
    assert client.get("/me").status_code == 302


# --- names of this server


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost:80@evil", ""]
)
def test_another_name_of_this_server_gets_a_bare_refusal(app: Flask, host: str) -> None:
    answer = app.test_client().get("/login", headers={"Host": host})
    assert answer.status_code == 400
    assert answer.mimetype == "text/plain"


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "name", ["X-Forwarded-Host", "X-Host", "X-Original-Host", "Forwarded", "X-Forwarded-Proto"]
)
def test_a_proxy_s_word_counts_only_where_one_is_announced(app: Flask, name: str) -> None:
    answer = app.test_client().get("/reservations", headers={name: "host=evil.example"})
    assert "evil" not in str(answer.headers) + answer.text
    assert answer.location.startswith("/login")


# --- declared access


def test_a_view_without_declared_access_stops_the_start(make_app: MakeApp) -> None:
    app = make_app()
    app.add_url_rule("/forgotten", "planning.forgotten", lambda: "open to all")
    with pytest.raises(RuntimeError, match=r"planning\.forgotten"):
        check_declared(app)


# --- what is written for good


@pytest.mark.parametrize("model", [JournalEntry, CertificationEvent])
@pytest.mark.parametrize("act", ["change", "change all", "remove", "remove all"])
def test_what_has_happened_cannot_be_changed_or_removed(
    demo_app: Flask, model: Any, act: str
) -> None:
    with demo_app.app_context():
        with writing():
            journal.record("member.approved", "member", "U02", actor_id=None)
        before = list(db.session.execute(select(*model.__table__.columns)))
        one = model.id == db.session.scalar(select(model.id).limit(1))
        statement = {
            "change": update(model).where(one).values(reason="Autrement"),
            "change all": update(model).values(reason="Autrement"),
            "remove": delete(model).where(one),
            "remove all": delete(model),
        }[act]
        with pytest.raises(DBAPIError, match=r"append.only"), writing():
            db.session.execute(statement)
        assert before
        assert list(db.session.execute(select(*model.__table__.columns))) == before


# --- errors

STATUSES = (400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503)


@pytest.fixture
def failing_app(make_app: MakeApp) -> Flask:
    """The application with addresses that fail as asked."""
    app = make_app()

    @public
    def fail(status: int) -> str:
        if status == 500:
            raise ZeroDivisionError("a secret of the inside")
        return abort(status)

    app.add_url_rule("/fail/<int:status>", "tests.fail", fail)
    app.add_url_rule(f"{ROOT}/fail/<int:status>", "tests.fail_program", fail)
    return app


@pytest.mark.sqlite_only
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_error_is_a_page_in_the_reader_s_language(failing_app: Flask, language: str) -> None:
    titles = set()
    for status in STATUSES:
        page = Browser(failing_app, language=language).get(f"/fail/{status}", status)
        assert page.language == language
        assert str(status) in page.text
        assert page.answer.headers["Cache-Control"] == "no-store"
        assert is_protected(page.answer)
        assert "secret" not in page.answer.text
        titles.add(page.h1)
    assert len(titles) == len(STATUSES)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_error_is_a_problem_document_for_a_program(failing_app: Flask, language: str) -> None:
    titles = set()
    for status in STATUSES:
        answer = failing_app.test_client().get(
            f"{ROOT}/fail/{status}", headers={"Accept-Language": language}
        )
        assert answer.status_code == status
        assert answer.content_type == "application/problem+json"
        body = answer.get_json(force=True)
        assert body["type"] == "about:blank"
        assert body["status"] == status
        assert body["detail"]
        assert "secret" not in answer.text
        titles.add(body["title"])
    assert len(titles) == len(STATUSES)


@pytest.mark.sqlite_only
def test_errors_read_differently_in_each_language(failing_app: Flask) -> None:
    for status in STATUSES:
        titles = {
            Browser(failing_app, language=language).get(f"/fail/{status}", status).h1
            for language in LANGUAGES
        }
        assert len(titles) == len(LANGUAGES), titles


@pytest.mark.sqlite_only
@pytest.mark.parametrize("language", LANGUAGES)
def test_who_tries_too_often_is_told_when_to_come_back(make_app: MakeApp, language: str) -> None:
    visitor = Browser(make_app("demo", rate_limits=True), language=language)
    form = visitor.get("/login").form("/login")
    tried = {"email": "claire.bastian@example.org", "password": "wrong wrong wrong"}
    answers = [visitor.post(form.action, form.filled(tried)) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    page = check(Page(form.action, answers[-1], visitor.app))
    assert page.language == language
    assert int(page.answer.headers["Retry-After"]) > 0
