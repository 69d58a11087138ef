"""The acts on members, organisations and their accounts."""

from booking.members.service.accounts import mark_left, reinstate, suspend

__all__ = ["mark_left", "reinstate", "suspend"]
