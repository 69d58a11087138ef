"""The acts on a member's record."""

from __future__ import annotations

from sqlalchemy import update

from booking.database import db
from booking.members.models import Member


def set_language(member: Member, language: str) -> None:
    """The language of pages and mails; no change of the record that others may be editing."""
    db.session.execute(update(Member).where(Member.id == member.id).values(language=language))
