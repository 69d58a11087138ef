"""Pages of sessions."""

from booking.sessions.views import planning, showing
from booking.sessions.views.blueprint import sessions

__all__ = ["planning", "sessions", "showing"]
