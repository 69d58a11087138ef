"""Pages of reservations."""

from booking.reservations.views import accounts, cancelling, making, showing
from booking.reservations.views.blueprint import reservations

__all__ = ["accounts", "cancelling", "making", "reservations", "showing"]
