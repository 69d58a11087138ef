"""The acts by which a manager settles what waits for him; the caller holds the transaction."""

from __future__ import annotations

from sqlalchemy import select

from booking.database import db
from booking.decisions.queries import last_uses_now
from booking.members.models import Member
from booking.trainings.models import Certification
from booking.trainings.refusals import Refused
from booking.trainings.service import certifying


def approve(certification_id: int, actor: Member, waiver: str = "") -> Certification | Refused:
    """Approve a proposal; the trainee's prerequisites are judged with what he has used so far."""
    member_id = db.session.scalar(
        select(Certification.member_id).where(Certification.id == certification_id)
    )
    uses = last_uses_now(member_id) if member_id is not None else {}
    return certifying.approve(certification_id, actor, uses, waiver)
