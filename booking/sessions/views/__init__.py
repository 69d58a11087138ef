"""Pages of sessions."""

from booking.sessions.views import enrolling, interest, planning, repeating, showing
from booking.sessions.views.blueprint import sessions

__all__ = ["enrolling", "interest", "planning", "repeating", "sessions", "showing"]
