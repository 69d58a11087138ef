"""Reserving with the form, as a person does it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask
from sqlalchemy import Select, select

from booking.database import db
from booking.journal.models import JournalEntry
from booking.outbox.models import Message
from booking.reservations.models import Reservation
from tests.web.checking import Browser, Page

NEW = "/reservations/new"


def wish(machine: str, start: str, end: str, **others: Any) -> dict[str, Any]:
    """The form's values for a wish; times are the workshop's: `2026-11-24 09:00`."""
    starts_on, start_time = start.split()
    ends_on, end_time = end.split()
    return {
        "machine": machine,
        "starts_on": starts_on,
        "start_time": start_time,
        "ends_on": ends_on,
        "end_time": end_time,
        **others,
    }


MORNING = wish("M01", "2026-11-24 09:00", "2026-11-24 12:00")
"""What U02 and U03 may have."""


def ask_for(browser: Browser, values: dict[str, Any], status: int = 303) -> Page:
    """Fill in a fresh form and send it: the confirmation, or the refusal with this status."""
    return browser.send(browser.get(NEW).form(NEW), status, **values)


def reserved(browser: Browser, values: dict[str, Any] = MORNING) -> str:
    """Reserve; the address of the confirmation."""
    return ask_for(browser, values).url


def refusals_on(page: Page) -> list[str]:
    """What the page gives as reasons."""
    return [
        element.text for element in page.document.all("p") if element["class"] == "refusal-reason"
    ]


def all_of(app: Flask, query: Select[Any]) -> Sequence[Any]:
    with app.app_context():
        return db.session.scalars(query).all()


def reservations_made(app: Flask) -> list[Reservation]:
    """Those made since the demo was loaded, the first first."""
    made = select(Reservation).where(Reservation.idempotency_key.is_not(None))
    return list(all_of(app, made.order_by(Reservation.id)))


def messages_about(app: Flask, url: str) -> list[Message]:
    topic = f"reservation:{url.rpartition('/')[2]}"
    return list(all_of(app, select(Message).where(Message.topic == topic).order_by(Message.id)))


def journal_about(app: Flask, url: str) -> list[JournalEntry]:
    entries = select(JournalEntry).where(
        JournalEntry.subject_kind == "reservation",
        JournalEntry.subject_code == url.rpartition("/")[2],
    )
    return list(all_of(app, entries.order_by(JournalEntry.id)))
