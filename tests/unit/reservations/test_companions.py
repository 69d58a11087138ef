"""Who may supervise, and who may be there so that nobody is alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from booking.machines.rules import OutsideStaffed
from booking.members.rules import AccountState
from booking.reservations.refusals import CompanionLack
from booking.reservations.rules import CompanionFacts, CompanionRole, Mode, awaited_until
from booking.reservations.rules.companions import (
    buddy_lack,
    companions_needed,
    lone_periods,
    safety_levels,
    supervisor_lack,
)
from booking.trainings.rules import CertificationState
from tests.unit.reservations.builders import (
    TRAININGS,
    TUESDAY_MORNING,
    a_certification,
    a_machine,
    a_member,
    a_period,
    codes,
    facts,
)

DAY = (date(2026, 11, 24),)
FIT = (a_certification("ACC", 1), a_certification())
LUNCH = a_period(24, "11:00", "14:00")
WITH_BUDDY = a_machine(outside_staffed=OutsideStaffed.EXTENDED_BUDDY)
RESIDENT = a_member(extended_access=True)


def a_person(**others: object) -> CompanionFacts:
    usual: dict[str, object] = {
        "is_asker": False,
        "account_state": AccountState.APPROVED,
        "born_on": date(1980, 5, 1),
        "certifications": FIT,
        "elsewhere": (),
    }
    return CompanionFacts(**(usual | others))  # type: ignore[arg-type]


UNFIT = {
    "without the autonomous level": a_person(certifications=(a_certification("ACC", 1),)),
    "suspended": a_person(account_state=AccountState.SUSPENDED),
    "under age": a_person(born_on=date(2010, 1, 1)),
    "certified no longer": a_person(
        certifications=(
            a_certification("ACC", 1),
            a_certification(valid_until=date(2026, 11, 23)),
        )
    ),
    "with a suspended record": a_person(
        certifications=(
            a_certification("ACC", 1),
            a_certification(state=CertificationState.SUSPENDED),
        )
    ),
}


class TestSupervisor:
    def test_holds_the_autonomous_level_of_everything(self) -> None:
        assert (
            supervisor_lack(DAY, facts(companions={CompanionRole.SUPERVISOR: a_person()})) is None
        )

    @pytest.mark.parametrize("person", UNFIT.values(), ids=UNFIT)
    def test_is_refused(self, person: CompanionFacts) -> None:
        known = facts(companions={CompanionRole.SUPERVISOR: person})
        assert supervisor_lack(DAY, known) is CompanionLack.NOT_QUALIFIED

    def test_is_somebody_else(self) -> None:
        known = facts(companions={CompanionRole.SUPERVISOR: a_person(is_asker=True)})
        assert supervisor_lack(DAY, known) is CompanionLack.SAME_PERSON

    def test_allows_a_use_for_which_the_own_level_is_too_low(self) -> None:
        beginner = (a_certification("ACC", 1), a_certification(level=1))
        named = {CompanionRole.SUPERVISOR: a_person()}
        assert codes(TUESDAY_MORNING, certifications=beginner, companions=named) == [
            "CERT_LEVEL_TOO_LOW"
        ]
        assert (
            codes(TUESDAY_MORNING, Mode.SUPERVISED, certifications=beginner, companions=named) == []
        )


class TestBuddy:
    def test_is_needed_where_nobody_of_the_staff_is_there(self) -> None:
        known = facts(machine=WITH_BUDDY, member=RESIDENT)
        assert lone_periods(LUNCH, DAY, Mode.AUTONOMOUS, known) == (a_period(24, "12:00", "13:00"),)
        assert companions_needed(LUNCH, Mode.AUTONOMOUS, known) == {CompanionRole.BUDDY}
        assert companions_needed(LUNCH, Mode.SUPERVISED, known) == {CompanionRole.SUPERVISOR}
        assert companions_needed(TUESDAY_MORNING, Mode.AUTONOMOUS, known) == frozenset()

    def test_holds_only_what_the_chain_begins_with(self) -> None:
        known = facts(
            companions={CompanionRole.BUDDY: a_person(certifications=(a_certification("ACC", 1),))}
        )
        assert buddy_lack(LUNCH, DAY, known) is None
        assert buddy_lack(LUNCH, DAY, facts()) is CompanionLack.NOBODY_NAMED

    def test_is_in_one_area_at_a_time(self) -> None:
        busy = a_person(elsewhere=(a_period(24, "13:30", "15:00"),))
        known = facts(companions={CompanionRole.BUDDY: busy})
        assert buddy_lack(LUNCH, DAY, known) is CompanionLack.NOT_QUALIFIED
        assert buddy_lack(a_period(24, "11:00", "13:30"), DAY, known) is None

    def test_makes_the_time_without_staff_possible(self) -> None:
        named = {CompanionRole.BUDDY: a_person()}
        assert codes(LUNCH, machine=WITH_BUDDY, member=RESIDENT) == ["BUDDY_REQUIRED"]
        assert codes(LUNCH, machine=WITH_BUDDY, member=RESIDENT, companions=named) == []


def test_a_chain_begins_with_what_asks_for_nothing_before() -> None:
    assert safety_levels(TRAININGS, TRAININGS)["ACC"] == 1
    assert all(not TRAININGS[code].prerequisites for code in safety_levels(TRAININGS, TRAININGS))
    assert safety_levels(["UNKNOWN"], TRAININGS) == {"UNKNOWN": 1}


def test_a_word_may_come_up_to_the_deadline_or_for_a_late_wish_up_to_the_start() -> None:
    start = datetime(2026, 11, 24, 9, tzinfo=UTC)
    deadline, grace = timedelta(hours=2), timedelta(minutes=15)
    early, late = start - timedelta(hours=3), start - timedelta(hours=1)
    assert awaited_until(start, deadline, grace, early) == start - deadline
    assert awaited_until(start, deadline, grace, late) == start


def test_of_what_has_begun_a_word_may_come_as_long_as_somebody_may_arrive() -> None:
    start = datetime(2026, 11, 24, 9, tzinfo=UTC)
    deadline, grace = timedelta(hours=2), timedelta(minutes=15)
    assert awaited_until(start, deadline, grace, start) == start + grace
