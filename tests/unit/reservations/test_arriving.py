"""When a use is over by itself."""

from __future__ import annotations

from datetime import datetime

import pytest

from booking.reservations.rules import closing_at, over_at
from tests.unit.reservations.builders import a_timetable, local

SUNDAY = 29


@pytest.mark.parametrize(
    ("end", "closing"),
    [
        (local(24, "12:00"), local(24, "20:00")),
        (local(24, "20:00"), local(24, "20:00")),
        (local(24, "22:00"), local(24, "22:00")),
        (local(SUNDAY, "10:00"), local(SUNDAY, "10:00")),
    ],
)
def test_a_day_closes_with_its_last_opening(end: datetime, closing: datetime) -> None:
    assert closing_at(end, a_timetable()) == closing


def test_who_leaves_without_a_word_is_gone_at_the_closing() -> None:
    assert over_at(local(24, "12:00"), a_timetable(), runs_unattended=False) == local(24, "20:00")


def test_who_works_up_to_the_closing_has_an_hour_for_the_end_list() -> None:
    assert over_at(local(24, "20:00"), a_timetable(), runs_unattended=False) == local(24, "21:00")


def test_what_ran_alone_is_fetched_on_the_next_open_day() -> None:
    after_the_weekend = over_at(local(SUNDAY, "03:00"), a_timetable(), runs_unattended=True)
    assert after_the_weekend == local(30, "20:00")
