"""Pages of trainings."""

from booking.trainings.views import (
    assessing,
    catalogue,
    files,
    signing,
)
from booking.trainings.views import (
    questionnaires as answering,
)
from booking.trainings.views import (
    quizzes as testing,
)
from booking.trainings.views.blueprints import (
    Done,
    assessments,
    attendance,
    certifications,
    do_once,
    questionnaires,
    quizzes,
    training_files,
    trainings,
    verifications,
)

__all__ = [
    "Done",
    "answering",
    "assessing",
    "assessments",
    "attendance",
    "catalogue",
    "certifications",
    "do_once",
    "files",
    "questionnaires",
    "quizzes",
    "signing",
    "testing",
    "training_files",
    "trainings",
    "verifications",
]
