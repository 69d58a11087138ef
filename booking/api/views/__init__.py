"""The views of the API, one module for each kind of thing; importing them fills the blueprint."""

from booking.api.blueprint import api
from booking.api.views import (
    approval,
    attendance,
    badges,
    certifications,
    chains,
    document,
    handing_over,
    learning,
    machines,
    me,
    moving,
    reservations,
    series,
    sessions,
    several,
    trainings,
    waitlist,
)

__all__ = [
    "api",
    "approval",
    "attendance",
    "badges",
    "certifications",
    "chains",
    "document",
    "handing_over",
    "learning",
    "machines",
    "me",
    "moving",
    "reservations",
    "series",
    "sessions",
    "several",
    "trainings",
    "waitlist",
]
