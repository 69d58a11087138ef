"""When a certification counts, and what may happen to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.trainings.rules import (
    TRANSITIONS,
    ActNotAllowed,
    CertificationAct,
    CertificationFact,
    CertificationState,
    Shortfall,
    TrainingFact,
    Verdict,
    covered_until,
    judge,
    last_allowed_day,
    months_of_validity,
    next_state,
    reminder_due,
    required_levels,
    state_on,
    valid_until_of,
    validity_end,
)

State = CertificationState
Act = CertificationAct

TRAININGS = {
    "ACC": TrainingFact("ACC", None, ()),
    "BOIS-1": TrainingFact("BOIS-1", 6, (("ACC", 1),)),
    "BOIS-2": TrainingFact("BOIS-2", 6, (("BOIS-1", 2),)),
}
TODAY = date(2026, 11, 24)


def a_record(**others: Any) -> CertificationFact:
    usual = CertificationFact(
        training="BOIS-1",
        level=2,
        state=State.APPROVED,
        approved_on=date(2026, 1, 31),
        valid_until=date(2028, 1, 31),
        last_used_on=date(2026, 11, 13),
    )
    return replace(usual, **others)


def verdict_on(*days: date, records: list[CertificationFact], level: int = 2) -> Verdict:
    return judge(level, TRAININGS["BOIS-1"], records, days or (TODAY,))


def shortfalls(*days: date, level: int = 2, **others: Any) -> tuple[Shortfall, ...]:
    return verdict_on(*days, records=[a_record(**others)], level=level).shortfalls


class TestRequiredLevels:
    def test_the_whole_chain_is_needed_at_its_own_levels(self) -> None:
        assert required_levels([("BOIS-2", 1)], TRAININGS) == {"BOIS-2": 1, "BOIS-1": 2, "ACC": 1}

    def test_the_highest_of_several_levels_wins(self) -> None:
        wanted = [("BOIS-1", 1), ("BOIS-2", 1)]
        assert required_levels(wanted, TRAININGS)["BOIS-1"] == 2
        assert required_levels(reversed(wanted), TRAININGS)["BOIS-1"] == 2

    def test_nothing_wanted_is_nothing_needed(self) -> None:
        assert required_levels([], TRAININGS) == {}

    def test_a_training_that_is_not_known_stays_required(self) -> None:
        assert required_levels([("GONE", 2)], TRAININGS) == {"GONE": 2}

    def test_a_ring_of_prerequisites_comes_to_an_end(self) -> None:
        ring = {
            "A": TrainingFact("A", None, (("B", 2),)),
            "B": TrainingFact("B", None, (("A", 1),)),
        }
        assert required_levels([("A", 1)], ring) == {"A": 1, "B": 2}


class TestTheEndOfAnApproval:
    APPROVED = date(2026, 11, 23)

    def end(self, assessed: date, held: date | None, months: int = 24) -> date:
        return valid_until_of(self.APPROVED, months, assessed, held)

    def test_the_first_one_counts_from_the_day_it_is_approved(self) -> None:
        assert self.end(date(2026, 11, 20), None) == date(2028, 11, 23)

    def test_renewed_early_it_goes_on_from_the_former_end(self) -> None:
        assert self.end(date(2026, 11, 20), date(2027, 1, 31)) == date(2029, 1, 31)

    def test_early_is_at_most_ninety_days(self) -> None:
        held = date(2027, 2, 18)
        assert self.end(date(2026, 11, 20), held) == date(2029, 2, 18)
        assert self.end(date(2026, 11, 19), held) == date(2028, 11, 23)

    @given(st.dates(date(2026, 1, 1), APPROVED), st.integers(0, 400), st.integers(1, 60))
    def test_coming_early_never_makes_it_shorter(
        self, assessed: date, left: int, months: int
    ) -> None:
        held = self.APPROVED + timedelta(days=left)
        assert self.end(assessed, held, months) >= self.end(assessed, None, months)

    def test_a_referent_is_looked_at_again_every_year(self) -> None:
        assert [months_of_validity(level, 24) for level in (1, 2, 3)] == [24, 24, 12]


class TestValidityByDate:
    def test_it_ends_on_the_same_day_of_the_month(self) -> None:
        assert validity_end(date(2026, 9, 8), 24) == date(2028, 9, 8)

    def test_it_ends_on_the_last_day_of_a_shorter_month(self) -> None:
        assert validity_end(date(2026, 8, 31), 6) == date(2027, 2, 28)

    def test_the_last_day_is_still_valid(self) -> None:
        assert shortfalls(date(2026, 12, 1), valid_until=date(2026, 12, 1)) == ()

    def test_the_day_after_is_not(self) -> None:
        assert shortfalls(date(2026, 12, 2), valid_until=date(2026, 12, 1)) == (Shortfall.EXPIRED,)

    def test_every_day_of_the_use_must_be_valid(self) -> None:
        days = (date(2026, 12, 1), date(2026, 12, 2))
        assert shortfalls(*days, valid_until=date(2026, 12, 1)) == (Shortfall.EXPIRED,)


class TestLapseByNonUse:
    @pytest.mark.parametrize(
        ("last_used_on", "months", "last_allowed_on"),
        [
            (date(2026, 5, 24), 6, date(2026, 11, 24)),
            (date(2026, 8, 31), 6, date(2027, 2, 28)),
            (date(2027, 8, 31), 6, date(2028, 2, 29)),
            (date(2027, 2, 28), 12, date(2028, 2, 28)),
            (date(2028, 2, 29), 12, date(2029, 2, 28)),
            (date(2026, 10, 31), 1, date(2026, 11, 30)),
        ],
    )
    def test_the_last_allowed_day_is_the_same_day_or_the_end_of_a_shorter_month(
        self, last_used_on: date, months: int, last_allowed_on: date
    ) -> None:
        assert last_allowed_day(a_record(last_used_on=last_used_on), months) == last_allowed_on

    def test_without_any_use_the_clock_starts_at_the_approval(self) -> None:
        unused = a_record(approved_on=date(2026, 8, 31), last_used_on=None)
        assert last_allowed_day(unused, 6) == date(2027, 2, 28)

    def test_an_approval_after_the_last_use_starts_the_clock_anew(self) -> None:
        refreshed = a_record(approved_on=date(2026, 11, 2), last_used_on=date(2026, 1, 5))
        assert last_allowed_day(refreshed, 6) == date(2027, 5, 2)

    def test_a_training_without_lapse_never_lapses(self) -> None:
        assert last_allowed_day(a_record(), None) is None

    def test_the_last_allowed_day_is_still_valid_and_the_next_is_not(self) -> None:
        used_on = date(2026, 5, 24)
        assert shortfalls(date(2026, 11, 24), last_used_on=used_on) == ()
        assert shortfalls(date(2026, 11, 25), last_used_on=used_on) == (Shortfall.LAPSED,)

    @given(st.dates(date(2026, 1, 1), date(2036, 12, 31)), st.integers(1, 24))
    def test_it_never_lasts_longer_than_the_calendar_month(self, used: date, months: int) -> None:
        last_day = last_allowed_day(a_record(approved_on=used, last_used_on=used), months)
        assert last_day is not None
        assert last_day.day <= used.day
        assert (last_day.year * 12 + last_day.month) - (used.year * 12 + used.month) == months
        assert last_day.day == used.day or (last_day + timedelta(days=1)).day == 1


class TestStateOn:
    def test_an_approved_record_is_expired_after_its_end(self) -> None:
        record = a_record(valid_until=date(2026, 12, 1))
        assert state_on(record, None, date(2026, 12, 1)) == State.APPROVED
        assert state_on(record, None, date(2026, 12, 2)) == State.EXPIRED

    def test_an_approved_record_is_lapsed_after_its_last_allowed_day(self) -> None:
        record = a_record(last_used_on=date(2026, 5, 24))
        assert state_on(record, 6, date(2026, 11, 24)) == State.APPROVED
        assert state_on(record, 6, date(2026, 11, 25)) == State.LAPSED

    def test_any_other_state_stays_what_it_is(self) -> None:
        record = a_record(state=State.SUSPENDED, valid_until=date(2026, 12, 1))
        assert state_on(record, 6, date(2027, 12, 1)) == State.SUSPENDED


class TestJudge:
    def test_an_approved_record_of_the_level_is_valid(self) -> None:
        assert verdict_on(records=[a_record()]).is_valid

    def test_without_any_record_it_is_missing(self) -> None:
        assert verdict_on(records=[]).shortfalls == (Shortfall.MISSING,)

    @pytest.mark.parametrize(
        "state",
        [State.REQUESTED, State.IN_TRAINING, State.PROPOSED, State.REFUSED, State.REVOKED],
    )
    def test_any_other_state_is_as_if_missing(self, state: State) -> None:
        assert shortfalls(state=state, level=1) == (Shortfall.MISSING,)

    def test_the_record_of_another_training_does_not_count(self) -> None:
        assert shortfalls(training="ACC") == (Shortfall.MISSING,)

    def test_a_record_approved_after_the_first_day_does_not_count(self) -> None:
        assert shortfalls(TODAY, approved_on=TODAY + timedelta(days=1)) == (Shortfall.MISSING,)
        assert shortfalls(TODAY, approved_on=TODAY) == ()

    def test_a_lower_level_is_too_low_and_a_higher_one_serves(self) -> None:
        assert shortfalls(level=3) == (Shortfall.LEVEL_TOO_LOW,)
        assert shortfalls(level=1) == ()

    def test_a_suspended_record_is_told_as_suspended(self) -> None:
        assert shortfalls(state=State.SUSPENDED) == (Shortfall.SUSPENDED,)

    def test_one_record_may_lack_several_things(self) -> None:
        everything = shortfalls(
            level=3,
            state=State.SUSPENDED,
            valid_until=date(2026, 11, 1),
            last_used_on=date(2026, 2, 1),
        )
        assert everything == (
            Shortfall.LEVEL_TOO_LOW,
            Shortfall.EXPIRED,
            Shortfall.LAPSED,
            Shortfall.SUSPENDED,
        )

    def test_the_verdict_carries_what_the_refusal_will_say(self) -> None:
        verdict = verdict_on(records=[a_record(last_used_on=date(2026, 2, 1))])
        assert verdict.last_allowed_on == date(2026, 8, 1)
        assert verdict.lapse_months == 6
        assert verdict.record == a_record(last_used_on=date(2026, 2, 1))


class TestBestRecord:
    def test_a_valid_record_wins_over_an_expired_one(self) -> None:
        expired = a_record(valid_until=date(2026, 2, 1))
        assert verdict_on(records=[expired, a_record()]).is_valid
        assert verdict_on(records=[a_record(), expired]).is_valid

    def test_a_valid_record_wins_over_a_suspended_one(self) -> None:
        assert verdict_on(records=[a_record(state=State.SUSPENDED), a_record()]).is_valid

    def test_a_revoked_record_does_not_hide_a_valid_one(self) -> None:
        assert verdict_on(records=[a_record(state=State.REVOKED), a_record()]).is_valid

    def test_the_record_that_lacks_least_is_judged(self) -> None:
        both = a_record(level=1, valid_until=date(2026, 11, 1))
        one = a_record(level=2, valid_until=date(2026, 11, 1))
        assert verdict_on(records=[both, one]).record == one

    def test_the_lightest_cure_is_told(self) -> None:
        lower = a_record(level=1)
        expired = a_record(valid_until=date(2026, 11, 1))
        assert verdict_on(records=[expired, lower]).shortfalls == (Shortfall.LEVEL_TOO_LOW,)

    def test_of_equally_expired_records_the_last_one_is_told(self) -> None:
        older = a_record(valid_until=date(2026, 10, 1))
        newer = a_record(valid_until=date(2026, 11, 1))
        assert verdict_on(records=[older, newer]).record == newer


class TestTransitions:
    @pytest.mark.parametrize(
        ("states", "act", "after"),
        [
            ([None], Act.REQUEST, State.REQUESTED),
            ([None, State.REQUESTED], Act.START_TRAINING, State.IN_TRAINING),
            ([None, State.REQUESTED, State.IN_TRAINING], Act.PROPOSE, State.PROPOSED),
            ([State.PROPOSED], Act.APPROVE, State.APPROVED),
            ([State.PROPOSED, State.REQUESTED], Act.REFUSE, State.REFUSED),
            ([State.APPROVED], Act.SUSPEND, State.SUSPENDED),
            ([State.SUSPENDED], Act.REINSTATE, State.APPROVED),
            ([State.APPROVED, State.SUSPENDED], Act.REVOKE, State.REVOKED),
        ],
    )
    def test_each_act_starts_from_its_states_and_from_no_other(
        self, states: list[State | None], act: Act, after: State
    ) -> None:
        for state in (None, *State):
            if state in states:
                assert next_state(state, act) == after
            else:
                with pytest.raises(ActNotAllowed) as refused:
                    next_state(state, act)
                assert (refused.value.state, refused.value.act) == (state, act)

    def test_every_act_is_in_the_table(self) -> None:
        assert {act for _, act in TRANSITIONS} == set(Act)

    def test_nothing_leaves_a_refused_or_revoked_record(self) -> None:
        ends = (State.REFUSED, State.REVOKED)
        assert not any((state, act) in TRANSITIONS for state, act in product(ends, Act))

    def test_computed_states_are_never_stored(self) -> None:
        computed = {State.EXPIRED, State.LAPSED}
        assert computed.isdisjoint(TRANSITIONS.values())
        assert computed.isdisjoint(state for state, _ in TRANSITIONS)


class TestHowLongAChainIsCovered:
    LEVELS: ClassVar = {"BOIS-2": 2, "BOIS-1": 2}

    def until(self, *records: CertificationFact) -> date | None:
        return covered_until(self.LEVELS, TRAININGS, records, TODAY)

    def test_until_the_first_of_them_ends(self) -> None:
        first = a_record(valid_until=date(2027, 1, 1))
        second = a_record(training="BOIS-2", valid_until=date(2027, 2, 1))
        assert self.until(first, second) == date(2027, 1, 1)

    def test_lack_of_use_ends_it_too(self) -> None:
        first = a_record(last_used_on=date(2026, 6, 30))
        second = a_record(training="BOIS-2", valid_until=date(2027, 2, 1))
        assert self.until(first, second) == date(2026, 12, 30)

    def test_the_record_that_lasts_longest_counts(self) -> None:
        second = a_record(training="BOIS-2")
        old, new = a_record(valid_until=date(2026, 12, 1)), a_record(valid_until=date(2027, 3, 1))
        assert self.until(old, new, second) == date(2027, 3, 1)

    @pytest.mark.parametrize(
        "lacks",
        [{"level": 1}, {"state": State.SUSPENDED}, {"approved_on": TODAY + timedelta(days=1)}],
    )
    def test_what_is_not_held_at_all_has_no_end(self, lacks: dict[str, Any]) -> None:
        assert self.until(a_record(**lacks), a_record(training="BOIS-2")) is None


@pytest.mark.parametrize(
    ("left", "due"),
    [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (0, 7), (-1, None)],
)
def test_of_the_letters_before_an_end_the_nearest_is_due(left: int, due: int | None) -> None:
    assert reminder_due(TODAY + timedelta(days=left), TODAY) == due
