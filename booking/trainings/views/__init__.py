"""Pages of trainings."""

from booking.trainings.views import catalogue
from booking.trainings.views.blueprints import (
    Done,
    certifications,
    do_once,
    trainings,
    verifications,
)

__all__ = ["Done", "catalogue", "certifications", "do_once", "trainings", "verifications"]
