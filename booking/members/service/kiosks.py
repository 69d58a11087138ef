"""Browsers that the workshop leaves to everybody: opened and closed by who runs the place."""

from __future__ import annotations

import secrets

from booking import clock
from booking.database import db, hold_row
from booking.journal import service as journal
from booking.members.models import Kiosk, Member
from booking.members.queries import digest
from booking.members.service.sessions import LONGEST_USER_AGENT, end_sessions_on


def open_kiosk(actor: Member, user_agent: str) -> str:
    """Make a browser a kiosk; returns the secret its cookie is to hold, which is stored nowhere."""
    token = secrets.token_urlsafe(32)
    kiosk = Kiosk(
        token_hash=digest(token),
        user_agent=user_agent[:LONGEST_USER_AGENT],
        opened_at=clock.now(),
    )
    db.session.add(kiosk)
    db.session.flush()
    journal.record("kiosk.opened", "kiosk", kiosk.id, actor_id=actor.id)
    return token


def close_kiosk(kiosk: Kiosk, actor: Member) -> None:
    """Make it a browser like any other, and sign out who is signed in there; once is enough."""
    hold_row(kiosk)
    if kiosk.closed_at is None:
        kiosk.closed_at = clock.now()
        end_sessions_on(kiosk.id)
        journal.record("kiosk.closed", "kiosk", kiosk.id, actor_id=actor.id)
