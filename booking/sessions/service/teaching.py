"""Telling managers that a session has lost somebody who was to give it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from booking.journal import service as journal
from booking.members.models import Role
from booking.members.queries import list_members_with
from booking.members.rules import AccountState
from booking.outbox import service as outbox
from booking.sessions.queries.teaching import SETTLED, TOLD, Shortage, find_news_of_shortages
from booking.sessions.service.holding import hold
from booking.sessions.service.telling import as_facts


def tell_of_unable_trainers() -> int:
    """Write one letter to each manager about all sessions that are newly short of a trainer; how
    many there were. It is told once for each trainer and session, and anew where it happens again:
    what was told and has been settled is written down.
    """
    news = find_news_of_shortages()
    hold({*news.settled, *(one.session for one in news.to_tell)})
    news = find_news_of_shortages()
    for session, codes in news.settled.items():
        after = {"trainers": sorted(codes)}
        journal.record(SETTLED, "session", session.code, actor_id=None, after=after)
    if news.to_tell:
        _tell(news.to_tell)
    return len(news.to_tell)


def _tell(short: Sequence[Shortage]) -> None:
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


def _facts(shortage: Shortage) -> dict[str, Any]:
    return as_facts(shortage.session) | {
        "title": shortage.session.training.title,
        "trainers": [trainer.member.name for trainer in shortage.unable],
        "nobody_left": shortage.is_total,
        "has_begun": shortage.session.has_begun,
    }
