"""Saying that one would attend a training, and hearing of it when a session opens."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from booking import clock
from booking.database import db, lock
from booking.journal import service as journal
from booking.members.models import Member
from booking.sessions import refusals as why
from booking.sessions.models import Interest
from booking.sessions.queries.demand import find_interest, list_interests
from booking.sessions.refusals import Refused
from booking.sessions.service.telling import tell
from booking.trainings.models import SessionKind, Training, TrainingSession


def declare(training: Training, half_days: Sequence[str], member: Member) -> Interest | Refused:
    """Note that a member would attend, on one of these half-days of the week; once for each."""
    lock(select(Member.id).where(Member.id == member.id).with_for_update(key_share=True))
    if training.archived_at is not None:
        return Refused((why.TrainingNotOffered(training.code),))
    interest = find_interest(member.id, training.id)
    if interest is None:
        interest = Interest(
            training_id=training.id, member_id=member.id, declared_at=clock.now(), half_days=[]
        )
        db.session.add(interest)
    interest.half_days = sorted(set(half_days))
    db.session.flush()
    journal.record(
        "interest.declared",
        "training",
        training.code,
        actor_id=member.id,
        after={"member": member.code, "half_days": interest.half_days},
    )
    return interest


def withdraw(training: Training, member: Member) -> None:
    """Take it back; nothing happens where nothing was said."""
    lock(select(Member.id).where(Member.id == member.id).with_for_update(key_share=True))
    interest = find_interest(member.id, training.id)
    if interest is not None:
        interest.closed_at = clock.now()
        db.session.flush()
        journal.record(
            "interest.withdrawn",
            "training",
            training.code,
            actor_id=member.id,
            after={"member": member.code},
        )


def tell_interested(session: TrainingSession) -> None:
    """Write to all who would attend that a session is open: from now on they enrol, or do not.

    They wait for the course; a refresher is for who has the certification.
    """
    if session.kind is SessionKind.REFRESHER:
        return
    interests = list_interests(session.training_id)
    now = clock.now()
    for interest in interests:
        interest.closed_at = now
    db.session.flush()
    tell("session.announced", session, [interest.member for interest in interests])
