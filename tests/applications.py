"""How the tests make applications, and what they fill databases with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import flask_migrate
from flask import Flask
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket

from booking import create_app, demo
from booking.extensions import db
from booking.settings import Settings
from tests import engines

REFERENCE = datetime.fromisoformat("2026-11-23T08:00:00+01:00")
"""The instant of the demo data, at which the clock of the tests stands."""


def settings_for(database_url: str, instance: Path, **others: Any) -> Settings:
    values: dict[str, Any] = {
        "mode": "test",
        "database_url": database_url,
        "secret_key": "the secret of the tests, of no use anywhere else",
        "base_url": "http://localhost",
        "now": REFERENCE,
        "instance": instance,
        "rate_limits": False,
    }
    return Settings(**values | others)


class _Compiled(BytecodeCache):
    """What one application of this process has compiled of the templates, for all others."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def get_bucket(
        self, environment: Environment, name: str, filename: str | None, source: str
    ) -> Bucket:
        """A template is another in each language."""
        spoken = getattr(environment, "spoken", None)
        return super().get_bucket(environment, f"{spoken}/{name}", filename, source)

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


_compiled = _Compiled()


def application(settings: Settings) -> Flask:
    """The real application, which need not compile what another has compiled."""
    app = create_app(settings)
    app.jinja_env.bytecode_cache = _compiled
    return app


def migrate(settings: Settings) -> None:
    with application_of(settings) as app, app.app_context():
        flask_migrate.upgrade()


def load_demo(settings: Settings, with_agenda: bool = False) -> None:
    with application_of(settings) as app, app.app_context():
        demo.load(with_agenda=with_agenda)


@contextmanager
def application_of(settings: Settings) -> Iterator[Flask]:
    """An application that leaves no connection behind, so that its database can be copied."""
    app = application(settings)
    try:
        yield app
    finally:
        disconnect(app)


def disconnect(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()


@dataclass
class Applications:
    """The applications of this process, each bound for good to one database of its own."""

    databases: engines.Databases
    _made: dict[tuple[str, str], Flask]

    def fresh(self, engine: engines.Engine, template: str) -> Flask:
        """The application for `template`, its database and its state as after the start."""
        key = (engine.name, template)
        name = self.databases.name(f"{template}_copy")
        if not engine.bring_back(name):
            if key in self._made:
                disconnect(self._made[key])
            self.databases.renew(engine, name, template)
            engine.keep(name)
        if key not in self._made:
            settings = settings_for(engine.url(name), self.databases.folder)
            self._made[key] = application(settings)
        app = self._made[key]
        app.config["BOOKING_NOW"] = REFERENCE
        return app

    def close(self) -> None:
        for (engine, template), app in self._made.items():
            disconnect(app)
            self.databases.engine(engine).drop(self.databases.name(f"{template}_copy"))
