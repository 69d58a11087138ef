"""Handing a letter to the mail server."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import SplitResult, unquote, urlsplit

TIMEOUT_SECONDS = 30
SUBMISSION_PORT, IMPLICIT_TLS_PORT = 587, 465
CALENDAR_FILE_NAME = "reservation.ics"
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class CalendarFile:
    """An entry for the recipient's calendar; `method` says what to do with it."""

    method: str
    text: str


@dataclass(frozen=True)
class Letter:
    """A message in the words of its recipient's language."""

    recipient: str
    recipient_name: str
    language: str
    subject: str
    text: str
    message_id: str
    calendar: CalendarFile | None = None


class NotDelivered(Exception):  # noqa: N818 - it names what happened
    """The mail server did not take the letter; says why."""


def compose(letter: Letter, sender: str, sent_at: datetime) -> EmailMessage:
    """The letter as a mail; raises `ValueError` for an address that is none.

    A header never holds a line break, whatever a name or a title contains.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = Address(_one_line(letter.recipient_name), addr_spec=letter.recipient)
    mail["Subject"] = _one_line(letter.subject)
    mail["Date"] = format_datetime(sent_at)
    mail["Message-ID"] = letter.message_id
    mail["Content-Language"] = letter.language
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text, cte="quoted-printable")
    if letter.calendar:
        mail.add_attachment(
            letter.calendar.text,
            subtype="calendar",
            cte="base64",
            filename=CALENDAR_FILE_NAME,
            params={"method": letter.calendar.method},
        )
    return mail


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def send(mail: EmailMessage, mail_url: str) -> None:
    """Give the mail to the server named by `smtp://user:password@host:port` (or `smtps://`)."""
    url = urlsplit(mail_url)
    try:
        with _connect(url) as server:
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
            server.send_message(mail)
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise NotDelivered(f"{type(error).__name__}: {error}") from error


def _connect(url: SplitResult) -> smtplib.SMTP:
    host = url.hostname or "localhost"
    context = ssl.create_default_context()
    if url.scheme == "smtps":
        port = url.port or IMPLICIT_TLS_PORT
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=context)
    server = smtplib.SMTP(host, url.port or SUBMISSION_PORT, timeout=TIMEOUT_SECONDS)
    try:
        if host not in LOOPBACK:
            _encrypt(server, context, needed=bool(url.username))
    except BaseException:
        server.close()
        raise
    return server


def _encrypt(server: smtplib.SMTP, context: ssl.SSLContext, *, needed: bool) -> None:
    """Use TLS where it is offered; a password never goes over the network without."""
    server.ehlo()
    if server.has_extn("starttls"):
        server.starttls(context=context)
    elif needed:
        raise NotDelivered("the mail server offers no TLS, and a password is set: use smtps://")
