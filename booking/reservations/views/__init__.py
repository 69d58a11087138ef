"""Pages of reservations."""

from booking.reservations.views import (
    accounts,
    arriving,
    cancelling,
    chaining,
    companions,
    fees,
    finding,
    handing_over,
    making,
    moving,
    repeating,
    requesting,
    rescheduling,
    several,
    showing,
    waiting,
)
from booking.reservations.views.blueprint import reservations

__all__ = [
    "accounts",
    "arriving",
    "cancelling",
    "chaining",
    "companions",
    "fees",
    "finding",
    "handing_over",
    "making",
    "moving",
    "repeating",
    "requesting",
    "rescheduling",
    "reservations",
    "several",
    "showing",
    "waiting",
]
