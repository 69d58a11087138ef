"""The views of the API, one module for each kind of thing; importing them fills the blueprint."""

from booking.api.blueprint import api
from booking.api.views import (
    certifications,
    document,
    machines,
    me,
    moving,
    reservations,
    several,
    trainings,
)

__all__ = [
    "api",
    "certifications",
    "document",
    "machines",
    "me",
    "moving",
    "reservations",
    "several",
    "trainings",
]
