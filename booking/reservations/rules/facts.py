"""What is asked, and everything the rules rest on: plain values, gathered once.

Facts answer for any number of periods: what depends on the days alone is worked out once per day.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from booking.machines.rules import (
    MachineState,
    OutageFact,
    OutsideStaffed,
    RequirementFact,
    RiskClass,
)
from booking.members.rules import AccountState
from booking.openings.rules import (
    Access,
    ClosureFact,
    OpenPeriod,
    PublicHoliday,
    Timetable,
    continuous,
)
from booking.periods import A_DAY, Period, in_utc
from booking.pricing.rules import CancellationTerms, CreditFact, PriceList
from booking.quotas.rules import Counted, Limits
from booking.reservations.refusals import OwnReservationFact, Refusal, RefusalCode
from booking.reservations.rules.states import CompanionRole, Mode
from booking.trainings.rules import (
    CertificationFact,
    TrainingFact,
    Verdict,
    judge,
    required_levels,
)

NO_LIMITS, NOTHING_COUNTED = Limits(), Counted()
LONGEST_RESERVATION_DAYS = 30
"""Whatever a machine allows and a manager sets aside: with a day of buffer the guard takes it."""


@dataclass(frozen=True, slots=True)
class ReservationRequest:
    """What is asked for, and when it is asked: `asked_at` is the rules' only clock.

    `waived` are the codes that a manager sets aside; only waivable reasons give way.
    `credit_only`: the member pays with credit hours or not at all. `start_stands`: the start has
    been agreed to before, so that neither notice nor horizon is asked of it. `approved`: somebody
    who may has agreed, where the machine asks for that.
    """

    period: Period
    mode: Mode
    asked_at: datetime
    waived: frozenset[RefusalCode] = frozenset()
    firing_type: str | None = None
    credit_only: bool = False
    start_stands: bool = False
    approved: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "asked_at", in_utc(self.asked_at))

    def waives(self, refusal: Refusal) -> bool:
        return refusal.waivable and refusal.code in self.waived


@dataclass(frozen=True, slots=True)
class HeldPlan:
    """A plan that a subscription gives a person, on the local days from first to last."""

    subscription_id: int
    extended_access: bool
    supervised_only: bool
    discount_percent: int
    credit_minutes_per_month: int
    starts_on: date
    ends_on: date | None
    code: str = ""

    def covers(self, first: date, last: date) -> bool:
        return self.starts_on <= first and (self.ends_on is None or last <= self.ends_on)

    def last_day_in(self, month_on: date) -> date:
        """The last day of the month that begins on `month_on` on which its hours serve."""
        end_of_month = (month_on + 31 * A_DAY).replace(day=1) - A_DAY
        return end_of_month if self.ends_on is None else min(end_of_month, self.ends_on)


@dataclass(frozen=True, slots=True)
class Purse:
    """What a person can pay with: the plans, and the ledger's balances of months and packs.

    A month of a plan that the ledger does not know yet still has all its hours.
    """

    plans: tuple[HeldPlan, ...] = ()
    credits: tuple[CreditFact, ...] = ()


@dataclass(frozen=True, slots=True)
class OverdueInvoice:
    """An unpaid invoice of the person or of who pays for the person."""

    number: str
    due_on: date


@dataclass(frozen=True, slots=True)
class PaymentRules:
    """The site's conditions. `asks_for_plan` is False where a gap is priced in full."""

    vat_basis_points: int
    asks_for_plan: bool
    overdue_days: int
    cancellation: CancellationTerms
    late_fee_has_vat: bool


class NoShows(NamedTuple):
    """How often a person did not come within so many days, and at what count reserving stops."""

    missed: int = 0
    window_days: int = 90
    stop_at: int = 3


NEVER_MISSED = NoShows()


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """The person. `*_until` are inclusive local dates, None without the paper, `date.max` for a
    paper that never ends.

    `needs_papers` is False for staff: of them neither house rules nor insurance are asked.
    `extended_access` and `supervised_only` are those of the person's plan; `has_plan` says whether
    one covers the days asked for. `overdue` is the unpaid invoice that is due for longest,
    `no_shows` are those that nobody has forgiven.
    """

    account_state: AccountState
    suspension_reason: str | None
    born_on: date | None
    needs_papers: bool
    insurance_until: date | None
    parental_permission_until: date | None
    minor_derogation_until: date | None
    accepted_rules: frozenset[str]
    extended_access: bool
    supervised_only: bool
    has_plan: bool
    overdue: OverdueInvoice | None
    no_shows: NoShows = NEVER_MISSED
    has_organisation: bool = False

    def under(self, plans: Collection[HeldPlan]) -> MemberFacts:
        """The person on days that these plans cover."""
        return replace(
            self,
            extended_access=any(plan.extended_access for plan in plans),
            supervised_only=bool(plans) and all(plan.supervised_only for plan in plans),
            has_plan=bool(plans),
        )


@dataclass(frozen=True, slots=True)
class CompanionFacts:
    """A person named to be there. `is_asker`: it is the very person who reserves.

    `elsewhere` are the times at which this person accompanies somebody in another area.
    """

    is_asker: bool
    account_state: AccountState
    born_on: date | None
    certifications: tuple[CertificationFact, ...]
    elsewhere: tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class HouseRulesFact:
    """The version in force, the one before it, and for how many days that one still serves."""

    current_version: str
    in_force_from: date
    previous_version: str | None
    grace_days: int


@dataclass(frozen=True, slots=True)
class MachineFacts:
    """The machine and its rules of use; a machine's own values have won over the area's and the
    site's. `future_minutes` is how many one person may have ahead on it. `needs_approval`: each
    reservation of it is approved by a manager.
    """

    code: str
    risk_class: RiskClass
    state: MachineState
    outages: tuple[OutageFact, ...]
    requirements: tuple[RequirementFact, ...]
    outside_staffed: OutsideStaffed
    alone_forbidden: bool
    min_minutes: int
    max_minutes: int
    buffer_minutes: int
    grid_minutes: int
    lead_minutes: int
    horizon_days: int
    future_minutes: int
    prices: PriceList
    quota_minutes_per_day: int | None
    needs_approval: bool = False

    @property
    def runs_unattended(self) -> bool:
        return self.outside_staffed == OutsideStaffed.UNATTENDED

    @property
    def buffer(self) -> timedelta:
        return timedelta(minutes=self.buffer_minutes)


class Busy(NamedTuple):
    """One active occupancy: what people see, and what is blocked with its buffer. Aware UTC."""

    starts_at: datetime
    ends_at: datetime
    busy_from: datetime
    busy_until: datetime


class Lapsed(NamedTuple):
    """A promise on a unit of the machine that counts no more from `lapsed_at` on.

    `is_written`: the database knows it as well; else it still stands in the way there.
    """

    period: Period
    lapsed_at: datetime
    is_written: bool

    @property
    def freed(self) -> Period | None:
        """What is left of the time of somebody who did not come: it asks for no notice."""
        if self.period.starts_at <= self.lapsed_at < self.period.ends_at:
            return Period(self.lapsed_at, self.period.ends_at)
        return None


@dataclass(frozen=True)
class UnitFacts:
    """One unit in service and what occupies it, in order, around the periods to be judged.

    The guard keeps the blocked times of a unit apart, so all four columns rise together: what is
    in the way of a period stands side by side and is found by bisection. Closures and outages do
    not belong here, they have their own codes.
    """

    unit_id: int
    busy: tuple[Busy, ...]

    def taken_in(self, starts_at: datetime, ends_at: datetime) -> tuple[Busy, ...]:
        """What is seen to overlap."""
        first = bisect_right(self.busy, starts_at, key=_seen_end)
        return self._from(first, lambda busy: busy.starts_at < ends_at)

    def blocked_in(self, starts_at: datetime, blocked_until: datetime) -> tuple[Busy, ...]:
        """What overlaps with its buffers, the new one's included in `blocked_until`."""
        first = bisect_right(self.busy, starts_at, key=_blocked_end)
        return self._from(first, lambda busy: busy.busy_from < blocked_until)

    def _from(self, first: int, is_in_the_way: Callable[[Busy], bool]) -> tuple[Busy, ...]:
        last = first
        while last < len(self.busy) and is_in_the_way(self.busy[last]):
            last += 1
        return self.busy[first:last]


def _seen_end(busy: Busy) -> datetime:
    return busy.ends_at


def _blocked_end(busy: Busy) -> datetime:
    return busy.busy_until


class Span(NamedTuple):
    """The local days that a request touches, for which kind of use, and when it is asked."""

    days: tuple[date, ...]
    mode: Mode
    asked_at: datetime


class Hours(NamedTuple):
    """The continuous openings of some days: open to this use, and those of them with staff."""

    usable: tuple[Period, ...]
    staffed: tuple[Period, ...]


@dataclass(frozen=True)
class Facts:
    """Everything the rules need about one person and one machine.

    `timetable` is that of the machine; `closures` and `own_reservations` may hold more than the
    periods asked for, `holidays` the public holidays of all the days concerned; `units` are those
    in service, in order of their number. `booked` are the person's own times on this machine that
    quotas count, `minutes_ahead` how long those are that have not begun and are not among them;
    `lapsed` are the promises on its units that count no more, `companions` the
    persons named to be there. `limits` are the quotas and priorities there, `counted` what they
    count.
    """

    member: MemberFacts
    house_rules: HouseRulesFact | None
    machine: MachineFacts
    trainings: Mapping[str, TrainingFact]
    certifications: tuple[CertificationFact, ...]
    timetable: Timetable
    closures: tuple[ClosureFact, ...]
    holidays: Mapping[date, PublicHoliday]
    units: tuple[UnitFacts, ...]
    own_reservations: tuple[OwnReservationFact, ...]
    minor_green_alone_min_age: int
    payment: PaymentRules
    purse: Purse
    booked: tuple[Period, ...]
    lapsed: tuple[Lapsed, ...]
    companions: Mapping[CompanionRole, CompanionFacts]
    minutes_ahead: int = 0
    limits: Limits = NO_LIMITS
    counted: Counted = NOTHING_COUNTED

    @property
    def freed(self) -> tuple[Period, ...]:
        """What those who did not come have left."""
        return tuple(period for lapsed in self.lapsed if (period := lapsed.freed))

    def hours(self, days: tuple[date, ...], mode: Mode) -> Hours:
        """The hours of these days that this use may take."""
        known = self._known_hours.get((days, mode))
        if known is None:
            usable = [o for day in days for o in self.timetable.on(day) if self._opens(o, mode)]
            staffed = [opening for opening in usable if opening.staffed]
            known = self._known_hours[days, mode] = Hours(continuous(usable), continuous(staffed))
        return known

    def verdicts(self, days: tuple[date, ...], mode: Mode) -> tuple[Verdict, ...]:
        """How each training of the machine's chain stands on these days."""
        known = self._known_verdicts.get((days, mode))
        if known is None:
            known = self._known_verdicts[days, mode] = tuple(
                judge(level, self._training(code), self.certifications, days)
                for code, level in self._needed_levels(mode).items()
            )
        return known

    def verdicts_on(
        self,
        records: tuple[CertificationFact, ...],
        days: tuple[date, ...],
        levels: Mapping[str, int],
    ) -> Iterator[Verdict]:
        """How the records of another person stand on these days."""
        return (judge(level, self._training(code), records, days) for code, level in levels.items())

    @property
    def supervising_levels(self) -> dict[str, int]:
        """What a supervisor holds: the autonomous level of the machine's whole chain."""
        return self._needed_levels(Mode.AUTONOMOUS)

    def _training(self, code: str) -> TrainingFact:
        return self.trainings.get(code) or TrainingFact(code, None, ())

    def _needed_levels(self, mode: Mode) -> dict[str, int]:
        autonomous = mode == Mode.AUTONOMOUS
        return required_levels(
            (
                (asked.training, asked.autonomous_level if autonomous else asked.supervised_level)
                for asked in self.machine.requirements
            ),
            self.trainings,
        )

    def _opens(self, opening: OpenPeriod, mode: Mode) -> bool:
        """Whether this opening is one for this member, this machine and this kind of use."""
        if opening.access == Access.EXTENDED and not self.member.extended_access:
            return False
        if opening.staffed:
            return True
        if self.machine.alone_forbidden and mode == Mode.SUPERVISED:
            return False
        return self.machine.outside_staffed != OutsideStaffed.NO

    @cached_property
    def known_by_span(self) -> dict[Span, tuple[Refusal, ...]]:
        """What has been found to stand on whole days, so that it is judged once."""
        return {}

    @cached_property
    def _known_hours(self) -> dict[tuple[tuple[date, ...], Mode], Hours]:
        return {}

    @cached_property
    def _known_verdicts(self) -> dict[tuple[tuple[date, ...], Mode], tuple[Verdict, ...]]:
        return {}
