"""The forms of trainings, sessions and certifications."""

from booking.trainings.forms.attendance import SignForm, SignHereForm, VoidForm
from booking.trainings.forms.catalogue import (
    LANGUAGES,
    LONGEST_TEXT,
    TAUGHT_LEVELS,
    EmptyForm,
    NewTrainingForm,
    RequestForm,
    TrainingForm,
    level_choices,
    values_of,
)

__all__ = [
    "LANGUAGES",
    "LONGEST_TEXT",
    "TAUGHT_LEVELS",
    "EmptyForm",
    "NewTrainingForm",
    "RequestForm",
    "SignForm",
    "SignHereForm",
    "TrainingForm",
    "VoidForm",
    "level_choices",
    "values_of",
]
