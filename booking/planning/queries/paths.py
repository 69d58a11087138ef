"""What the path to a machine rests on: trainings, sessions with a place, the reader's records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from booking import clock
from booking.machines.models import Machine
from booking.members.models import Member
from booking.planning.rules.paths import CourseFact, PathFacts, SessionFact, TrainingPath, find_path
from booking.reservations.queries.last_uses import last_uses
from booking.reservations.rules import Mode
from booking.site.queries import site_zone
from booking.trainings.models import SessionKind, Training, TrainingSession
from booking.trainings.queries import (
    certification_facts,
    list_sessions,
    list_trainings,
    training_facts,
)
from booking.trainings.rules import TrainingFact, required_levels


@dataclass(frozen=True)
class PathsToMachine:
    """The path for each kind of use, and what their steps name."""

    of_use: Mapping[Mode, TrainingPath]
    trainings: Mapping[str, Training]
    sessions: Mapping[str, TrainingSession]


def find_paths(machine: Machine, member: Member | None) -> PathsToMachine:
    """A member's paths to a machine, a visitor's where there is none; statements are constant."""
    facts = training_facts()
    autonomous = [(asked.training_code, asked.autonomous_level) for asked in machine.requirements]
    supervised = [(asked.training_code, asked.supervised_level) for asked in machine.requirements]
    chain = required_levels(autonomous, facts)
    trainings = {t.code: t for t in (*list_trainings(), *list_trainings(archived=True))}
    sessions = list_sessions(chain, clock.now())
    known = _facts_of(member, facts, trainings, sessions)
    return PathsToMachine(
        of_use={
            Mode.AUTONOMOUS: find_path(autonomous, known),
            Mode.SUPERVISED: find_path(supervised, known),
        },
        trainings=trainings,
        sessions={session.code: session for session in sessions},
    )


def _facts_of(
    member: Member | None,
    facts: dict[str, TrainingFact],
    trainings: Mapping[str, Training],
    sessions: Iterable[TrainingSession],
) -> PathFacts:
    zone = site_zone()
    held = certification_facts(member.id, last_uses(member.id, facts, zone)) if member else ()
    return PathFacts(
        now=clock.now(),
        today=clock.today(zone),
        trainings=facts,
        courses={code: _course(training) for code, training in trainings.items()},
        sessions=[_session(session, member, zone) for session in sessions],
        certifications=held,
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
    )
