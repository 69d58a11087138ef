"""Why an act on a training, a session or a certification is refused."""

from booking.trainings.refusals.attendance import WhyNotSigned
from booking.trainings.refusals.certifications import (
    Refused,
    Why,
    for_all,
)

__all__ = [
    "Refused",
    "Why",
    "WhyNotSigned",
    "for_all",
]
