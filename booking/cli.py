"""The commands of `flask`, gathered from the slices."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    from booking.backup import backup
    from booking.decisions.cli import certifications
    from booking.demo.cli import demo
    from booking.doctor import doctor
    from booking.machines.cli import site
    from booking.members.cli import members, tokens
    from booking.worker import worker

    for command in (backup, demo, site, members, tokens, doctor, worker, certifications):
        app.cli.add_command(command)
