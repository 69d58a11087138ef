"""Certifications as a test needs them, of the demo's people and trainings."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from booking.database import db
from booking.journal.models import JournalEntry
from booking.members.models import Member
from booking.members.queries import find_member
from booking.outbox.models import Message
from booking.trainings.models import Certification, Training
from booking.trainings.queries import find_training
from booking.trainings.rules import CertificationState

DATED = (CertificationState.APPROVED, CertificationState.SUSPENDED, CertificationState.REVOKED)


def person(code: str) -> Member:
    member = find_member(code)
    assert member is not None, code
    return member


def training(code: str) -> Training:
    found = find_training(code)
    assert found is not None, code
    return found


def a_certification(
    member: str = "U10",
    of: str = "LASER",
    state: CertificationState = CertificationState.APPROVED,
    **others: Any,
) -> Certification:
    """A record written as it is, with no past."""
    dates = {"approved_on": date(2026, 6, 1), "valid_until": date(2027, 6, 1)}
    values: dict[str, Any] = {"level": 2, "checklist": [], **(dates if state in DATED else {})}
    certification = Certification(
        member=person(member), training=training(of), state=state, **values | others
    )
    db.session.add(certification)
    db.session.flush()
    return certification


def journal_of(certification: Certification) -> list[JournalEntry]:
    db.session.flush()
    query = select(JournalEntry).where(
        JournalEntry.subject_kind == "certification",
        JournalEntry.subject_code == str(certification.id),
    )
    return list(db.session.scalars(query.order_by(JournalEntry.id)))


def mails_to(member: Member) -> list[Message]:
    db.session.flush()
    query = select(Message).where(Message.recipient == member.email)
    return list(db.session.scalars(query.order_by(Message.id)))
