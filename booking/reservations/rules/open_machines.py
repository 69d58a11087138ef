"""How freely a person may use a machine today, whatever its hours and what is paid."""

from __future__ import annotations

from datetime import date, datetime

from booking.reservations.refusals import (
    AccountNotApproved,
    AccountSuspended,
    CertificationExpired,
    CertificationLapsed,
    CertificationLevelTooLow,
    CertificationMissing,
    CertificationSuspended,
    MinorNotAllowed,
    Refusal,
    SupervisorRequired,
)
from booking.reservations.rules.eligibility import against_these_days
from booking.reservations.rules.facts import Facts, Span
from booking.reservations.rules.states import Mode

OF_THE_PERSON: tuple[type[Refusal], ...] = (
    AccountNotApproved,
    AccountSuspended,
    CertificationMissing,
    CertificationLevelTooLow,
    CertificationExpired,
    CertificationLapsed,
    CertificationSuspended,
    MinorNotAllowed,
)
"""Papers, plans and invoices are between the member and the place."""


def freest_mode(today: date, now: datetime, facts: Facts) -> Mode | None:
    """Alone, else with a supervisor, who is named with the reservation; else not at all."""
    if not _stands(today, now, facts, Mode.AUTONOMOUS, (*OF_THE_PERSON, SupervisorRequired)):
        return Mode.AUTONOMOUS
    if not _stands(today, now, facts, Mode.SUPERVISED, OF_THE_PERSON):
        return Mode.SUPERVISED
    return None


def _stands(
    today: date, now: datetime, facts: Facts, mode: Mode, kinds: tuple[type[Refusal], ...]
) -> bool:
    against = against_these_days(Span((today,), mode, now), facts)
    return any(isinstance(refusal, kinds) for refusal in against)
