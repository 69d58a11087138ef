"""Writing messages, and taking back those that are no longer true."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import uuid4

from sqlalchemy import delete, update

from booking import clock
from booking.database import db, hold_row, write_rows
from booking.journal import service as journal
from booking.outbox.models import JobRun, Message, MessageState
from booking.outbox.queries import has_run

RUNS_KEPT = timedelta(days=30)


class Recipient(Protocol):
    """Whoever can be written to: a member."""

    email: str
    name: str
    language: str


def record(
    kind: str,
    recipient: Recipient,
    facts: dict[str, Any],
    *,
    topic: str = "",
    send_after: datetime | None = None,
) -> None:
    """Add a mail made from `templates/mail/<kind>.txt`; `facts` are plain JSON values.

    Instants go in as ISO 8601 strings; the template localises them.
    """
    now = clock.now()
    row = {
        "kind": kind,
        "topic": topic,
        "recipient": recipient.email,
        "recipient_name": recipient.name,
        "language": recipient.language,
        "facts": facts,
        "message_id": f"<{uuid4()}@etabli>",
        "created_at": now,
        "send_after": send_after or now,
    }
    write_rows(Message, row)


def withdraw(topic: str) -> None:
    """What waits about this topic will not be sent: it is no longer true."""
    db.session.flush()
    db.session.execute(
        update(Message)
        .where(Message.topic == topic, Message.state == MessageState.WAITING)
        .values(state=MessageState.WITHDRAWN)
    )


def begin_run(job: str, period: str) -> bool:
    """Claim a periodic job for one period; False when it has run in it already."""
    if has_run(job, period):
        return False
    db.session.add(JobRun(job=job, period=period, ran_at=clock.now()))
    db.session.flush()
    return True


def forget_runs() -> None:
    """Delete the runs of periods long past."""
    db.session.execute(delete(JobRun).where(JobRun.ran_at < clock.now() - RUNS_KEPT))


def send_again(message: Message, actor_id: int) -> bool:
    """Put a failed message back in the queue; False when it is not a failed one."""
    hold_row(message)
    if message.state is not MessageState.FAILED:
        return False
    message.state = MessageState.WAITING
    message.tries = 0
    message.send_after = clock.now()
    journal.record("message.sent_again", "message", message.id, actor_id=actor_id)
    return True
