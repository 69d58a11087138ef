"""What a certificate or a card is worth today, for its holder and for who checks it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from booking.decisions.queries.standing import (
    CertificationToday,
    Shown,
    find_certification,
    list_records_of,
    look_at,
)
from booking.decisions.queries.waiting import find_attendance
from booking.members.rules import AccountState
from booking.trainings.models import Certification


@dataclass(frozen=True)
class Worth:
    """How a certificate stands today. Who may not use the place uses no machine either."""

    look: CertificationToday
    account_is_open: bool

    @property
    def is_valid(self) -> bool:
        return self.look.counts and self.account_is_open

    @property
    def shown(self) -> Shown:
        closed = self.look.counts and not self.account_is_open
        return Shown.SUSPENDED if closed else self.look.shown


def find_certificate(number: int) -> Certification | None:
    """A record that was approved once, whatever became of it."""
    found = find_certification(number)
    return found if found is not None and found.approved_on is not None else None


def worth_of(certification: Certification) -> Worth:
    """How it stands today, beside the holder's other records of the training."""
    records = [
        record
        for record in list_records_of([certification.member_id])
        if record.training_id == certification.training_id
    ]
    (look,) = (look for look in look_at(records) if look.certification.id == certification.id)
    return Worth(look, certification.member.state is AccountState.APPROVED)


def trained_on(certification: Certification) -> list[date]:
    """The local days signed in the session that led to it; empty for prior learning."""
    attendance = find_attendance(certification.member_id, certification.training_id)
    if attendance is None or certification.approved_on is None or certification.equivalence:
        return []
    return [day for day in attendance.days if day <= certification.approved_on]
