"""Why a reservation cannot exist: one type per reason, with the facts it rests on.

The words and the cure of each reason live in the templates.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, tzinfo
from enum import Enum, StrEnum
from typing import Any, ClassVar

from booking.machines.rules import OutageFact, RiskClass
from booking.members.rules import AccountState, PaperKind
from booking.openings.rules import ClosureFact, PublicHoliday
from booking.periods import Period
from booking.quotas.rules import ReachedLimit, ReservedFirst


class RefusalCode(StrEnum):
    """All reasons, in the order in which they are told."""

    ACCOUNT_NOT_APPROVED = "ACCOUNT_NOT_APPROVED"
    ACCOUNT_SUSPENDED = "ACCOUNT_SUSPENDED"
    RULES_NOT_ACCEPTED = "RULES_NOT_ACCEPTED"
    DOCUMENT_MISSING = "DOCUMENT_MISSING"
    INSURANCE_EXPIRED = "INSURANCE_EXPIRED"
    PAYMENT_OVERDUE = "PAYMENT_OVERDUE"
    PLAN_NOT_COVERING = "PLAN_NOT_COVERING"
    MACHINE_NOT_BOOKABLE = "MACHINE_NOT_BOOKABLE"
    CERT_MISSING = "CERT_MISSING"
    CERT_LEVEL_TOO_LOW = "CERT_LEVEL_TOO_LOW"
    CERT_EXPIRED = "CERT_EXPIRED"
    CERT_LAPSED_INACTIVITY = "CERT_LAPSED_INACTIVITY"
    CERT_SUSPENDED = "CERT_SUSPENDED"
    SUPERVISOR_REQUIRED = "SUPERVISOR_REQUIRED"
    MINOR_NOT_ALLOWED = "MINOR_NOT_ALLOWED"
    OUTSIDE_OPENING = "OUTSIDE_OPENING"
    CLOSED_DAY = "CLOSED_DAY"
    BUDDY_REQUIRED = "BUDDY_REQUIRED"
    TOO_SHORT = "TOO_SHORT"
    TOO_LONG = "TOO_LONG"
    OFF_GRID = "OFF_GRID"
    TOO_SOON = "TOO_SOON"
    TOO_FAR = "TOO_FAR"
    QUOTA_REACHED = "QUOTA_REACHED"
    SLOT_TAKEN = "SLOT_TAKEN"
    BUFFER_CONFLICT = "BUFFER_CONFLICT"
    MEMBER_OVERLAP = "MEMBER_OVERLAP"
    INSUFFICIENT_CREDIT = "INSUFFICIENT_CREDIT"

    @property
    def position(self) -> int:
        """The place in the table, from 0."""
        return _POSITIONS[self]


_POSITIONS = {code: position for position, code in enumerate(RefusalCode)}


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason; `waivable` when a manager may set it aside with a reason."""

    code: ClassVar[RefusalCode]
    waivable: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class AccountNotApproved(Refusal):
    code: ClassVar = RefusalCode.ACCOUNT_NOT_APPROVED

    state: AccountState


@dataclass(frozen=True, slots=True)
class AccountSuspended(Refusal):
    code: ClassVar = RefusalCode.ACCOUNT_SUSPENDED

    reason: str | None


@dataclass(frozen=True, slots=True)
class TooManyNoShows(AccountSuspended):
    """Nobody came `count` times within `window_days`: reserving is suspended until a manager
    lifts it.
    """

    count: int
    window_days: int


@dataclass(frozen=True, slots=True)
class RulesNotAccepted(Refusal):
    code: ClassVar = RefusalCode.RULES_NOT_ACCEPTED

    version: str


@dataclass(frozen=True, slots=True)
class DocumentMissing(Refusal):
    code: ClassVar = RefusalCode.DOCUMENT_MISSING
    waivable: ClassVar[bool] = True

    documents: tuple[PaperKind, ...]


@dataclass(frozen=True, slots=True)
class InsuranceExpired(Refusal):
    """`insured_until` is the last insured day."""

    code: ClassVar = RefusalCode.INSURANCE_EXPIRED

    insured_until: date


@dataclass(frozen=True, slots=True)
class PaymentOverdue(Refusal):
    """`days` since the due date, on the day of asking."""

    code: ClassVar = RefusalCode.PAYMENT_OVERDUE
    waivable: ClassVar[bool] = True

    invoice: str
    due_on: date
    days: int


@dataclass(frozen=True, slots=True)
class PlanNotCovering(Refusal):
    """The local days from first to last, which no one plan covers."""

    code: ClassVar = RefusalCode.PLAN_NOT_COVERING
    waivable: ClassVar[bool] = True

    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class MachineNotBookable(Refusal):
    """`state` is RETIRED, LOCKED_OUT or DOWN; `outages` are those in the way."""

    code: ClassVar = RefusalCode.MACHINE_NOT_BOOKABLE

    state: StrEnum
    outages: tuple[OutageFact, ...]


class Bookability(StrEnum):
    """What a machine asks for that is in service."""

    NEEDS_APPROVAL = "NEEDS_APPROVAL"


@dataclass(frozen=True, slots=True)
class NeedsApproval(MachineNotBookable):
    """Nothing is wrong with the machine: a manager approves each reservation of it."""

    state: StrEnum = Bookability.NEEDS_APPROVAL
    outages: tuple[OutageFact, ...] = ()


@dataclass(frozen=True, slots=True)
class MissingTraining:
    training: str
    needed_level: int


@dataclass(frozen=True, slots=True)
class TooLowTraining:
    training: str
    needed_level: int
    held_level: int


@dataclass(frozen=True, slots=True)
class ExpiredTraining:
    """`expired_on` is the last day on which it was valid."""

    training: str
    expired_on: date


@dataclass(frozen=True, slots=True)
class LapsedTraining:
    """`last_used_on` is None when it was never used since its approval on `approved_on`.

    `lapsed_on` is the last day on which it was valid.
    """

    training: str
    months: int
    last_used_on: date | None
    approved_on: date
    lapsed_on: date


@dataclass(frozen=True, slots=True)
class SuspendedTraining:
    training: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class CertificationMissing(Refusal):
    code: ClassVar = RefusalCode.CERT_MISSING

    trainings: tuple[MissingTraining, ...]


@dataclass(frozen=True, slots=True)
class CertificationLevelTooLow(Refusal):
    code: ClassVar = RefusalCode.CERT_LEVEL_TOO_LOW

    trainings: tuple[TooLowTraining, ...]


@dataclass(frozen=True, slots=True)
class CertificationExpired(Refusal):
    code: ClassVar = RefusalCode.CERT_EXPIRED

    trainings: tuple[ExpiredTraining, ...]


@dataclass(frozen=True, slots=True)
class CertificationLapsed(Refusal):
    code: ClassVar = RefusalCode.CERT_LAPSED_INACTIVITY

    trainings: tuple[LapsedTraining, ...]


@dataclass(frozen=True, slots=True)
class CertificationSuspended(Refusal):
    code: ClassVar = RefusalCode.CERT_SUSPENDED

    trainings: tuple[SuspendedTraining, ...]


class SupervisionReason(StrEnum):
    """Why somebody must supervise: what was asked, the machine, the plan, the age."""

    SUPERVISED_USE = "SUPERVISED_USE"
    MACHINE_RESTRICTED = "MACHINE_RESTRICTED"
    PLAN_SUPERVISED_ONLY = "PLAN_SUPERVISED_ONLY"
    MINOR = "MINOR"


class CompanionLack(StrEnum):
    """What a person who is to be there lacks.

    Which paper or training exactly is that person's affair: whoever names somebody learns no more
    than that another must be found.
    """

    NOBODY_NAMED = "NOBODY_NAMED"
    SAME_PERSON = "SAME_PERSON"
    NOT_QUALIFIED = "NOT_QUALIFIED"


@dataclass(frozen=True, slots=True)
class SupervisorRequired(Refusal):
    """`lack` is None where supervised use was not even asked for."""

    code: ClassVar = RefusalCode.SUPERVISOR_REQUIRED

    reasons: tuple[SupervisionReason, ...]
    lack: CompanionLack | None = None


@dataclass(frozen=True, slots=True)
class MinorNotAllowed(Refusal):
    """`derogation_until` is None without any derogation."""

    code: ClassVar = RefusalCode.MINOR_NOT_ALLOWED

    risk_class: RiskClass
    derogation_until: date | None


@dataclass(frozen=True, slots=True)
class OutsideOpening(Refusal):
    """`open_periods` are those open to this member on the days asked for."""

    code: ClassVar = RefusalCode.OUTSIDE_OPENING
    waivable: ClassVar[bool] = True

    open_periods: tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class HolidayFact:
    day: date
    holiday: PublicHoliday


@dataclass(frozen=True, slots=True)
class ClosedDay(Refusal):
    code: ClassVar = RefusalCode.CLOSED_DAY
    waivable: ClassVar[bool] = True

    closures: tuple[ClosureFact, ...]
    holidays: tuple[HolidayFact, ...]


@dataclass(frozen=True, slots=True)
class BuddyRequired(Refusal):
    """`lone_periods` are the parts without staff."""

    code: ClassVar = RefusalCode.BUDDY_REQUIRED

    lone_periods: tuple[Period, ...]
    lack: CompanionLack


@dataclass(frozen=True, slots=True)
class TooShort(Refusal):
    code: ClassVar = RefusalCode.TOO_SHORT
    waivable: ClassVar[bool] = True

    min_minutes: int


@dataclass(frozen=True, slots=True)
class TooLong(Refusal):
    code: ClassVar = RefusalCode.TOO_LONG
    waivable: ClassVar[bool] = True

    max_minutes: int


@dataclass(frozen=True, slots=True)
class OffGrid(Refusal):
    code: ClassVar = RefusalCode.OFF_GRID
    waivable: ClassVar[bool] = True

    grid_minutes: int


@dataclass(frozen=True, slots=True)
class TooSoon(Refusal):
    code: ClassVar = RefusalCode.TOO_SOON
    waivable: ClassVar[bool] = True

    lead_minutes: int
    earliest_start_at: datetime


@dataclass(frozen=True, slots=True)
class TooFar(Refusal):
    code: ClassVar = RefusalCode.TOO_FAR
    waivable: ClassVar[bool] = True

    horizon_days: int
    latest_start_at: datetime


class QuotaRule(StrEnum):
    """What is counted: a person's hours on one machine, still ahead or on one local day."""

    HOURS_AHEAD = "HOURS_AHEAD"
    HOURS_A_DAY = "HOURS_A_DAY"


@dataclass(frozen=True, slots=True)
class ReachedQuota:
    """`day` is the local day of HOURS_A_DAY; `booked_minutes` are there without the new ones."""

    rule: QuotaRule
    limit_minutes: int
    booked_minutes: int
    day: date | None = None


@dataclass(frozen=True, slots=True)
class QuotaReached(Refusal):
    code: ClassVar = RefusalCode.QUOTA_REACHED
    waivable: ClassVar[bool] = True

    quotas: tuple[ReachedQuota | ReachedLimit | ReservedFirst, ...]


@dataclass(frozen=True, slots=True)
class SlotTaken(Refusal):
    """`taken` are the occupied times in the way, without a word of who occupies them."""

    code: ClassVar = RefusalCode.SLOT_TAKEN

    taken: tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class BufferConflict(Refusal):
    """`taken` are the occupied times whose buffer, or for which the new buffer, is in the way."""

    code: ClassVar = RefusalCode.BUFFER_CONFLICT

    buffer_minutes: int
    taken: tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class OwnReservationFact:
    """An active reservation of the same person; `unattended` on a machine made to run alone."""

    machine: str
    period: Period
    unattended: bool


@dataclass(frozen=True, slots=True)
class MemberOverlap(Refusal):
    code: ClassVar = RefusalCode.MEMBER_OVERLAP
    waivable: ClassVar[bool] = True

    reservations: tuple[OwnReservationFact, ...]


@dataclass(frozen=True, slots=True)
class InsufficientCredit(Refusal):
    """`missing_minutes` of the use that no credit hour can pay."""

    code: ClassVar = RefusalCode.INSUFFICIENT_CREDIT

    missing_minutes: int


def as_facts(refusal: Refusal, zone: tzinfo = UTC) -> dict[str, Any]:
    """The facts as JSON-ready values: ISO dates, instants with the zone's offset, states in
    lower case, periods as `{"starts_at", "ends_at"}`.
    """
    return _fields_as_json(refusal, zone)


def _fields_as_json(value: Any, zone: tzinfo) -> dict[str, Any]:
    return {field.name: _as_json(getattr(value, field.name), zone) for field in fields(value)}


def _as_json(value: Any, zone: tzinfo) -> Any:
    if isinstance(value, Enum):
        return str(value.value).lower()
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_as_json(item, zone) for item in value]
    if is_dataclass(value):
        return _fields_as_json(value, zone)
    return value
