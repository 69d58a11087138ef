"""Why a test is not taken."""

from __future__ import annotations

from enum import StrEnum


class WhyNoQuiz(StrEnum):
    """The reasons; their words live in `wording/quizzes.py`."""

    NO_QUIZ = "NO_QUIZ"
    NOT_IN_TRAINING = "NOT_IN_TRAINING"
    TOO_FEW_QUESTIONS = "TOO_FEW_QUESTIONS"
    PAUSE = "PAUSE"
    ALREADY_SENT = "ALREADY_SENT"
    NOT_ONE_OF_THEM = "NOT_ONE_OF_THEM"
    ONE_RIGHT_ANSWER = "ONE_RIGHT_ANSWER"
