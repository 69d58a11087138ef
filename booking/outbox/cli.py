"""Commands of outbox."""

from __future__ import annotations

import signal
from threading import Event

import click
from flask import current_app
from flask.cli import with_appcontext

from booking.outbox.worker import run


@click.command()
@with_appcontext
def worker() -> None:
    """Deliver messages until stopped."""
    stop = Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda _sign, _frame: stop.set())
    click.echo("worker: delivering messages, stop it with Ctrl-C")
    run(current_app._get_current_object(), stop)  # type: ignore[attr-defined]
