"""Whether a session takes place: the minimum, its decision date, and writing down what it came to.

Rules and pages do not wait for it, they see it for themselves.
"""

from __future__ import annotations

from booking import clock
from booking.journal import service as journal
from booking.occupancies import service as occupancies
from booking.sessions.queries.teaching import shortage_of
from booking.sessions.service.telling import tell
from booking.trainings.models import SessionState, TrainingSession
from booking.trainings.rules import lapse_of


def follow_minimum(session: TrainingSession) -> None:
    """Let a session lapse at its decision date while too few are in it, and keep it otherwise.

    The units are held.
    """
    lapses_at = lapse_of(
        session.state,
        session.auto_cancel_at,
        session.minimum,
        len(session.enrolled),
        clock.now(),
        session.lapses_at,
    )
    if lapses_at != session.lapses_at:
        session.lapses_at = lapses_at
        occupancies.lapse_for_session([one.id for one in session.half_days], lapses_at)


def write_confirmed_by_date(session: TrainingSession) -> None:
    """Note that its decision date has come with enough people in it, and tell them, where that is
    so and nobody has noted it: a later change of its dates decides nothing anew. It is held.
    One that nobody can give any more is not confirmed by itself.
    """
    if session.state is not SessionState.OPEN or session.state_now is not SessionState.CONFIRMED:
        return
    shortage = shortage_of(session)
    if shortage is not None and shortage.is_total:
        return
    session.state = SessionState.CONFIRMED
    if not session.has_begun:
        tell("session.confirmed", session, [one.member for one in session.enrolled])
    journal.record(
        "session.confirmed_by_itself",
        "session",
        session.code,
        actor_id=None,
        before={"state": SessionState.OPEN},
        after={"state": session.state, "enrolled": len(session.enrolled)},
    )
