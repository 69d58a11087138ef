"""Giving the same session again: the same hours, people and machines on other dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from booking.members.models import Member
from booking.sessions import refusals as why
from booking.sessions.queries.sessions import occupied_by
from booking.sessions.refusals import Refused
from booking.sessions.rules.scheduling import shifted
from booking.sessions.service.scheduling import Draft, open_up, plan_all
from booking.trainings.models import SessionState, TrainingSession


def repeat(
    session: TrainingSession,
    days: Sequence[date],
    zone: ZoneInfo,
    actor: Member,
    despite: str = "",
) -> list[TrainingSession] | Refused:
    """Plan a session again with its first half-day on each of these local days, or nothing and say
    everything in the way. They are open where it is; `despite` is why, though the place is closed.
    """
    usual = replace(draft_of(session), despite=despite)
    hours = {day: shifted(usual.half_days, day, zone) for day in days}
    if jumped := tuple(why.NotOnTheClock(day) for day, at in hours.items() if at is None):
        return Refused(jumped)
    drafts = [replace(usual, half_days=at) for at in hours.values() if at]
    made = plan_all(drafts, actor, session)
    if not isinstance(made, Refused) and session.state is not SessionState.PLANNED:
        for one in made:
            open_up(one, actor)
    return made


def draft_of(session: TrainingSession) -> Draft:
    """Everything that is said of a session, to be said again."""
    decides_at = session.auto_cancel_at
    return Draft(
        training=session.training,
        kind=session.kind,
        trainers=tuple(session.trainers),
        places=session.places,
        place=session.place,
        minimum=session.minimum,
        decides_before=session.starts_at - decides_at if decides_at else None,
        half_days=tuple(one.period for one in session.half_days),
        units={one.machine: one.units for one in occupied_by(session)},
    )
