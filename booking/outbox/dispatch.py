"""Delivers what the acts have written: each letter once, however many workers there are."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app
from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.exc import DBAPIError

from booking import clock
from booking.database import db, is_lost_race, writing
from booking.outbox.delivery import NotDelivered, compose, send
from booking.outbox.models import Message, MessageState
from booking.outbox.wording import NotRendered, render
from booking.settings import Settings

LEASE = timedelta(minutes=10)
"""Longer than the slowest delivery: another worker takes the message over only after a crash."""

TRIES = 8
FIRST_PAUSE = timedelta(minutes=1)
PAUSE_GROWTH = 3
"""The tries spread over 18 hours: a mail server that is away for a night loses nothing."""

TRIES_TO_NOTE = 5


def deliver_due(app: Flask) -> int:
    """Deliver every message that is due; returns how many went out.

    Without a mail server the demo keeps them in its mailbox page, as if they had gone out;
    a real site leaves them waiting.
    """
    delivered = 0
    with app.app_context():
        settings: Settings = app.config["BOOKING_SETTINGS"]
        if not settings.mail_url and not settings.is_demo:
            return 0
        while (message := _claim()) is not None:
            delivered += _deliver(message, settings)
    return delivered


def _claim() -> Message | None:
    """Take the next due message for this worker alone, for the time of a lease."""
    if db.session.scalar(select(Message.id).where(_due(clock.now())).limit(1)) is None:
        return None  # looking takes no lock; taking does
    with writing():
        now = clock.now()
        message = db.session.scalar(
            select(Message)
            .where(_due(now))
            .order_by(Message.send_after, Message.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if message is not None:
            message.leased_until = now + LEASE
            message.tries += 1
    return message


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(
        Message.state == MessageState.WAITING,
        Message.send_after <= now,
        or_(Message.leased_until.is_(None), Message.leased_until <= now),
    )


def _deliver(message: Message, settings: Settings) -> bool:
    try:
        mail = compose(render(message), settings.mail_from, clock.now())
        if not _still_wanted(message):
            return False
        if settings.mail_url:
            send(mail, settings.mail_url)
    except (NotRendered, NotDelivered, ValueError) as error:
        current_app.logger.warning("message %s not delivered: %s", message.id, error)
        _note(message, Message.state == MessageState.WAITING, **_after_failure(message, str(error)))
        return False
    _note(message, **_after_success(message, settings))
    return True


def _still_wanted(message: Message) -> bool:
    """An act may have withdrawn it since it was claimed."""
    db.session.rollback()
    state = db.session.scalar(select(Message.state).where(Message.id == message.id))
    return state is MessageState.WAITING


def _after_success(message: Message, settings: Settings) -> dict[str, Any]:
    """What was delivered is not kept, except for the demo's mailbox: it is the recipient's."""
    facts = message.facts if settings.is_demo else {}
    return {
        "state": MessageState.SENT,
        "sent_at": clock.now(),
        "last_error": "",
        "facts": facts,
    }


def _after_failure(message: Message, error: str) -> dict[str, Any]:
    if message.tries >= TRIES:
        return {"state": MessageState.FAILED, "last_error": error}
    pause = FIRST_PAUSE * PAUSE_GROWTH ** (message.tries - 1)
    return {"send_after": clock.now() + pause, "last_error": error}


def _note(message: Message, *only_if: ColumnElement[bool], **outcome: Any) -> None:
    """Keep the outcome, whatever else writes at this moment: a lost note would send twice."""
    act = update(Message).where(Message.id == message.id, *only_if)
    for attempt in range(1, TRIES_TO_NOTE + 1):
        try:
            with writing():
                db.session.execute(act.values(leased_until=None, **outcome))
            return
        except DBAPIError as error:
            if attempt == TRIES_TO_NOTE or not is_lost_race(error):
                raise
