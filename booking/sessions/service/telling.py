"""What is written to people and to the journal about a session."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from booking.members.models import Member
from booking.outbox import service as outbox
from booking.trainings.models import TrainingSession


def topic_of(session: TrainingSession) -> str:
    return f"session:{session.id}"


def as_facts(session: TrainingSession) -> dict[str, Any]:
    """Plain values for the journal and for mails."""
    return {
        "session": session.code,
        "training": session.training.code,
        "half_days": [
            {"starts_at": one.starts_at.isoformat(), "ends_at": one.ends_at.isoformat()}
            for one in session.half_days
        ],
    }


def tell(kind: str, session: TrainingSession, people: Iterable[Member], **more: Any) -> None:
    """Write to people what has become of a session; `more` are further plain facts."""
    facts = as_facts(session) | {
        "title": session.training.title,
        "place": session.place,
        "reason": "",
        **more,
    }
    for member in people:
        outbox.record(kind, member, facts, topic=topic_of(session))


def everybody_in(session: TrainingSession) -> list[Member]:
    """Those with a place and those who wait for one."""
    return [one.member for one in (*session.enrolled, *session.in_line)]
