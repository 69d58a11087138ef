"""Closures of the site, an area or a machine. Whoever closes has seen to the reservations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from booking import clock
from booking.database import db
from booking.journal import service as journal
from booking.members.models import Member
from booking.openings.models import Closure, Level
from booking.periods import Period


@dataclass(frozen=True)
class ClosureDraft:
    """A closure as somebody wants it, before it is saved."""

    level: Level
    period: Period
    reason: str


def close(draft: ClosureDraft, actor: Member) -> Closure:
    closure = Closure()
    _write(closure, draft)
    db.session.add(closure)
    db.session.flush()
    journal.record(
        "closure.made", "closure", closure.id, actor_id=actor.id, after=_as_facts(closure)
    )
    return closure


def change_closure(closure: Closure, draft: ClosureDraft, actor: Member) -> None:
    before = _as_facts(closure)
    _write(closure, draft)
    db.session.flush()
    journal.record(
        "closure.changed",
        "closure",
        closure.id,
        actor_id=actor.id,
        before=before,
        after=_as_facts(closure),
    )


def cancel_closure(closure: Closure, actor: Member) -> None:
    """The closure no longer holds; it stays on record. Cancelling twice changes nothing."""
    if closure.cancelled_at is None:
        closure.cancelled_at = clock.now()
        journal.record(
            "closure.cancelled", "closure", closure.id, actor_id=actor.id, before=_as_facts(closure)
        )


def _write(closure: Closure, draft: ClosureDraft) -> None:
    closure.area = draft.level.area
    closure.machine = draft.level.machine
    closure.starts_at = draft.period.starts_at
    closure.ends_at = draft.period.ends_at
    closure.reason = draft.reason


def _as_facts(closure: Closure) -> dict[str, Any]:
    return {
        "of": closure.level.kind,
        "code": closure.level.code,
        "starts_at": closure.starts_at.isoformat(),
        "ends_at": closure.ends_at.isoformat(),
        "reason": closure.reason,
    }
