"""The reasons that look at the hours: machine, openings, length, notice, units, oneself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.machines.rules import MachineState, OutageKind, OutsideStaffed
from booking.openings.rules import ClosureScope, PublicHoliday
from booking.periods import Period
from booking.reservations.refusals import (
    BuddyRequired,
    BufferConflict,
    ClosedDay,
    CompanionLack,
    HolidayFact,
    MachineNotBookable,
    MemberOverlap,
    OffGrid,
    OutsideOpening,
    RefusalCode,
    SlotTaken,
    TooFar,
    TooLong,
    TooShort,
    TooSoon,
)
from booking.reservations.rules import (
    Busy,
    Mode,
    ReservationRequest,
    UnitFacts,
    free_unit,
    refusals,
)
from tests.unit.reservations.builders import (
    NOW,
    TUESDAY_MORNING,
    a_certification,
    a_closure,
    a_machine,
    a_member,
    a_period,
    a_unit,
    always_open,
    an_outage,
    an_own_reservation,
    asked,
    codes,
    facts,
    local,
)

RESIDENT = a_member(extended_access=True)
SPRING_NIGHT = date(2026, 3, 29)
AUTUMN_NIGHT = date(2026, 10, 25)


class TestMachineNotBookable:
    def test_an_outage_refuses_what_overlaps_it(self) -> None:
        outage = an_outage(local(19, "09:00"), local(24, "09:30"))
        assert asked(machine=a_machine(outages=(outage,))) == (
            MachineNotBookable(OutageKind.DOWN, (outage,)),
        )

    def test_from_its_expected_end_on_the_machine_is_free(self) -> None:
        outage = an_outage(local(19, "09:00"), local(24, "09:00"))
        assert asked(machine=a_machine(outages=(outage,))) == ()

    def test_an_outage_that_begins_when_the_use_ends_is_not_in_the_way(self) -> None:
        outage = an_outage(local(24, "12:00"), None)
        assert asked(machine=a_machine(outages=(outage,))) == ()

    def test_an_outage_without_end_refuses_for_ever(self) -> None:
        outage = an_outage(local(19, "09:00"), None, OutageKind.LOCKED_OUT)
        refused = asked(
            a_period(date(2027, 1, 12), "09:00", "12:00"), machine=a_machine(outages=(outage,))
        )
        assert refused == (MachineNotBookable(OutageKind.LOCKED_OUT, (outage,)),)

    def test_of_several_outages_the_gravest_state_is_told(self) -> None:
        down = an_outage(local(19, "09:00"), None)
        locked_out = an_outage(local(20, "09:00"), None, OutageKind.LOCKED_OUT)
        assert asked(machine=a_machine(outages=(down, locked_out))) == (
            MachineNotBookable(OutageKind.LOCKED_OUT, (down, locked_out)),
        )

    def test_a_retired_machine_is_refused_always(self) -> None:
        assert asked(machine=a_machine(state=MachineState.RETIRED)) == (
            MachineNotBookable(MachineState.RETIRED, ()),
        )

    def test_a_restricted_machine_is_not_refused_for_that(self) -> None:
        refused = codes(machine=a_machine(state=MachineState.RESTRICTED))
        assert refused == ["SUPERVISOR_REQUIRED"]


class TestOutsideOpening:
    def test_the_openings_of_the_day_are_told(self) -> None:
        assert asked(a_period(24, "11:00", "14:00")) == (
            OutsideOpening((a_period(24, "08:00", "12:00"), a_period(24, "13:00", "18:30"))),
        )

    def test_a_use_may_fill_the_whole_opening(self) -> None:
        assert asked(a_period(24, "13:00", "18:30")) == ()

    def test_rules_that_touch_are_one_opening(self) -> None:
        assert asked(a_period(26, "18:00", "20:30")) == ()
        assert codes(a_period(24, "18:00", "20:30")) == ["OUTSIDE_OPENING"]

    def test_a_sunday_has_no_opening(self) -> None:
        assert asked(a_period(29, "09:00", "12:00")) == (OutsideOpening(()),)

    def test_closures_and_holidays_are_no_matter_of_the_weekly_rules(self) -> None:
        christmas = a_period(date(2026, 12, 25), "09:00", "12:00")
        assert codes(christmas) == ["CLOSED_DAY"]

    def test_over_midnight_both_days_must_be_open(self) -> None:
        night = Period(local(24, "22:00"), local(25, "02:00"))
        assert codes(night) == ["OUTSIDE_OPENING"]
        assert codes(night, timetable=always_open()) == []

    @pytest.mark.parametrize(
        ("outside_staffed", "allowed"),
        [
            (OutsideStaffed.NO, False),
            (OutsideStaffed.EXTENDED, True),
            (OutsideStaffed.UNATTENDED, True),
        ],
    )
    def test_extended_hours_count_for_machines_that_allow_it(
        self, outside_staffed: OutsideStaffed, allowed: bool
    ) -> None:
        early = a_period(24, "07:00", "07:30")
        machine = a_machine(outside_staffed=outside_staffed)
        expected = [] if allowed else ["OUTSIDE_OPENING"]
        assert codes(early, machine=machine, member=RESIDENT) == expected

    def test_extended_hours_count_only_for_plans_with_extended_access(self) -> None:
        machine = a_machine(outside_staffed=OutsideStaffed.EXTENDED)
        assert codes(a_period(24, "07:00", "07:30"), machine=machine) == ["OUTSIDE_OPENING"]

    def test_extended_hours_bridge_the_noon_break(self) -> None:
        machine = a_machine(outside_staffed=OutsideStaffed.EXTENDED)
        assert asked(a_period(24, "11:00", "14:00"), machine=machine, member=RESIDENT) == ()

    def test_what_is_forbidden_alone_is_never_used_supervised_without_staff(self) -> None:
        machine = a_machine(outside_staffed=OutsideStaffed.EXTENDED, alone_forbidden=True)
        refused = codes(
            a_period(24, "07:00", "07:30"),
            Mode.SUPERVISED,
            machine=machine,
            member=RESIDENT,
        )
        assert refused == ["SUPERVISOR_REQUIRED", "OUTSIDE_OPENING"]


class TestUnattendedRuns:
    MACHINE = a_machine(outside_staffed=OutsideStaffed.UNATTENDED, max_minutes=2880)

    def test_a_run_starts_in_an_opening_and_goes_on_at_any_time(self) -> None:
        night = Period(local(24, "18:00"), local(25, "18:00"))
        assert asked(night, machine=self.MACHINE) == ()

    @pytest.mark.parametrize("starts", ["12:00", "18:30", "20:00"])
    def test_a_run_does_not_start_when_the_opening_has_ended(self, starts: str) -> None:
        run = Period(local(24, starts), local(25, "10:00"))
        assert codes(run, machine=self.MACHINE) == ["OUTSIDE_OPENING"]

    def test_an_extended_opening_is_open_to_those_with_extended_access(self) -> None:
        run = Period(local(24, "19:00"), local(25, "10:00"))
        assert codes(run, machine=self.MACHINE) == ["OUTSIDE_OPENING"]
        assert codes(run, machine=self.MACHINE, member=RESIDENT) == []

    def test_a_run_over_the_weekend_may_pass_a_sunday(self) -> None:
        run = Period(local(27, "18:00"), local(29, "18:00"))
        assert asked(run, machine=replace(self.MACHINE, future_minutes=48 * 60)) == ()

    def test_a_run_never_goes_into_a_closure_or_a_public_holiday(self) -> None:
        christmas = date(2026, 12, 24)
        run = Period(local(christmas, "10:00"), local(date(2026, 12, 25), "10:00"))
        assert codes(run, machine=self.MACHINE) == ["CLOSED_DAY"]
        until_midnight = Period(local(christmas, "10:00"), local(date(2026, 12, 25), "00:00"))
        assert codes(until_midnight, machine=self.MACHINE) == []

    def test_a_run_at_night_needs_no_buddy(self) -> None:
        machine = a_machine(
            outside_staffed=OutsideStaffed.UNATTENDED, max_minutes=2880, alone_forbidden=True
        )
        assert asked(Period(local(24, "18:00"), local(25, "08:00")), machine=machine) == ()


class TestClosedDay:
    def test_a_closure_that_overlaps_is_told_with_its_reason(self) -> None:
        closure = a_closure(a_period(24, "11:00", "18:30"), ClosureScope.AREA)
        elsewhere = a_closure(a_period(25, "11:00", "18:30"))
        assert asked(closures=(closure, elsewhere)) == (ClosedDay((closure,), ()),)

    @pytest.mark.parametrize(("starts", "ends"), [("08:00", "09:00"), ("12:00", "18:30")])
    def test_a_closure_that_touches_is_not_in_the_way(self, starts: str, ends: str) -> None:
        assert asked(closures=(a_closure(a_period(24, starts, ends)),)) == ()

    def test_a_public_holiday_closes_its_whole_day(self) -> None:
        good_friday = date(2027, 3, 26)
        refused = asked(
            a_period(good_friday, "09:00", "12:00"), asked_at=local(date(2027, 3, 1), "09:00")
        )
        holiday = HolidayFact(good_friday, PublicHoliday.GOOD_FRIDAY)
        assert refused == (ClosedDay((), (holiday,)),)

    def test_without_the_flag_of_the_site_good_friday_is_a_working_day(self) -> None:
        refused = codes(
            a_period(date(2027, 3, 26), "09:00", "12:00"),
            asked_at=local(date(2027, 3, 1), "09:00"),
            holidays={},
        )
        assert refused == []


class TestBuddyRequired:
    MACHINE = a_machine(outside_staffed=OutsideStaffed.EXTENDED_BUDDY)

    def test_the_time_without_staff_needs_a_second_person(self) -> None:
        lunch = a_period(24, "11:00", "14:00")
        assert asked(lunch, machine=self.MACHINE, member=RESIDENT) == (
            BuddyRequired((a_period(24, "12:00", "13:00"),), CompanionLack.NOBODY_NAMED),
        )

    def test_in_staffed_hours_nobody_else_is_needed(self) -> None:
        assert asked(machine=self.MACHINE, member=RESIDENT) == ()

    def test_a_machine_forbidden_alone_needs_one_too(self) -> None:
        machine = a_machine(outside_staffed=OutsideStaffed.EXTENDED, alone_forbidden=True)
        early = a_period(24, "07:00", "07:30")
        assert codes(early, machine=machine, member=RESIDENT) == ["BUDDY_REQUIRED"]

    def test_it_is_only_asked_when_the_time_itself_is_allowed(self) -> None:
        late = a_period(24, "19:00", "21:00")
        assert codes(late, machine=self.MACHINE, member=RESIDENT) == ["OUTSIDE_OPENING"]
        closure = (a_closure(a_period(24, "07:00", "08:00")),)
        early = a_period(24, "07:00", "08:00")
        assert codes(early, machine=self.MACHINE, member=RESIDENT, closures=closure) == [
            "CLOSED_DAY"
        ]

    def test_a_waived_opening_does_not_waive_the_second_person(self) -> None:
        refused = codes(
            a_period(24, "19:00", "21:00"),
            machine=self.MACHINE,
            member=RESIDENT,
            waived=frozenset({RefusalCode.OUTSIDE_OPENING}),
        )
        assert refused == ["BUDDY_REQUIRED"]


class TestTooShort:
    def test_the_minimum_itself_is_allowed(self) -> None:
        machine = a_machine(min_minutes=60)
        assert asked(a_period(24, "09:00", "10:00"), machine=machine) == ()
        assert asked(a_period(24, "09:00", "09:30"), machine=machine) == (TooShort(60),)

    def test_the_length_is_elapsed_time(self) -> None:
        jump = a_period(SPRING_NIGHT, "01:30", "03:00")
        refused = asked(
            jump,
            asked_at=local(date(2026, 3, 20), "09:00"),
            machine=a_machine(min_minutes=60),
            timetable=always_open(),
        )
        assert refused == (TooShort(60),)


class TestTooLong:
    def test_the_maximum_itself_is_allowed(self) -> None:
        machine = a_machine(max_minutes=180)
        assert asked(a_period(24, "09:00", "12:00"), machine=machine) == ()
        assert asked(a_period(24, "08:30", "12:00"), machine=machine) == (TooLong(180),)

    def test_the_length_is_elapsed_time(self) -> None:
        night = a_period(AUTUMN_NIGHT, "01:00", "04:00")
        refused = asked(
            night,
            asked_at=local(date(2026, 10, 20), "09:00"),
            machine=a_machine(max_minutes=180),
            timetable=always_open(),
        )
        assert refused == (TooLong(180),)

    def test_a_day_of_the_kiln_ends_an_hour_earlier_on_the_dial_in_autumn(self) -> None:
        kiln = a_machine(
            min_minutes=1440, max_minutes=1440, outside_staffed=OutsideStaffed.UNATTENDED
        )
        starts_at = local(date(2026, 10, 24), "10:00")
        firing = Period(starts_at, local(AUTUMN_NIGHT, "09:00"))
        before = local(date(2026, 10, 20), "09:00")
        assert asked(firing, asked_at=before, machine=kiln, timetable=always_open()) == ()


class TestOffGrid:
    @pytest.mark.parametrize(("starts", "ends"), [("09:15", "12:00"), ("09:00", "11:45")])
    def test_start_and_end_lie_on_the_grid(self, starts: str, ends: str) -> None:
        assert asked(a_period(24, starts, ends)) == (OffGrid(30),)

    def test_seconds_are_off_the_grid(self) -> None:
        period = Period(local(24, "09:00:30"), local(24, "12:00"))
        assert asked(period) == (OffGrid(30),)

    def test_the_grid_is_that_of_the_wall_clock(self) -> None:
        every_two_hours = a_machine(grid_minutes=120)
        assert asked(a_period(24, "10:00", "12:00"), machine=every_two_hours) == ()
        assert codes(a_period(24, "09:00", "11:00"), machine=every_two_hours) == ["OFF_GRID"]

    @pytest.mark.parametrize("fold", [0, 1])
    def test_both_showings_of_the_double_hour_lie_on_it(self, fold: int) -> None:
        night = Period(local(AUTUMN_NIGHT, "02:30", fold=fold), local(AUTUMN_NIGHT, "04:00"))
        asked_at = local(date(2026, 10, 20), "09:00")
        assert asked(night, asked_at=asked_at, timetable=always_open()) == ()


class TestTooSoon:
    def test_the_notice_itself_is_enough(self) -> None:
        starting = a_period(23, "09:00", "12:00")
        assert asked(starting, asked_at=local(23, "08:30")) == ()
        assert asked(starting, asked_at=local(23, "08:31")) == (TooSoon(30, local(23, "09:01")),)

    def test_freed_time_needs_no_notice(self) -> None:
        starting = a_period(23, "09:00", "12:00")
        machine = a_machine(lead_minutes=0)
        assert asked(starting, asked_at=local(23, "09:00"), machine=machine) == ()

    def test_the_past_is_too_soon(self) -> None:
        assert codes(a_period(20, "09:00", "12:00")) == ["TOO_SOON"]


class TestTooFar:
    def test_the_horizon_is_60_times_24_hours(self) -> None:
        asked_at = local(date(2026, 11, 26), "09:00")
        last = date(2027, 1, 25)
        assert asked(a_period(last, "09:00", "12:00"), asked_at=asked_at) == ()
        assert asked(a_period(last, "09:30", "12:00"), asked_at=asked_at) == (
            TooFar(60, local(last, "09:00")),
        )

    def test_the_horizon_counts_elapsed_time_across_a_clock_change(self) -> None:
        asked_at = local(date(2026, 9, 1), "09:00")
        latest = local(date(2026, 10, 31), "08:00")
        refused = asked(
            Period(local(date(2026, 10, 31), "08:30"), local(date(2026, 10, 31), "09:30")),
            asked_at=asked_at,
            timetable=always_open(),
        )
        assert refused == (TooFar(60, latest),)


class TestSlotTaken:
    def test_a_taken_unit_is_told_with_the_time_in_the_way(self) -> None:
        taken = a_period(24, "11:00", "13:30")
        assert asked(units=(a_unit(taken),)) == (SlotTaken((taken,)),)

    def test_touching_reservations_fit_without_a_buffer(self) -> None:
        before, after = a_period(24, "08:00", "09:00"), a_period(24, "12:00", "14:00")
        assert asked(units=(a_unit(before, after),)) == ()

    def test_a_pool_is_full_only_when_every_unit_is_taken(self) -> None:
        taken = a_unit(TUESDAY_MORNING, unit_id=1)
        assert asked(units=(taken, a_unit(unit_id=2))) == ()
        both = (taken, a_unit(a_period(24, "10:00", "11:00"), unit_id=2))
        assert asked(units=both) == (SlotTaken((TUESDAY_MORNING, a_period(24, "10:00", "11:00"))),)

    def test_a_machine_without_any_unit_in_service_is_taken(self) -> None:
        assert asked(units=()) == (SlotTaken(()),)


class TestBufferConflict:
    MACHINE = a_machine(buffer_minutes=30)

    def test_the_buffer_of_the_one_before_is_kept(self) -> None:
        before = a_period(24, "12:00", "14:00")
        units = (a_unit(before, buffer_minutes=30),)
        assert asked(a_period(24, "14:00", "15:00"), machine=self.MACHINE, units=units) == (
            BufferConflict(30, (before,)),
        )
        assert asked(a_period(24, "14:30", "15:30"), machine=self.MACHINE, units=units) == ()

    def test_its_own_buffer_does_not_run_into_the_next(self) -> None:
        after = a_period(24, "12:00", "14:00")
        assert asked(machine=self.MACHINE, units=(a_unit(after),)) == (
            BufferConflict(30, (after,)),
        )
        assert (
            asked(a_period(24, "09:00", "11:30"), machine=self.MACHINE, units=(a_unit(after),))
            == ()
        )

    def test_set_up_time_before_the_next_is_kept_too(self) -> None:
        after = a_period(24, "13:00", "14:00")
        with_set_up = Busy(after.starts_at, after.ends_at, local(24, "11:30"), after.ends_at)
        assert codes(units=(UnitFacts(1, (with_set_up,)),)) == ["BUFFER_CONFLICT"]

    def test_its_own_buffer_may_reach_into_closed_hours(self) -> None:
        assert asked(a_period(24, "13:00", "18:30"), machine=self.MACHINE) == ()

    def test_a_pool_with_one_unit_taken_and_one_cleaned_is_a_conflict_of_buffers(self) -> None:
        units = (
            a_unit(TUESDAY_MORNING, unit_id=1),
            a_unit(a_period(24, "08:00", "09:00"), unit_id=2, buffer_minutes=30),
        )
        assert codes(machine=self.MACHINE, units=units) == ["BUFFER_CONFLICT"]


class TestFreeUnit:
    def test_it_is_the_first_free_one(self) -> None:
        pool = facts(
            units=(
                a_unit(TUESDAY_MORNING, unit_id=4),
                a_unit(a_period(25, "09:00", "12:00"), unit_id=5),
                a_unit(unit_id=6),
            )
        )
        assert free_unit(TUESDAY_MORNING, pool) == 5

    def test_there_may_be_none(self) -> None:
        assert free_unit(TUESDAY_MORNING, facts(units=(a_unit(TUESDAY_MORNING),))) is None

    @given(
        st.lists(st.integers(1, 12), min_size=1, max_size=8),
        st.integers(0, 80),
        st.integers(1, 16),
        st.integers(0, 4),
    )
    def test_it_agrees_with_looking_at_every_occupancy(
        self, gaps: list[int], start: int, length: int, buffer: int
    ) -> None:
        quarter = timedelta(minutes=15)
        at = local(23, "00:00") + quarter * 4
        busy = []
        for gap in gaps:
            ends_at = at + quarter * gap
            busy.append(Busy(at, ends_at, at, ends_at + quarter * buffer))
            at = ends_at + quarter * (buffer + gap % 3)
        starts_at = local(23, "00:00") + quarter * start
        period = Period(starts_at, starts_at + quarter * length)
        in_the_way = any(
            one.busy_from < period.ends_at + quarter * buffer and one.busy_until > period.starts_at
            for one in busy
        )
        machine = a_machine(buffer_minutes=15 * buffer)
        unit = free_unit(period, facts(machine=machine, units=(UnitFacts(1, tuple(busy)),)))
        assert unit == (None if in_the_way else 1)


class TestMemberOverlap:
    def test_a_second_reservation_at_the_same_time_is_told(self) -> None:
        own = an_own_reservation(a_period(24, "11:00", "14:00"))
        later = an_own_reservation(a_period(24, "12:00", "14:00"))
        assert asked(own_reservations=(own, later)) == (MemberOverlap((own,)),)

    def test_an_unattended_run_does_not_cause_it(self) -> None:
        run = an_own_reservation(a_period(24, "08:00", "18:00"), unattended=True)
        assert asked(own_reservations=(run,)) == ()

    def test_an_unattended_run_does_not_meet_it(self) -> None:
        own = an_own_reservation(a_period(24, "11:00", "14:00"))
        machine = a_machine(outside_staffed=OutsideStaffed.UNATTENDED)
        assert asked(machine=machine, own_reservations=(own,)) == ()


def test_facts_gathered_once_answer_for_every_period_and_kind_of_use() -> None:
    gathered = facts(
        certifications=(a_certification("ACC", 1), a_certification(valid_until=date(2026, 11, 24)))
    )
    tuesday, wednesday = a_period(24, "09:00", "12:00"), a_period(25, "11:00", "14:00")
    asked_for = [
        (tuesday, Mode.AUTONOMOUS, []),
        (wednesday, Mode.AUTONOMOUS, ["CERT_EXPIRED", "OUTSIDE_OPENING"]),
        (tuesday, Mode.SUPERVISED, ["SUPERVISOR_REQUIRED"]),
        (tuesday, Mode.AUTONOMOUS, []),
    ]
    for period, mode, expected in asked_for:
        found = refusals(ReservationRequest(period, mode, NOW), gathered)
        assert [refusal.code.value for refusal in found] == expected
