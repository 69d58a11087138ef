"""Telling managers that a session has lost somebody who was to give it."""

from __future__ import annotations

from typing import Any

from booking.journal import service as journal
from booking.members.models import Role
from booking.members.queries import list_members_with
from booking.members.rules import AccountState
from booking.outbox import service as outbox
from booking.sessions.queries.teaching import TOLD, Shortage, list_shortages_to_tell
from booking.sessions.service.holding import hold
from booking.sessions.service.telling import as_facts


def tell_of_unable_trainers() -> int:
    """Write one letter to each manager about all sessions that are newly short of a trainer, once
    for each trainer and session; how many sessions there were.
    """
    hold([one.session for one in list_shortages_to_tell()])
    short = list_shortages_to_tell()
    if not short:
        return 0
    for one in short:
        journal.record(
            TOLD,
            "session",
            one.session.code,
            actor_id=None,
            after={
                "trainers": [trainer.member.code for trainer in one.unable],
                "nobody_left": one.is_total,
            },
        )
    facts = {"sessions": [_facts(one) for one in short]}
    for manager in list_members_with(Role.MANAGER):
        if manager.state is AccountState.APPROVED:
            outbox.record(TOLD, manager, facts)
    return len(short)


def _facts(shortage: Shortage) -> dict[str, Any]:
    return as_facts(shortage.session) | {
        "title": shortage.session.training.title,
        "trainers": [trainer.member.name for trainer in shortage.unable],
        "nobody_left": shortage.is_total,
    }
