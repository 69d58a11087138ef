"""Why a line of an attendance sheet is not written."""

from __future__ import annotations

from enum import StrEnum


class WhyNotSigned(StrEnum):
    """The reasons; their words live in `wording/attendance.py`."""

    TOO_EARLY = "TOO_EARLY"
    LATE_REASON_MISSING = "LATE_REASON_MISSING"
    SESSION_NOT_RUNNING = "SESSION_NOT_RUNNING"
    ALREADY_SIGNED = "ALREADY_SIGNED"
    NOTED_ABSENT = "NOTED_ABSENT"
    NOTHING_TO_COUNTERSIGN = "NOTHING_TO_COUNTERSIGN"
    NO_PIN = "NO_PIN"
    WRONG_PIN = "WRONG_PIN"
    NOT_A_DRAWING = "NOT_A_DRAWING"
    ALREADY_VOID = "ALREADY_VOID"
    HALF_DAYS_OPEN = "HALF_DAYS_OPEN"
    NOT_OVER = "NOT_OVER"
