"""What a member should see to: certifications that end by date or by lack of use."""

from __future__ import annotations

from datetime import date

import pytest

from booking.members.rules import AccountState
from booking.planning.rules.attention import CertificationToRenew, attentions
from booking.reservations.rules import MemberFacts
from booking.trainings.rules import CertificationFact, CertificationState, TrainingFact

TODAY = date(2026, 11, 23)
FAR = date(2028, 1, 1)
STAFF = MemberFacts(
    account_state=AccountState.APPROVED,
    suspension_reason=None,
    born_on=None,
    needs_papers=False,
    insurance_until=None,
    parental_permission_until=None,
    minor_derogation_until=None,
    accepted_rules=frozenset(),
    extended_access=False,
    supervised_only=False,
    has_plan=True,
    overdue=None,
)


def told(*records: CertificationFact) -> list[object]:
    trainings = {"LASER": TrainingFact("LASER", 6, ())}
    return list(attentions(STAFF, {}, None, records, trainings, TODAY))


def laser(valid_until: date, last_used_on: date = TODAY) -> CertificationFact:
    approved_on = date(2026, 1, 1)
    return CertificationFact(
        "LASER", 2, CertificationState.APPROVED, approved_on, valid_until, last_used_on
    )


@pytest.mark.parametrize(
    ("valid_until", "is_told"), [(date(2027, 1, 22), True), (date(2027, 1, 23), False)]
)
def test_an_end_by_date_is_told_sixty_days_before(valid_until: date, is_told: bool) -> None:
    found = told(laser(valid_until))
    expected = CertificationToRenew("LASER", CertificationState.APPROVED, valid_until, lapses=False)
    assert found == ([expected] if is_told else [])


@pytest.mark.parametrize(
    ("last_used_on", "is_told"), [(date(2026, 6, 23), True), (date(2026, 6, 24), False)]
)
def test_an_end_by_lack_of_use_is_told_thirty_days_before(
    last_used_on: date, is_told: bool
) -> None:
    found = told(laser(FAR, last_used_on))
    ends_on = date(2026, 12, 23)
    expected = CertificationToRenew("LASER", CertificationState.APPROVED, ends_on, lapses=True)
    assert found == ([expected] if is_told else [])


def test_a_newer_record_silences_an_ended_one() -> None:
    assert told(laser(date(2026, 10, 1)), laser(FAR)) == []
