"""Reads of the journal."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import ColumnElement, Select, String, cast, or_, select
from sqlalchemy.orm import joinedload

from booking.database import db
from booking.journal.models import JournalEntry


def search_entries(
    *,
    act: str = "",
    subject: str = "",
    actor: str = "",
    words: str = "",
    since: datetime | None = None,
    before: datetime | None = None,
) -> Select[JournalEntry]:
    """Entries, the latest first.

    `act` is whole (`member.approved`) or a slice's (`member`); `subject` is a kind with or without
    code (`machine`, `machine:M01`); `actor` is a member's code. Words are looked for in subject,
    reason and values; the period is `[since, before)`.
    """
    query = (
        select(JournalEntry)
        .options(joinedload(JournalEntry.actor))
        .order_by(JournalEntry.at.desc(), JournalEntry.id.desc())
    )
    if act:
        query = query.where(or_(JournalEntry.act == act, JournalEntry.act.startswith(f"{act}.")))
    if subject:
        kind, _colon, code = subject.partition(":")
        query = query.where(JournalEntry.subject_kind == kind)
        if code:
            query = query.where(JournalEntry.subject_code == code)
    if actor:
        query = query.where(JournalEntry.actor.has(code=actor))
    for word in words.split():
        query = query.where(_holds(word))
    if since is not None:
        query = query.where(JournalEntry.at >= since)
    if before is not None:
        query = query.where(JournalEntry.at < before)
    return query


def _holds(word: str) -> ColumnElement[bool]:
    in_json = json.dumps(word)[1:-1]  # as the columns hold it: `é` is `\\u00e9` there
    return or_(
        JournalEntry.subject_code.icontains(word, autoescape=True),
        JournalEntry.reason.icontains(word, autoescape=True),
        cast(JournalEntry.before, String).icontains(in_json, autoescape=True),
        cast(JournalEntry.after, String).icontains(in_json, autoescape=True),
    )


def list_acts() -> list[str]:
    """Every act that the journal holds, in order."""
    return list(db.session.scalars(select(JournalEntry.act).distinct().order_by(JournalEntry.act)))
