"""Whether a session takes place: the minimum, its decision date, and writing down what it came to.

Rules and pages do not wait for it, they see it for themselves.
"""

from __future__ import annotations

from booking import clock
from booking.occupancies import service as occupancies
from booking.trainings.models import TrainingSession
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
