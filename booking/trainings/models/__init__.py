"""Trainings, their sessions, and the certifications they lead to."""

from booking.trainings.models.assessing import (
    PracticalAssessment,
)
from booking.trainings.models.attendance import (
    AttendanceEntry,
)
from booking.trainings.models.catalogue import (
    Prerequisite,
    Training,
)
from booking.trainings.models.certifications import (
    OPEN_STATES,
    Certification,
    CertificationEvent,
    CertificationReminder,
)
from booking.trainings.models.evidence import EvidenceFile
from booking.trainings.models.professional import (
    ActivityYear,
    Funding,
    Questionnaire,
    SessionFile,
)
from booking.trainings.models.quizzes import (
    QuizAttempt,
    QuizQuestion,
)
from booking.trainings.models.sessions import (
    Enrolment,
    SessionHalfDay,
    TrainingSession,
)
from booking.trainings.models.verifications import (
    Verification,
)
from booking.trainings.rules.sessions import (
    EnrolmentState,
    SessionKind,
    SessionState,
)

__all__ = [
    "OPEN_STATES",
    "ActivityYear",
    "AttendanceEntry",
    "Certification",
    "CertificationEvent",
    "CertificationReminder",
    "Enrolment",
    "EnrolmentState",
    "EvidenceFile",
    "Funding",
    "PracticalAssessment",
    "Prerequisite",
    "Questionnaire",
    "QuizAttempt",
    "QuizQuestion",
    "SessionFile",
    "SessionHalfDay",
    "SessionKind",
    "SessionState",
    "Training",
    "TrainingSession",
    "Verification",
]
