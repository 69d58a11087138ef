"""The planning and the rules say the same: what is shown as free can be reserved, and nothing else.

Both read the demo with its agenda on their own: the planning in two statements for a whole page,
the rules as they do for one wish.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import or_, select

from booking import clock
from booking.database import db
from booking.machines.queries import get_machine
from booking.members.models import Member, RulesAcceptance, Subscription
from booking.members.queries import find_member
from booking.members.rules import PaperKind
from booking.periods import Period, local_day
from booking.planning.queries.lines import Viewer, read_lines
from booking.planning.rules import CellState, Row, instant_of, table_of
from booking.reservations.queries import (
    gather_facts,
    last_uses,
    list_active_between,
)
from booking.reservations.queries.dossier import read_dossier
from booking.reservations.queries.workshop import Workshop, get_workshop
from booking.reservations.refusals import RefusalCode
from booking.reservations.rules import Facts, Mode, ReservationRequest, refusals
from booking.trainings.queries import certification_facts
from tests.conftest import MakeApp

MONDAY = date(2026, 11, 23)
MEMBERS = ("U01", "U02", "U04", "U05", "U06", "U10", "U13", "U14", "U23", "U24", "U25", "U30")
MACHINES = ("M01", "M03", "M05", "M06", "M08", "M09", "M13", "M16", "M17", "M18", "R1", "R2")
UNSEEN = {RefusalCode.QUOTA_REACHED}
"""What depends on the length of the wish and not on the hour: the form tells it."""

TAKEN = {RefusalCode.SLOT_TAKEN, RefusalCode.BUFFER_CONFLICT}


@pytest.fixture
def workshop(make_app: MakeApp) -> Iterator[Workshop]:
    with make_app("agenda").app_context():
        yield get_workshop()


def member(code: str) -> Member:
    found = find_member(code)
    assert found is not None
    return found


def rows_of(workshop: Workshop, code: str, person: Member, first: date) -> tuple[Row, ...]:
    machine = workshop.machine(code)
    assert machine is not None
    days = tuple(first + timedelta(days=number) for number in range(7))
    viewer = Viewer(person, judged=True, sees_names=False)
    lines = read_lines(workshop, [machine], days, viewer, clock.now())
    return tuple(table_of(lines, first, 7, workshop.zone).rows)


def facts_of(workshop: Workshop, code: str, person: Member, first: date) -> Facts:
    """What the rules rest on for any wish in this week; a day-long one may reach beyond it."""
    zone = workshop.zone
    period = Period(
        local_day(first, zone).starts_at, local_day(first + timedelta(days=8), zone).ends_at
    )
    return gather_facts(person, get_machine(code), period)


def asked(starts: int, ends: int, facts: Facts) -> set[RefusalCode]:
    period = Period(instant_of(starts), instant_of(ends))
    request = ReservationRequest(period, Mode.AUTONOMOUS, clock.now())
    return {refusal.code for refusal in refusals(request, facts)} - UNSEEN


def disagreements(row: Row, facts: Facts) -> Iterator[str]:
    """The slots of a row about which the rules think otherwise.

    Of one's own time nothing is said: on a pool of printers another unit may be free.
    """
    edges = row.grid.edges
    for run in row.runs:
        if run.state is CellState.FREE:
            for number, starts, ends, _units in run.slots:
                codes = asked(starts, ends, facts)
                if codes:
                    yield f"{instant_of(edges[number])} is free, but {codes}"
        elif run.state is not CellState.MINE:
            for number in range(run.first, run.last):
                starts = edges[number]
                ends = starts + row.line.min_minutes
                codes = asked(starts, max(ends, edges[number + 1]), facts)
                if not codes:
                    yield f"{instant_of(starts)} is {run.state}, but may be reserved"
                elif run.state is CellState.TAKEN and not codes & TAKEN:
                    yield f"{instant_of(starts)} is taken, but {codes}"


@pytest.mark.parametrize("code", MACHINES)
def test_every_slot_of_two_weeks_agrees_with_the_rules(workshop: Workshop, code: str) -> None:
    people = [member(name) for name in MEMBERS]
    found = [
        f"{person.code} {disagreement}"
        for person in people
        for first in (MONDAY, MONDAY + timedelta(weeks=1))
        for facts in (facts_of(workshop, code, person, first),)
        for row in rows_of(workshop, code, person, first)
        for disagreement in disagreements(row, facts)
    ]
    assert not found, "\n".join(found[:20])


def test_some_slots_of_every_kind_were_looked_at(workshop: Workshop) -> None:
    states = {
        run.state
        for code in MACHINES
        for person in (member("U02"), member("U25"))
        for row in rows_of(workshop, code, person, MONDAY)
        for run in row.runs
    }
    assert states == {*CellState} - {CellState.LATER, CellState.NO_SUCH_TIME}


def test_the_dossier_is_what_the_tables_say_one_by_one(workshop: Workshop) -> None:
    day = datetime.fromisoformat("2026-11-25T08:00:00+01:00")
    period = Period(day, day + timedelta(hours=12))
    trainings = dict(workshop.trainings)
    for person in db.session.query(Member):
        dossier = read_dossier(person.id, period, trainings, workshop.zone)
        facts = dossier.member_facts(person, day.date(), day.date())
        subscriptions = db.session.scalars(
            select(Subscription).where(
                Subscription.covers.any(member_id=person.id),
                Subscription.starts_on <= day.date(),
                or_(Subscription.ends_on.is_(None), Subscription.ends_on >= day.date()),
            )
        )
        accepted = select(RulesAcceptance.version).where(RulesAcceptance.member_id == person.id)
        uses = last_uses(person.id, trainings, workshop.zone)
        insured = [
            paper.valid_until or date.max
            for paper in person.papers
            if paper.kind is PaperKind.INSURANCE
        ]
        assert dossier.certifications == certification_facts(person.id, uses), person.code
        assert dossier.accepted_rules == {*db.session.scalars(accepted)}, person.code
        assert facts.insurance_until == max(insured, default=None), person.code
        extended = any(one.plan.extended_access for one in subscriptions)
        assert facts.extended_access == extended, person.code
        own = list_active_between(period)
        assert [one.period for one in dossier.own] == [
            Period(one.starts_at, one.ends_at) for one in own if one.member_id == person.id
        ], person.code


def test_a_viewer_without_names_gets_none(workshop: Workshop, demo_names: set[str]) -> None:
    viewer = Viewer(member("U02"), judged=True, sees_names=False)
    lines = read_lines(workshop, workshop.machines, (MONDAY,), viewer, clock.now())
    told = {repr(taken.about) for line in lines for unit in line.units for taken in unit}
    assert not [name for name in demo_names for about in told if name in about]


@pytest.fixture
def demo_names(workshop: Workshop) -> set[str]:
    return {person.name for person in db.session.query(Member)}
