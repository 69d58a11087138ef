"""Pages of reservations."""

from booking.reservations.views import accounts, cancelling, fees, making, showing
from booking.reservations.views.blueprint import reservations

__all__ = ["accounts", "cancelling", "fees", "making", "reservations", "showing"]
