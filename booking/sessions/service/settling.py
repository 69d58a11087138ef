"""Writing down what time has decided about sessions, and telling those concerned.

Rules and pages do not wait for it, they see it for themselves; only letters do, and who waits for
the machines of a session that has fallen.
"""

from __future__ import annotations

from booking.journal import service as journal
from booking.reservations import service as reservations
from booking.sessions.queries.sessions import machine_ids_of
from booking.sessions.service.deciding import write_confirmed_by_date
from booking.sessions.service.holding import hold
from booking.sessions.service.offering import offer_places
from booking.sessions.service.scheduling import write_cancelled
from booking.trainings.models import SessionState, TrainingSession


def settle(session: TrainingSession) -> None:
    """Cancel a session with too few people, confirm one with enough of them, pass on a place that
    was not answered in time; where none of it is so, nothing changes.
    """
    hold([session], session.trainers)
    if session.state_now is SessionState.CANCELLED and session.state is not session.state_now:
        _fall(session)
    write_confirmed_by_date(session)
    offer_places(session)


def _fall(session: TrainingSession) -> None:
    before, enrolled = session.state, len(session.enrolled)
    freed = reservations.settle(machine_ids_of([session.id]))
    write_cancelled(session, "", "session.too_few")
    journal.record(
        "session.cancelled_by_itself",
        "session",
        session.code,
        actor_id=None,
        before={"state": before},
        after={"state": session.state, "enrolled": enrolled, "minimum": session.minimum},
    )
    reservations.offer_freed(freed)
