"""A person, a machine and a workshop for which everything is allowed, to be spoilt one by one.

The member is an adult with all papers and ACC and CNC-1 at the level asked for; the workshop is
staffed from 08:00 to 12:00 and 13:00 to 18:30 on working days, on Thursdays up to 20:30, and open
from 07:00 to 20:00 to those with extended access. It is Monday 23 November 2026, 08:00, in Paris.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from booking.machines.rules import (
    MachineState,
    OutageFact,
    OutageKind,
    OutsideStaffed,
    RequirementFact,
    RiskClass,
)
from booking.members.rules import AccountState
from booking.openings.rules import (
    Access,
    ClosureFact,
    ClosureScope,
    Timetable,
    WeeklyOpening,
    public_holidays,
)
from booking.periods import Period
from booking.pricing.rules import CancellationTerms, PriceList
from booking.reservations.refusals import OwnReservationFact, Refusal
from booking.reservations.rules import (
    Busy,
    Facts,
    HouseRulesFact,
    MachineFacts,
    MemberFacts,
    Mode,
    PaymentRules,
    Purse,
    ReservationRequest,
    UnitFacts,
    refusals,
)
from booking.trainings.rules import CertificationFact, CertificationState, TrainingFact

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 23, 8, tzinfo=PARIS)
WORKING_DAYS = range(5)
THURSDAY = 3

TRAININGS = {
    "ACC": TrainingFact("ACC", None, ()),
    "CNC-1": TrainingFact("CNC-1", 9, (("ACC", 1),)),
    "METAL-1": TrainingFact("METAL-1", 6, (("ACC", 1),)),
}


def local(day: int | date, wall: str, *, fold: int = 0) -> datetime:
    """A time of the workshop's clock; a bare number is a day of November 2026."""
    on = day if isinstance(day, date) else date(2026, 11, day)
    return datetime.combine(on, time.fromisoformat(wall), PARIS).replace(fold=fold)


def a_period(day: int | date, starts: str, ends: str) -> Period:
    return Period(local(day, starts), local(day, ends))


TUESDAY_MORNING = a_period(24, "09:00", "12:00")


def a_member(**others: Any) -> MemberFacts:
    usual = MemberFacts(
        account_state=AccountState.APPROVED,
        suspension_reason=None,
        born_on=date(1985, 4, 2),
        needs_papers=True,
        insurance_until=date(2027, 6, 30),
        parental_permission_until=None,
        minor_derogation_until=None,
        accepted_rules=frozenset({"2026-1"}),
        extended_access=False,
        supervised_only=False,
        has_plan=True,
        overdue=None,
    )
    return replace(usual, **others)


def a_machine(**others: Any) -> MachineFacts:
    usual = MachineFacts(
        code="M02",
        risk_class=RiskClass.AMBER,
        state=MachineState.IN_SERVICE,
        outages=(),
        requirements=(RequirementFact("CNC-1", 1, 2),),
        outside_staffed=OutsideStaffed.NO,
        alone_forbidden=False,
        min_minutes=30,
        max_minutes=480,
        buffer_minutes=0,
        grid_minutes=30,
        lead_minutes=30,
        horizon_days=60,
        future_minutes=24 * 60,
        quota_minutes_per_day=None,
        prices=PriceList(1400, 4500, 8000, {}),
    )
    return replace(usual, **others)


def an_outage(
    starts_at: datetime, expected_end_at: datetime | None, kind: OutageKind = OutageKind.DOWN
) -> OutageFact:
    return OutageFact(kind, starts_at, expected_end_at, "Bras de cadre cassé")


def a_certification(training: str = "CNC-1", level: int = 2, **others: Any) -> CertificationFact:
    usual = CertificationFact(
        training=training,
        level=level,
        state=CertificationState.APPROVED,
        approved_on=date(2026, 2, 10),
        valid_until=date(2028, 2, 10),
        last_used_on=date(2026, 11, 13),
    )
    return replace(usual, **others)


def a_timetable() -> Timetable:
    return Timetable(
        (
            *weekly(WORKING_DAYS, "08:00", "12:00"),
            *weekly(WORKING_DAYS, "13:00", "18:30"),
            *weekly([THURSDAY], "18:30", "20:30"),
            *weekly(range(6), "07:00", "20:00", staffed=False, access=Access.EXTENDED),
        ),
        PARIS,
    )


def always_open() -> Timetable:
    return Timetable(tuple(weekly(range(7), "00:00", "00:00")), PARIS)


def weekly(
    weekdays: Iterable[int],
    starts: str,
    ends: str,
    *,
    staffed: bool = True,
    access: Access = Access.ALL,
) -> list[WeeklyOpening]:
    return [
        WeeklyOpening(
            weekday, time.fromisoformat(starts), time.fromisoformat(ends), staffed, access
        )
        for weekday in weekdays
    ]


def a_closure(period: Period, scope: ClosureScope = ClosureScope.SITE) -> ClosureFact:
    return ClosureFact(period, "Mesure annuelle des poussières", scope)


def a_unit(*taken: Period, unit_id: int = 1, buffer_minutes: int = 0) -> UnitFacts:
    buffer = a_machine(buffer_minutes=buffer_minutes).buffer
    return UnitFacts(
        unit_id,
        tuple(Busy(p.starts_at, p.ends_at, p.starts_at, p.ends_at + buffer) for p in taken),
    )


def an_own_reservation(period: Period, *, unattended: bool = False) -> OwnReservationFact:
    return OwnReservationFact("M12", period, unattended)


def facts(**others: Any) -> Facts:
    usual = Facts(
        member=a_member(),
        house_rules=HouseRulesFact("2026-1", date(2026, 9, 1), "2025-1", 30),
        machine=a_machine(),
        trainings=TRAININGS,
        certifications=(a_certification("ACC", 1), a_certification()),
        timetable=a_timetable(),
        closures=(),
        holidays={**public_holidays(2026, True, True), **public_holidays(2027, True, True)},
        units=(a_unit(),),
        own_reservations=(),
        minor_green_alone_min_age=16,
        payment=PaymentRules(2000, True, 30, CancellationTerms(24, 2, 50, 100), True),
        purse=Purse(),
        booked=(),
        lapsed=(),
        companions={},
    )
    return replace(usual, **others)


def asked(
    period: Period = TUESDAY_MORNING,
    mode: Mode = Mode.AUTONOMOUS,
    asked_at: datetime = NOW,
    **others: Any,
) -> tuple[Refusal, ...]:
    """The refusals of a request, with the usual facts but for those given."""
    waived = others.pop("waived", frozenset())
    return refusals(ReservationRequest(period, mode, asked_at, waived), facts(**others))


def codes(*args: Any, **others: Any) -> list[str]:
    return [refusal.code.value for refusal in asked(*args, **others)]
