"""The worker: writes down what time has decided, and sends what the acts have written.

Nothing waits for it but letters: rules and pages work out for themselves what has lapsed.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from datetime import datetime
from threading import Event
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import Select, select

from booking import clock
from booking.database import db, writing
from booking.decisions.service import remind_of_ends
from booking.members.service.forgetting import forget_spent
from booking.outbox.dispatch import deliver_due
from booking.outbox.queries import has_run
from booking.outbox.service import begin_run, forget_runs
from booking.planning.service import forget_given
from booking.reservations.queries import (
    companions_to_remind,
    list_machines_to_settle,
    list_staying_longer,
    reservations_to_remind_of,
)
from booking.reservations.queries.requests import lapsed_requests
from booking.reservations.service import (
    follow_validity,
    offer_freed,
    remind_companions_due,
    remind_due,
    settle,
    settle_lapsed_requests,
    tell_who_comes_next,
)
from booking.sessions.queries.sessions import list_to_settle
from booking.sessions.queries.teaching import find_news_of_shortages
from booking.sessions.service import settling as sessions
from booking.sessions.service import teaching
from booking.trainings.service.files import ask_due

PAUSE_SECONDS = 5


def settle_due(app: Flask) -> None:
    """Write down what has lapsed, machine by machine; what it frees goes to those who wait."""
    with app.app_context():
        for machine_id in list_machines_to_settle(clock.now()):
            with writing():
                offer_freed(settle([machine_id]))


def tell_of_unable_trainers(app: Flask) -> None:
    """Tell managers of sessions whose trainers can no longer give them; looking takes no lock."""
    with app.app_context():
        if any(find_news_of_shortages()):
            with writing():
                teaching.tell_of_unable_trainers()


def close_unanswered_requests(app: Flask) -> None:
    """Tell those whose requests nobody has decided in time; looking takes no lock."""
    with app.app_context():
        while db.session.scalar(select(lapsed_requests(clock.now()).exists())):
            with writing():
                if not settle_lapsed_requests():
                    return  # another worker has them in hand


def settle_sessions(app: Flask) -> None:
    """Write down what became of sessions, one by one; looking takes no lock."""
    with app.app_context():
        for session in list_to_settle(clock.now()):
            with writing():
                sessions.settle(session)


def remind_of_coming(app: Flask) -> None:
    """Write the reminders that are due; looking takes no lock."""
    with app.app_context():
        _remind(reservations_to_remind_of, remind_due)
        _remind(companions_to_remind, remind_companions_due)


def _remind(due: Callable[[datetime], Select[Any]], act: Callable[[], int]) -> None:
    while db.session.scalar(select(due(clock.now()).exists())):
        with writing():
            if not act():
                return  # another worker has them in hand


def follow_certifications(app: Flask) -> None:
    """Once an hour: letters before an end, and what falls since terms or attendance changed."""

    def act() -> None:
        follow_validity()
        remind_of_ends()

    with app.app_context():
        _once("certifications", f"{clock.now():%Y-%m-%dT%H}", act)


def tell_of_delays(app: Flask) -> None:
    """Tell the next person when somebody stays longer."""
    with app.app_context():
        for reservation in list_staying_longer():
            with writing():
                tell_who_comes_next(reservation)


def ask_trainees(app: Flask) -> None:
    """Once an hour send the questionnaires of professional sessions that are due."""
    with app.app_context():
        _once("questionnaires", f"{clock.now():%Y-%m-%dT%H}", ask_due)


def note_alive(app: Flask) -> None:
    """Once an hour, so that the health page can tell that a worker is there."""
    with app.app_context():
        _once("worker", f"{clock.now():%Y-%m-%dT%H}", lambda: None)


def forget(app: Flask) -> None:
    """Once a day delete what has served."""

    def act() -> None:
        forget_spent()
        forget_runs()
        forget_given()

    with app.app_context():
        _once("forget", f"{clock.now():%Y-%m-%d}", act)


def _once(job: str, period: str, act: Callable[[], object]) -> None:
    """Do a job in the transaction that notes it; several workers share it out. UTC periods."""
    if has_run(job, period):
        return  # looking takes no lock
    with writing():
        if begin_run(job, period):
            act()


JOBS: tuple[Callable[[Flask], object], ...] = (
    note_alive,
    settle_due,
    settle_sessions,
    tell_of_unable_trainers,
    close_unanswered_requests,
    remind_of_coming,
    follow_certifications,
    tell_of_delays,
    ask_trainees,
    deliver_due,
    forget,
)


def run(app: Flask, stop: Event) -> None:
    """Do what is due, again and again, until told to stop."""
    while not stop.is_set():
        for job in JOBS:
            _try(app, job)
        stop.wait(PAUSE_SECONDS)


def _try(app: Flask, job: Callable[[Flask], object]) -> None:
    """A job that fails keeps no other from being done."""
    try:
        job(app)
    except Exception:
        app.logger.exception("worker: %s interrupted, tried again soon", job.__name__)


@click.command()
@with_appcontext
def worker() -> None:
    """Deliver messages until stopped."""
    stop = Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda _sign, _frame: stop.set())
    click.echo("worker: delivering messages, stop it with Ctrl-C")
    run(current_app._get_current_object(), stop)  # type: ignore[attr-defined]
