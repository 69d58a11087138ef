"""`python -m booking.serving`: the site, its worker and its web server in one process.

For the demo and for a small workshop; docs/operations.md shows the separate processes.
"""

from __future__ import annotations

import argparse
import errno
import logging
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Event, Thread
from typing import NoReturn

import click
import flask_migrate
import waitress
from flask import Flask

from booking import create_app, demo, health, worker
from booking.settings import SettingError, Settings

HOST = "127.0.0.1"
FIRST_PORT = 5000
PORTS_TRIED = 100
WEB_THREADS = 8


def main() -> None:
    options = _options()
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    for library in ("alembic", "waitress"):
        logging.getLogger(library).setLevel(logging.WARNING)
    listener = open_port(options.port)
    try:
        settings = at_port(Settings.load(), listener.getsockname()[1])
    except SettingError as error:
        sys.exit(f"etabli: {error}")
    app = create_app(settings)
    prepare(app, with_agenda=not options.without_agenda)
    serve(app, listener)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="booking.serving", description=__doc__)
    parser.add_argument("--port", type=int)
    parser.add_argument("--without-agenda", action="store_true")
    return parser.parse_args()


def open_port(wanted: int | None) -> socket.socket:
    """A listening socket on `wanted`, or on the first free port from 5000 when none is named."""
    if wanted is not None:
        listener = _listen(wanted)
        if listener is None:
            sys.exit(
                f"etabli: port {wanted} is taken by another program. "
                "Choose another with --port, or leave it out to get a free one."
            )
        return listener
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        listener = _listen(port)
        if listener is not None:
            return listener
        click.echo(f"port {port} is taken, trying the next")
    sys.exit(f"etabli: no free port from {FIRST_PORT} to {FIRST_PORT + PORTS_TRIED - 1}.")


def _listen(port: int) -> socket.socket | None:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except (OSError, OverflowError) as error:
        listener.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            return None
        sys.exit(f"etabli: port {port} cannot be used: {error}")
    return listener


def at_port(settings: Settings, port: int) -> Settings:
    """The settings with the address people will really use, where none was set."""
    if settings.base_url != Settings.base_url:
        return settings
    return replace(settings, base_url=f"http://localhost:{port}", trusted_hosts=("localhost", HOST))


def prepare(app: Flask, with_agenda: bool) -> None:
    """Bring the database to the current migration and, in the demo, fill an empty one."""
    with app.app_context():
        if health.list_problems():
            click.echo("bringing the database up to date")
            flask_migrate.upgrade()
        if app.config["BOOKING_SETTINGS"].is_demo and not demo.is_loaded():
            click.echo("loading the demo site, once")
            demo.load(with_agenda=with_agenda)


def serve(app: Flask, listener: socket.socket) -> None:
    """Answer requests until the process is told to stop."""
    server = waitress.create_server(
        app,
        sockets=[listener],
        threads=WEB_THREADS,
        ident=None,
        clear_untrusted_proxy_headers=app.config["BOOKING_SETTINGS"].proxies == 0,
    )
    signal.signal(signal.SIGTERM, _leave)
    with working(app):
        click.echo(welcome(app))
        server.run()


def _leave(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit(0)


@contextmanager
def working(app: Flask) -> Iterator[None]:
    """The worker delivers messages in a thread beside the block."""
    stop = Event()
    thread = Thread(target=worker.run, args=(app, stop), name="worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=10)


def welcome(app: Flask) -> str:
    """What the person in front of the terminal needs: the address, and in the demo the accounts."""
    settings: Settings = app.config["BOOKING_SETTINGS"]
    lines = ["", f"Établi answers at {settings.base_url} (stop it with Ctrl-C)"]
    if settings.is_demo:
        with app.app_context():
            rows = [(account.role, account.name, account.email) for account in demo.accounts()]
        lines += ["", *columns([("Role", "Name", "Sign in with"), *rows])]
        lines += ["", f"Password of all demo accounts: {demo.PASSWORD}"]
    return "\n".join([*lines, ""])


def columns(rows: list[tuple[str, ...]]) -> list[str]:
    """The rows as text, each column as wide as its longest cell."""
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    return [
        "  "
        + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


if __name__ == "__main__":
    main()
