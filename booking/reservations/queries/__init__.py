"""Reads of reservations, and of everything the rules rest on."""

from booking.reservations.queries.absences import count_no_shows, stood_still
from booking.reservations.queries.facts import (
    gather_facts,
    gather_facts_of,
    machines_usable_by,
    needed_levels,
)
from booking.reservations.queries.last_uses import last_uses, last_uses_of, time_used
from booking.reservations.queries.lists import (
    companions_to_remind,
    find_by_idempotency_key,
    find_reservation,
    find_series,
    list_active_between,
    list_all_after,
    list_future_of,
    list_future_of_organisation,
    list_machines_to_settle,
    list_missed_since,
    list_of_series,
    list_page,
    list_past_of,
    list_staying_longer,
    machines_of_future,
    reservations_to_remind_of,
)
from booking.reservations.queries.open_machines import machines_open_to
from booking.reservations.queries.validity import (
    list_confirmed_to_come,
    load_requirements,
    released_at,
)

__all__ = [
    "companions_to_remind",
    "count_no_shows",
    "find_by_idempotency_key",
    "find_reservation",
    "find_series",
    "gather_facts",
    "gather_facts_of",
    "last_uses",
    "last_uses_of",
    "list_active_between",
    "list_all_after",
    "list_confirmed_to_come",
    "list_future_of",
    "list_future_of_organisation",
    "list_machines_to_settle",
    "list_missed_since",
    "list_of_series",
    "list_page",
    "list_past_of",
    "list_staying_longer",
    "load_requirements",
    "machines_of_future",
    "machines_open_to",
    "machines_usable_by",
    "needed_levels",
    "released_at",
    "reservations_to_remind_of",
    "stood_still",
    "time_used",
]
