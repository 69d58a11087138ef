"""The kept workshop in the planning's terms: minutes, stops and joined hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from booking.openings.rules import PublicHoliday
from booking.periods import Period, merge
from booking.planning.rules import Span, Stop, minute_after, minute_of, on_grid
from booking.reservations.queries.workshop import OfferedMachine, Workshop
from booking.reservations.rules import MemberFacts, Mode

AN_HOUR = 60
OPEN_SPANS_KEPT = 2048
MACHINES_KEPT = 512


class Closed(NamedTuple):
    """A closure, with its reason."""

    reason: str


class OpenSpans(NamedTuple):
    """Joined openings for one kind of person, and those of them with staff."""

    usable: tuple[Span, ...]
    staffed: tuple[Span, ...]


@lru_cache(MACHINES_KEPT)
def closure_stops(machine: OfferedMachine) -> tuple[Stop, ...]:
    return tuple(stop_over(fact.period, Closed(fact.reason)) for fact in machine.closures)


@lru_cache(MACHINES_KEPT)
def shortest_minutes(machine: OfferedMachine) -> int:
    """The shortest use that begins and ends on the grid."""
    return on_grid(machine.facts.min_minutes, machine.facts.grid_minutes)


@lru_cache(MACHINES_KEPT)
def usual_minutes(machine: OfferedMachine) -> int:
    """What a link asks for: an hour, within the machine's shortest and longest use."""
    shortest = shortest_minutes(machine)
    usual = max(on_grid(AN_HOUR, machine.facts.grid_minutes), shortest)
    return max(shortest, min(usual, machine.facts.max_minutes))


@lru_cache(MACHINES_KEPT)
def one_unit(machine: OfferedMachine, number: int) -> OfferedMachine | None:
    """A pool as if it had this unit alone; None where it has not, or is no pool."""
    unit_id = machine.unit_id(number)
    if unit_id is None or len(machine.unit_ids) == 1:
        return None
    return replace(machine, unit_ids=(unit_id,), unit_numbers=(number,))


_open_spans: dict[object, OpenSpans] = {}


def open_spans(
    workshop: Workshop, machine: OfferedMachine, persons: Mapping[date, MemberFacts]
) -> OpenSpans:
    """The hours for autonomous use on some local days, by who the person is on each of them."""
    access = tuple((day, person.extended_access) for day, person in persons.items())
    key = (workshop.revision, machine.hours_kind, access)
    known = _open_spans.get(key)
    if known is None:
        if len(_open_spans) >= OPEN_SPANS_KEPT:
            _open_spans.clear()
        known = _open_spans[key] = _work_out(workshop, machine, persons)
    return known


def _work_out(
    workshop: Workshop, machine: OfferedMachine, persons: Mapping[date, MemberFacts]
) -> OpenSpans:
    hours = [
        workshop.facts(machine, person).hours((day,), Mode.AUTONOMOUS)
        for day, person in persons.items()
    ]
    return OpenSpans(
        _joined(period for one in hours for period in one.usable),
        _joined(period for one in hours for period in one.staffed),
    )


def stop_over(period: Period, about: Closed | PublicHoliday) -> Stop:
    return Stop(minute_of(period.starts_at), minute_after(period.ends_at), about)


def _joined(periods: Iterable[Period]) -> tuple[Span, ...]:
    return tuple(
        Span(minute_of(period.starts_at), minute_after(period.ends_at)) for period in merge(periods)
    )
