"""Reads of trainings, sessions and certifications."""

from booking.trainings.queries.catalogue import (
    count_requests,
    find_training,
    list_dependents,
    list_machines_asking_for,
    list_sessions,
    list_trainings,
    next_session,
    next_sessions,
    training_facts,
)
from booking.trainings.queries.certifications import (
    certification_facts,
    certification_facts_of,
    last_attended,
    last_attended_of,
    with_attended,
)
from booking.trainings.queries.history import standings_on, was_certified

__all__ = [
    "certification_facts",
    "certification_facts_of",
    "count_requests",
    "find_training",
    "last_attended",
    "last_attended_of",
    "list_dependents",
    "list_machines_asking_for",
    "list_sessions",
    "list_trainings",
    "next_session",
    "next_sessions",
    "standings_on",
    "training_facts",
    "was_certified",
    "with_attended",
]
