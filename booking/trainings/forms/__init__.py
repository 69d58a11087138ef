"""The forms of trainings, sessions and certifications."""

from booking.trainings.forms.assessing import (
    PracticeForm,
    practice_form,
    practice_in,
)
from booking.trainings.forms.attendance import (
    CountersignForm,
    SignForm,
    SignHereForm,
    VoidForm,
)
from booking.trainings.forms.catalogue import (
    LANGUAGES,
    LONGEST_TEXT,
    TAUGHT_LEVELS,
    EmptyForm,
    NewTrainingForm,
    RefresherForm,
    RequestForm,
    TrainingForm,
    level_choices,
    values_of,
)
from booking.trainings.forms.quizzes import (
    QuestionForm,
    chosen_in,
    quiz_form,
)

__all__ = [
    "LANGUAGES",
    "LONGEST_TEXT",
    "TAUGHT_LEVELS",
    "CountersignForm",
    "EmptyForm",
    "NewTrainingForm",
    "PracticeForm",
    "QuestionForm",
    "RefresherForm",
    "RequestForm",
    "SignForm",
    "SignHereForm",
    "TrainingForm",
    "VoidForm",
    "chosen_in",
    "level_choices",
    "practice_form",
    "practice_in",
    "quiz_form",
    "values_of",
]
