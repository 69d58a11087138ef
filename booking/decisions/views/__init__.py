"""What waits for a manager, and the pages of trainings and certifications as they stand today.

The latter belong to the blueprints of trainings, which may not know what stands to its right.
"""

from booking.decisions.views import (
    appointing,
    certifications,
    endings,
    evidence,
    papers,
    trainings,
    verifying,
)
from booking.decisions.views.waiting import decisions

__all__ = [
    "appointing",
    "certifications",
    "decisions",
    "endings",
    "evidence",
    "papers",
    "trainings",
    "verifying",
]
