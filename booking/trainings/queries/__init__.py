"""Reads of trainings, sessions and certifications."""

from booking.trainings.queries.attendance import (
    Place,
    Sheet,
    SheetRow,
    find_entry,
    find_place,
    find_session,
    followed_sessions,
    is_signed_by_both,
    list_given_by,
    list_places_of,
    sheet_of,
)
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
from booking.trainings.queries.verifications import (
    find_by_token,
    find_card_of,
    find_code_of,
    find_verification,
)

__all__ = [
    "Place",
    "Sheet",
    "SheetRow",
    "certification_facts",
    "certification_facts_of",
    "count_requests",
    "find_by_token",
    "find_card_of",
    "find_code_of",
    "find_entry",
    "find_place",
    "find_session",
    "find_training",
    "find_verification",
    "followed_sessions",
    "is_signed_by_both",
    "last_attended",
    "last_attended_of",
    "list_dependents",
    "list_given_by",
    "list_machines_asking_for",
    "list_places_of",
    "list_sessions",
    "list_trainings",
    "next_session",
    "next_sessions",
    "sheet_of",
    "standings_on",
    "training_facts",
    "was_certified",
    "with_attended",
]
