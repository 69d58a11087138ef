"""Every migration, forth and back, with data in the database, on both engines."""

from __future__ import annotations

from collections.abc import Iterator

import flask_migrate
import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect, text

from booking import demo
from booking.extensions import db
from booking.occupancies import guard
from booking.settings import PROJECT, Settings
from tests.applications import application_of

SCRIPTS = ScriptDirectory(str(PROJECT / "migrations"))
REVISIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]
GUARDED = "occupancy"


@pytest.fixture
def migrating(settings: Settings) -> Iterator[Flask]:
    """An application on an empty database at the last migration."""
    with application_of(settings) as app:
        yield app


def test_there_is_one_line_of_migrations() -> None:
    assert len(SCRIPTS.get_heads()) == 1


def test_the_migrations_make_what_the_models_say(migrating: Flask) -> None:
    with migrating.app_context():
        flask_migrate.check()


def test_the_guard_stands_after_each_migration(migrating: Flask) -> None:
    with migrating.app_context():
        flask_migrate.downgrade(revision="base")
        for revision in REVISIONS:
            flask_migrate.upgrade(revision=revision)
            if GUARDED in tables():
                assert missing() == [], revision


def test_every_migration_goes_forth_and_back_with_the_demo_data_in_place(
    migrating: Flask,
) -> None:
    with migrating.app_context():
        demo.load(with_agenda=False)
        before = counts()
        for revision in reversed(REVISIONS[:-1]):
            flask_migrate.downgrade(revision=revision)
            kept = counts()
            flask_migrate.upgrade()
            assert missing() == [], revision
            assert {table: before[table] for table in kept} == kept


def test_going_back_to_nothing_leaves_nothing(migrating: Flask) -> None:
    with migrating.app_context():
        flask_migrate.downgrade(revision="base")
        assert tables() <= {"alembic_version"}


def tables() -> set[str]:
    with db.engine.connect() as connection:
        return set(inspect(connection).get_table_names())


def missing() -> list[str]:
    with db.engine.connect() as connection:
        return guard.missing(connection)


def counts() -> dict[str, int]:
    with db.engine.connect() as connection:
        return {
            name: connection.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0
            for name in tables()
        }
