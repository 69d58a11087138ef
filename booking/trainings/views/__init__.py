"""Pages of trainings."""

from booking.trainings.views import catalogue, files, signing
from booking.trainings.views import questionnaires as answering
from booking.trainings.views.blueprints import (
    Done,
    attendance,
    certifications,
    do_once,
    questionnaires,
    training_files,
    trainings,
    verifications,
)

__all__ = [
    "Done",
    "answering",
    "attendance",
    "catalogue",
    "certifications",
    "do_once",
    "files",
    "questionnaires",
    "signing",
    "training_files",
    "trainings",
    "verifications",
]
