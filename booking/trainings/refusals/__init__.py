"""Why an act on a training, a session or a certification is refused."""

from booking.trainings.refusals.certifications import (
    Refused,
    Why,
)

__all__ = [
    "Refused",
    "Why",
]
