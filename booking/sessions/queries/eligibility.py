"""How people stand for a session on its very days."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from booking import clock
from booking.database import db
from booking.machines.models import Machine
from booking.periods import Period, local_days
from booking.reservations.models import Reservation
from booking.reservations.queries import last_uses_of
from booking.site.queries import site_zone
from booking.trainings.models import (
    Enrolment,
    EnrolmentState,
    SessionHalfDay,
    SessionKind,
    TrainingSession,
)
from booking.trainings.queries import certification_facts_of, training_facts
from booking.trainings.rules import CertificationState, Verdict, judge_chain

EVER_GRANTED = (CertificationState.APPROVED, CertificationState.SUSPENDED)


@dataclass(frozen=True)
class Preparedness:
    """How somebody stands for a session on its days: the whole chain before it for a course, the
    record that is to be refreshed for a refresher.
    """

    prerequisites: tuple[Verdict, ...]
    lacks_record: bool

    @property
    def missing(self) -> tuple[Verdict, ...]:
        """The prerequisites that do not hold."""
        return tuple(verdict for verdict in self.prerequisites if not verdict.is_valid)

    @property
    def is_enough(self) -> bool:
        return not self.missing and not self.lacks_record


def preparedness_of(
    session: TrainingSession, member_ids: Collection[int]
) -> dict[int, Preparedness]:
    """How some people stand for a session, by id; a constant number of statements."""
    zone = site_zone()
    trainings = training_facts()
    code = session.training.code
    held = certification_facts_of(last_uses_of(member_ids, trainings, zone))
    if session.kind is SessionKind.REFRESHER:
        return {
            member_id: Preparedness(
                (),
                lacks_record=not any(
                    fact.training == code and fact.state in EVER_GRANTED for fact in facts
                ),
            )
            for member_id, facts in held.items()
        }
    days = _days_of(session)
    asked = trainings[code].prerequisites
    return {
        member_id: Preparedness(judge_chain(asked, trainings, facts, days), lacks_record=False)
        for member_id, facts in held.items()
    }


def _days_of(session: TrainingSession) -> list[date]:
    zone = site_zone()
    return sorted({day for one in session.half_days for day in local_days(one.period, zone)})


class Clash(NamedTuple):
    """Something of one's own at the time of a session: a machine's code, or another session's."""

    what: str
    period: Period


def clashes_of(session: TrainingSession, member_id: int) -> list[Clash]:
    """A member's own reservations and sessions at the time of a session; two statements."""
    now = clock.now()
    reserved = db.session.execute(
        select(Machine.code, Reservation.starts_at, Reservation.ends_at)
        .join(Machine, Machine.id == Reservation.machine_id)
        .where(
            Reservation.member_id == member_id,
            Reservation.counts_at(now),
            Reservation.starts_at < session.ends_at,
            Reservation.ends_at > session.starts_at,
        )
    )
    attends = db.session.execute(
        select(TrainingSession.code, SessionHalfDay.starts_at, SessionHalfDay.ends_at)
        .join_from(SessionHalfDay, TrainingSession)
        .join(Enrolment, Enrolment.session_id == TrainingSession.id)
        .where(
            Enrolment.member_id == member_id,
            Enrolment.state == EnrolmentState.ENROLLED,
            TrainingSession.id != session.id,
            TrainingSession.counts_at(now),
            SessionHalfDay.starts_at < session.ends_at,
            SessionHalfDay.ends_at > session.starts_at,
        )
    )
    found = [Clash(what, Period(start, end)) for what, start, end in [*reserved, *attends]]
    half_days = [one.period for one in session.half_days]
    met = [one for one in found if any(one.period.overlaps(half_day) for half_day in half_days)]
    return sorted(met, key=lambda one: one.period)
