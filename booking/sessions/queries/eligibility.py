"""How people stand for a session on its very days."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
from booking.trainings.rules import (
    CertificationFact,
    Place,
    TrainingFact,
    Verdict,
    granted_levels,
    judge_chain,
)


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

    def codes(self, training: str) -> list[str]:
        """Codes of what does not hold; the training itself where its record is missing."""
        return [training] if self.lacks_record else [one.training for one in self.missing]

    @property
    def is_enough(self) -> bool:
        return not self.missing and not self.lacks_record


def preparedness_of(
    session: TrainingSession, member_ids: Collection[int]
) -> dict[int, Preparedness]:
    """How some people stand for a session, by id; a constant number of statements."""
    trainings = training_facts()
    held = certification_facts_of(last_uses_of(member_ids, trainings, site_zone()))
    days = _days_of(session)
    return {member_id: _judge(session, days, facts, trainings) for member_id, facts in held.items()}


def unprepared(enrolments: Collection[Enrolment]) -> dict[int, Preparedness]:
    """Of those who have a place in a session that is not over, who lacks something for the days
    left of it, by the place's id; a constant number of statements, none where nobody has one.
    """
    now = clock.now()
    concerned = [
        one for one in enrolments if one.place_now is Place.ENROLLED and one.session.ends_at > now
    ]
    if not concerned:
        return {}
    trainings = training_facts()
    people = {one.member_id for one in concerned}
    held = certification_facts_of(last_uses_of(people, trainings, site_zone()))
    today = clock.today(site_zone())
    judged = {
        one.id: _judge(
            one.session,
            [day for day in _days_of(one.session) if day >= today],
            held[one.member_id],
            trainings,
        )
        for one in concerned
    }
    return {number: prepared for number, prepared in judged.items() if not prepared.is_enough}


def _judge(
    session: TrainingSession,
    days: Sequence[date],
    facts: Sequence[CertificationFact],
    trainings: Mapping[str, TrainingFact],
) -> Preparedness:
    code = session.training.code
    if session.kind is SessionKind.REFRESHER:
        granted = granted_levels((one.level, one.state) for one in facts if one.training == code)
        return Preparedness((), lacks_record=not granted)
    asked = trainings[code].prerequisites
    return Preparedness(judge_chain(asked, trainings, facts, days), lacks_record=False)


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
