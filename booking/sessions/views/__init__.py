"""Pages of sessions."""

from booking.sessions.views import (
    accounts,
    enrolling,
    interest,
    naming,
    planning,
    repeating,
    showing,
)
from booking.sessions.views.blueprint import sessions

__all__ = [
    "accounts",
    "enrolling",
    "interest",
    "naming",
    "planning",
    "repeating",
    "sessions",
    "showing",
]
