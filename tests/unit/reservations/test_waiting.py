"""Waiting lists: until when an offer is held, where freed time may be used, how an entry stands."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from booking.reservations.rules.waiting import (
    WaitlistState,
    answer_until,
    around,
    waitlist_state_at,
)
from tests.unit.reservations.builders import a_period, local

State = WaitlistState
AN_HOUR = timedelta(hours=1)
OPEN = [
    a_period(24, "08:00", "12:00"),
    a_period(24, "13:00", "18:00"),
    a_period(26, "08:00", "12:00"),
]
NEXT_WEEK = local(30, "09:00")


@pytest.mark.parametrize(
    ("offered", "until"),
    [
        (local(24, "09:00"), local(24, "10:00")),
        (local(24, "11:00"), local(24, "12:00")),
        (local(24, "11:40"), local(24, "13:40")),
        (local(24, "12:30"), local(24, "14:00")),
        (local(24, "17:45"), local(26, "08:45")),
        (local(24, "03:00"), local(24, "09:00")),
        (local(26, "11:30"), NEXT_WEEK),
    ],
)
def test_an_offer_is_held_for_an_hour_in_which_the_workshop_is_open(
    offered: datetime, until: datetime
) -> None:
    assert answer_until(offered, AN_HOUR, OPEN, NEXT_WEEK) == until


@pytest.mark.parametrize("offered", [local(24, "09:30"), local(24, "03:00"), local(23, "20:00")])
def test_it_is_never_held_beyond_the_start(offered: datetime) -> None:
    start = local(24, "08:30") if offered.hour != 9 else local(24, "10:00")
    assert answer_until(offered, AN_HOUR, OPEN, start) == start


def test_openings_that_overlap_count_once() -> None:
    twice = [a_period(24, "08:00", "09:30"), a_period(24, "09:00", "12:00")]
    until = answer_until(local(24, "08:00"), 2 * AN_HOUR, twice, NEXT_WEEK)
    assert until == local(24, "10:00")


class TestWhereFreedTimeMayBeUsed:
    FREED = a_period(24, "10:00", "12:00")

    def test_is_the_freed_time_with_what_lies_around_it(self) -> None:
        whole_day = a_period(24, "00:00", "23:00")
        found = around(self.FREED, whole_day, AN_HOUR, local(24, "08:00"))
        assert found == a_period(24, "09:00", "13:00")

    def test_stays_within_what_is_watched_and_after_the_present(self) -> None:
        watched = a_period(24, "10:30", "11:30")
        assert around(self.FREED, watched, AN_HOUR, local(24, "08:00")) == watched
        assert around(self.FREED, watched, AN_HOUR, local(24, "10:31")) is None

    def test_is_nothing_where_the_use_does_not_fit(self) -> None:
        watched = a_period(24, "10:30", "11:00")
        assert around(self.FREED, watched, AN_HOUR, local(24, "08:00")) is None


def test_an_entry_expires_with_what_it_watches_and_an_offer_with_its_answer() -> None:
    noon = local(24, "12:00")
    before = noon - timedelta(microseconds=1)
    assert waitlist_state_at(State.WAITING, noon, None, before) is State.WAITING
    assert waitlist_state_at(State.WAITING, noon, None, noon) is State.EXPIRED
    later = noon + AN_HOUR
    assert waitlist_state_at(State.OFFERED, later, noon, before) is State.OFFERED
    assert waitlist_state_at(State.OFFERED, later, noon, noon) is State.LAPSED
    assert waitlist_state_at(State.TAKEN, noon, noon, later) is State.TAKEN
