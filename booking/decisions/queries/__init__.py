"""What waits for a manager, and certifications as they stand today or stood on a day."""

from booking.decisions.queries.checking import (
    Worth,
    find_certificate,
    trained_on,
    worth_of,
)
from booking.decisions.queries.standing import (
    CertificationToday,
    Shown,
    find_certification,
    find_open,
    last_uses_now,
    list_in_training,
    list_records_of,
    look_at,
    prove,
    search_certifications,
    verdicts_for,
)
from booking.decisions.queries.waiting import (
    AccountRequest,
    Attendance,
    Proposal,
    Waiting,
    count_waiting,
    find_attendance,
    find_proposal,
    list_waiting,
)

__all__ = [
    "AccountRequest",
    "Attendance",
    "CertificationToday",
    "Proposal",
    "Shown",
    "Waiting",
    "Worth",
    "count_waiting",
    "find_attendance",
    "find_certificate",
    "find_certification",
    "find_open",
    "find_proposal",
    "last_uses_now",
    "list_in_training",
    "list_records_of",
    "list_waiting",
    "look_at",
    "prove",
    "search_certifications",
    "trained_on",
    "verdicts_for",
    "worth_of",
]
