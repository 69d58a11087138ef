"""Browsers signed in: started, ended one by one or all at once, on the server."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import update

from booking import clock
from booking.database import db
from booking.members.models import LoginSession, Member
from booking.members.queries import digest

LIFETIME = timedelta(days=14)
LONGEST_USER_AGENT = 200
IDLE_ON_A_KIOSK = timedelta(seconds=60)
"""How long after the last request somebody stays signed in on a browser that others use next."""


def start_session(member: Member, user_agent: str, kiosk_id: int | None = None) -> str:
    """Sign a browser in; returns the secret its cookie is to hold."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    db.session.add(
        LoginSession(
            member_id=member.id,
            token_hash=digest(token),
            created_at=now,
            expires_at=now + (LIFETIME if kiosk_id is None else IDLE_ON_A_KIOSK),
            user_agent=user_agent[:LONGEST_USER_AGENT],
            kiosk_id=kiosk_id,
        )
    )
    return token


def keep_on_kiosk(token: str) -> None:
    """Somebody still uses the kiosk; a session that is over stays so."""
    now = clock.now()
    db.session.execute(
        update(LoginSession)
        .where(
            LoginSession.token_hash == digest(token),
            LoginSession.kiosk_id.is_not(None),
            LoginSession.ended_at.is_(None),
            LoginSession.expires_at > now,
        )
        .values(expires_at=now + IDLE_ON_A_KIOSK)
    )


def end_sessions_on(kiosk_id: int) -> None:
    """Sign out whoever is signed in on this kiosk."""
    _end(LoginSession.kiosk_id == kiosk_id)


def end_session(token: str | None) -> None:
    """Sign out the browser that holds this token, and every copy of its cookie."""
    _end(LoginSession.token_hash == digest(token or ""))


def end_session_of(member: Member, session_id: int) -> None:
    """Sign out one of this member's browsers; what is not his stays as it is."""
    _end(LoginSession.member_id == member.id, LoginSession.id == session_id)


def end_all_sessions(member: Member) -> None:
    """Sign this member out everywhere."""
    _end(LoginSession.member_id == member.id)


def end_other_sessions(member: Member, token: str | None) -> None:
    """Sign this member out everywhere but in the browser that holds the token."""
    _end(LoginSession.member_id == member.id, LoginSession.token_hash != digest(token or ""))


def _end(*which: object) -> None:
    db.session.execute(
        update(LoginSession)
        .where(LoginSession.ended_at.is_(None), *which)  # type: ignore[arg-type]
        .values(ended_at=clock.now())
    )
