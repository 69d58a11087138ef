"""Writing to the journal, in the transaction of the act it tells of."""

from __future__ import annotations

from typing import Any

from booking import clock
from booking.database import write_rows
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
    row = {
        "at": clock.now(),
        "actor_id": actor_id,
        "act": act,
        "subject_kind": subject_kind,
        "subject_code": str(subject_code),
        "reason": reason,
        "before": before or {},
        "after": after or {},
    }
    write_rows(JournalEntry, row)


def record_change(
    act: str,
    subject_kind: str,
    subject_code: str | int,
    *,
    actor_id: int | None,
    before: dict[str, Any],
    after: dict[str, Any],
    reason: str = "",
) -> None:
    """Add an entry with those values alone that differ; none when nothing does."""
    changed = [key for key in after if before.get(key) != after[key]]
    if changed:
        record(
            act,
            subject_kind,
            subject_code,
            actor_id=actor_id,
            reason=reason,
            before={key: before.get(key) for key in changed},
            after={key: after[key] for key in changed},
        )
