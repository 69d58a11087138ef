"""Whose turn it is, how long a place is held, and until when one may be given back for nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from booking.sessions.rules.enrolling import InLine, held_until, is_free_of_charge, turns

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
DAY = timedelta(days=1)


def line(*offered: bool) -> list[InLine]:
    return [InLine(number, one) for number, one in enumerate(offered, start=1)]


@pytest.mark.parametrize(
    ("places", "enrolled", "offered", "expected"),
    [
        (4, 4, (False,), []),
        (4, 3, (False,), [1]),
        (4, 3, (False, False), [1]),
        (4, 2, (False, False, False), [1, 2]),
        (4, 3, (True, False), []),
        (4, 2, (True, False, False), [2]),
        (4, 5, (False,), []),
        (4, 0, (), []),
    ],
)
def test_a_free_place_goes_to_the_first_who_waits_without_an_offer(
    places: int, enrolled: int, offered: tuple[bool, ...], expected: list[int]
) -> None:
    assert turns(places, enrolled, line(*offered)) == expected


def test_a_place_is_held_no_longer_than_until_the_start() -> None:
    assert held_until(NOW, DAY, NOW + 3 * DAY) == NOW + DAY
    assert held_until(NOW, DAY, NOW + DAY / 2) == NOW + DAY / 2


def test_giving_back_is_free_up_to_the_very_hour() -> None:
    assert is_free_of_charge(NOW, NOW + 2 * DAY, 2 * DAY)
    assert not is_free_of_charge(NOW + timedelta(seconds=1), NOW + 2 * DAY, 2 * DAY)
