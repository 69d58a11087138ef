"""The reasons that hold for whole days: person, papers, certifications, supervision."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from booking.machines.rules import MachineState, RequirementFact, RiskClass
from booking.members.rules import AccountState, PaperKind
from booking.periods import Period
from booking.reservations.refusals import (
    AccountNotApproved,
    AccountSuspended,
    CertificationExpired,
    CertificationLapsed,
    CertificationLevelTooLow,
    CertificationMissing,
    CertificationSuspended,
    CompanionLack,
    DocumentMissing,
    ExpiredTraining,
    InsuranceExpired,
    LapsedTraining,
    MinorNotAllowed,
    MissingTraining,
    Refusal,
    RulesNotAccepted,
    SupervisionReason,
    SupervisorRequired,
    SuspendedTraining,
    TooLowTraining,
    TooManyNoShows,
)
from booking.reservations.rules import (
    HouseRulesFact,
    Mode,
    NoShows,
    ReservationRequest,
    refusals_at_check_in,
)
from booking.trainings.rules import CertificationState
from tests.unit.reservations.builders import (
    NOW,
    TUESDAY_MORNING,
    a_certification,
    a_machine,
    a_member,
    a_period,
    always_open,
    asked,
    codes,
    facts,
    local,
)

PLASMA_TABLE = a_machine(
    code="M09", requirements=(RequirementFact("METAL-1", 1, 2), RequirementFact("CNC-1", 1, 2))
)


def test_the_usual_request_is_allowed() -> None:
    assert asked() == ()


class TestAccountNotApproved:
    @pytest.mark.parametrize(
        "state",
        [
            AccountState.REQUESTED,
            AccountState.INCOMPLETE,
            AccountState.LEFT,
            AccountState.ANONYMISED,
        ],
    )
    def test_any_account_that_is_not_approved_is_refused(self, state: AccountState) -> None:
        assert asked(member=a_member(account_state=state)) == (AccountNotApproved(state),)


class TestAccountSuspended:
    def test_a_suspended_account_is_refused_with_its_reason_alone(self) -> None:
        suspended = a_member(account_state=AccountState.SUSPENDED, suspension_reason="Trois oublis")
        assert asked(member=suspended) == (AccountSuspended("Trois oublis"),)


class TestTooManyNoShows:
    @pytest.mark.parametrize(
        ("count", "expected"), [(0, ()), (2, ()), (3, (TooManyNoShows(None, 3, 90),))]
    )
    def test_reserving_stops_at_the_count(self, count: int, expected: tuple[Refusal, ...]) -> None:
        assert asked(member=a_member(no_shows=NoShows(count, 90, 3))) == expected

    def test_what_is_reserved_may_still_be_used(self) -> None:
        absent = a_member(no_shows=NoShows(3, 90, 3), insurance_until=date(2026, 11, 23))
        request = ReservationRequest(TUESDAY_MORNING, Mode.AUTONOMOUS, NOW)
        assert refusals_at_check_in(request, facts(member=absent)) == (
            InsuranceExpired(date(2026, 11, 23)),
        )


class TestRulesNotAccepted:
    RULES = HouseRulesFact("2026-2", date(2026, 11, 1), "2026-1", 30)

    def test_the_current_version_must_be_accepted(self) -> None:
        nothing = a_member(accepted_rules=frozenset())
        assert asked(member=nothing) == (RulesNotAccepted("2026-1"),)

    def test_the_former_version_serves_up_to_the_last_day_of_grace(self) -> None:
        period = a_period(date(2026, 12, 8), "09:00", "12:00")
        last_day = local(date(2026, 12, 1), "23:59")
        assert asked(period, asked_at=last_day, house_rules=self.RULES) == ()
        assert asked(period, asked_at=last_day + timedelta(minutes=1), house_rules=self.RULES) == (
            RulesNotAccepted("2026-2"),
        )

    def test_an_older_version_does_not_serve(self) -> None:
        old = a_member(accepted_rules=frozenset({"2024-1"}))
        assert codes(member=old, house_rules=self.RULES) == ["RULES_NOT_ACCEPTED"]

    def test_staff_and_a_site_without_house_rules_accept_nothing(self) -> None:
        nothing = frozenset[str]()
        assert asked(member=a_member(accepted_rules=nothing, needs_papers=False)) == ()
        assert asked(member=a_member(accepted_rules=nothing), house_rules=None) == ()


class TestDocumentMissing:
    def test_a_member_without_any_insurance_file_is_refused(self) -> None:
        uninsured = a_member(insurance_until=None)
        assert asked(member=uninsured) == (DocumentMissing((PaperKind.INSURANCE,)),)

    def test_staff_need_no_insurance(self) -> None:
        assert asked(member=a_member(insurance_until=None, needs_papers=False)) == ()

    def test_a_minor_needs_a_parental_permission_up_to_the_last_day(self) -> None:
        machine = a_machine(risk_class=RiskClass.GREEN)
        born_on = date(2009, 5, 12)
        for until, refused in [
            (None, True),
            (date(2026, 11, 23), True),
            (date(2026, 11, 24), False),
        ]:
            minor = a_member(born_on=born_on, parental_permission_until=until)
            missing = (DocumentMissing((PaperKind.PARENTAL_PERMISSION,)),) if refused else ()
            assert asked(member=minor, machine=machine) == missing

    def test_all_missing_documents_are_named_together(self) -> None:
        minor = a_member(born_on=date(2009, 5, 12), insurance_until=None)
        refused = asked(member=minor, machine=a_machine(risk_class=RiskClass.GREEN))
        assert refused == (DocumentMissing((PaperKind.INSURANCE, PaperKind.PARENTAL_PERMISSION)),)

    def test_over_the_18th_birthday_the_permission_may_end_the_day_before(self) -> None:
        turning = a_member(born_on=date(2008, 11, 25), parental_permission_until=date(2026, 11, 24))
        over_the_birthday = Period(local(24, "22:00"), local(25, "02:00"))
        machine = a_machine(risk_class=RiskClass.GREEN)
        assert not codes(
            over_the_birthday, member=turning, machine=machine, timetable=always_open()
        )


class TestInsuranceExpired:
    def test_the_last_insured_day_is_allowed_and_the_next_is_not(self) -> None:
        assert asked(member=a_member(insurance_until=date(2026, 11, 24))) == ()
        assert asked(member=a_member(insurance_until=date(2026, 11, 23))) == (
            InsuranceExpired(date(2026, 11, 23)),
        )

    def test_a_run_over_midnight_needs_the_second_day_too(self) -> None:
        insured = a_member(insurance_until=date(2026, 11, 24))
        until_midnight = Period(local(24, "22:00"), local(25, "00:00"))
        past_midnight = Period(local(24, "22:00"), local(25, "00:30"))
        assert codes(until_midnight, member=insured, timetable=always_open()) == []
        assert codes(past_midnight, member=insured, timetable=always_open()) == [
            "INSURANCE_EXPIRED"
        ]

    def test_a_paper_without_end_never_ends(self) -> None:
        assert asked(member=a_member(insurance_until=date.max)) == ()

    def test_staff_need_no_insurance(self) -> None:
        assert asked(member=a_member(insurance_until=date(2020, 1, 1), needs_papers=False)) == ()


class TestCertificationMissing:
    def test_only_the_missing_training_is_named(self) -> None:
        records = (a_certification("ACC", 1), a_certification("METAL-1", 2))
        assert asked(machine=PLASMA_TABLE, certifications=records) == (
            CertificationMissing((MissingTraining("CNC-1", 2),)),
        )

    def test_several_missing_trainings_are_one_refusal(self) -> None:
        assert asked(machine=PLASMA_TABLE, certifications=()) == (
            CertificationMissing(
                (
                    MissingTraining("METAL-1", 2),
                    MissingTraining("CNC-1", 2),
                    MissingTraining("ACC", 1),
                )
            ),
        )

    def test_a_missing_prerequisite_is_told_too(self) -> None:
        assert asked(certifications=(a_certification(),)) == (
            CertificationMissing((MissingTraining("ACC", 1),)),
        )

    def test_missing_excludes_the_other_four(self) -> None:
        revoked = a_certification(
            level=1, state=CertificationState.REVOKED, valid_until=date(2026, 3, 1)
        )
        assert codes(certifications=(a_certification("ACC", 1), revoked)) == ["CERT_MISSING"]

    def test_a_machine_without_requirements_asks_nothing(self) -> None:
        assert asked(machine=a_machine(requirements=()), certifications=()) == ()

    def test_an_unknown_training_stays_required(self) -> None:
        machine = a_machine(requirements=(RequirementFact("GONE", 1, 2),))
        assert codes(machine=machine) == ["CERT_MISSING"]


class TestCertificationLevelTooLow:
    RECORDS = (a_certification("ACC", 1), a_certification(level=1))

    def test_autonomous_use_needs_the_autonomous_level(self) -> None:
        assert asked(certifications=self.RECORDS) == (
            CertificationLevelTooLow((TooLowTraining("CNC-1", 2, 1),)),
        )

    def test_supervised_use_needs_the_supervised_level_alone(self) -> None:
        refused = codes(mode=Mode.SUPERVISED, certifications=self.RECORDS)
        assert refused == ["SUPERVISOR_REQUIRED"]


class TestCertificationExpired:
    def test_it_names_the_last_valid_day(self) -> None:
        records = (a_certification("ACC", 1), a_certification(valid_until=date(2026, 11, 3)))
        assert asked(certifications=records) == (
            CertificationExpired((ExpiredTraining("CNC-1", date(2026, 11, 3)),)),
        )

    def test_a_use_on_the_last_day_is_allowed(self) -> None:
        records = (a_certification("ACC", 1), a_certification(valid_until=date(2026, 11, 24)))
        assert asked(certifications=records) == ()

    def test_a_use_beyond_the_end_is_refused_although_it_is_valid_today(self) -> None:
        records = (a_certification("ACC", 1), a_certification(valid_until=date(2026, 11, 24)))
        assert codes(a_period(25, "09:00", "12:00"), certifications=records) == ["CERT_EXPIRED"]


class TestCertificationLapsed:
    def test_it_tells_the_months_and_the_last_use(self) -> None:
        lapsed = a_certification(last_used_on=date(2026, 2, 23))
        assert asked(certifications=(a_certification("ACC", 1), lapsed)) == (
            CertificationLapsed(
                (
                    LapsedTraining(
                        training="CNC-1",
                        months=9,
                        last_used_on=date(2026, 2, 23),
                        approved_on=date(2026, 2, 10),
                        lapsed_on=date(2026, 11, 23),
                    ),
                )
            ),
        )

    def test_the_last_allowed_day_is_allowed(self) -> None:
        used = a_certification(last_used_on=date(2026, 2, 24))
        assert asked(certifications=(a_certification("ACC", 1), used)) == ()


class TestCertificationSuspended:
    def test_it_tells_the_reason(self) -> None:
        suspended = a_certification(
            state=CertificationState.SUSPENDED, suspension_reason="Carter ouvert"
        )
        assert asked(certifications=(a_certification("ACC", 1), suspended)) == (
            CertificationSuspended((SuspendedTraining("CNC-1", "Carter ouvert"),)),
        )

    def test_a_suspended_prerequisite_closes_the_machine(self) -> None:
        suspended = a_certification("ACC", 1, state=CertificationState.SUSPENDED)
        assert codes(certifications=(suspended, a_certification())) == ["CERT_SUSPENDED"]

    def test_codes_of_several_trainings_come_in_the_order_of_the_table(self) -> None:
        records = (
            a_certification("ACC", 1, state=CertificationState.SUSPENDED),
            a_certification("METAL-1", 2, valid_until=date(2026, 11, 3)),
        )
        refused = codes(machine=PLASMA_TABLE, certifications=records)
        assert refused == ["CERT_MISSING", "CERT_EXPIRED", "CERT_SUSPENDED"]


class TestSupervisorRequired:
    def test_supervised_use_names_somebody(self) -> None:
        assert asked(mode=Mode.SUPERVISED) == (
            SupervisorRequired((SupervisionReason.SUPERVISED_USE,), CompanionLack.NOBODY_NAMED),
        )

    def test_a_restricted_machine_is_not_used_alone(self) -> None:
        assert asked(machine=a_machine(state=MachineState.RESTRICTED)) == (
            SupervisorRequired((SupervisionReason.MACHINE_RESTRICTED,)),
        )

    def test_a_plan_may_allow_supervised_use_only(self) -> None:
        assert asked(member=a_member(supervised_only=True)) == (
            SupervisorRequired((SupervisionReason.PLAN_SUPERVISED_ONLY,)),
        )

    def test_all_its_reasons_are_told_together(self) -> None:
        minor = a_member(
            born_on=date(2009, 5, 12),
            parental_permission_until=date(2027, 5, 11),
            supervised_only=True,
        )
        (refused,) = asked(member=minor, machine=a_machine(state=MachineState.RESTRICTED))
        assert refused == SupervisorRequired(
            (
                SupervisionReason.MACHINE_RESTRICTED,
                SupervisionReason.PLAN_SUPERVISED_ONLY,
                SupervisionReason.MINOR,
            )
        )


class TestMinors:
    BORN_ON = date(2009, 5, 12)

    def refused(
        self,
        risk_class: RiskClass,
        *,
        mode: Mode = Mode.AUTONOMOUS,
        born_on: date = BORN_ON,
        derogation_until: date | None = None,
    ) -> list[str]:
        minor = a_member(
            born_on=born_on,
            parental_permission_until=date.max,
            minor_derogation_until=derogation_until,
        )
        return codes(member=minor, machine=a_machine(risk_class=risk_class), mode=mode)

    def test_red_is_not_allowed_without_a_derogation_and_never_alone(self) -> None:
        assert self.refused(RiskClass.RED) == ["SUPERVISOR_REQUIRED", "MINOR_NOT_ALLOWED"]

    def test_red_with_a_derogation_is_supervised(self) -> None:
        assert self.refused(RiskClass.RED, derogation_until=date(2026, 11, 24)) == [
            "SUPERVISOR_REQUIRED"
        ]

    def test_a_derogation_that_ends_before_the_day_does_not_serve(self) -> None:
        minor = a_member(
            born_on=self.BORN_ON,
            parental_permission_until=date.max,
            minor_derogation_until=date(2026, 11, 23),
        )
        refused = asked(
            member=minor, machine=a_machine(risk_class=RiskClass.RED), mode=Mode.SUPERVISED
        )
        assert refused[1:] == (MinorNotAllowed(RiskClass.RED, date(2026, 11, 23)),)

    def test_amber_is_supervised(self) -> None:
        assert self.refused(RiskClass.AMBER) == ["SUPERVISOR_REQUIRED"]

    def test_green_is_used_alone_from_16_on(self) -> None:
        assert self.refused(RiskClass.GREEN, born_on=date(2010, 11, 24)) == []
        assert self.refused(RiskClass.GREEN, born_on=date(2010, 11, 25)) == ["SUPERVISOR_REQUIRED"]

    def test_a_person_is_a_minor_up_to_the_day_before_the_18th_birthday(self) -> None:
        assert self.refused(RiskClass.RED, born_on=date(2008, 11, 24)) == []
        assert "MINOR_NOT_ALLOWED" in self.refused(RiskClass.RED, born_on=date(2008, 11, 25))

    def test_an_unknown_date_of_birth_is_that_of_an_adult(self) -> None:
        machine = a_machine(risk_class=RiskClass.RED)
        assert asked(member=a_member(born_on=None), machine=machine) == ()
