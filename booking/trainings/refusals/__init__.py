"""Why an act on a training, a session or a certification is refused."""

from booking.trainings.refusals.attendance import WhyNotSigned
from booking.trainings.refusals.certifications import (
    Refused,
    Why,
    for_all,
)
from booking.trainings.refusals.quizzes import (
    WhyNoQuiz,
)

__all__ = [
    "Refused",
    "Why",
    "WhyNoQuiz",
    "WhyNotSigned",
    "for_all",
]
