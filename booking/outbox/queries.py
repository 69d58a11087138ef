"""Reads of messages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, exists, func, or_, select

from booking.database import db
from booking.outbox.models import JobRun, Message, MessageState


def find_message(message_id: int) -> Message | None:
    return db.session.get(Message, message_id)


def search_messages(
    *, words: str = "", kind: str = "", state: MessageState | None = None, language: str = ""
) -> Select[Message]:
    """Messages, the latest first, narrowed to words of the recipient's name and address."""
    query = select(Message).order_by(Message.created_at.desc(), Message.id.desc())
    for word in words.split():
        query = query.where(
            or_(
                Message.recipient.icontains(word, autoescape=True),
                Message.recipient_name.icontains(word, autoescape=True),
            )
        )
    if kind:
        query = query.where(Message.kind == kind)
    if state is not None:
        query = query.where(Message.state == state)
    if language:
        query = query.where(Message.language == language)
    return query


def has_been_written(topic: str) -> bool:
    """Whether there is any message about this, whatever has become of it."""
    return db.session.scalar(select(exists().where(Message.topic == topic))) or False


def count_messages(state: MessageState) -> int:
    query = select(func.count()).select_from(Message).where(Message.state == state)
    return db.session.scalar(query) or 0


def has_run(job: str, period: str) -> bool:
    """Whether a periodic job has run in this period."""
    return db.session.get(JobRun, (job, period)) is not None


def last_runs() -> dict[str, datetime]:
    """When each periodic job last ran."""
    query = (
        select(JobRun.job, func.max(JobRun.ran_at).label("ran_at"))
        .group_by(JobRun.job)
        .order_by(JobRun.job)
    )
    return {row.job: row.ran_at for row in db.session.execute(query)}
