"""Forgetting what has served: browsers long signed out, links and form keys that are used up."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from booking import clock
from booking.database import db
from booking.members.models import FormKey, LoginSession, PasswordReset

SIGNED_OUT = timedelta(days=30)
"""As long as somebody may still want to see which devices were signed in."""

SENT_AGAIN = timedelta(days=7)
"""Longer than anybody leaves a form open and sends it a second time."""


def forget_spent() -> None:
    """Delete sessions, reset links and form keys that nothing asks for any more."""
    now = clock.now()
    over = LoginSession.expires_at < now - SIGNED_OUT
    ended = LoginSession.ended_at < now - SIGNED_OUT
    db.session.execute(delete(LoginSession).where(over | ended))
    db.session.execute(delete(PasswordReset).where(PasswordReset.expires_at < now - SENT_AGAIN))
    db.session.execute(delete(FormKey).where(FormKey.used_at < now - SENT_AGAIN))
