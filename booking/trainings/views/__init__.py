"""Pages of trainings."""

from booking.trainings.views import catalogue, signing
from booking.trainings.views.blueprints import (
    Done,
    attendance,
    certifications,
    do_once,
    trainings,
    verifications,
)

__all__ = [
    "Done",
    "attendance",
    "catalogue",
    "certifications",
    "do_once",
    "signing",
    "trainings",
    "verifications",
]
