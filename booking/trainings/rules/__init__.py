"""Pure decisions on trainings and certifications."""

from booking.trainings.rules.certifications import (
    TRANSITIONS,
    ActNotAllowed,
    CertificationAct,
    CertificationFact,
    CertificationState,
    Shortfall,
    TrainingFact,
    Verdict,
    cycle_through,
    judge,
    judge_chain,
    last_allowed_day,
    next_state,
    required_levels,
    state_on,
    validity_end,
)
from booking.trainings.rules.verifications import ShownName, shown_name

__all__ = [
    "TRANSITIONS",
    "ActNotAllowed",
    "CertificationAct",
    "CertificationFact",
    "CertificationState",
    "Shortfall",
    "ShownName",
    "TrainingFact",
    "Verdict",
    "cycle_through",
    "judge",
    "judge_chain",
    "last_allowed_day",
    "next_state",
    "required_levels",
    "shown_name",
    "state_on",
    "validity_end",
]
