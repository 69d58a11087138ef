"""For how long a stop stands, and when a machine may return."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from booking.machines.rules import OutageKind
from booking.upkeep.refusals import NoteMissing, ReturnPassed, ReturnTooFar
from booking.upkeep.rules import (
    END_OF_PLANNING,
    FURTHEST_RETURN,
    release_refusals,
    return_refusals,
    stopped_period,
)

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)


def test_a_stop_without_expected_return_stands_upon_everything_to_come() -> None:
    assert stopped_period(NOW, None).ends_at == END_OF_PLANNING
    assert stopped_period(NOW, NOW + A_MINUTE).duration == A_MINUTE


def test_a_return_is_expected_after_now_and_within_reach() -> None:
    assert return_refusals(None, NOW) == ()
    assert return_refusals(NOW + A_MINUTE, NOW) == ()
    assert return_refusals(NOW, NOW) == (ReturnPassed(),)
    furthest = NOW + FURTHEST_RETURN
    assert return_refusals(furthest, NOW) == ()
    assert return_refusals(furthest + A_MINUTE, NOW) == (ReturnTooFar(furthest.date()),)


@pytest.mark.parametrize(
    ("kind", "note", "is_free"),
    [
        (OutageKind.DOWN, "", True),
        (OutageKind.LOCKED_OUT, "", False),
        (OutageKind.LOCKED_OUT, " \n\t", False),
        (OutageKind.LOCKED_OUT, "J. Weber : carter", True),
    ],
)
def test_only_a_lockout_asks_who_checked_what(kind: OutageKind, note: str, is_free: bool) -> None:
    assert release_refusals(kind, note) == (() if is_free else (NoteMissing(),))
