"""What has to be proven before somebody is proposed for a level."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta


@dataclass(frozen=True, slots=True)
class FollowedSession:
    """A session in which somebody had a place. `last_on` is the local day of its last half-day.

    `numbers` are those of its half-days, `complete` those signed by trainee and trainer, `late`
    those of them that were signed afterwards; `days` are the local ones of the complete half-days.
    """

    code: str
    is_refresher: bool
    last_on: date
    has_begun: bool
    numbers: tuple[int, ...]
    complete: frozenset[int]
    late: frozenset[int] = frozenset()
    days: tuple[date, ...] = ()

    @property
    def is_full(self) -> bool:
        return self.complete.issuperset(self.numbers)


@dataclass(frozen=True, slots=True)
class Gap:
    """What is lacking: half-days of a session, or a session at all (None)."""

    session: str | None
    numbers: tuple[int, ...] = ()


def proof_since(today: date, validity_months: int, approvals: Iterable[date]) -> date:
    """The first local day whose sessions and tests still prove something.

    A proof counts for as long as the certification that it leads to would, and for one
    certification: what came before the last approval (`approvals`, of this level or a higher
    one) has been used up by it.
    """
    day_after = (approved_on + timedelta(days=1) for approved_on in approvals)
    return max((today - relativedelta(months=validity_months), *day_after))


def attendance_gap(
    sessions: Sequence[FollowedSession], since: date, *, is_renewal: bool
) -> Gap | None:
    """What the sessions of a training leave open, None when all half-days of one are signed.

    A half-day missed in one session may be made up for in another of the same kind. A refresher
    is for those who have been certified before.
    """
    counting = [
        session
        for session in sessions
        if session.has_begun
        and session.last_on >= since
        and (is_renewal or not session.is_refresher)
    ]
    if not counting:
        return Gap(None)
    latest_first = sorted(counting, key=lambda session: session.last_on, reverse=True)
    gaps = [_gap(session, counting) for session in latest_first]
    return None if None in gaps else gaps[0]


def _gap(session: FollowedSession, sessions: Iterable[FollowedSession]) -> Gap | None:
    signed = {
        number
        for other in sessions
        if other.is_refresher == session.is_refresher
        for number in other.complete
    }
    missing = tuple(number for number in session.numbers if number not in signed)
    return Gap(session.code, missing) if missing else None
