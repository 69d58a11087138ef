"""Signing in and out: sessions live on the server, and nobody learns who has an account."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from booking import demo
from booking.database import db, writing
from booking.members.models import Member
from booking.members.queries import find_member
from booking.members.rules import AccountState
from booking.members.service import passwords
from tests.conftest import MakeApp
from tests.web.checking import Browser, Page

SECRET = demo.PASSWORD
U02 = "mathieu.schwoerer@example.org"
NOBODY = "personne@example.org"


def sign_in(
    browser: Browser, email: str, password: str, status: int = 303, target: str = "/me"
) -> Page:
    page = browser.get(f"/login?next={target}")
    return browser.send(page.form(), status, email=email, password=password)


def attempt(browser: Browser, email: str, password: str, target: str | None = None) -> TestResponse:
    page = browser.get(f"/login?next={target}" if target else "/login")
    form = page.form()
    return browser.post(form.action, form.filled({"email": email, "password": password}))


def change(app: Flask, code: str, **values: object) -> None:
    with app.app_context(), writing():
        member = find_member(code)
        assert member is not None
        for name, value in values.items():
            setattr(member, name, value)


def hash_of(app: Flask, code: str) -> str:
    with app.app_context():
        return db.session.query(Member.password_hash).filter_by(code=code).scalar()


def cookie_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("etabli")
    assert cookie is not None
    return cookie.value


def with_cookie(app: Flask, value: str) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("etabli", value)
    return client


class TestSigningIn:
    def test_the_right_password_opens_the_account(self, demo_app: Flask) -> None:
        browser = Browser(demo_app)
        sign_in(browser, f" {U02.upper()} ", SECRET)
        assert "Mathieu Schwoerer" in browser.get("/me").text

    def test_the_session_is_a_new_one(self, demo_app: Flask) -> None:
        browser = Browser(demo_app)
        browser.get("/login")
        with browser.client.session_transaction() as session:
            token_before = session["csrf_token"]
            session["planted"] = "by somebody else"
        sign_in(browser, U02, SECRET)
        browser.get("/me")
        with browser.client.session_transaction() as session:
            assert "planted" not in session
            assert session["csrf_token"] != token_before

    def test_a_wrong_password_and_an_unknown_account_read_alike(self, demo_app: Flask) -> None:
        wrong = sign_in(Browser(demo_app), U02, "not the password", 422)
        unknown = sign_in(Browser(demo_app), NOBODY, "not the password", 422)
        assert "ne vont pas ensemble" in wrong.text
        assert wrong.text == unknown.text

    @pytest.mark.parametrize("email", [U02, NOBODY, "marc.dosch@example.org"])
    def test_every_attempt_verifies_exactly_one_hash(
        self, demo_app: Flask, email: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sign_in(Browser(demo_app), NOBODY, "so that the hash of nobody is there", 422)
        with counting(monkeypatch, "verify") as verified, counting(monkeypatch, "hash") as hashed:
            sign_in(Browser(demo_app), email, "not the password", 422)
        assert (len(verified), len(hashed)) == (1, 0)

    def test_who_has_left_is_told_no_more_than_a_stranger(self, demo_app: Flask) -> None:
        page = sign_in(Browser(demo_app), "marc.dosch@example.org", SECRET, 422)
        assert "ne vont pas ensemble" in page.text

    def test_an_account_without_a_password_cannot_be_opened(self, demo_app: Flask) -> None:
        change(demo_app, "U02", password_hash=None)
        sign_in(Browser(demo_app), U02, SECRET, 422)
        sign_in(Browser(demo_app), U02, "None", 422)

    def test_a_hash_made_with_other_parameters_is_renewed(self, demo_app: Flask) -> None:
        weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(SECRET)
        change(demo_app, "U02", password_hash=weak)
        sign_in(Browser(demo_app), U02, SECRET)
        renewed = hash_of(demo_app, "U02")
        assert renewed != weak
        assert not passwords.is_outdated(renewed)
        sign_in(Browser(demo_app), U02, SECRET)
        assert hash_of(demo_app, "U02") == renewed

    def test_a_form_without_its_token_is_refused(self, demo_app: Flask) -> None:
        answer = Browser(demo_app).post("/login", {"email": U02, "password": SECRET})
        assert answer.status_code == 400

    @pytest.mark.parametrize("field", ["email", "password"])
    def test_empty_and_enormous_answers_are_refused(self, demo_app: Flask, field: str) -> None:
        good = {"email": U02, "password": SECRET}
        for bad, status in (("", 422), ("x" * 300, 422), ("x" * 1_000_000, 413)):
            answer = attempt(Browser(demo_app), **(good | {field: bad}))
            assert answer.status_code == status


@contextmanager
def counting(monkeypatch: pytest.MonkeyPatch, name: str) -> Iterator[list[str]]:
    """How often the library hashes or verifies; its work is done all the same."""
    real: Callable[..., object] = getattr(PasswordHasher, name)
    calls: list[str] = []

    def noted(self: PasswordHasher, *arguments: str) -> object:
        calls.append(name)
        return real(self, *arguments)

    with monkeypatch.context() as patched:
        patched.setattr(PasswordHasher, name, noted)
        yield calls


class TestWhereItLeads:
    def test_to_the_page_that_was_asked_for(self, demo_app: Flask) -> None:
        asked = Browser(demo_app).ask("/organisations/O02?a=1")
        assert asked.location == "/login?next=/organisations/O02?a%3D1"
        page = sign_in(Browser(demo_app), U02, SECRET, target="/organisations/O02")
        assert page.url == "/organisations/O02"

    @pytest.mark.parametrize(
        "target",
        [
            "//evil.example/x",
            "https://evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/%09/evil.example",
            "javascript:alert(1)",
            "evil",
        ],
    )
    def test_never_to_another_site(self, demo_app: Flask, target: str) -> None:
        assert attempt(Browser(demo_app), U02, SECRET, target).location == "/"

    def test_a_forged_host_gets_no_page(self, demo_app: Flask) -> None:
        answer = demo_app.test_client().get("/login", headers={"Host": "evil.example"})
        assert answer.status_code == 400
        assert "evil" not in answer.text


class TestSigningOut:
    def test_a_cookie_copied_before_is_dead_after(self, demo_app: Flask) -> None:
        browser = Browser(demo_app)
        sign_in(browser, U02, SECRET)
        copied = cookie_of(browser.client)
        assert with_cookie(demo_app, copied).get("/me").status_code == 200
        browser.send(browser.get("/me").form("/logout"))
        assert with_cookie(demo_app, copied).get("/me").location == "/login?next=/me"

    def test_only_this_browser_is_signed_out(self, demo_app: Flask) -> None:
        here, elsewhere = Browser(demo_app, "U02"), Browser(demo_app, "U02")
        here.send(here.get("/me").form("/logout"))
        elsewhere.get("/me")

    def test_everywhere_means_everywhere(self, demo_app: Flask) -> None:
        browsers = [Browser(demo_app, "U02"), Browser(demo_app, "U02")]
        other = Browser(demo_app, "U05")
        browsers[0].send(browsers[0].get("/me/security").form("/logout-everywhere"))
        assert [browser.ask("/me").status_code for browser in browsers] == [302, 302]
        other.get("/me")

    def test_signing_in_again_ends_the_session_before(self, demo_app: Flask) -> None:
        browser = Browser(demo_app)
        sign_in(browser, U02, SECRET)
        copied = cookie_of(browser.client)
        token = browser.get("/me").form("/logout").value("csrf_token")
        values = {"csrf_token": token, "email": U02, "password": SECRET}
        assert browser.post("/login", values).status_code == 303
        assert with_cookie(demo_app, copied).get("/me").status_code == 302

    def test_one_browser_is_signed_out_from_another(self, demo_app: Flask) -> None:
        lost, here = Browser(demo_app, "U02"), Browser(demo_app, "U02")
        ends = [
            form.action
            for form in here.get("/me/security").forms
            if re.search(r"/me/sessions/\d+/end", form.action)
        ]
        here.send(here.get("/me/security").form(ends[0]))
        assert lost.ask("/me").status_code == 302
        here.get("/me")

    def test_the_session_of_another_member_stays(self, demo_app: Flask) -> None:
        victim, other = Browser(demo_app, "U02"), Browser(demo_app, "U05")
        token = other.get("/me/security").form("/logout").value("csrf_token")
        for number in range(1, 10):
            other.post(f"/me/sessions/{number}/end", {"csrf_token": token})
        victim.get("/me")

    def test_a_session_lasts_fourteen_days(
        self, demo_app: Flask, at: Callable[[Flask, str], None]
    ) -> None:
        browser = Browser(demo_app, "U02")
        at(demo_app, "2026-12-07T07:59:59+01:00")
        browser.get("/me")
        at(demo_app, "2026-12-07T08:00:00+01:00")
        assert browser.ask("/me").status_code == 302


class TestStates:
    def test_a_request_that_waits_sees_what_to_do(self, demo_app: Flask) -> None:
        browser = Browser(demo_app)
        sign_in(browser, "jeanne.collin@example.org", SECRET)
        page = browser.get("/me")
        assert "Votre demande est à l’étude" in page.text
        assert "Assurance responsabilité civile professionnelle" in page.text

    def test_a_suspended_account_sees_the_reason_and_the_contact(self, demo_app: Flask) -> None:
        change(
            demo_app,
            "U02",
            state=AccountState.SUSPENDED,
            suspension_reason="Badge prêté à un tiers",
        )
        browser = Browser(demo_app)
        sign_in(browser, U02, SECRET)
        page = browser.get("/me")
        assert "Badge prêté à un tiers" in page.text
        assert "contact@example.org" in page.text


class TestLimits:
    def test_an_account_is_not_tried_endlessly(self, make_app: MakeApp) -> None:
        app = make_app("demo", rate_limits=True)
        for _ in range(10):
            assert attempt(Browser(app), U02, "not the password").status_code == 422
        stopped = attempt(Browser(app), U02, SECRET)
        assert stopped.status_code == 429
        assert int(stopped.headers["Retry-After"]) > 0
        assert "Attendez un moment" in stopped.text

    def test_another_account_is_not_stopped_by_it(self, make_app: MakeApp) -> None:
        app = make_app("demo", rate_limits=True)
        for _ in range(11):
            attempt(Browser(app), U02, "not the password")
        sign_in(Browser(app), "karim.ziani@example.org", SECRET)

    def test_an_address_cannot_try_many_accounts(self, make_app: MakeApp) -> None:
        app = make_app("demo", rate_limits=True)
        answers = [attempt(Browser(app), f"u{n}@example.org", "x").status_code for n in range(31)]
        assert answers == [422] * 30 + [429]

    def test_who_signs_in_rightly_is_never_stopped(self, make_app: MakeApp) -> None:
        app = make_app("demo", rate_limits=True)
        for _ in range(12):
            sign_in(Browser(app), U02, SECRET)


class TestLanguage:
    def test_a_visitor_switches_it_for_the_browser(self, demo_app: Flask) -> None:
        browser = Browser(demo_app)
        browser.send(browser.get("/login").form("/language"), language="de")
        assert browser.get("/login").language == "de"

    def test_a_member_switches_it_for_the_account(self, demo_app: Flask) -> None:
        browser = Browser(demo_app, "U02")
        page = browser.send(browser.get("/organisations/O02").form("/language"), language="en")
        assert (page.url, page.language) == ("/organisations/O02", "en")
        assert Browser(demo_app, "U02", language="en").get("/me").language == "en"

    def test_an_unknown_one_is_refused(self, demo_app: Flask) -> None:
        browser = Browser(demo_app)
        answer = browser.post(
            "/language", browser.get("/login").form("/language").filled({"language": "tlh"})
        )
        assert answer.status_code == 422
