"""The lines of a planning: machines on some days, as one member may use them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from booking.machines.rules import OutageFact, OutageKind
from booking.members.models import Member
from booking.members.rules import AccountState
from booking.occupancies.guard import LONGEST_DAYS
from booking.periods import A_DAY, Period, local_day
from booking.planning.queries.occupancies import Occupied, read_occupied
from booking.planning.queries.spans import (
    closure_stops,
    open_spans,
    shortest_minutes,
    stop_over,
    usual_minutes,
)
from booking.planning.rules import (
    NO_END,
    Line,
    Span,
    Stop,
    first_start,
    grid_of,
    minus,
    minute_after,
    minute_of,
)
from booking.reservations.queries.dossier import Dossier, read_dossier
from booking.reservations.queries.workshop import OfferedMachine, Workshop
from booking.reservations.rules import MemberFacts, Mode
from booking.reservations.rules.eligibility import against_these_days
from booking.reservations.rules.facts import Span as DaySpan

LONGEST_LOOK_AHEAD = timedelta(days=LONGEST_DAYS)

ANYBODY = MemberFacts(
    account_state=AccountState.APPROVED,
    suspension_reason=None,
    born_on=None,
    needs_papers=False,
    insurance_until=None,
    parental_permission_until=None,
    minor_derogation_until=None,
    accepted_rules=frozenset(),
    extended_access=True,
    supervised_only=False,
    has_plan=True,
    overdue=None,
)
"""Whose hours are shown to those who do not reserve for themselves."""


@dataclass(frozen=True)
class Viewer:
    """Who looks. Who is `judged` sees what he could reserve himself; the others, managers and
    those who never reserve, see what is free for anybody.
    """

    member: Member
    judged: bool
    sees_names: bool

    def as_anybody(self) -> Viewer:
        return replace(self, judged=False)


class Stopped(NamedTuple):
    kind: OutageKind
    reason: str
    until: datetime | None


def read_lines(
    workshop: Workshop,
    machines: Sequence[OfferedMachine],
    days: tuple[date, ...],
    viewer: Viewer,
    now: datetime,
) -> list[Line]:
    """The line of each machine around consecutive local days; at most two statements."""
    view = _View(workshop, machines, days, viewer, now)
    return [view.line(machine) for machine in machines]


class _View:
    """What all lines of one page have in common; what several of them share is worked out once."""

    def __init__(
        self,
        workshop: Workshop,
        machines: Sequence[OfferedMachine],
        days: tuple[date, ...],
        viewer: Viewer,
        now: datetime,
    ) -> None:
        zone = workshop.zone
        shown = Period(local_day(days[0], zone).starts_at, local_day(days[-1], zone).ends_at)
        around = (days[0] - A_DAY, *days, days[-1] + A_DAY)
        member = viewer.member
        self.workshop = workshop
        self.days = days
        self.now = now
        self.from_now = minute_after(now)
        self.starts = minute_of(shown.starts_at)
        self.far_end = minute_after(shown.ends_at + LONGEST_LOOK_AHEAD)
        self.occupied = _read_occupied(machines, shown, viewer, now)
        self.dossier = (
            read_dossier(member.id, shown, workshop.trainings, zone) if viewer.judged else None
        )
        self.persons = _persons_on(around, member, self.dossier)
        self.house_rules = workshop.house_rules_on(now.astimezone(zone).date())
        self.holidays = self._holidays()
        self.busy = self._own_elsewhere()
        self.refused: dict[object, frozenset[date]] = {}

    def line(self, machine: OfferedMachine) -> Line:
        facts = machine.facts
        shortest = shortest_minutes(machine)
        grid = grid_of(self.days[0], len(self.days), self.workshop.zone, facts.grid_minutes)
        hours = open_spans(self.workshop, machine, self.persons)
        own, freed = self.occupied.own_by_unit, self.occupied.freed_by_unit
        earliest = minute_after(self.now + timedelta(minutes=facts.lead_minutes))
        latest = minute_of(self.now + timedelta(days=facts.horizon_days))
        return Line(
            min_minutes=shortest,
            usual_minutes=usual_minutes(machine),
            buffer_minutes=facts.buffer_minutes,
            step_minutes=facts.grid_minutes,
            earliest=first_start(
                earliest, grid, hours.usable, shortest if facts.runs_unattended else None
            ),
            latest=max(grid.edge_before(latest), self.starts - 1),
            freed=tuple(
                Span(start, ends)
                for unit_id in machine.unit_ids
                for starts, ends in freed.get(unit_id, ())
                if (start := grid.edge_from(max(starts, self.from_now))) < ends
            ),
            usable=hours.usable,
            units=tuple(
                tuple(self.occupied.by_unit.get(unit_id, ())) for unit_id in machine.unit_ids
            ),
            runs_on=facts.runs_unattended,
            lone=tuple(minus(hours.usable, hours.staffed)) if machine.needs_buddy else (),
            closures=(*self._at_this_time(closure_stops(machine)), *self.holidays),
            outages=tuple(
                self._at_this_time(_outage(known.fact(self.now)) for known in machine.outages)
            ),
            mine=tuple(taken for unit_id in machine.unit_ids for taken in own.get(unit_id, ())),
            elsewhere=() if facts.runs_unattended else self.busy,
            refused_on=self._refused_on(machine),
        )

    def _holidays(self) -> list[Stop]:
        """The public holidays from the first day shown on; a long run may reach into later ones."""
        last = self.days[-1] + 2 * A_DAY
        found = self.workshop.holidays(range(self.days[0].year, last.year + 1))
        return [
            stop_over(local_day(day, self.workshop.zone), found[day])
            for day in found
            if self.days[0] <= day <= last
        ]

    def _at_this_time(self, stops: Iterable[Stop]) -> list[Stop]:
        return [stop for stop in stops if stop.ends > self.starts and stop.starts < self.far_end]

    def _own_elsewhere(self) -> tuple[Span, ...]:
        """The viewer's own reservations that another one must not overlap."""
        own = self.dossier.own if self.dossier else ()
        return tuple(
            Span(minute_of(one.period.starts_at), minute_after(one.period.ends_at))
            for one in own
            if not one.unattended
        )

    def _refused_on(self, machine: OfferedMachine) -> frozenset[date]:
        """The days shown on which the rules refuse this person, whatever the hours."""
        if self.dossier is None:
            return frozenset()
        facts = machine.facts
        alike = (facts.requirements, facts.risk_class, facts.state)
        known = self.refused.get(alike)
        if known is None:
            known = self.refused[alike] = self._judge(machine)
        return known

    def _judge(self, machine: OfferedMachine) -> frozenset[date]:
        persons = {self.persons[day] for day in self.days}
        is_one_case = len(persons) == 1 and len(self.days) > 1
        if is_one_case and not self._is_refused(machine, self.days):
            return frozenset()
        return frozenset(day for day in self.days if self._is_refused(machine, (day,)))

    def _is_refused(self, machine: OfferedMachine, days: tuple[date, ...]) -> bool:
        assert self.dossier is not None
        facts = self.workshop.facts(
            machine, self.persons[days[0]], self.house_rules, self.dossier.certifications
        )
        return bool(against_these_days(DaySpan(days, Mode.AUTONOMOUS, self.now), facts))


def _persons_on(
    days: Sequence[date], member: Member, dossier: Dossier | None
) -> dict[date, MemberFacts]:
    """The viewer on each day; one and the same as long as no plan begins or ends."""
    if dossier is None:
        return dict.fromkeys(days, ANYBODY)
    edges = {plan.starts_on for plan in dossier.plans}
    edges |= {plan.ends_on + A_DAY for plan in dossier.plans if plan.ends_on}
    persons: dict[date, MemberFacts] = {}
    for day in days:
        person = persons.get(day - A_DAY)
        if person is None or day in edges:
            person = dossier.member_facts(member, day, day)
        persons[day] = person
    return persons


def _outage(fact: OutageFact) -> Stop:
    until = fact.expected_end_at
    ends = NO_END if until is None else minute_after(until)
    return Stop(minute_of(fact.starts_at), ends, Stopped(fact.kind, fact.reason, until))


def _read_occupied(
    machines: Sequence[OfferedMachine], shown: Period, viewer: Viewer, now: datetime
) -> Occupied:
    """Also what comes after the time shown, as far as it limits a use that starts within it."""
    others = [machine for machine in machines if not machine.facts.runs_unattended]
    return read_occupied(
        machine_ids=[machine.id for machine in machines],
        starts_at=shown.starts_at,
        ends_at=shown.ends_at + _longest_ask(others),
        far_end_at=shown.ends_at + _longest_ask(machines),
        member_id=viewer.member.id,
        with_names=viewer.sees_names,
        now=now,
    )


def _longest_ask(machines: Iterable[OfferedMachine]) -> timedelta:
    """How long after its start a use that a link asks for may still meet something."""
    minutes = (usual_minutes(machine) + machine.facts.buffer_minutes for machine in machines)
    return timedelta(minutes=max(minutes, default=0))
