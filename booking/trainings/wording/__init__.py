"""The words of trainings, sessions and certifications."""

from booking.trainings.wording.attendance import (
    ITEM_RESULTS,
    cell_word,
    entry_word,
    item_result_word,
    method_word,
)
from booking.trainings.wording.certifications import (
    ACTS,
    LEVEL_MEANINGS,
    LEVELS,
    SESSION_KINDS,
    SESSION_STATES,
    act_word,
    explain,
    level_name,
    level_title,
    session_kind_word,
    session_state_word,
)
from booking.trainings.wording.verifications import SHOWN_NAMES

__all__ = [
    "ACTS",
    "ITEM_RESULTS",
    "LEVELS",
    "LEVEL_MEANINGS",
    "SESSION_KINDS",
    "SESSION_STATES",
    "SHOWN_NAMES",
    "act_word",
    "cell_word",
    "entry_word",
    "explain",
    "item_result_word",
    "level_name",
    "level_title",
    "method_word",
    "session_kind_word",
    "session_state_word",
]
