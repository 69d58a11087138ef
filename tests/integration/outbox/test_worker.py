"""The worker against a real SMTP server: each letter once, none lost, none that was withdrawn."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Event, Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from flask import Flask
from sqlalchemy import event, update

from booking import clock, worker
from booking.database import db, writing
from booking.members.queries import find_member
from booking.outbox import service
from booking.outbox.dispatch import LEASE, TRIES, deliver_due
from booking.outbox.models import Message, MessageState
from tests.conftest import MakeApp

At = Callable[[Flask, str], None]

HOST = "127.0.0.1"


class Postbox:
    """A mail server's memory; `answers` are given first, in order, before it accepts."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.answers: list[str] = []
        self.arrived: Callable[[], None] = lambda: None

    async def handle_RCPT(  # noqa: N802 - the names of aiosmtpd
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.recipients += envelope.rcpt_tos
        self.arrived()
        return "250 OK"


def free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def mail_server(postbox: Postbox) -> Iterator[str]:
    """The address of a server that puts what it gets into the postbox."""
    controller = Controller(postbox, hostname=HOST, port=free_port(HOST))
    controller.start()
    yield f"smtp://{HOST}:{controller.port}"
    controller.stop()


@pytest.fixture
def site(make_app: MakeApp, mail_server: str) -> Flask:
    return make_app("demo", mail_url=mail_server)


def write(app: Flask, reason: str = "Badge prêté", to: str = "U02", topic: str = "") -> int:
    """A message in the outbox; its number."""
    with app.app_context(), writing():
        member = find_member(to)
        assert member is not None
        service.record("account.suspended", member, {"reason": reason}, topic=topic)
        db.session.flush()
        return db.session.scalars(db.select(Message.id).order_by(Message.id.desc())).first() or 0


def rename(app: Flask, name: str) -> None:
    with app.app_context(), writing():
        member = find_member("U02")
        assert member is not None
        member.name = name


def message(app: Flask, number: int) -> Message:
    with app.app_context():
        found = db.session.get(Message, number)
        assert found is not None
        return found


def withdraw(app: Flask, topic: str) -> None:
    with app.app_context(), writing():
        service.withdraw(topic)


class TestDelivery:
    def test_a_letter_arrives_whole(self, site: Flask, postbox: Postbox) -> None:
        rename(site, "Zoé Müller-Lévêque")
        number = write(site, "Fraise cassée – 12 €, « à revoir » 日本")
        assert deliver_due(site) == 1
        (letter,) = postbox.letters
        assert postbox.recipients == ["mathieu.schwoerer@example.org"]
        assert letter["To"] == "Zoé Müller-Lévêque <mathieu.schwoerer@example.org>"
        assert letter["Subject"] == "Votre compte est suspendu"
        assert "Fraise cassée – 12 €, « à revoir » 日本" in letter.get_content()
        assert letter["Message-ID"] == message(site, number).message_id
        assert letter["Auto-Submitted"] == "auto-generated"

    def test_it_is_sent_once(self, site: Flask, postbox: Postbox) -> None:
        number = write(site)
        assert (deliver_due(site), deliver_due(site)) == (1, 0)
        assert len(postbox.letters) == 1
        assert message(site, number).state is MessageState.SENT

    def test_what_was_delivered_is_not_kept(self, site: Flask) -> None:
        number = write(site, "Affaire privée")
        deliver_due(site)
        assert message(site, number).facts == {}

    def test_nothing_leaves_before_its_time(self, site: Flask, postbox: Postbox, at: At) -> None:
        with site.app_context(), writing():
            member = find_member("U02")
            assert member is not None
            later = clock.now().replace(hour=9)
            service.record("account.approved", member, {}, send_after=later)
        assert deliver_due(site) == 0
        at(site, "2026-11-23T10:00:00+01:00")
        assert deliver_due(site) == 1

    def test_a_name_with_line_breaks_adds_no_header(self, site: Flask, postbox: Postbox) -> None:
        rename(site, "Eve\r\nBcc: tous@example.org\r\nSubject: Gagné")
        write(site)
        assert deliver_due(site) == 1
        (letter,) = postbox.letters
        assert letter["Bcc"] is None
        assert letter.get_all("Subject") == ["Votre compte est suspendu"]
        assert postbox.recipients == ["mathieu.schwoerer@example.org"]

    def test_an_address_that_is_none_stops_nobody_elses_letter(
        self, site: Flask, postbox: Postbox
    ) -> None:
        broken = write(site)
        with site.app_context(), writing():
            bad = db.session.get(Message, broken)
            assert bad is not None
            bad.recipient = "a@example.org\r\nRCPT TO:<b@example.org>"
        write(site, to="U05")
        assert deliver_due(site) == 1
        assert postbox.recipients == ["karim.ziani@example.org"]
        assert message(site, broken).last_error

    def test_a_letter_without_words_stops_nobody_elses(self, site: Flask, postbox: Postbox) -> None:
        with site.app_context(), writing():
            member = find_member("U02")
            assert member is not None
            service.record("no.such_kind", member, {})
        write(site, to="U05")
        assert deliver_due(site) == 1

    def test_without_a_server_a_real_site_keeps_them_waiting(self, make_app: MakeApp) -> None:
        app = make_app("demo")
        number = write(app)
        assert deliver_due(app) == 0
        assert message(app, number).state is MessageState.WAITING


class TestFailure:
    def test_a_refused_letter_is_tried_again_later(
        self, site: Flask, postbox: Postbox, at: At
    ) -> None:
        postbox.answers = ["451 come back later"]
        number = write(site)
        assert deliver_due(site) == 0
        assert "451" in message(site, number).last_error
        assert deliver_due(site) == 0
        at(site, "2026-11-23T08:01:00+01:00")
        assert deliver_due(site) == 1
        assert message(site, number).tries == 2
        assert len({letter["Message-ID"] for letter in postbox.letters}) == 1

    def test_the_pauses_grow_and_the_eighth_try_is_the_last(
        self, site: Flask, postbox: Postbox
    ) -> None:
        postbox.answers = ["550 no such user"] * TRIES
        number = write(site)
        pauses = []
        for _ in range(TRIES):
            site.config["BOOKING_NOW"] = message(site, number).send_after
            assert deliver_due(site) == 0
            found = message(site, number)
            pauses.append((found.send_after - site.config["BOOKING_NOW"]).total_seconds() / 60)
        assert pauses == [1, 3, 9, 27, 81, 243, 729, 0]
        assert message(site, number).state is MessageState.FAILED
        assert deliver_due(site) == 0

    def test_a_server_that_is_away_loses_nothing(self, make_app: MakeApp, at: At) -> None:
        app = make_app("demo", mail_url=f"smtp://{HOST}:{free_port(HOST)}")
        number = write(app)
        assert deliver_due(app) == 0
        assert message(app, number).state is MessageState.WAITING
        assert "Refused" in message(app, number).last_error

    def test_a_password_never_goes_out_without_tls(
        self, make_app: MakeApp, postbox: Postbox
    ) -> None:
        other_host = "127.0.0.2"  # this machine, by a name that is not taken for a local one
        controller = Controller(postbox, hostname=other_host, port=free_port(other_host))
        controller.start()
        app = make_app("demo", mail_url=f"smtp://user:secret@{other_host}:{controller.port}")
        number = write(app)
        assert deliver_due(app) == 0
        controller.stop()
        assert "TLS" in message(app, number).last_error
        assert postbox.letters == []


class TestWithdrawal:
    def test_what_is_no_longer_true_is_not_sent(self, site: Flask, postbox: Postbox) -> None:
        number = write(site, topic="reservation:12")
        write(site, to="U05", topic="reservation:13")
        withdraw(site, "reservation:12")
        assert deliver_due(site) == 1
        assert postbox.recipients == ["karim.ziani@example.org"]
        assert message(site, number).state is MessageState.WITHDRAWN

    def test_not_even_when_it_was_claimed_already(self, site: Flask, postbox: Postbox) -> None:
        number = write(site, topic="reservation:12")

        def act_meanwhile(_session: Any) -> None:
            """As another process would, which waits for no turn of this one."""
            with db.engine.begin() as connection:
                connection.execute(
                    update(Message)
                    .where(Message.topic == "reservation:12")
                    .values(state=MessageState.WITHDRAWN)
                )

        event.listen(db.session, "after_commit", act_meanwhile, once=True)
        assert deliver_due(site) == 0
        assert postbox.letters == []
        assert message(site, number).state is MessageState.WITHDRAWN


class TestSeveralWorkers:
    LETTERS = 24

    def test_none_is_sent_twice_and_none_is_left(self, site: Flask, postbox: Postbox) -> None:
        for number in range(self.LETTERS):
            write(site, f"Raison {number}")
        delivered: list[int] = []
        workers = [Thread(target=lambda: delivered.append(deliver_due(site))) for _ in range(4)]
        for thread in workers:
            thread.start()
        for thread in workers:
            thread.join()
        assert sum(delivered) == self.LETTERS
        assert len({letter["Message-ID"] for letter in postbox.letters}) == self.LETTERS
        assert len(postbox.letters) == self.LETTERS

    def test_what_another_worker_holds_is_taken_over_after_its_lease(
        self, site: Flask, postbox: Postbox
    ) -> None:
        number = write(site)
        with site.app_context(), writing():
            held = db.session.get(Message, number)
            assert held is not None
            held.leased_until = clock.now() + LEASE
        assert deliver_due(site) == 0
        site.config["BOOKING_NOW"] += LEASE
        assert deliver_due(site) == 1


def test_the_worker_delivers_until_it_is_told_to_stop(site: Flask, postbox: Postbox) -> None:
    write(site)
    stop = Event()
    postbox.arrived = stop.set
    thread = Thread(target=worker.run, args=(site, stop))
    thread.start()
    thread.join(timeout=30)
    assert not thread.is_alive()
    bodies = [letter.get_body() for letter in postbox.letters]
    written = [body for body in bodies if body and "Badge prêté" in body.get_content()]
    assert len(written) == 1
