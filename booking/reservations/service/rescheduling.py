"""Moving a series, or a part of it, to other hours of the wall clock: every date, or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from booking.database import db
from booking.members.models import Member
from booking.occupancies import service as occupancies
from booking.periods import Period
from booking.pricing.rules import Price
from booking.reservations.models import Reservation
from booking.reservations.refusals import Refusal, RefusalCode
from booking.reservations.rules.series import Hours, Scope, period_on
from booking.reservations.service.cancelling import is_by_member
from booking.reservations.service.fees import share_kept
from booking.reservations.service.moving import (
    CannotMove,
    Change,
    Moved,
    carry_out,
    change_to,
    has_started,
    hold_to_move,
    why_it_stays,
)
from booking.reservations.service.offering import offer_freed
from booking.reservations.service.repeating import list_concerned
from booking.reservations.service.telling import tell_together
from booking.reservations.service.wishes import TAKEN, Refused
from booking.site.queries import get_site


@dataclass(frozen=True)
class NewHours:
    """What the dates of a scope are to become, each on its own local day or so many days after it.

    The reservations whose ids are in `left_out` stay as they are. `seen` are the versions that
    were shown to who asks, by id; None where any will do. `waivers` are the reasons for which a
    manager sets codes aside, on every date.
    """

    reservation: Reservation
    scope: Scope
    hours: Hours
    shift_days: int = 0
    left_out: frozenset[int] = frozenset()
    seen: Mapping[int, int] | None = None
    waivers: Mapping[RefusalCode, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MovedDate:
    """One date: its time and price before and after, and what stands against it.

    `after` is None where the clock jumps over one of the new times; `keeps` is the least that the
    member's cancellation would keep of the price afterwards, in percent.
    """

    reservation: Reservation
    before: Period
    after: Period | None
    price_before: Price | None
    price: Price | None
    refusals: tuple[Refusal, ...]
    keeps: int
    is_left_out: bool

    @property
    def is_in_the_way(self) -> bool:
        return not self.is_left_out and (self.after is None or bool(self.refusals))

    @property
    def is_same(self) -> bool:
        return self.before == self.after

    @property
    def moves(self) -> bool:
        """Whether it would get its new hours."""
        return not (self.is_left_out or self.is_in_the_way or self.is_same)


@dataclass(frozen=True)
class Rescheduled:
    """What became of each date, or would become, by start."""

    dates: tuple[MovedDate, ...]
    is_done: bool

    @property
    def refused(self) -> list[MovedDate]:
        return [one for one in self.dates if one.is_in_the_way]

    @property
    def only_taken(self) -> bool:
        """Whether other hours are all that is needed."""
        reasons = {refusal.code for one in self.refused for refusal in one.refusals}
        return reasons <= TAKEN and all(one.after for one in self.refused)


def list_to_move(reservation: Reservation, scope: Scope) -> list[Reservation]:
    """What an act on the hours is for, by start: what has not begun and is not merely offered."""
    return [one for one in list_concerned(reservation, scope) if _can_move(one)]


def reschedule(wanted: NewHours, actor: Member) -> Rescheduled | CannotMove:
    """Move every date of the scope, or none and say why.

    Each is the same one update as moving it alone. All leave their units first, and each is judged
    as if those that are still to move took no time: whatever their order, they never stand in each
    other's way. What they free is offered at the end, since the next date may be about to take it.
    """
    return _move_all(wanted, actor, keeps_it=True)


def rehearse_hours(wanted: NewHours, actor: Member) -> Rescheduled | CannotMove:
    """What `reschedule` would say and cost, by doing it and taking everything back."""
    return _move_all(wanted, actor, keeps_it=False)


def _move_all(wanted: NewHours, actor: Member, *, keeps_it: bool) -> Rescheduled | CannotMove:
    hold_to_move(_as_they_stand(list_to_move(wanted.reservation, wanted.scope)))
    concerned = list_to_move(wanted.reservation, wanted.scope)
    if not concerned:
        return why_it_stays(wanted.reservation) or CannotMove.STARTED
    if keeps_it and wanted.seen not in (None, {one.id: one.version for one in concerned}):
        return CannotMove.CHANGED
    dates = [_date(one, wanted, actor) for one in concerned]
    with db.session.begin_nested() as attempt:
        outcomes = _carry_out_all([date for date in dates if date.moves], wanted.waivers, actor)
        judged = tuple(_judged(date, outcomes.get(date.reservation.id)) for date in dates)
        is_done = keeps_it and bool(outcomes) and not any(date.is_in_the_way for date in judged)
        if not is_done:
            attempt.rollback()
    if is_done:
        moved = [outcome for outcome in outcomes.values() if isinstance(outcome, Moved)]
        tell_together(news for one in moved for news in one.news)
        offer_freed(freed for one in moved for freed in one.freed)
    return Rescheduled(judged, is_done)


def _as_they_stand(reservations: Iterable[Reservation]) -> list[Change]:
    return [Change(one, one.machine, one.period) for one in reservations]


def _carry_out_all(
    dates: Sequence[MovedDate], waivers: Mapping[RefusalCode, str], actor: Member
) -> dict[int, Moved | Refused]:
    """What becomes of each date, by the reservation's id, written in the order of the new times."""
    occupancies.let_go(date.reservation.id for date in dates)
    still_to_move = {date.reservation.id: date.reservation for date in dates}
    outcomes: dict[int, Moved | Refused] = {}
    for date, change in sorted(
        ((date, _change(date, waivers, actor)) for date in dates), key=lambda pair: pair[1].period
    ):
        outcome = carry_out(change, actor, still_to_move.values())
        outcomes[date.reservation.id] = outcome
        if isinstance(outcome, Moved):
            del still_to_move[date.reservation.id]
    return outcomes


def _date(reservation: Reservation, wanted: NewHours, actor: Member) -> MovedDate:
    """A date before anything is judged."""
    zone = ZoneInfo(get_site().timezone)
    day = reservation.starts_at.astimezone(zone).date() + timedelta(days=wanted.shift_days)
    by_member = is_by_member(reservation, actor)
    return MovedDate(
        reservation=reservation,
        before=reservation.period,
        after=period_on(day, wanted.hours, zone),
        price_before=reservation.price,
        price=reservation.price,
        refusals=(),
        keeps=share_kept(reservation) if by_member else reservation.fee_floor_percent,
        is_left_out=reservation.id in wanted.left_out,
    )


def _change(date: MovedDate, waivers: Mapping[RefusalCode, str], actor: Member) -> Change:
    assert date.after is not None
    reservation = date.reservation
    return change_to(reservation, reservation.machine, date.after, actor, waivers=waivers)


def _judged(date: MovedDate, outcome: Moved | Refused | None) -> MovedDate:
    if outcome is None:
        return date
    if isinstance(outcome, Refused):
        return replace(date, price=outcome.price, refusals=outcome.refusals)
    return replace(date, price=outcome.reservation.price)


def _can_move(reservation: Reservation) -> bool:
    return why_it_stays(reservation) is None and not has_started(reservation)
