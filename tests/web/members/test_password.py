"""A forgotten password, and another one."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask

from booking import demo
from booking.database import db
from booking.journal.models import JournalEntry
from booking.members.service.credentials import find_member_by_credentials
from booking.outbox import wording
from booking.outbox.models import Message
from tests.conftest import MakeApp
from tests.web.checking import Browser

U02 = "mathieu.schwoerer@example.org"
BETTER = "hêtre varlope établi"

At = Callable[[Flask, str], None]


def ask(app: Flask, email: str = U02) -> str:
    """Ask for a link; what the page says."""
    browser = Browser(app)
    return browser.send(browser.get("/password/forgotten").form(), email=email).text


def letters(app: Flask) -> list[str]:
    with app.test_request_context():
        return [wording.render(message).text for message in db.session.query(Message)]


def links(app: Flask) -> list[str]:
    return [word for text in letters(app) for word in text.split() if "/password/reset/" in word]


def use(app: Flask, link: str, password: str = BETTER, status: int = 303) -> str:
    """Open the link and choose a password; the page that follows."""
    browser = Browser(app)
    form = browser.get(urlsplit(link).path).form()
    return browser.send(form, status, password=password, repeated=password).text


def opens(app: Flask, password: str) -> bool:
    with app.app_context():
        return find_member_by_credentials(U02, password) is not None


class TestForgotten:
    def test_the_answer_does_not_tell_whether_the_account_exists(self, demo_app: Flask) -> None:
        known, unknown = ask(demo_app), ask(demo_app, "personne@example.org")
        assert known == unknown
        assert len(letters(demo_app)) == 1

    def test_the_link_leads_to_the_configured_address(self, make_app: MakeApp) -> None:
        app = make_app("demo", base_url="https://etabli.example.org", trusted_hosts=("localhost",))
        ask(app)
        (link,) = links(app)
        assert link.startswith("https://etabli.example.org/password/reset/")

    def test_the_link_opens_the_account_with_another_password(self, demo_app: Flask) -> None:
        ask(demo_app)
        use(demo_app, links(demo_app)[0])
        assert opens(demo_app, BETTER)
        assert not opens(demo_app, demo.PASSWORD)

    def test_the_link_serves_once(self, demo_app: Flask) -> None:
        ask(demo_app)
        (link,) = links(demo_app)
        use(demo_app, link)
        assert "ne sert plus" in Browser(demo_app).get(urlsplit(link).path, 404).text

    def test_a_form_opened_before_serves_no_more_either(self, demo_app: Flask) -> None:
        ask(demo_app)
        (link,) = links(demo_app)
        late = Browser(demo_app)
        form = late.get(urlsplit(link).path).form()
        use(demo_app, link)
        late.send(form, 404, password="une autre phrase", repeated="une autre phrase")
        assert opens(demo_app, BETTER)

    def test_the_link_serves_for_sixty_minutes(self, demo_app: Flask, at: At) -> None:
        ask(demo_app)
        path = urlsplit(links(demo_app)[0]).path
        at(demo_app, "2026-11-23T08:59:59+01:00")
        Browser(demo_app).get(path)
        at(demo_app, "2026-11-23T09:00:00+01:00")
        Browser(demo_app).get(path, 404)

    def test_no_copy_of_its_page_is_kept(self, demo_app: Flask) -> None:
        ask(demo_app)
        answer = Browser(demo_app).ask(urlsplit(links(demo_app)[0]).path)
        assert answer.headers["Cache-Control"] == "no-store"

    def test_a_newer_link_takes_the_place_of_the_older(self, demo_app: Flask) -> None:
        ask(demo_app)
        (older,) = links(demo_app)
        ask(demo_app)
        Browser(demo_app).get(urlsplit(older).path, 404)

    def test_every_browser_is_signed_out(self, demo_app: Flask) -> None:
        signed_in = Browser(demo_app, "U02")
        ask(demo_app)
        use(demo_app, links(demo_app)[0])
        assert signed_in.ask("/me").status_code == 302

    def test_who_has_left_gets_no_link(self, demo_app: Flask) -> None:
        ask(demo_app, "marc.dosch@example.org")
        assert letters(demo_app) == []

    def test_the_journal_keeps_the_act_and_no_secret(self, demo_app: Flask) -> None:
        ask(demo_app)
        use(demo_app, links(demo_app)[0])
        with demo_app.app_context():
            entry = db.session.query(JournalEntry).filter_by(act="member.password_changed").one()
            assert (entry.subject_code, entry.before, entry.after) == ("U02", {}, {})

    def test_an_account_is_not_flooded_with_links(self, make_app: MakeApp) -> None:
        app = make_app("demo", rate_limits=True)
        for _ in range(5):
            ask(app)
        browser = Browser(app)
        form = browser.get("/password/forgotten").form()
        answer = browser.post("/password/forgotten", form.filled({"email": U02}))
        assert answer.status_code == 429

    @pytest.mark.parametrize("email", ["", "x" * 300])
    def test_no_address_or_an_endless_one_is_refused(self, demo_app: Flask, email: str) -> None:
        browser = Browser(demo_app)
        browser.send(browser.get("/password/forgotten").form(), 422, email=email)

    @pytest.mark.parametrize(
        ("password", "repeated"),
        [("", ""), ("trop court", "trop court"), (BETTER, BETTER + "x"), ("x" * 201, "x" * 201)],
    )
    def test_a_password_that_is_none_is_refused(
        self, demo_app: Flask, password: str, repeated: str
    ) -> None:
        ask(demo_app)
        browser = Browser(demo_app)
        form = browser.get(urlsplit(links(demo_app)[0]).path).form()
        browser.send(form, 422, password=password, repeated=repeated)
        assert opens(demo_app, demo.PASSWORD)


class TestAnotherPassword:
    def change(self, browser: Browser, status: int = 303, **values: str) -> str:
        good = {"present": demo.PASSWORD, "password": BETTER, "repeated": BETTER}
        form = browser.get("/me/password").form()
        return browser.send(form, status, **(good | values)).text

    def test_signs_out_the_other_browsers_and_keeps_this_one(self, demo_app: Flask) -> None:
        here, elsewhere = Browser(demo_app, "U02"), Browser(demo_app, "U02")
        assert "autres appareils sont déconnectés" in self.change(here)
        assert elsewhere.ask("/me").status_code == 302
        here.get("/me")
        assert opens(demo_app, BETTER)

    def test_asks_for_the_present_one(self, demo_app: Flask) -> None:
        text = self.change(Browser(demo_app, "U02"), 422, present="je ne sais plus")
        assert "n’est pas votre mot de passe actuel" in text
        assert opens(demo_app, demo.PASSWORD)

    def test_makes_a_link_sent_before_useless(self, demo_app: Flask) -> None:
        ask(demo_app)
        self.change(Browser(demo_app, "U02"))
        Browser(demo_app).get(urlsplit(links(demo_app)[0]).path, 404)
