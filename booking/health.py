"""Whether this installation lives and is ready, for monitors and for `flask doctor`."""

from __future__ import annotations

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import text

from booking.database import db
from booking.extensions import limiter
from booking.occupancies import guard
from booking.outbox.queries import last_runs
from booking.web.access import public

health = Blueprint("health", __name__, url_prefix="/health")


@health.get("/live")
@limiter.exempt
@public
def live() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@health.get("/ready")
@limiter.exempt
@public
def ready() -> tuple[Response, int]:
    """The database answers, its schema is current and the guard stands; and when the worker's
    periodic jobs last ran.
    """
    if problems := list_problems():
        return jsonify(status="failing", problems=problems), 503
    jobs = {job: ran_at.isoformat() for job, ran_at in last_runs().items()}
    return jsonify(status="ok", problems=[], jobs=jobs), 200


def list_problems() -> list[str]:
    """What keeps this installation from working, in words for its operator."""
    try:
        with db.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            problems = [f"guard part missing: {name}" for name in guard.missing(connection)]
            current = MigrationContext.configure(connection).get_current_revision()
    except Exception as error:  # a monitor needs an answer whatever is broken
        current_app.logger.error("health: %s", error)
        return ["database does not answer"]
    expected = ScriptDirectory(current_app.extensions["migrate"].directory).get_current_head()
    if current != expected:
        problems.append(f"schema at {current}, expected {expected}: run `flask db upgrade`")
    return problems
