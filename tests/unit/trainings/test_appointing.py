"""Who may be appointed as referent: how long held, how long used."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from booking.trainings.events import EventFact, held_since
from booking.trainings.rules import CertificationState
from booking.trainings.rules.appointing import Grounds, Unmet, unmet

TODAY = date(2026, 11, 23)
ENOUGH = timedelta(hours=20)


@pytest.mark.parametrize(
    ("since", "used", "lacks"),
    [
        (date(2026, 5, 23), ENOUGH, ()),
        (date(2026, 5, 24), ENOUGH, (Unmet.HELD_TOO_SHORT,)),
        (None, ENOUGH, (Unmet.HELD_TOO_SHORT,)),
        (date(2025, 1, 1), ENOUGH - timedelta(minutes=1), (Unmet.USED_TOO_LITTLE,)),
        (None, timedelta(), (Unmet.HELD_TOO_SHORT, Unmet.USED_TOO_LITTLE)),
    ],
)
def test_six_months_and_twenty_hours(
    since: date | None, used: timedelta, lacks: tuple[Unmet, ...]
) -> None:
    assert unmet(Grounds(since, used), TODAY) == lacks


def event(
    on: date,
    state: CertificationState = CertificationState.APPROVED,
    level: int = 2,
    record: int = 1,
    until: date = date(2027, 6, 1),
    since: date = date(2025, 6, 1),
) -> EventFact:
    return EventFact(record, on, state, level, since, until)


APPROVED = event(date(2025, 6, 1))


def test_it_is_held_from_the_approval_on() -> None:
    assert held_since(2, [APPROVED], TODAY) == date(2025, 6, 1)
    assert held_since(3, [APPROVED], TODAY) is None
    assert held_since(2, [], TODAY) is None


def test_a_suspension_breaks_it() -> None:
    suspended = event(date(2026, 2, 1), CertificationState.SUSPENDED)
    lifted = event(date(2026, 3, 1))
    assert held_since(2, [APPROVED, suspended], TODAY) is None
    assert held_since(2, [APPROVED, suspended, lifted], TODAY) == date(2026, 3, 1)


def test_a_renewal_does_not_and_a_gap_does() -> None:
    first = event(date(2025, 6, 1), until=date(2026, 6, 1))
    in_time = event(date(2026, 5, 20), record=2, since=date(2026, 5, 20))
    late = event(date(2026, 6, 3), record=2, since=date(2026, 6, 3))
    assert held_since(2, [first, in_time], TODAY) == date(2025, 6, 1)
    assert held_since(2, [first, late], TODAY) == date(2026, 6, 3)
    assert held_since(2, [first], TODAY) is None
