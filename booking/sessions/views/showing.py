"""Sessions to come, and one of them with all that it is."""

from __future__ import annotations

from flask import abort, render_template, request

from booking.sessions.queries.sessions import (
    find_session,
    list_coming,
    list_of_series,
    occupied_by,
)
from booking.sessions.views.blueprint import sessions
from booking.trainings.models import SessionState, TrainingSession
from booking.trainings.queries import list_trainings
from booking.web.access import may, public


@sessions.get("/sessions")
@public
def index() -> str:
    """The sessions to come, of all trainings or one; those in preparation for who plans them."""
    training = request.args.get("training", "")[:20]
    return render_template(
        "sessions/index.html",
        sessions=list_coming(training, planned=may("session.plan")),
        trainings=list_trainings(),
        training=training,
    )


@sessions.get("/sessions/<code>")
@public
def show(code: str) -> str:
    """One session; in preparation it is there for those alone who plan sessions."""
    session = find_session(code)
    if session is None or not _is_shown(session):
        abort(404)
    return render_template(
        "sessions/show.html",
        session=session,
        state=session.state_now,
        occupied=occupied_by(session),
        series=list_of_series(session.series_id) if session.series_id else [],
    )


def _is_shown(session: TrainingSession) -> bool:
    return session.state is not SessionState.PLANNED or may("session.plan")
