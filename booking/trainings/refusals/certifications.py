"""Why an act on a training or a certification is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from booking.trainings.refusals.attendance import WhyNotSigned
from booking.trainings.refusals.quizzes import WhyNoQuiz


class Why(StrEnum):
    """The reasons; their words live in `wording.py`."""

    NOT_PERMITTED = "NOT_PERMITTED"
    NOT_IN_THIS_STATE = "NOT_IN_THIS_STATE"
    OWN_CERTIFICATION = "OWN_CERTIFICATION"
    ASSESSED_BY_YOU = "ASSESSED_BY_YOU"
    REASON_MISSING = "REASON_MISSING"
    WAIVER_NEEDED = "WAIVER_NEEDED"
    CONDITIONS_UNMET = "CONDITIONS_UNMET"
    ALREADY_OPEN = "ALREADY_OPEN"
    NOTHING_TO_REFRESH = "NOTHING_TO_REFRESH"
    MEMBER_GONE = "MEMBER_GONE"
    LEVEL_NOT_OFFERED = "LEVEL_NOT_OFFERED"
    SESSION_MISSING = "SESSION_MISSING"
    HALF_DAY_UNSIGNED = "HALF_DAY_UNSIGNED"
    QUIZ_NOT_PASSED = "QUIZ_NOT_PASSED"
    CRITICAL_FAILED = "CRITICAL_FAILED"
    ITEM_UNKNOWN = "ITEM_UNKNOWN"
    CHECKLIST_INCOMPLETE = "CHECKLIST_INCOMPLETE"
    ASSESSED_IN_FUTURE = "ASSESSED_IN_FUTURE"
    TRAINING_ARCHIVED = "TRAINING_ARCHIVED"
    CODE_TAKEN = "CODE_TAKEN"
    MORE_CRITICAL_THAN_QUESTIONS = "MORE_CRITICAL_THAN_QUESTIONS"
    PREREQUISITE_CYCLE = "PREREQUISITE_CYCLE"
    PREREQUISITE_LEVEL = "PREREQUISITE_LEVEL"
    CHANGED_MEANWHILE = "CHANGED_MEANWHILE"
    NEEDS_A_LOOK = "NEEDS_A_LOOK"
    FILE_TOO_LARGE = "FILE_TOO_LARGE"
    FILE_NOT_OF_A_KIND = "FILE_NOT_OF_A_KIND"
    TOO_MANY_FILES = "TOO_MANY_FILES"
    NOTHING_CORRECTED = "NOTHING_CORRECTED"
    DATES_DO_NOT_FIT = "DATES_DO_NOT_FIT"
    STILL_REQUIRED = "STILL_REQUIRED"
    NOT_ASKED_NOW = "NOT_ASKED_NOW"


@dataclass(frozen=True, slots=True)
class Refused:
    """The act was not done. `names` are what the reason speaks of.

    They are codes of trainings or machines, or items of a checklist; for a cycle they are its
    trainings in order, ending with the one it starts from; for half-days their session and
    number, such as `T-02/2`. `others` are what stands in the way as well.
    """

    why: Why | WhyNotSigned | WhyNoQuiz
    names: tuple[str, ...] = ()
    others: tuple[Refused, ...] = ()

    @property
    def reasons(self) -> tuple[Refused, ...]:
        """Every reason, this one first."""
        return (self, *self.others)


def for_all(reasons: Sequence[Refused]) -> Refused | None:
    """One answer with every reason, None when there is none."""
    return replace(reasons[0], others=tuple(reasons[1:])) if reasons else None
