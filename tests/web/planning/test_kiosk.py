"""The kiosk: a tablet that is nobody's, on which one after the other arrives and leaves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from booking import demo
from booking.database import db
from booking.journal.models import JournalEntry
from booking.members.models import Kiosk, LoginSession, Member
from booking.members.queries import digest
from tests.statements import statements_of
from tests.web.checking import Browser, Page
from tests.web.reservations.asking import MORNING, reserved, wish

At = Callable[[Flask, str], None]

U02 = "mathieu.schwoerer@example.org"
NINE = "2026-11-24T09:00:00+01:00"


@pytest.fixture
def number(demo_app: Flask) -> str:
    """What U02 has reserved for the morning after."""
    return reserved(Browser(demo_app, "U02"), MORNING).rpartition("/")[2]


@pytest.fixture
def tablet(demo_app: Flask, number: str, at: At) -> Browser:
    """A browser that the manager has made a kiosk, at nine of that morning."""
    at(demo_app, NINE)
    browser = Browser(demo_app, "S1")
    browser.send(browser.get("/kiosks").form("/kiosk"))
    return browser


def identify(tablet: Browser) -> Page:
    page = tablet.get("/login?next=/kiosk")
    return tablet.send(page.form(), email=U02, password=demo.PASSWORD)


def names_of_all(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Member.name)))


def acts(app: Flask) -> list[str]:
    with app.app_context():
        query = select(JournalEntry.act).where(JournalEntry.subject_kind == "kiosk")
        return list(db.session.scalars(query.order_by(JournalEntry.id)))


class TestOpening:
    def test_signs_the_manager_out_and_leaves_a_secret_alone(
        self, demo_app: Flask, at: At, number: str
    ) -> None:
        browser = Browser(demo_app, "S1")
        with browser.client.session_transaction() as cookie:
            former = cookie["_user_id"]
        browser.send(browser.get("/kiosks").form("/kiosk"))
        assert browser.ask("/me").status_code == 302
        with browser.client.session_transaction() as cookie:
            secret = cookie["kiosk"]
            assert "_user_id" not in cookie
        with demo_app.app_context():
            assert db.session.scalars(select(Kiosk.token_hash)).all() == [digest(secret)]
            ended = select(LoginSession.ended_at).where(LoginSession.token_hash == digest(former))
            assert db.session.scalar(ended) is not None
        assert acts(demo_app) == ["kiosk.opened"]

    def test_is_for_who_runs_the_place(self, demo_app: Flask) -> None:
        Browser(demo_app, "U02").get("/kiosks", 403)
        assert Browser(demo_app).ask("/kiosk").location == "/kiosks"
        with demo_app.app_context():
            assert db.session.scalars(select(Kiosk)).all() == []


class TestOpenPage:
    def test_shows_the_day_and_names_nobody(self, demo_app: Flask, tablet: Browser, at: At) -> None:
        page = tablet.get("/kiosk")
        assert "M01" in page.text
        assert "Réservée" in page.text
        assert not [name for name in names_of_all(demo_app) if name in page.answer.text]
        identify(tablet)
        tablet.send(tablet.get("/kiosk").form())
        at(demo_app, "2026-11-24T12:10:00+01:00")
        page = tablet.get("/kiosk")
        assert "Au-delà de l’heure" in page.text
        assert not [name for name in names_of_all(demo_app) if name in page.answer.text]

    def test_its_statements_do_not_grow_with_the_day(
        self, demo_app: Flask, tablet: Browser, at: At
    ) -> None:
        with statements_of(demo_app) as before:
            tablet.get("/kiosk")
        reserved(Browser(demo_app, "U02"), wish("M01", "2026-11-24 14:00", "2026-11-24 16:00"))
        with statements_of(demo_app) as after:
            assert tablet.get("/kiosk").text.count("M01") > 1
        assert len(after) == len(before)


class TestOnesTurn:
    def test_arriving_and_leaving_end_on_the_kiosk(
        self, demo_app: Flask, tablet: Browser, number: str, at: At
    ) -> None:
        page = identify(tablet)
        assert page.url == "/kiosk"
        assert "Mathieu Schwoerer" in page.text
        page = tablet.send(page.form(f"/reservations/{number}/check-in"))
        assert page.url == "/kiosk"
        assert "C’est noté" in page.text
        assert f"/reservations/{number}/check-out" in page.links
        page = tablet.get(f"/reservations/{number}/check-out")
        page = tablet.send(page.form(f"/reservations/{number}/check-out"))
        assert page.url == "/kiosk"
        assert "Départ noté" in page.text
        page = tablet.send(page.form("/logout"))
        assert page.url == "/kiosk"
        assert "Mathieu Schwoerer" not in page.answer.text

    def test_lasts_a_minute_after_the_last_request(
        self, demo_app: Flask, tablet: Browser, at: At
    ) -> None:
        page = identify(tablet)
        refresh = [meta["content"] for meta in page.document.all("meta") if meta["http-equiv"]]
        assert refresh == ["61; url=/kiosk"]
        assert page.answer.headers["Cache-Control"] == "no-store"
        at(demo_app, "2026-11-24T09:00:59+01:00")
        assert "Mathieu Schwoerer" in tablet.get("/me").text
        at(demo_app, "2026-11-24T09:01:58+01:00")
        assert "Mathieu Schwoerer" in tablet.get("/kiosk").text
        at(demo_app, "2026-11-24T09:02:59+01:00")
        assert "Mathieu Schwoerer" not in tablet.get("/kiosk").answer.text

    def test_does_not_come_back_to_life(self, demo_app: Flask, tablet: Browser, at: At) -> None:
        page = identify(tablet)
        at(demo_app, "2026-11-24T09:01:01+01:00")
        form = next(form for form in page.forms if form.action.endswith("/check-in"))
        assert tablet.post(form.action, form.filled({})).location == "/login"
        assert "Mathieu Schwoerer" not in tablet.get("/kiosk").answer.text

    def test_takes_nobody_to_the_page_of_the_one_before(self, tablet: Browser, number: str) -> None:
        assert tablet.ask(f"/reservations/{number}").location == "/login"
        assert identify(tablet).url == "/kiosk"


class TestClosing:
    def test_makes_it_a_browser_like_any_other_and_signs_out(
        self, demo_app: Flask, tablet: Browser, at: At
    ) -> None:
        identify(tablet)
        manager = Browser(demo_app, "S1")
        page = manager.get("/kiosks")
        form = next(form for form in page.forms if form.action.endswith("/close"))
        assert "La borne est retirée" in manager.send(form).text
        manager.send(form)
        assert acts(demo_app) == ["kiosk.opened", "kiosk.closed"]
        assert tablet.ask("/me").location == "/login?next=/me"
        assert tablet.ask("/kiosk").location == "/kiosks"
        page = tablet.get("/login?next=/me")
        tablet.send(page.form(), email=U02, password=demo.PASSWORD)
        at(demo_app, "2026-11-24T10:00:00+01:00")
        assert "Mathieu Schwoerer" in tablet.get("/me").text
