"""Bearer tokens for the API: shown once, kept as a hash."""

from __future__ import annotations

import secrets

from sqlalchemy import update

from booking import clock
from booking.database import db
from booking.journal import service as journal
from booking.members.models import ApiToken, Member
from booking.members.queries import digest


def create_token(member: Member, name: str) -> str:
    """Make a token that acts as this member; returns the secret, which is stored nowhere."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        ApiToken(member_id=member.id, name=name, token_hash=digest(token), created_at=clock.now())
    )
    journal.record("token.created", "member", member.code, actor_id=member.id, after={"name": name})
    return token


def revoke_token(member: Member, token_id: int) -> None:
    """End one of this member's tokens; what is not his stays as it is."""
    ended = db.session.scalar(
        update(ApiToken)
        .where(
            ApiToken.member_id == member.id,
            ApiToken.id == token_id,
            ApiToken.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now())
        .returning(ApiToken.name)
    )
    if ended is not None:
        journal.record(
            "token.revoked", "member", member.code, actor_id=member.id, before={"name": ended}
        )
