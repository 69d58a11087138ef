"""Machines whose reservations are approved one by one: the reason, the life of a request, and who
of several would lose.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

import pytest

from booking.reservations.refusals import NeedsApproval, RefusalCode, as_facts
from booking.reservations.rules import (
    Mode,
    Promise,
    ReservationRequest,
    recheck,
    refusals,
    refusals_at_check_in,
)
from booking.reservations.rules.approving import (
    ApprovalState,
    Wanted,
    approval_state_at,
    competing,
    decided_until,
    losers,
)
from booking.reservations.rules.searching import Ask, is_allowed
from tests.unit.reservations.builders import (
    NOW,
    TUESDAY_MORNING,
    a_machine,
    a_period,
    a_unit,
    an_outage,
    facts,
    local,
)

A_QUARTER = timedelta(minutes=15)
NO_TIME = timedelta()
TO_BE_APPROVED = facts(machine=a_machine(needs_approval=True))


def asking(**others: object) -> ReservationRequest:
    return replace(ReservationRequest(TUESDAY_MORNING, Mode.AUTONOMOUS, NOW), **others)  # type: ignore[arg-type]


class TestTheReason:
    def test_it_stands_against_everybody_who_was_not_granted_it(self) -> None:
        assert refusals(asking(), TO_BE_APPROVED) == (NeedsApproval(),)
        assert refusals(asking(approved=True), TO_BE_APPROVED) == ()
        assert refusals(asking(), facts()) == ()

    def test_nobody_sets_it_aside(self) -> None:
        waived = frozenset({RefusalCode.MACHINE_NOT_BOOKABLE})
        assert refusals(asking(waived=waived), TO_BE_APPROVED) == (NeedsApproval(),)

    def test_it_is_told_beside_the_outage_in_the_way(self) -> None:
        outage = an_outage(local(24, "08:00"), local(24, "12:00"))
        machine = a_machine(needs_approval=True, outages=(outage,))
        found = refusals(asking(), facts(machine=machine))
        assert [one.code for one in found] == [RefusalCode.MACHINE_NOT_BOOKABLE] * 2
        assert NeedsApproval() in found

    def test_its_fact_is_what_the_machine_asks_for(self) -> None:
        assert as_facts(NeedsApproval()) == {"state": "needs_approval", "outages": []}

    def test_what_is_promised_is_not_asked_for_again(self) -> None:
        promise = Promise(TUESDAY_MORNING, Mode.AUTONOMOUS, NOW)
        assert recheck(promise, TO_BE_APPROVED, NOW) == recheck(promise, facts(), NOW)

    def test_it_stops_nobody_who_arrives(self) -> None:
        assert refusals_at_check_in(asking(), TO_BE_APPROVED) == ()

    def test_who_looks_for_time_finds_what_he_may_ask_for(self) -> None:
        assert is_allowed(TUESDAY_MORNING, Ask(timedelta(hours=3), NOW), TO_BE_APPROVED)


class TestItsLife:
    @pytest.mark.parametrize("state", list(ApprovalState))
    def test_only_what_waits_lapses(self, state: ApprovalState) -> None:
        before, lapse = local(24, "08:29"), local(24, "08:30")
        assert approval_state_at(state, lapse, before) is state
        waits = state is ApprovalState.WAITING
        assert approval_state_at(state, lapse, lapse) is (ApprovalState.LAPSED if waits else state)

    def test_it_can_be_granted_as_long_as_the_machine_could_be_reserved(self) -> None:
        start = local(24, "09:00")
        assert decided_until(start, timedelta(minutes=30), NOW) == local(24, "08:30")

    def test_freed_time_can_be_granted_up_to_its_start(self) -> None:
        start = local(23, "08:15")
        assert decided_until(start, timedelta(minutes=30), NOW) == start


NINE, TEN, TWO = (
    a_period(24, "09:00", "10:30"),
    a_period(24, "10:00", "12:00"),
    a_period(24, "14:00", "15:00"),
)


class TestCompeting:
    def test_times_that_meet_are_one_group(self) -> None:
        wanted = {1: TWO, 2: TEN, 3: NINE}
        assert competing(wanted, NO_TIME) == [(3, 2), (1,)]

    def test_they_may_meet_through_others(self) -> None:
        bridge = a_period(24, "11:30", "14:30")
        assert competing({1: NINE, 2: TEN, 3: TWO, 4: bridge}, NO_TIME) == [(1, 2, 4, 3)]

    def test_touching_is_not_meeting_without_a_buffer(self) -> None:
        after = a_period(24, "10:30", "12:00")
        assert competing({1: NINE, 2: after}, NO_TIME) == [(1,), (2,)]
        assert competing({1: NINE, 2: after}, A_QUARTER) == [(1, 2)]

    def test_nothing_competes_with_nothing(self) -> None:
        assert competing({}, NO_TIME) == []


class TestWhoLoses:
    WANTED: ClassVar = {1: Wanted(NINE), 2: Wanted(TEN), 3: Wanted(TWO)}

    def test_who_asks_for_the_same_time(self) -> None:
        assert losers(1, self.WANTED, [a_unit()], NO_TIME) == (2,)
        assert losers(3, self.WANTED, [a_unit()], NO_TIME) == ()

    def test_nobody_as_long_as_another_unit_is_free(self) -> None:
        assert losers(1, self.WANTED, [a_unit(), a_unit(unit_id=2)], NO_TIME) == ()
        assert losers(1, self.WANTED, [a_unit(), a_unit(TEN, unit_id=2)], NO_TIME) == (2,)

    def test_a_named_unit_is_the_only_one_that_will_do(self) -> None:
        units = [a_unit(), a_unit(unit_id=2)]
        same = {1: Wanted(NINE, 2), 2: Wanted(TEN, 2)}
        assert losers(1, same, units, NO_TIME) == (2,)
        other = {1: Wanted(NINE, 1), 2: Wanted(TEN, 2)}
        assert losers(1, other, units, NO_TIME) == ()

    def test_the_cleaning_counts(self) -> None:
        wanted = {1: Wanted(NINE), 2: Wanted(a_period(24, "10:30", "12:00"))}
        assert losers(1, wanted, [a_unit()], A_QUARTER) == (2,)

    def test_nobody_loses_what_is_gone_already(self) -> None:
        taken = a_unit(a_period(24, "11:00", "12:00"))
        assert losers(1, self.WANTED, [taken], NO_TIME) == ()

    def test_nobody_loses_to_what_cannot_be_granted(self) -> None:
        assert losers(1, self.WANTED, [a_unit(NINE)], NO_TIME) == ()
