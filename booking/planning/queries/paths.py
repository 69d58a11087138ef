"""What the path to a machine rests on: trainings, sessions with a place, the reader's records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from booking import clock
from booking.machines.models import Machine
from booking.members.models import Member
from booking.planning.rules.paths import CourseFact, PathFacts, SessionFact, TrainingPath, find_path
from booking.reservations.queries.last_uses import last_uses
from booking.reservations.queries.workshop import get_workshop
from booking.reservations.rules import Mode
from booking.trainings.models import SessionKind, Training, TrainingSession
from booking.trainings.queries import certification_facts, find_trainings, list_dates_of
from booking.trainings.rules import required_levels


@dataclass(frozen=True)
class PathToMachine:
    """The path for one kind of use, and what its steps name."""

    path: TrainingPath
    trainings: Mapping[str, Training]
    sessions: Mapping[str, TrainingSession]


def find_path_to(machine: Machine, use: Mode, member: Member | None) -> PathToMachine:
    """A member's path to a machine, a visitor's where there is none; six statements, or three."""
    workshop = get_workshop()
    known = workshop.trainings
    wanted = [
        (
            asked.training,
            asked.supervised_level if use is Mode.SUPERVISED else asked.autonomous_level,
        )
        for asked in workshop.by_id[machine.id].facts.requirements
    ]
    trainings = find_trainings(required_levels(wanted, known))
    sessions = list_dates_of(trainings.values(), clock.now())
    zone = workshop.zone
    held = certification_facts(member.id, last_uses(member.id, known, zone)) if member else ()
    facts = PathFacts(
        now=clock.now(),
        today=clock.today(zone),
        trainings=known,
        courses={code: _course(training) for code, training in trainings.items()},
        sessions=[_session(session, member, zone) for session in sessions],
        certifications=held,
    )
    return PathToMachine(
        path=find_path(wanted, facts),
        trainings=trainings,
        sessions={session.code: session for session in sessions},
    )


def _course(training: Training) -> CourseFact:
    return CourseFact(
        price_cents=training.price_cents,
        half_days=training.half_days,
        levels=tuple(training.levels),
        is_offered=training.archived_at is None,
    )


def _session(session: TrainingSession, member: Member | None, zone: ZoneInfo) -> SessionFact:
    with_place = [one.member_id for one in session.enrolled]
    return SessionFact(
        code=session.code,
        training=session.training.code,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        first_on=session.starts_at.astimezone(zone).date(),
        last_on=session.ends_at.astimezone(zone).date(),
        half_days=len(session.half_days),
        free_places=session.free_places,
        is_refresher=session.kind is SessionKind.REFRESHER,
        is_joined=member is not None and member.id in with_place,
        is_waited_for=member is not None
        and member.id in {one.member_id for one in session.in_line},
    )
