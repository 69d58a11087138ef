"""The acts on what waits for a manager, and the letters before an end; in a transaction."""

from booking.decisions.service.approving import Left, SeveralDecided, approve, approve_several
from booking.decisions.service.reminding import remind_of_ends

__all__ = ["Left", "SeveralDecided", "approve", "approve_several", "remind_of_ends"]
