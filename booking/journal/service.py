"""Writing to the journal, in the transaction of the act it tells of."""

from __future__ import annotations

from typing import Any

from booking import clock
from booking.database import db
from booking.journal.models import JournalEntry


def record(
    act: str,
    subject_kind: str,
    subject_code: str | int,
    *,
    actor_id: int | None,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Add an entry such as `record("certification.approved", "certification", 12, ...)`.

    `before` and `after` hold plain JSON values, never passwords, tokens or documents.
    """
    db.session.add(
        JournalEntry(
            at=clock.now(),
            actor_id=actor_id,
            act=act,
            subject_kind=subject_kind,
            subject_code=str(subject_code),
            reason=reason,
            before=before or {},
            after=after or {},
        )
    )
