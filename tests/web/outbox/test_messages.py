"""The page of the messages: the demo's mailbox, a real site's states and failures."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from booking.database import db, writing
from booking.members.queries import find_member
from booking.outbox import service
from booking.outbox.dispatch import deliver_due
from booking.outbox.models import Message, MessageState
from tests.calendars import entries
from tests.conftest import MakeApp
from tests.statements import statements_of
from tests.web.checking import Browser
from tests.web.reservations.asking import reserved

MANAGER = "S1"


def write(app: Flask, kind: str, to: str, facts: dict[str, Any], **values: Any) -> int:
    """A message in the outbox; its number."""
    with app.app_context(), writing():
        member = find_member(to)
        assert member is not None
        service.record(kind, member, facts)
        db.session.flush()
        message = db.session.scalars(db.select(Message).order_by(Message.id.desc())).first()
        assert message is not None
        for name, value in values.items():
            setattr(message, name, value)
        return message.id


def state_of(app: Flask, number: int) -> MessageState:
    with app.app_context():
        message = db.session.get(Message, number)
        assert message is not None
        return message.state


@pytest.fixture
def demo_site(make_app: MakeApp) -> Flask:
    return make_app("demo", mode="demo")


class TestMailboxOfTheDemo:
    def test_it_shows_each_letter_in_its_recipients_language(self, demo_site: Flask) -> None:
        number = write(demo_site, "account.suspended", "U03", {"reason": "Badge verliehen"})
        page = Browser(demo_site, MANAGER).get(f"/messages/{number}")
        assert "Badge verliehen" in page.text
        assert "http://localhost/" not in page.answer.headers.get("Location", "")
        assert [pre["lang"] for pre in page.document.all("pre")] == ["de"]

    def test_the_worker_moves_them_as_if_they_had_gone_out(self, demo_site: Flask) -> None:
        number = write(demo_site, "account.approved", "U05", {})
        assert deliver_due(demo_site) == 1
        assert state_of(demo_site, number) is MessageState.SENT
        assert "Votre compte est validé" in Browser(demo_site, MANAGER).get("/messages").text

    @pytest.mark.parametrize(
        ("query", "count"),
        [("words=weber", 1), ("language=de", 1), ("kind=account.approved", 1), ("state=SENT", 0)],
    )
    def test_they_are_found(self, demo_site: Flask, query: str, count: int) -> None:
        write(demo_site, "account.suspended", "U03", {"reason": "x"})
        write(demo_site, "account.approved", "U05", {})
        page = Browser(demo_site, MANAGER).get(f"/messages?{query}")
        assert len(page.main.first("tbody").all("th")) == count

    def test_the_file_that_goes_with_a_letter_can_be_had(self, demo_site: Flask) -> None:
        reserved(Browser(demo_site, "U02"))
        browser = Browser(demo_site, MANAGER)
        page = browser.get("/messages?kind=reservation.confirmed")
        (letter,) = [link for link in page.links if re.fullmatch(r"/messages/\d+", link)]
        link = f"{letter}/reservation.ics"
        assert link in browser.get(letter).links
        answer = browser.ask(link)
        assert answer.content_type == "text/calendar; charset=utf-8"
        (entry,) = entries(answer.data).values()
        assert str(entry.summary).endswith("(M01)")

    def test_a_message_that_cannot_be_shown_breaks_no_page(self, demo_site: Flask) -> None:
        number = write(demo_site, "account.suspended", "U03", {})
        write(demo_site, "no.such_kind", "U03", {})
        browser = Browser(demo_site, MANAGER)
        browser.get("/messages")
        assert "ne peut pas être affiché" in browser.get(f"/messages/{number}").text

    def test_markup_in_a_letter_stays_text(self, demo_site: Flask) -> None:
        number = write(
            demo_site, "account.suspended", "U05", {"reason": "<script>alert(1)</script>"}
        )
        assert "<script>alert" not in Browser(demo_site, MANAGER).ask(f"/messages/{number}").text

    def test_the_statements_do_not_grow_with_them(self, demo_site: Flask) -> None:
        write(demo_site, "account.approved", "U03", {})
        browser = Browser(demo_site, MANAGER)
        with statements_of(demo_site) as few:
            browser.get("/messages")
        for _ in range(20):
            write(demo_site, "account.approved", "U05", {})
        with statements_of(demo_site) as many:
            browser.get("/messages")
        assert len(few) == len(many)


class TestRealSite:
    def test_managers_see_states_and_no_words(self, demo_app: Flask) -> None:
        number = write(demo_app, "account.suspended", "U02", {"reason": "Affaire privée"})
        browser = Browser(demo_app, MANAGER)
        assert "Compte suspendu" in browser.get("/messages").text
        page = browser.get(f"/messages/{number}")
        assert "Affaire privée" not in page.answer.text
        assert "n’appartient qu’à son destinataire" in page.text

    def test_a_failed_message_is_sent_again(self, demo_app: Flask) -> None:
        failed = {"state": MessageState.FAILED, "tries": 8, "last_error": "550 no such user"}
        number = write(demo_app, "account.approved", "U02", {}, **failed)
        browser = Browser(demo_app, MANAGER)
        assert "Un courriel n’a pas pu être remis" in browser.get("/messages").text
        page = browser.get(f"/messages/{number}")
        assert "550 no such user" in page.text
        browser.send(page.form(f"/messages/{number}/send-again"))
        assert state_of(demo_app, number) is MessageState.WAITING

    def test_a_withdrawn_message_is_not_sent_again(self, demo_app: Flask) -> None:
        number = write(demo_app, "account.approved", "U02", {}, state=MessageState.WITHDRAWN)
        browser = Browser(demo_app, MANAGER)
        csrf = browser.get("/messages").form("/logout").value("csrf_token")
        assert (
            browser.post(f"/messages/{number}/send-again", {"csrf_token": csrf}).status_code == 303
        )
        assert state_of(demo_app, number) is MessageState.WITHDRAWN

    def test_members_do_not_see_them(self, demo_app: Flask) -> None:
        for code in ("U02", "S2", "S4", "S5"):
            assert Browser(demo_app, code).ask("/messages").status_code == 403

    def test_a_message_that_is_none_is_not_found(self, demo_app: Flask) -> None:
        Browser(demo_app, MANAGER).get("/messages/999999", 404)
        Browser(demo_app, MANAGER).get("/messages?state=LOST", 422)
