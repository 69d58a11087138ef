"""Requests for machines that are approved one by one, beside those they compete with."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import func, select

from booking import clock
from booking.database import db
from booking.machines.models import Machine
from booking.periods import Period
from booking.reservations.models import ApprovalRequest, Reservation
from booking.reservations.queries.facts import units_of
from booking.reservations.queries.requests import list_waiting_requests, wanted_by
from booking.reservations.queries.workshop import get_workshop
from booking.reservations.rules import ReservationState, UnitFacts
from booking.reservations.rules.approving import competing, losers, unit_for


@dataclass(frozen=True)
class Standing:
    """What a person has on a machine: the hours ahead, and when it was last used to the end."""

    ahead: timedelta = timedelta()
    last_used_at: datetime | None = None


@dataclass(frozen=True)
class Candidate:
    """A request with what the choice rests on.

    `losers` would have nothing left if it were approved; `is_free` is False where its own time can
    be had no more.
    """

    request: ApprovalRequest
    standing: Standing
    is_free: bool
    losers: tuple[ApprovalRequest, ...]


@dataclass(frozen=True)
class Competition:
    """The requests for one machine whose times meet; often there is only one."""

    machine: Machine
    candidates: tuple[Candidate, ...]

    @property
    def is_contested(self) -> bool:
        """Whether not everybody can have what he asks for."""
        return any(candidate.losers for candidate in self.candidates)


def list_competitions() -> tuple[Competition, ...]:
    """Everything that can still be approved, what is to be decided first first; four statements
    whatever there is, one where there is nothing.
    """
    asked = list_waiting_requests()
    if not asked:
        return ()
    whole = Period(min(one.starts_at for one in asked), max(one.ends_at for one in asked))
    units = units_of({one.machine_id for one in asked}, whole)
    standings = _standings(asked)
    found: list[Competition] = []
    by_machine = sorted(asked, key=lambda one: one.machine_id)
    for machine_id, group in groupby(by_machine, key=lambda one: one.machine_id):
        found += _of_machine(list(group), units[machine_id], standings)
    return tuple(sorted(found, key=_most_urgent))


def _most_urgent(competition: Competition) -> datetime:
    return min(candidate.request.lapses_at for candidate in competition.candidates)


def _of_machine(
    asked: Sequence[ApprovalRequest],
    units: Sequence[UnitFacts],
    standings: dict[tuple[int, int], Standing],
) -> list[Competition]:
    buffer = get_workshop().by_id[asked[0].machine_id].facts.buffer
    wanted = {one.id: wanted_by(one) for one in asked}
    by_id = {one.id: one for one in asked}

    def candidate(request: ApprovalRequest) -> Candidate:
        return Candidate(
            request,
            standings.get((request.member_id, request.machine_id), Standing()),
            unit_for(wanted[request.id], units, buffer) is not None,
            tuple(by_id[other] for other in losers(request.id, wanted, units, buffer)),
        )

    return [
        Competition(asked[0].machine, tuple(candidate(by_id[number]) for number in group))
        for group in competing({one.id: one.period for one in asked}, buffer)
    ]


def _standings(asked: Collection[ApprovalRequest]) -> dict[tuple[int, int], Standing]:
    """By member and machine; two statements."""
    ahead: dict[tuple[int, int], timedelta] = {}
    now = clock.now()
    theirs = (
        Reservation.member_id.in_({one.member_id for one in asked}),
        Reservation.machine_id.in_({one.machine_id for one in asked}),
    )
    rows = db.session.execute(
        select(
            Reservation.member_id,
            Reservation.machine_id,
            Reservation.starts_at,
            Reservation.ends_at,
        ).where(*theirs, Reservation.starts_at > now, Reservation.counts_at(now))
    )
    for member_id, machine_id, starts_at, ends_at in rows:
        key = (member_id, machine_id)
        ahead[key] = ahead.get(key, timedelta()) + (ends_at - starts_at)
    is_over = (Reservation.state == ReservationState.COMPLETED) | (
        (Reservation.state == ReservationState.CHECKED_IN) & (Reservation.lapses_at <= now)
    )
    used = db.session.execute(
        select(Reservation.member_id, Reservation.machine_id, func.max(Reservation.ends_at))
        .where(*theirs, is_over)
        .group_by(Reservation.member_id, Reservation.machine_id)
    )
    last = {(member_id, machine_id): ended_at for member_id, machine_id, ended_at in used}
    return {key: Standing(ahead.get(key, timedelta()), last.get(key)) for key in {*ahead, *last}}
