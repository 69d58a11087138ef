"""The life of a reservation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from booking.reservations.rules import (
    ACTIVE_STATES,
    TRANSITIONS,
    ActNotAllowed,
    ReservationAct,
    ReservationState,
    next_state,
    state_at,
)

State = ReservationState
Act = ReservationAct


@pytest.mark.parametrize(
    ("states", "act", "after"),
    [
        ([None, State.CONFIRMED], Act.HOLD, State.HELD),
        ([None, State.HELD], Act.CONFIRM, State.CONFIRMED),
        ([State.CONFIRMED], Act.CHECK_IN, State.CHECKED_IN),
        ([State.CHECKED_IN], Act.COMPLETE, State.COMPLETED),
        ([State.HELD, State.CONFIRMED], Act.CANCEL_BY_MEMBER, State.CANCELLED_BY_MEMBER),
        ([State.HELD, State.CONFIRMED], Act.CANCEL_BY_SITE, State.CANCELLED_BY_SITE),
        ([State.CONFIRMED], Act.MARK_NO_SHOW, State.NO_SHOW),
    ],
)
def test_each_act_starts_from_its_states_and_from_no_other(
    states: list[State | None], act: Act, after: State
) -> None:
    for state in (None, *State):
        if state in states:
            assert next_state(state, act) == after
        else:
            with pytest.raises(ActNotAllowed) as refused:
                next_state(state, act)
            assert (refused.value.state, refused.value.act) == (state, act)


def test_every_act_is_in_the_table() -> None:
    assert {act for _, act in TRANSITIONS} == set(Act)


def test_a_reservation_is_active_as_long_as_something_may_still_happen_to_it() -> None:
    assert {state for state, _ in TRANSITIONS if state is not None} == ACTIVE_STATES


@pytest.mark.parametrize(
    ("state", "after"),
    [
        (State.HELD, State.CANCELLED_BY_SITE),
        (State.CONFIRMED, State.NO_SHOW),
        (State.CHECKED_IN, State.COMPLETED),
        (State.COMPLETED, State.COMPLETED),
        (State.CANCELLED_BY_MEMBER, State.CANCELLED_BY_MEMBER),
    ],
)
def test_a_promise_counts_until_the_instant_it_lapses(state: State, after: State) -> None:
    lapses_at = datetime(2026, 11, 24, 8, 15, tzinfo=UTC)
    starts_at = lapses_at - timedelta(minutes=15)
    assert state_at(state, None, lapses_at, starts_at) is state
    before = lapses_at - timedelta(microseconds=1)
    assert state_at(state, lapses_at, before, starts_at) is state
    assert state_at(state, lapses_at, lapses_at, starts_at) is after


def test_what_ends_before_its_start_was_not_missed() -> None:
    starts_at = datetime(2026, 11, 24, 8, tzinfo=UTC)
    for early in (starts_at, starts_at - timedelta(hours=9)):
        ended = state_at(ReservationState.CONFIRMED, early, early, starts_at)
        assert ended is ReservationState.CANCELLED_BY_SITE
