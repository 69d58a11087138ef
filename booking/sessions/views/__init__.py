"""Pages of sessions."""

from booking.sessions.views import enrolling, planning, repeating, showing
from booking.sessions.views.blueprint import sessions

__all__ = ["enrolling", "planning", "repeating", "sessions", "showing"]
