"""The life of a session and of a place in it, state by state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from booking.trainings.rules import (
    EnrolmentState,
    Place,
    SessionAct,
    SessionState,
    lapse_of,
    place_at,
    session_after,
    session_state_at,
)

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
SOON, EARLIER = NOW + timedelta(hours=1), NOW - timedelta(hours=1)

PLANNED, OPEN, CONFIRMED = SessionState.PLANNED, SessionState.OPEN, SessionState.CONFIRMED
CANCELLED = SessionState.CANCELLED

LEADS_TO = {
    (None, SessionAct.PLAN): PLANNED,
    (PLANNED, SessionAct.CHANGE): PLANNED,
    (PLANNED, SessionAct.OPEN): OPEN,
    (PLANNED, SessionAct.CANCEL): CANCELLED,
    (OPEN, SessionAct.CHANGE): OPEN,
    (OPEN, SessionAct.CONFIRM): CONFIRMED,
    (OPEN, SessionAct.CANCEL): CANCELLED,
    (CONFIRMED, SessionAct.CHANGE): CONFIRMED,
    (CONFIRMED, SessionAct.CANCEL): CANCELLED,
}


@pytest.mark.parametrize(
    ("state", "act"), [*product([None, *SessionState], SessionAct)], ids=lambda one: str(one)
)
def test_each_act_is_allowed_in_these_states_alone(
    state: SessionState | None, act: SessionAct
) -> None:
    assert session_after(state, act) == LEADS_TO.get((state, act))


@pytest.mark.parametrize("state", [PLANNED, OPEN])
def test_with_too_few_people_it_is_cancelled_from_the_decision_date_on(
    state: SessionState,
) -> None:
    assert session_state_at(state, NOW, NOW, NOW) is CANCELLED
    assert session_state_at(state, SOON, SOON, NOW) is state


def test_with_enough_people_it_is_confirmed_from_the_decision_date_on() -> None:
    assert session_state_at(OPEN, NOW, None, NOW) is CONFIRMED
    assert session_state_at(OPEN, SOON, None, NOW) is OPEN
    assert session_state_at(PLANNED, NOW, None, NOW) is PLANNED


@pytest.mark.parametrize("state", [one for one in SessionState if one not in (PLANNED, OPEN)])
def test_what_was_decided_does_not_lapse(state: SessionState) -> None:
    assert session_state_at(state, EARLIER, EARLIER, NOW) is state
    assert lapse_of(state, SOON, 2, 0, NOW, None) is None


@pytest.mark.parametrize(("enrolled", "lapses"), [(0, True), (1, True), (2, False), (3, False)])
def test_it_lapses_while_fewer_than_the_minimum_are_in_it(enrolled: int, lapses: bool) -> None:
    assert lapse_of(OPEN, SOON, 2, enrolled, NOW, None) == (SOON if lapses else None)


def test_without_a_decision_date_it_never_lapses() -> None:
    assert lapse_of(OPEN, None, 2, 0, NOW, None) is None


@pytest.mark.parametrize("lapses_at", [None, EARLIER])
def test_after_the_decision_date_nothing_changes_any_more(lapses_at: datetime | None) -> None:
    assert lapse_of(OPEN, EARLIER, 2, 0, NOW, lapses_at) == lapses_at
    assert lapse_of(OPEN, EARLIER, 2, 5, NOW, lapses_at) == lapses_at


def place(
    state: EnrolmentState,
    offered_until: datetime | None = None,
    lacked: tuple[str, ...] = (),
    session: SessionState = OPEN,
    starts_at: datetime = SOON,
) -> Place:
    return place_at(state, offered_until, lacked, session, starts_at, NOW)


WAITING = EnrolmentState.WAITING


def test_who_waits_is_offered_a_place_until_the_answer_is_due() -> None:
    assert place(WAITING) is Place.WAITING
    assert place(WAITING, SOON) is Place.OFFERED
    assert place(WAITING, NOW) is Place.LAPSED


def test_who_waits_when_it_begins_has_waited_in_vain() -> None:
    assert place(WAITING, starts_at=NOW) is Place.OVER


def test_who_lacked_something_when_the_turn_came_was_skipped() -> None:
    assert place(EnrolmentState.CANCELLED, lacked=("BOIS-1",)) is Place.SKIPPED
    assert place(EnrolmentState.CANCELLED) is Place.CANCELLED


@pytest.mark.parametrize("state", [*EnrolmentState])
def test_with_the_session_every_place_is_cancelled(state: EnrolmentState) -> None:
    assert place(state, session=CANCELLED) is Place.CANCELLED


@pytest.mark.parametrize("state", [one for one in EnrolmentState if one is not WAITING])
@pytest.mark.parametrize("session", [one for one in SessionState if one is not CANCELLED])
def test_a_place_is_what_was_written_down(state: EnrolmentState, session: SessionState) -> None:
    assert place(state, session=session) is Place(state)
