"""Naming who gives a session, also once it has begun: somebody must be there to countersign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy.orm.attributes import flag_modified

from booking import clock
from booking.database import db
from booking.journal import service as journal
from booking.members.models import Member
from booking.sessions import refusals as why
from booking.sessions.queries.teaching import shortage_of
from booking.sessions.refusals import Refused, ScheduleRefusal
from booking.sessions.service.holding import hold
from booking.sessions.service.scheduling import against_trainers, trainers_in_the_way
from booking.sessions.service.telling import tell_of_naming
from booking.trainings.models import SessionState, TrainingSession

DONE = (SessionState.CLOSED, SessionState.CANCELLED)


def name_trainers(
    session: TrainingSession, version: int, trainers: Sequence[Member], actor: Member
) -> TrainingSession | Refused:
    """Let these people give a session, the first of them answering for it, until it is closed; over
    the `version` that was read.

    Who gave it up to now may stay beside them, able or not: what he has signed is his. One of them
    at least is able.
    """
    hold([session], trainers)
    if session.version != version:
        return Refused((why.ChangedMeanwhile(),))
    if reasons := tuple(dict.fromkeys(_against(session, trainers))):
        return Refused(reasons)
    before, trainers_before = _of(session), list(session.trainers)
    session.trainer = trainers[0]
    session.co_trainers = list(trainers[1:])
    flag_modified(session, "places")  # a new version, also where other tables alone have changed
    db.session.flush()
    journal.record_change(
        "session.changed",
        "session",
        session.code,
        actor_id=actor.id,
        before=before,
        after=_of(session),
    )
    tell_of_naming(session, trainers_before, actor)
    return session


def _against(session: TrainingSession, trainers: Sequence[Member]) -> Iterator[ScheduleRefusal]:
    if session.state_now in DONE:
        yield why.SessionStateForbids(session.state_now)
    new = [one for one in trainers if one not in session.trainers]
    yield from against_trainers(session.training, new)
    for trainer in new:
        if trainer in session.people:
            yield why.TrainerHasPlace(trainer.name)
    now = clock.now()
    left = [one.period for one in session.half_days if one.ends_at > now]
    yield from trainers_in_the_way(new, left, session)
    shortage = shortage_of(session)
    unable = {one.member.id for one in shortage.unable} if shortage else set()
    if unable.issuperset(trainer.id for trainer in trainers):
        yield why.NobodyGivesIt()


def _of(session: TrainingSession) -> dict[str, object]:
    return {"trainers": [member.code for member in session.trainers]}
