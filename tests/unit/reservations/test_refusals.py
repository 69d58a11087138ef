"""The table of reasons, and their facts for the API."""

from __future__ import annotations

import json
from datetime import date
from itertools import chain

import pytest

from booking.machines.rules import MachineState, OutageKind, RiskClass
from booking.members.rules import AccountState
from booking.openings.rules import ClosureScope
from booking.periods import Period
from booking.reservations import refusals
from booking.reservations.refusals import (
    CertificationExpired,
    CertificationMissing,
    ClosedDay,
    ExpiredTraining,
    MachineNotBookable,
    MissingTraining,
    Refusal,
    RefusalCode,
    SlotTaken,
    TooShort,
    as_facts,
)
from booking.reservations.rules import Mode
from tests.unit.reservations.builders import (
    PARIS,
    a_certification,
    a_closure,
    a_machine,
    a_member,
    a_period,
    a_unit,
    an_outage,
    an_own_reservation,
    asked,
    codes,
    local,
)

WAIVABLE = {
    "DOCUMENT_MISSING",
    "PAYMENT_OVERDUE",
    "PLAN_NOT_COVERING",
    "OUTSIDE_OPENING",
    "CLOSED_DAY",
    "TOO_SHORT",
    "TOO_LONG",
    "OFF_GRID",
    "TOO_SOON",
    "TOO_FAR",
    "QUOTA_REACHED",
    "MEMBER_OVERLAP",
}
REFUSALS = [
    kind
    for kind in vars(refusals).values()
    if isinstance(kind, type) and issubclass(kind, Refusal) and Refusal in kind.__bases__
]


def nearly_everything_wrong() -> tuple[Refusal, ...]:
    """A minor with the wrong papers asks for a machine that is down, taken and closed."""
    day_of_closure = date(2027, 12, 24)
    period = Period(local(day_of_closure, "10:05"), local(day_of_closure, "12:15"))
    return asked(
        period,
        member=a_member(
            account_state=AccountState.SUSPENDED,
            born_on=date(2012, 1, 1),
            accepted_rules=frozenset(),
            insurance_until=date(2027, 1, 1),
            supervised_only=True,
        ),
        machine=a_machine(
            risk_class=RiskClass.RED,
            max_minutes=60,
            buffer_minutes=15,
            outages=(an_outage(local(23, "09:00"), None),),
        ),
        certifications=(a_certification(level=1, valid_until=date(2026, 12, 1)),),
        closures=(a_closure(a_period(day_of_closure, "08:00", "18:30")),),
        units=(a_unit(period),),
        own_reservations=(an_own_reservation(period),),
    )


class TestTheTable:
    def test_it_has_28_codes(self) -> None:
        assert len(RefusalCode) == 28
        assert [code.position for code in RefusalCode] == list(range(28))

    def test_every_code_of_this_release_has_one_type_of_its_own(self) -> None:
        of_types = [refusal.code for refusal in REFUSALS]
        assert sorted(of_types) == sorted(set(RefusalCode))

    def test_safety_and_physics_are_never_waivable(self) -> None:
        waivable = {r.code.value for r in REFUSALS if r.waivable}
        assert waivable == WAIVABLE


class TestAllTogether:
    def test_all_reasons_come_at_once_in_the_order_of_the_table(self) -> None:
        assert [refusal.code.value for refusal in nearly_everything_wrong()] == [
            "ACCOUNT_SUSPENDED",
            "RULES_NOT_ACCEPTED",
            "DOCUMENT_MISSING",
            "INSURANCE_EXPIRED",
            "MACHINE_NOT_BOOKABLE",
            "CERT_MISSING",
            "CERT_LEVEL_TOO_LOW",
            "CERT_EXPIRED",
            "CERT_LAPSED_INACTIVITY",
            "SUPERVISOR_REQUIRED",
            "MINOR_NOT_ALLOWED",
            "OUTSIDE_OPENING",
            "CLOSED_DAY",
            "TOO_LONG",
            "OFF_GRID",
            "TOO_FAR",
            "SLOT_TAKEN",
            "MEMBER_OVERLAP",
        ]

    def test_the_facts_of_all_of_them_are_json(self) -> None:
        told = [as_facts(refusal, PARIS) for refusal in nearly_everything_wrong()]
        assert json.loads(json.dumps(told)) == told


class TestWaivers:
    def test_a_waivable_reason_gives_way(self) -> None:
        short = a_period(24, "09:00", "09:30")
        machine = a_machine(min_minutes=60)
        assert codes(short, machine=machine) == ["TOO_SHORT"]
        assert codes(short, machine=machine, waived=frozenset({RefusalCode.TOO_SHORT})) == []

    @pytest.mark.parametrize("code", sorted(set(RefusalCode) - {RefusalCode(c) for c in WAIVABLE}))
    def test_safety_does_not_give_way_even_when_asked_to(self, code: RefusalCode) -> None:
        everything = {"certifications": (), "mode": Mode.SUPERVISED, "units": ()}
        refused = codes(**everything, waived=frozenset({code}))
        assert refused == ["CERT_MISSING", "SUPERVISOR_REQUIRED", "SLOT_TAKEN"]

    def test_the_other_reasons_stay(self) -> None:
        waived = frozenset(chain(RefusalCode))
        assert codes(a_period(20, "09:15", "09:20"), certifications=(), waived=waived) == [
            "CERT_MISSING"
        ]


class TestFacts:
    def test_trainings_are_named_with_what_each_lacks(self) -> None:
        assert as_facts(CertificationMissing((MissingTraining("CNC-1", 2),))) == {
            "trainings": [{"training": "CNC-1", "needed_level": 2}]
        }

    def test_dates_are_iso_dates(self) -> None:
        expired = CertificationExpired((ExpiredTraining("LASER", date(2026, 11, 3)),))
        assert as_facts(expired) == {
            "trainings": [{"training": "LASER", "expired_on": "2026-11-03"}]
        }

    def test_instants_carry_the_offset_of_the_workshop(self) -> None:
        assert as_facts(SlotTaken((a_period(24, "09:00", "12:00"),)), PARIS) == {
            "taken": [
                {
                    "starts_at": "2026-11-24T09:00:00+01:00",
                    "ends_at": "2026-11-24T12:00:00+01:00",
                }
            ]
        }

    def test_states_are_in_lower_case(self) -> None:
        outage = an_outage(local(19, "09:00"), None, OutageKind.LOCKED_OUT)
        assert as_facts(MachineNotBookable(OutageKind.LOCKED_OUT, (outage,)), PARIS) == {
            "state": "locked_out",
            "outages": [
                {
                    "kind": "locked_out",
                    "starts_at": "2026-11-19T09:00:00+01:00",
                    "expected_end_at": None,
                    "reason": "Bras de cadre cassé",
                }
            ],
        }
        assert as_facts(MachineNotBookable(MachineState.RETIRED, ()))["state"] == "retired"

    def test_a_closure_tells_its_reason(self) -> None:
        closure = a_closure(a_period(24, "09:00", "12:00"), ClosureScope.AREA)
        (told,) = as_facts(ClosedDay((closure,), ()), PARIS)["closures"]
        assert (told["scope"], told["reason"]) == ("area", "Mesure annuelle des poussières")

    def test_code_and_waivability_are_no_facts(self) -> None:
        assert as_facts(TooShort(60)) == {"min_minutes": 60}
