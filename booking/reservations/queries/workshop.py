"""What the workshop offers, as plain values, kept in memory until somebody changes it.

Machines, hours, closures, outages and trainings change now and then, but every reservation and
every planning page needs them. They are read once and kept under the site's `revision`, which
every change of one of their tables renews within its own transaction; a reader only compares it.
A reservation compares it after it has locked the machine's units, and so does everybody who
changes what may be reserved there: what it reads is what stands.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import event, select, update
from sqlalchemy.orm import ORMExecuteState, Session

from booking.database import LocalizedText, db, object_of, row_of
from booking.machines.models import Area, Machine, Outage, Ppe, PriceUnit, Requirement, Unit
from booking.machines.queries import list_machines, list_ppe
from booking.machines.rules import (
    MachineState,
    OutageFact,
    OutageKind,
    OutsideStaffed,
    RequirementFact,
    blocked_until,
)
from booking.members.models import Plan
from booking.openings.models import Closure, Opening
from booking.openings.queries import weekly_openings_of
from booking.openings.rules import (
    ClosureFact,
    PublicHoliday,
    Timetable,
    WeeklyOpening,
    public_holidays,
)
from booking.pricing.rules import AN_HOUR, CancellationTerms, FiringType, PriceList
from booking.quotas.models import PeakWindow, PriorityWindow, Quota
from booking.quotas.queries import read_limits
from booking.quotas.rules import Counting, Holder, Limits
from booking.reservations.rules import (
    Facts,
    HouseRulesFact,
    MachineFacts,
    MemberFacts,
    PaymentRules,
    Purse,
)
from booking.site.models import HouseRules, PlanGapPolicy, Site
from booking.site.queries import get_site
from booking.trainings.models import Prerequisite, Training
from booking.trainings.queries import training_facts
from booking.trainings.rules import CertificationFact, TrainingFact

TABLES = (
    Site,
    HouseRules,
    Area,
    Machine,
    Unit,
    Requirement,
    Outage,
    Opening,
    Closure,
    Training,
    Prerequisite,
    Ppe,
    Plan,
    Quota,
    PeakWindow,
    PriorityWindow,
)
"""What the kept values are made of."""


class KnownOutage(NamedTuple):
    """An outage as it is recorded; how long it lasts depends on the present."""

    kind: OutageKind
    starts_at: datetime
    expected_end_at: datetime | None
    ended_at: datetime | None
    reason: str

    def fact(self, now: datetime) -> OutageFact:
        until = blocked_until(self.kind, self.expected_end_at, self.ended_at, now)
        return OutageFact(self.kind, self.starts_at, until, self.reason)


@dataclass(frozen=True, eq=False)
class OfferedArea:
    code: str
    name: LocalizedText


@dataclass(frozen=True, eq=False)
class OfferedMachine:
    """A machine with its units in service. `facts` are without outages, which depend on the
    present.

    Machines of one `hours_kind` are open at the same hours to the same people.
    """

    id: int
    code: str
    name: LocalizedText
    area: OfferedArea
    category: str
    facts: MachineFacts
    weekly: tuple[WeeklyOpening, ...]
    hours_kind: int
    unit_ids: tuple[int, ...]
    unit_numbers: tuple[int, ...]
    closures: tuple[ClosureFact, ...]
    outages: tuple[KnownOutage, ...]
    limits: Limits

    def facts_at(self, now: datetime) -> MachineFacts:
        """The facts with the outages that have not been declared over."""
        open_ones = tuple(known.fact(now) for known in self.outages if known.ended_at is None)
        return replace(self.facts, outages=open_ones)

    def unit_id(self, number: int) -> int | None:
        """The unit in service with this number."""
        return dict(zip(self.unit_numbers, self.unit_ids, strict=True)).get(number)

    @property
    def needs_buddy(self) -> bool:
        """Whether a second person must be there outside staffed hours."""
        facts = self.facts
        with_buddy = facts.outside_staffed is OutsideStaffed.EXTENDED_BUDDY
        return not facts.runs_unattended and (with_buddy or facts.alone_forbidden)


@dataclass(frozen=True, eq=False)
class Workshop:
    """Everything under one revision. `machines` are those not retired, by area and code; `by_id`
    knows the retired ones too, and so do `rows`, which hold the stored columns by code.
    """

    revision: str
    zone: ZoneInfo
    machines: tuple[OfferedMachine, ...]
    by_id: Mapping[int, OfferedMachine]
    rows: Mapping[str, tuple[Any, ...]]
    trainings: Mapping[str, TrainingFact]
    training_titles: Mapping[int, LocalizedText]
    plan_names: Mapping[str, LocalizedText]
    house_rules: tuple[tuple[str, date], ...]
    rules_grace_days: int
    minor_green_alone_min_age: int
    local_law_holidays: bool
    good_friday_holiday: bool
    ppe: Mapping[str, LocalizedText]
    payment: PaymentRules
    check_in_opens: timedelta
    no_show_grace: timedelta
    end_warning: timedelta
    overrun_step_minutes: int
    companion_deadline: timedelta
    no_show_window: timedelta
    no_show_warning_count: int
    no_show_stop_count: int

    @property
    def rules_beside_machines(self) -> tuple[object, ...]:
        """What the rules rest on besides the machine; trainings are not among it."""
        return self.minor_green_alone_min_age, self.payment

    def counting(self, machine_ids: Collection[int], organisation_id: int | None) -> Counting:
        """What must be read for the quotas that count on these machines."""
        quotas = [quota for number in machine_ids for quota in self.by_id[number].limits.quotas]
        shared = any(quota.holder is Holder.ORGANISATION for quota in quotas)
        spans = frozenset(quota.span for quota in quotas)
        return Counting(spans, organisation_id if shared else None)

    def machine(self, code: str) -> OfferedMachine | None:
        return next((machine for machine in self.machines if machine.code == code), None)

    def timetable_of(self, machine: OfferedMachine) -> Timetable:
        return Timetable(machine.weekly, self.zone)

    def facts(
        self,
        machine: OfferedMachine,
        person: MemberFacts,
        house_rules: HouseRulesFact | None = None,
        certifications: tuple[CertificationFact, ...] = (),
    ) -> Facts:
        """What the rules of whole days and of hours rest on; nothing of what is taken or closed."""
        return Facts(
            member=person,
            house_rules=house_rules,
            machine=machine.facts,
            trainings=self.trainings,
            certifications=certifications,
            timetable=self.timetable_of(machine),
            closures=(),
            holidays={},
            units=(),
            own_reservations=(),
            minor_green_alone_min_age=self.minor_green_alone_min_age,
            payment=self.payment,
            purse=Purse(),
            booked=(),
            lapsed=(),
            companions={},
        )

    def holidays(self, years: range) -> dict[date, PublicHoliday]:
        found: dict[date, PublicHoliday] = {}
        for year in years:
            found |= public_holidays(year, self.local_law_holidays, self.good_friday_holiday)
        return found

    def holidays_between(self, first: date, last: date) -> dict[date, PublicHoliday]:
        """The public holidays on the local days from `first` to `last`."""
        known = self.holidays(range(first.year, last.year + 1))
        return {day: name for day, name in known.items() if first <= day <= last}

    def house_rules_on(self, day: date) -> HouseRulesFact | None:
        """The version in force on a local day and the one before it."""
        in_force = [rules for rules in self.house_rules if rules[1] <= day]
        if not in_force:
            return None
        before = in_force[-2][0] if len(in_force) > 1 else None
        version, since = in_force[-1]
        return HouseRulesFact(version, since, before, self.rules_grace_days)


_kept: dict[str, Workshop] = {}
"""The workshop under its present revision; one entry."""


def get_workshop() -> Workshop:
    """What stands now; reads no more than the site's row as long as nothing has changed."""
    site = get_site()
    workshop = _kept.get(site.revision)
    if workshop is None:
        workshop = _read(site)
        _kept.clear()
        _kept[site.revision] = workshop
    return workshop


def find_offered(code: str) -> OfferedMachine | None:
    """A machine that is not retired."""
    return get_workshop().machine(code)


def find_machine_alone(code: str) -> Machine | None:
    """The machine without its parts, which are read when somebody asks for them; itself it is
    known, retired or not.
    """
    row = get_workshop().rows.get(code)
    return object_of(Machine, row) if row else None


def _read(site: Site) -> Workshop:
    machines = list_machines(with_retired=True)
    weekly = weekly_openings_of(machines)
    closures = _closures()
    outages = _outages()
    limits = read_limits(machines, ZoneInfo(site.timezone))
    areas = {machine.area.id: _area(machine.area) for machine in machines}
    kinds: dict[object, int] = {}
    by_id = {
        machine.id: OfferedMachine(
            id=machine.id,
            code=machine.code,
            name=machine.name,
            area=areas[machine.area.id],
            category=machine.category,
            facts=_machine_facts(machine, site),
            weekly=weekly[machine.id],
            hours_kind=_hours_kind(machine, weekly[machine.id], kinds),
            unit_ids=tuple(unit.id for unit in machine.units if unit.in_service),
            unit_numbers=tuple(unit.number for unit in machine.units if unit.in_service),
            closures=tuple(c.fact for c in closures if c.concerns(machine)),
            outages=tuple(outages.get(machine.id, ())),
            limits=limits.on(machine),
        )
        for machine in machines
    }
    rules = select(HouseRules.version, HouseRules.in_force_from).order_by(HouseRules.in_force_from)
    titles = select(Training.id, Training.title)
    return Workshop(
        revision=site.revision,
        zone=ZoneInfo(site.timezone),
        machines=tuple(m for m in by_id.values() if m.facts.state is not MachineState.RETIRED),
        by_id=by_id,
        rows={machine.code: row_of(machine) for machine in machines},
        trainings=training_facts(),
        training_titles={row.id: row.title for row in db.session.execute(titles)},
        plan_names={plan.code: plan.name for plan in db.session.scalars(select(Plan))},
        house_rules=tuple((version, since) for version, since in db.session.execute(rules)),
        rules_grace_days=site.rules_reacceptance_grace_days,
        minor_green_alone_min_age=site.minor_green_alone_min_age,
        local_law_holidays=site.local_law_holidays,
        good_friday_holiday=site.good_friday_holiday,
        ppe={ppe.code: ppe.name for ppe in list_ppe()},
        check_in_opens=timedelta(minutes=site.check_in_opens_minutes),
        no_show_grace=timedelta(minutes=site.no_show_grace_minutes),
        end_warning=timedelta(minutes=site.end_warning_minutes),
        overrun_step_minutes=site.overrun_step_minutes,
        companion_deadline=timedelta(minutes=site.companion_deadline_minutes),
        no_show_window=timedelta(days=site.no_show_window_days),
        no_show_warning_count=site.no_show_warning_count,
        no_show_stop_count=site.no_show_stop_count,
        payment=PaymentRules(
            vat_basis_points=site.vat_basis_points,
            asks_for_plan=site.plan_gap_policy is PlanGapPolicy.REFUSE,
            overdue_days=site.payment_overdue_block_days,
            cancellation=CancellationTerms(
                site.cancel_free_hours,
                site.cancel_partial_hours,
                site.cancel_partial_fee_percent,
                site.cancel_late_fee_percent,
            ),
            late_fee_has_vat=site.late_fee_has_vat,
        ),
    )


def _machine_facts(machine: Machine, site: Site) -> MachineFacts:
    rules = machine.rules_of_use(site)
    per_day = rules.quota_minutes_per_day
    return MachineFacts(
        code=machine.code,
        risk_class=machine.risk_class,
        state=machine.state,
        outages=(),
        requirements=tuple(
            RequirementFact(r.training_code, r.supervised_level, r.autonomous_level)
            for r in machine.requirements
        ),
        outside_staffed=machine.outside_staffed,
        alone_forbidden=machine.alone_forbidden,
        min_minutes=rules.min_minutes.value,
        max_minutes=rules.max_minutes.value,
        buffer_minutes=rules.buffer_minutes.value,
        grid_minutes=rules.slot_step_minutes.value,
        lead_minutes=rules.lead_minutes.value,
        horizon_days=rules.horizon_days.value,
        future_minutes=rules.future_hours.value * AN_HOUR,
        prices=price_list(machine),
        quota_minutes_per_day=per_day.value if per_day else None,
        needs_approval=machine.needs_approval,
    )


def price_list(machine: Machine) -> PriceList:
    """The prices of a machine; a half-day or day at 0 is not offered."""
    firings = {
        FiringType.BISQUE: machine.price_bisque_cents,
        FiringType.STONEWARE: machine.price_stoneware_cents,
    }
    per_firing = machine.price_unit is PriceUnit.FIRING
    return PriceList(
        hour_cents=machine.price_hour_cents,
        half_day_cents=machine.price_half_day_cents or None,
        day_cents=machine.price_day_cents or None,
        firings={kind: cents for kind, cents in firings.items() if cents} if per_firing else {},
        deposit_cents=machine.deposit_cents,
    )


def _hours_kind(
    machine: Machine, weekly: tuple[WeeklyOpening, ...], kinds: dict[object, int]
) -> int:
    key = (weekly, machine.outside_staffed, machine.alone_forbidden)
    return kinds.setdefault(key, len(kinds))


def _area(area: Area) -> OfferedArea:
    return OfferedArea(area.code, area.name)


def _closures() -> list[Closure]:
    query = select(Closure).where(Closure.cancelled_at.is_(None))
    return list(db.session.scalars(query.order_by(Closure.starts_at, Closure.id)))


def _outages() -> dict[int, list[KnownOutage]]:
    """Every outage by machine, ended ones too, the earliest first."""
    query = select(
        Outage.machine_id,
        Outage.kind,
        Outage.starts_at,
        Outage.expected_end_at,
        Outage.ended_at,
        Outage.reason,
    ).order_by(Outage.starts_at, Outage.id)
    outages: dict[int, list[KnownOutage]] = {}
    for machine_id, kind, starts_at, expected_end_at, ended_at, reason in db.session.execute(query):
        known = KnownOutage(kind, starts_at, expected_end_at, ended_at, reason)
        outages.setdefault(machine_id, []).append(known)
    return outages


@event.listens_for(db.session, "before_flush")
def _renew_on_flush(session: Session, _context: object, _instances: object) -> None:
    changed = (*session.new, *session.deleted, *filter(session.is_modified, session.dirty))
    if any(isinstance(instance, TABLES) for instance in changed):
        _renew(session)


@event.listens_for(db.session, "do_orm_execute")
def _renew_on_bulk_change(state: ORMExecuteState) -> None:
    changes = state.is_insert or state.is_update or state.is_delete
    if changes and state.bind_mapper is not None and state.bind_mapper.class_ in TABLES:
        _renew(state.session)


def _renew(session: Session) -> None:
    """Give the site a new revision; kept copies of any process no longer count once committed."""
    table = Site.__table__
    session.connection().execute(update(table).values(revision=uuid4().hex))  # type: ignore[arg-type]
    for site in session.identity_map.values():
        if isinstance(site, Site):
            session.expire(site, ["revision"])
