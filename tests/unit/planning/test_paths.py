"""The path to a machine: its order, what is missing, what it costs, and by when it is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from booking.planning.rules.paths import (
    CourseFact,
    NextAct,
    PathFacts,
    SessionFact,
    StepState,
    TrainingPath,
    find_path,
    in_order,
)
from booking.trainings.rules import CertificationFact, CertificationState, TrainingFact

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
TODAY = NOW.date()
SAW = [("BOIS-2", 2)]
"""Asks for BOIS-2, which asks for BOIS-1 at level 2, which asks for ACC."""

TRAININGS = {
    "ACC": TrainingFact("ACC", None, ()),
    "BOIS-1": TrainingFact("BOIS-1", 6, (("ACC", 1),)),
    "BOIS-2": TrainingFact("BOIS-2", 6, (("BOIS-1", 2),)),
    "CNC-1": TrainingFact("CNC-1", 9, (("ACC", 1),)),
}
COURSES = {
    "ACC": CourseFact(0, 1, (1,), is_offered=True),
    "BOIS-1": CourseFact(18_000, 2, (1, 2), is_offered=True),
    "BOIS-2": CourseFact(22_000, 2, (1, 2), is_offered=True),
    "CNC-1": CourseFact(26_000, 3, (1, 2), is_offered=True),
}


def session(training: str, day: int, hour: int = 9, **others: Any) -> SessionFact:
    """A session of three hours, so many days after today."""
    starts_at = NOW.replace(hour=hour) + timedelta(days=day)
    usual = SessionFact(
        code=f"{training}+{day}",
        training=training,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3),
        first_on=starts_at.date(),
        last_on=starts_at.date(),
        half_days=1,
        free_places=2,
    )
    return replace(usual, **others)


def record(
    training: str,
    level: int = 2,
    days: int = 400,
    state: CertificationState = CertificationState.APPROVED,
    used: int = 0,
) -> CertificationFact:
    """Approved a year ago, used so many days ago, valid for so many days more."""
    return CertificationFact(
        training,
        level,
        state,
        TODAY - timedelta(days=365),
        TODAY + timedelta(days=days),
        TODAY - timedelta(days=used),
    )


def path(
    *records: CertificationFact, sessions: tuple[SessionFact, ...] = (), **others: Any
) -> TrainingPath:
    facts = PathFacts(NOW, TODAY, TRAININGS, COURSES, sessions, records)
    return find_path(SAW, replace(facts, **others))


def in_days(number: int) -> date:
    return TODAY + timedelta(days=number)


def acts(found: TrainingPath) -> list[tuple[str, StepState, NextAct]]:
    return [(step.training, step.state, step.act) for step in found.steps]


def sessions_of(found: TrainingPath) -> list[str | None]:
    return [step.session.code if step.session else None for step in found.steps]


def test_a_visitor_sees_the_whole_way_with_its_cost() -> None:
    found = path()
    assert acts(found) == [
        ("ACC", StepState.MISSING, NextAct.ASK),
        ("BOIS-1", StepState.MISSING, NextAct.ASK),
        ("BOIS-2", StepState.MISSING, NextAct.ASK),
    ]
    assert [step.level for step in found.steps] == [1, 2, 2]
    assert [step.after for step in found.steps] == [(), ("ACC",), ("BOIS-1",)]
    assert (found.half_days, found.price_cents) == (5, 40_000)
    assert found.reached_on is None


def test_sessions_are_followed_in_order_to_the_earliest_day() -> None:
    found = path(
        sessions=(
            session("BOIS-1", 1),
            session("ACC", 3),
            session("BOIS-2", 4),
            session("BOIS-1", 5),
            session("BOIS-1", 8),
            session("BOIS-2", 9),
        )
    )
    assert sessions_of(found) == ["ACC+3", "BOIS-1+5", "BOIS-2+9"]
    assert [step.reached_on for step in found.steps] == [in_days(3), in_days(5), in_days(9)]
    assert found.reached_on == in_days(9)


def test_a_session_of_the_same_day_comes_after_the_other_has_ended() -> None:
    morning, noon, afternoon = (
        session("ACC", 2, hour=9),
        session("BOIS-1", 2, hour=11),
        session("BOIS-1", 2, hour=12, code="afternoon"),
    )
    found = path(sessions=(morning, noon, afternoon))
    assert sessions_of(found)[:2] == ["ACC+2", "afternoon"]


def test_a_full_session_is_passed_over_but_not_by_who_has_a_place() -> None:
    full = session("ACC", 3, free_places=0)
    later = session("ACC", 10)
    assert sessions_of(path(sessions=(full, later)))[0] == "ACC+10"
    mine = replace(full, is_joined=True)
    found = path(sessions=(mine, later))
    assert acts(found)[0] == ("ACC", StepState.MISSING, NextAct.ATTEND)
    assert sessions_of(found)[0] == "ACC+3"


def test_a_place_in_a_later_session_is_kept() -> None:
    mine = session("ACC", 10, is_joined=True)
    assert sessions_of(path(sessions=(session("ACC", 3), mine)))[0] == "ACC+10"


def test_a_prerequisite_must_be_valid_on_the_days_of_the_session() -> None:
    ends_soon = record("ACC", 1, days=6)
    early, late = session("BOIS-1", 6), session("BOIS-1", 7, code="late")
    assert sessions_of(path(ends_soon, sessions=(early,)))[1] == "BOIS-1+6"
    assert sessions_of(path(ends_soon, sessions=(late,)))[1] is None
    over_midnight = replace(early, last_on=in_days(7))
    assert sessions_of(path(ends_soon, sessions=(over_midnight,)))[1] is None


def test_what_ends_before_the_rest_is_reached_is_told_and_no_day_is_promised() -> None:
    found = find_path(
        [("CNC-1", 2), ("BOIS-1", 2)],
        PathFacts(
            NOW,
            TODAY,
            TRAININGS,
            COURSES,
            (session("CNC-1", 20),),
            (record("ACC", 1), record("BOIS-1", days=10)),
        ),
    )
    assert [(step.training, step.runs_out, step.act) for step in found.steps] == [
        ("ACC", False, NextAct.NOTHING),
        ("BOIS-1", True, NextAct.RENEW),
        ("CNC-1", False, NextAct.JOIN),
    ]
    assert found.reached_on is None
    assert [step.training for step in found.missing] == ["BOIS-1", "CNC-1"]
    assert found.is_without_price
    assert found.price_cents == 26_000


def test_what_ends_before_a_later_session_is_renewed_on_the_way() -> None:
    ends_soon = record("BOIS-1", days=20)
    sessions = (
        session("BOIS-1", 12, is_refresher=True),
        session("BOIS-2", 15, free_places=0),
        session("BOIS-2", 30, code="late"),
    )
    found = path(record("ACC", 1), ends_soon, sessions=sessions)
    assert acts(found)[1:] == [
        ("BOIS-1", StepState.HELD, NextAct.RENEW),
        ("BOIS-2", StepState.MISSING, NextAct.JOIN),
    ]
    assert sessions_of(found) == [None, "BOIS-1+12", "late"]
    assert (found.reached_on, found.price_cents, found.half_days) == (in_days(30), 40_000, 2)
    assert not found.is_without_price
    assert found.steps[1].ends_on == in_days(20)


def test_a_renewal_that_comes_too_late_opens_no_session() -> None:
    sessions = (session("BOIS-2", 30), session("BOIS-1", 31, is_refresher=True))
    found = path(record("ACC", 1), record("BOIS-1", days=20), sessions=sessions)
    assert sessions_of(found) == [None, "BOIS-1+31", None]
    assert found.reached_on is None


def test_a_session_before_the_end_is_followed_first_and_the_renewal_comes_after_it() -> None:
    facts = PathFacts(
        NOW, TODAY, TRAININGS, COURSES,
        (session("BOIS-2", 5), session("CNC-1", 20), session("BOIS-1", 8, is_refresher=True)),
        (record("ACC", 1), record("BOIS-1", days=10)),
    )  # fmt: skip
    found = find_path([("BOIS-2", 2), ("CNC-1", 2)], facts)
    assert sessions_of(found) == [None, "BOIS-1+8", "BOIS-2+5", "CNC-1+20"]
    assert found.reached_on == in_days(20)


def test_a_renewal_that_ends_the_path_may_ask_for_another() -> None:
    facts = PathFacts(
        NOW, TODAY, TRAININGS, COURSES,
        (session("CNC-1", 20), session("BOIS-1", 25), session("ACC", 22)),
        (record("ACC", 1, days=24), record("BOIS-1", days=10)),
    )  # fmt: skip
    found = find_path([("BOIS-1", 2), ("CNC-1", 2)], facts)
    assert {step.training for step in found.steps if step.runs_out} == {"ACC", "BOIS-1"}
    assert found.reached_on == in_days(25)


def test_what_outlasts_the_path_is_not_renewed() -> None:
    found = path(record("ACC", 1, days=30), record("BOIS-1"), sessions=(session("BOIS-2", 30),))
    assert [step.runs_out for step in found.steps] == [False, False, False]
    assert found.reached_on == in_days(30)


def test_a_sooner_session_without_a_place_is_told_beside_the_one_to_follow() -> None:
    full, later = session("ACC", 3, free_places=0), session("ACC", 10)
    step = path(sessions=(full, later)).steps[0]
    assert (step.session, step.full) == (later, full)
    step = path(sessions=(later, replace(full, starts_at=later.ends_at))).steps[0]
    assert (step.session, step.full) == (later, None)
    step = path(sessions=(full,)).steps[0]
    assert (step.session, step.full, step.act) == (None, full, NextAct.ASK)
    assert path(sessions=(full, replace(later, is_joined=True))).steps[0].full is None


def test_a_session_before_the_end_of_the_step_before_is_told_as_too_early() -> None:
    before, early = session("ACC", 10), session("BOIS-1", 5)
    first, second, third = path(sessions=(session("BOIS-1", 2), early, before)).steps
    assert (first.session, first.early) == (before, None)
    assert (second.session, second.early, second.act) == (None, early, NextAct.ASK)
    assert second.ready_on == before.last_on
    assert (third.early, third.ready_on) == (None, None)
    second = path(sessions=(early, before, session("BOIS-1", 20))).steps[1]
    assert second.early is None


def test_without_a_date_for_the_step_before_every_session_is_too_early() -> None:
    known = session("BOIS-2", 30)
    third = path(sessions=(session("ACC", 3), known)).steps[2]
    assert (third.session, third.early, third.ready_on) == (None, known, None)


def test_a_refresher_without_a_session_has_no_price_of_its_own() -> None:
    found = path(record("ACC", 1), record("BOIS-1", days=-1), record("BOIS-2"))
    step = found.steps[1]
    assert (step.act, step.price_cents, step.half_days) == (NextAct.REFRESH, 0, 0)
    assert step.is_refresher
    assert found.is_without_price
    asked = record("BOIS-1", state=CertificationState.REQUESTED)
    waits = path(record("ACC", 1), record("BOIS-1", days=-1), asked)
    assert waits.steps[1].act is NextAct.WAIT


def test_who_held_a_lower_level_needs_the_course_again() -> None:
    refresher = session("BOIS-1", 4, is_refresher=True)
    found = path(record("ACC", 1), record("BOIS-1", 1, days=-1), sessions=(refresher,))
    assert (found.steps[1].session, found.steps[1].is_refresher) == (None, False)
    assert found.steps[1].price_cents == 18_000


def test_what_is_held_costs_nothing_and_says_until_when() -> None:
    found = path(record("ACC", 1, days=30), record("BOIS-1", days=90))
    assert [step.is_held for step in found.steps] == [True, True, False]
    assert (found.half_days, found.price_cents) == (2, 22_000)
    assert found.steps[0].ends_on == in_days(30)
    assert found.ends_on == in_days(30)


def test_a_path_that_is_done_is_open_today() -> None:
    found = path(record("ACC", 1), record("BOIS-1"), record("BOIS-2"))
    assert found.is_open
    assert found.reached_on == TODAY
    assert (found.half_days, found.price_cents) == (0, 0)


def test_a_refresher_is_for_who_has_had_the_training() -> None:
    refresher = session("BOIS-1", 4, is_refresher=True)
    held = record("ACC", 1)
    assert sessions_of(path(held, sessions=(refresher,)))[1] is None
    for ended, state in (
        (record("BOIS-1", days=-1), StepState.EXPIRED),
        (record("BOIS-1", used=300), StepState.LAPSED),
    ):
        found = path(held, ended, sessions=(refresher,))
        assert acts(found)[1] == ("BOIS-1", state, NextAct.JOIN)
        assert found.steps[1].half_days == 1


def test_a_level_too_low_asks_for_the_test_and_for_no_session() -> None:
    found = path(record("ACC", 1), record("BOIS-1", 1), record("BOIS-2"))
    assert acts(found)[1] == ("BOIS-1", StepState.LEVEL_TOO_LOW, NextAct.PASS)
    assert (found.half_days, found.price_cents) == (0, 0)
    assert found.reached_on == TODAY


def test_a_level_that_no_session_gives_has_no_day() -> None:
    facts = PathFacts(NOW, TODAY, TRAININGS, COURSES, (), (record("ACC", 1), record("CNC-1")))
    found = find_path([("CNC-1", 3)], facts)
    assert acts(found)[1] == ("CNC-1", StepState.LEVEL_TOO_LOW, NextAct.BE_APPOINTED)
    assert found.reached_on is None


def test_a_suspension_is_no_matter_of_sessions() -> None:
    suspended = record("BOIS-1", state=CertificationState.SUSPENDED)
    found = path(record("ACC", 1), suspended, sessions=(session("BOIS-1", 2), session("BOIS-2", 9)))
    assert acts(found)[1:] == [
        ("BOIS-1", StepState.SUSPENDED, NextAct.SEE_WHY),
        ("BOIS-2", StepState.MISSING, NextAct.ASK),
    ]
    assert found.reached_on is None


def test_what_trainer_and_manager_have_in_hand_is_awaited() -> None:
    for state in (CertificationState.IN_TRAINING, CertificationState.PROPOSED):
        found = path(record("ACC", 1), record("BOIS-1", state=state))
        assert acts(found)[1] == ("BOIS-1", StepState.UNDERWAY, NextAct.AWAIT)
        assert found.price_cents == 22_000


def test_a_proposal_for_a_lower_level_is_not_the_way_there() -> None:
    found = path(record("ACC", 1), record("BOIS-1", 1, state=CertificationState.PROPOSED))
    assert acts(found)[1][1] is StepState.MISSING


def test_a_suspension_is_told_whatever_is_in_hand_beside_it() -> None:
    found = path(
        record("ACC", 1),
        record("BOIS-1", state=CertificationState.SUSPENDED),
        record("BOIS-1", state=CertificationState.PROPOSED),
    )
    assert acts(found)[1] == ("BOIS-1", StepState.SUSPENDED, NextAct.SEE_WHY)


def test_a_request_waits_for_a_session() -> None:
    asked = record("ACC", 1, state=CertificationState.REQUESTED)
    found = path(asked)
    assert acts(found)[0] == ("ACC", StepState.MISSING, NextAct.WAIT)
    assert found.steps[0].is_asked
    assert acts(path(asked, sessions=(session("ACC", 2),)))[0][2] is NextAct.JOIN


def test_what_is_no_longer_offered_has_no_way_but_is_still_asked_for() -> None:
    archived = COURSES | {"ACC": replace(COURSES["ACC"], is_offered=False)}
    assert acts(path(courses=archived))[0][2] is NextAct.NOT_OFFERED
    gone = find_path([("GONE", 1)], PathFacts(NOW, TODAY, TRAININGS, COURSES, ()))
    assert acts(gone) == [("GONE", StepState.MISSING, NextAct.NOT_OFFERED)]


def test_a_machine_that_asks_for_nothing_is_open() -> None:
    found = find_path([], PathFacts(NOW, TODAY, TRAININGS, COURSES, ()))
    assert found.is_open
    assert found.steps == ()


@given(st.data())
def test_each_training_stands_behind_all_it_asks_for(data: st.DataObject) -> None:
    names = [f"T{number}" for number in range(data.draw(st.integers(1, 8)))]
    asked = {
        name: data.draw(st.sets(st.sampled_from(names[:place])) if place else st.just(set()))
        for place, name in enumerate(names)
    }
    trainings = {
        name: TrainingFact(name, None, tuple((other, 1) for other in sorted(before)))
        for name, before in asked.items()
    }
    ordered = in_order(data.draw(st.permutations(names)), trainings)
    assert sorted(ordered) == sorted(names)
    for name, before in asked.items():
        assert all(ordered.index(other) < ordered.index(name) for other in before)


def test_a_circle_ends_as_well() -> None:
    round_and_round = {
        "A": TrainingFact("A", None, (("B", 1),)),
        "B": TrainingFact("B", None, (("A", 1),)),
    }
    assert set(in_order(["A", "B"], round_and_round)) == {"A", "B"}
