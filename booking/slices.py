"""Every slice, with its tables and pages, and where it is bound to the application."""

from __future__ import annotations

from flask import Flask

from booking import schema  # noqa: F401 - the tables of all slices are known from here on
from booking.api.views import api
from booking.decisions.views import decisions
from booking.health import health
from booking.journal.views import journal
from booking.machines.views import machines
from booking.members import signing_in
from booking.members.views import members, organisations
from booking.openings.views import openings
from booking.outbox.views import outbox
from booking.planning import catalogue  # noqa: F401 - adds its pages to those of machines
from booking.planning.views import planning
from booking.reservations.views import reservations
from booking.sessions.views import sessions
from booking.site.views import site
from booking.trainings.views import (
    assessments,
    attendance,
    certifications,
    questionnaires,
    quizzes,
    training_files,
    trainings,
    verifications,
)
from booking.upkeep.views import upkeep

BLUEPRINTS = (
    planning,
    members,
    organisations,
    machines,
    openings,
    reservations,
    trainings,
    certifications,
    verifications,
    attendance,
    sessions,
    training_files,
    questionnaires,
    quizzes,
    assessments,
    upkeep,
    decisions,
    site,
    journal,
    outbox,
    health,
    api,
)


def register(app: Flask) -> None:
    signing_in.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
