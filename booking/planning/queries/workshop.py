"""What the workshop offers, as plain values, kept in memory until somebody changes it.

Machines, hours, closures, outages and trainings change now and then, but every planning page
needs all of them. They are read once and kept under the site's `revision`, which every change of
one of their tables renews within its own transaction; a page only compares it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import event, select, update
from sqlalchemy.orm import ORMExecuteState, Session

from booking import clock
from booking.database import LocalizedText, db
from booking.machines.models import Area, Machine, Outage, Requirement, Unit
from booking.machines.queries import list_machines
from booking.machines.rules import OutageFact, OutageKind, OutsideStaffed, blocked_until
from booking.openings.models import Closure, Opening
from booking.openings.queries import weekly_openings_of
from booking.openings.rules import (
    ClosureFact,
    PublicHoliday,
    Timetable,
    WeeklyOpening,
    public_holidays,
)
from booking.periods import Period, merge
from booking.planning.rules import Span, Stop, minute_after, minute_of, on_grid
from booking.reservations.queries import machine_facts
from booking.reservations.rules import Facts, HouseRulesFact, MachineFacts, MemberFacts, Mode
from booking.site.models import HouseRules, Site
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
)
"""What the kept values are made of."""

AN_HOUR = 60
OPEN_SPANS_KEPT = 2048


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


class Closed(NamedTuple):
    """A closure, with its reason."""

    reason: str


class OpenSpans(NamedTuple):
    """Joined openings for one kind of person, and those of them with staff."""

    usable: tuple[Span, ...]
    staffed: tuple[Span, ...]


@dataclass(frozen=True, eq=False)
class OfferedArea:
    code: str
    name: LocalizedText


@dataclass(frozen=True, eq=False)
class OfferedMachine:
    """A machine that is not retired, with its units in service. `facts` are without outages, which
    depend on the present.

    Machines of one `hours_kind` are open at the same hours to the same people.
    """

    id: int
    code: str
    name: LocalizedText
    area: OfferedArea
    facts: MachineFacts
    weekly: tuple[WeeklyOpening, ...]
    hours_kind: int
    unit_ids: tuple[int, ...]
    unit_numbers: tuple[int, ...]
    closure_facts: tuple[ClosureFact, ...]
    outages: tuple[KnownOutage, ...]

    @cached_property
    def closures(self) -> tuple[Stop, ...]:
        return tuple(stop_over(fact.period, Closed(fact.reason)) for fact in self.closure_facts)

    @cached_property
    def shortest_minutes(self) -> int:
        """The shortest use that begins and ends on the grid."""
        return on_grid(self.facts.min_minutes, self.facts.grid_minutes)

    @cached_property
    def usual_minutes(self) -> int:
        """What a link asks for: an hour, within the machine's shortest and longest use."""
        usual = max(on_grid(AN_HOUR, self.facts.grid_minutes), self.shortest_minutes)
        return max(self.shortest_minutes, min(usual, self.facts.max_minutes))

    @property
    def needs_buddy(self) -> bool:
        """Whether a second person must be there outside staffed hours."""
        facts = self.facts
        with_buddy = facts.outside_staffed is OutsideStaffed.EXTENDED_BUDDY
        return not facts.runs_unattended and (with_buddy or facts.alone_forbidden)


@dataclass(frozen=True, eq=False)
class Workshop:
    """Everything on offer under one revision; machines by area and code."""

    revision: str
    zone: ZoneInfo
    machines: tuple[OfferedMachine, ...]
    trainings: Mapping[str, TrainingFact]
    training_titles: Mapping[int, LocalizedText]
    house_rules: tuple[tuple[str, date], ...]
    rules_grace_days: int
    minor_green_alone_min_age: int
    local_law_holidays: bool
    good_friday_holiday: bool
    _open_spans: dict[object, OpenSpans] = field(default_factory=dict)

    def machine(self, code: str) -> OfferedMachine | None:
        return next((machine for machine in self.machines if machine.code == code), None)

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
            timetable=Timetable(machine.weekly, self.zone),
            closures=(),
            holidays={},
            units=(),
            own_reservations=(),
            minor_green_alone_min_age=self.minor_green_alone_min_age,
        )

    def open_spans(self, machine: OfferedMachine, persons: Mapping[date, MemberFacts]) -> OpenSpans:
        """The hours for autonomous use on some local days, by who the person is on each of them."""
        access = tuple((day, person.extended_access) for day, person in persons.items())
        key = (machine.hours_kind, access)
        known = self._open_spans.get(key)
        if known is None:
            if len(self._open_spans) >= OPEN_SPANS_KEPT:
                self._open_spans.clear()
            known = self._open_spans[key] = self._work_out(machine, persons)
        return known

    def _work_out(self, machine: OfferedMachine, persons: Mapping[date, MemberFacts]) -> OpenSpans:
        hours = [
            self.facts(machine, person).hours((day,), Mode.AUTONOMOUS)
            for day, person in persons.items()
        ]
        return OpenSpans(
            _joined(period for one in hours for period in one.usable),
            _joined(period for one in hours for period in one.staffed),
        )

    def holidays(self, years: range) -> dict[date, PublicHoliday]:
        found: dict[date, PublicHoliday] = {}
        for year in years:
            found |= public_holidays(year, self.local_law_holidays, self.good_friday_holiday)
        return found

    def house_rules_on(self, day: date) -> HouseRulesFact | None:
        """The version in force on a local day and the one before it."""
        in_force = [rules for rules in self.house_rules if rules[1] <= day]
        if not in_force:
            return None
        before = in_force[-2][0] if len(in_force) > 1 else None
        version, since = in_force[-1]
        return HouseRulesFact(version, since, before, self.rules_grace_days)


def stop_over(period: Period, about: Closed | PublicHoliday) -> Stop:
    return Stop(minute_of(period.starts_at), minute_after(period.ends_at), about)


def _joined(periods: Iterable[Period]) -> tuple[Span, ...]:
    return tuple(
        Span(minute_of(period.starts_at), minute_after(period.ends_at)) for period in merge(periods)
    )


_kept: dict[str, Workshop] = {}
"""The workshop under its present revision; one entry."""


def get_workshop() -> Workshop:
    """What is on offer now; reads no more than the site's row as long as nothing has changed."""
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


def _read(site: Site) -> Workshop:
    machines = list_machines()
    weekly = weekly_openings_of(machines)
    closures = _closures()
    outages = _outages()
    areas = {machine.area.id: _area(machine.area) for machine in machines}
    kinds: dict[object, int] = {}
    rules = select(HouseRules.version, HouseRules.in_force_from).order_by(HouseRules.in_force_from)
    titles = select(Training.id, Training.title)
    return Workshop(
        revision=site.revision,
        zone=ZoneInfo(site.timezone),
        machines=tuple(
            OfferedMachine(
                id=machine.id,
                code=machine.code,
                name=machine.name,
                area=areas[machine.area.id],
                facts=replace(machine_facts(machine, site, clock.now()), outages=()),
                weekly=weekly[machine.id],
                hours_kind=_hours_kind(machine, weekly[machine.id], kinds),
                unit_ids=tuple(unit.id for unit in machine.units if unit.in_service),
                unit_numbers=tuple(unit.number for unit in machine.units if unit.in_service),
                closure_facts=tuple(c.fact for c in closures if c.concerns(machine)),
                outages=tuple(outages.get(machine.id, ())),
            )
            for machine in machines
        ),
        trainings=training_facts(),
        training_titles={row.id: row.title for row in db.session.execute(titles)},
        house_rules=tuple((version, since) for version, since in db.session.execute(rules)),
        rules_grace_days=site.rules_reacceptance_grace_days,
        minor_green_alone_min_age=site.minor_green_alone_min_age,
        local_law_holidays=site.local_law_holidays,
        good_friday_holiday=site.good_friday_holiday,
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
