"""Absences that a manager sets aside."""

from __future__ import annotations

from sqlalchemy import select

from booking import clock
from booking.database import db, key_of, lock
from booking.journal import service as journal
from booking.members.models import Member
from booking.outbox import service as outbox
from booking.reservations.queries import count_no_shows


def forgive_no_shows(member: Member, actor: Member, reason: str) -> bool:
    """What was missed up to now counts no more; False when nothing did."""
    lock(select(Member.id).where(Member.id == key_of(member)).with_for_update(key_share=True))
    db.session.refresh(member)
    count = count_no_shows(member)
    if count == 0:
        return False
    member.no_shows_forgiven_at = clock.now()
    journal.record(
        "member.no_shows_forgiven",
        "member",
        member.code,
        actor_id=actor.id,
        reason=reason,
        before={"no_shows": count},
        after={"no_shows": 0},
    )
    outbox.record("account.no_shows_forgiven", member, {"reason": reason})
    return True
