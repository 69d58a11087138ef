"""When each training was last put to use: through a machine that asks for it, or its chain."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, func, select, true

from booking import clock
from booking.database import UtcDateTime, db, rows_of
from booking.machines.models import Requirement
from booking.members.models import Member
from booking.periods import Period, local_day, local_days
from booking.reservations.models import Reservation
from booking.reservations.rules import ReservationState
from booking.trainings.rules import TrainingFact, required_levels


def last_uses(
    member_id: int,
    trainings: Mapping[str, TrainingFact],
    zone: ZoneInfo,
    until: date | None = None,
) -> dict[str, date]:
    """The local day of a member's last completed use of each training, through the chain too.

    With `until`, as it was at the end of that local day.
    """
    return last_uses_of([member_id], trainings, zone, until)[member_id]


def last_uses_of(
    member_ids: Collection[int],
    trainings: Mapping[str, TrainingFact],
    zone: ZoneInfo,
    until: date | None = None,
) -> dict[int, dict[str, date]]:
    """The same for several members, by id; one statement.

    Read machine by machine from the index, so that a long history costs no more than a short; what
    is over by itself counts before anybody has written that down.
    """
    end = {} if until is None else {"end": local_day(until, zone).ends_at}
    rows = rows_of(_last_ends(until is not None), members=list(member_ids), now=clock.now(), **end)
    uses: dict[int, dict[str, date]] = {member_id: {} for member_id in member_ids}
    for row in rows:
        ends = (row.noted, row.just_over)
        ended_at = max((end for end in ends if end is not None), default=None)
        if ended_at is None:
            continue
        day = local_days(Period(ended_at - timedelta(minutes=1), ended_at), zone)[-1]
        used = uses[row.id]
        asked = [(row.training_code, row.autonomous_level)]
        for needed in required_levels(asked, trainings):
            used[needed] = max(used.get(needed, day), day)
    return uses


def time_used(member_id: int, training: str, trainings: dict[str, TrainingFact]) -> timedelta:
    """How long a member has used machines that ask for a training, through the chain too: the
    completed uses, each as long as somebody was there within the hours reserved; two statements.
    """
    asked = db.session.execute(
        select(Requirement.machine_id, Requirement.training_code, Requirement.autonomous_level)
    )
    machines = {
        machine_id
        for machine_id, code, level in asked
        if training in required_levels([(code, level)], trainings)
    }
    rows = db.session.execute(
        select(
            Reservation.starts_at,
            Reservation.ends_at,
            Reservation.checked_in_at,
            Reservation.checked_out_at,
        ).where(
            Reservation.member_id == member_id,
            Reservation.machine_id.in_(machines),
            (Reservation.state == ReservationState.COMPLETED) | _is_over_by_itself(),
        ),
        {"now": clock.now()},
    )
    return sum(
        (
            max(min(left or end, end) - max(came or start, start), timedelta())
            for start, end, came, left in rows
        ),
        timedelta(),
    )


def _is_over_by_itself() -> ColumnElement[bool]:
    return (Reservation.state == ReservationState.CHECKED_IN) & (
        Reservation.lapses_at <= bindparam("now", type_=UtcDateTime())
    )


@cache
def _last_ends(has_end: bool) -> Select[int, str, int, datetime | None, datetime | None]:
    """Made once, since whatever judges certifications asks it."""
    return (
        select(
            Member.id,
            Requirement.training_code,
            Requirement.autonomous_level,
            _last_end(Reservation.state == ReservationState.COMPLETED, has_end).label("noted"),
            _last_end(_is_over_by_itself(), has_end).label("just_over"),
        )
        .join_from(Member, Requirement, true())
        .where(Member.id.in_(bindparam("members", expanding=True)))
    )


def _last_end(is_over: ColumnElement[bool], has_end: bool) -> ScalarSelect[datetime | None]:
    """Of one member and machine, among those reservations."""
    query: Select[datetime | None] = select(func.max(Reservation.ends_at)).where(
        Reservation.member_id == Member.id,
        Reservation.machine_id == Requirement.machine_id,
        is_over,
    )
    if has_end:
        query = query.where(Reservation.ends_at <= bindparam("end", type_=UtcDateTime()))
    return query.correlate(Member, Requirement).scalar_subquery()
