"""Holding what a decision on sessions rests on, in the order everybody keeps."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import select

from booking.database import db, lock, reread
from booking.members.models import Member
from booking.occupancies import service as occupancies
from booking.sessions.queries.sessions import machine_ids_of
from booking.trainings.models import Certification, TrainingSession


def hold(
    sessions: Collection[TrainingSession],
    people: Iterable[Member] = (),
    machine_ids: Iterable[int] = (),
) -> None:
    """Lock the units that sessions take and those of further machines, then persons with their
    records, then the sessions, whose people are read again.
    """
    db.session.flush()
    session_ids = [session.id for session in sessions]
    member_ids = [member.id for member in people]
    occupancies.lock_machines({*machine_ids, *machine_ids_of(session_ids)})
    lock(
        select(Member.id)
        .where(Member.id.in_(member_ids))
        .order_by(Member.id)
        .with_for_update(key_share=True)
    )
    lock(
        select(Certification.id)
        .where(Certification.member_id.in_(member_ids))
        .order_by(Certification.id)
        .with_for_update(read=True)
    )
    lock(
        select(TrainingSession.id)
        .where(TrainingSession.id.in_(session_ids))
        .order_by(TrainingSession.id)
        .with_for_update()
    )
    reread(*people)
    for session in sessions:
        db.session.refresh(session)
        for row in (*session.half_days, *session.enrolments):
            db.session.refresh(row)
