"""What trainees are asked before a professional session, at its end, and three months later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta


class QuestionnaireKind(StrEnum):
    """ENTRY: where the trainee stands; AT_ONCE and LATER: how satisfied he is."""

    ENTRY = "ENTRY"
    AT_ONCE = "AT_ONCE"
    LATER = "LATER"


QUESTIONS: Mapping[QuestionnaireKind, tuple[str, ...]] = {
    QuestionnaireKind.ENTRY: ("practice", "safety", "autonomy"),
    QuestionnaireKind.AT_ONCE: ("aims", "pace", "trainer", "means", "recommend"),
    QuestionnaireKind.LATER: ("used", "safer", "useful"),
}
"""The codes of the questions, in order; each is answered from 1 to 4."""

MARKS = (1, 2, 3, 4)
ENTRY_ASKED_BEFORE = timedelta(days=7)
LATER_AFTER = relativedelta(months=3)
ANSWERED_WITHIN = relativedelta(months=3)


class AskingTime(StrEnum):
    TOO_EARLY = "TOO_EARLY"
    OPEN = "OPEN"
    OVER = "OVER"


def asking_time(
    kind: QuestionnaireKind, starts_at: datetime, ends_at: datetime, now: datetime
) -> AskingTime:
    """Whether it can be answered now, for a session that lasts from `starts_at` to `ends_at`.

    Where somebody stands at the entry is not told afterwards.
    """
    match kind:
        case QuestionnaireKind.ENTRY:
            return AskingTime.OPEN if now < starts_at else AskingTime.OVER
        case QuestionnaireKind.AT_ONCE:
            opens, closes = ends_at, ends_at + ANSWERED_WITHIN
        case QuestionnaireKind.LATER:
            opens = ends_at + LATER_AFTER
            closes = opens + ANSWERED_WITHIN
    if now < opens:
        return AskingTime.TOO_EARLY
    return AskingTime.OPEN if now < closes else AskingTime.OVER


def is_letter_due(
    kind: QuestionnaireKind, starts_at: datetime, ends_at: datetime, now: datetime
) -> bool:
    """Whether the trainee is to be asked by mail now, if he was not before."""
    if kind is QuestionnaireKind.ENTRY and now < starts_at - ENTRY_ASKED_BEFORE:
        return False
    return asking_time(kind, starts_at, ends_at, now) is AskingTime.OPEN


def is_asked(kind: QuestionnaireKind, *, has_signed: bool) -> bool:
    """Whether it is meant for somebody with a place in the session.

    Who has signed for no half-day was absent all along, or cannot prove the contrary: how
    satisfied he is would say nothing.
    """
    return kind is QuestionnaireKind.ENTRY or has_signed
