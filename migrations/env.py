"""Alembic's environment: the schema of `booking`, on the database of the application."""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy import Connection, inspect

from booking import schema
from booking.database import UtcDateTime, db
from booking.occupancies import guard

GUARD_PARTS = {"occupancy_guard", *guard.POSTGRES_CONSTRAINTS}
"""What the guard makes itself, and Alembic is to leave alone."""


def include_object(
    _object: Any, name: str | None, _kind: str, _reflected: bool, _compare_to: Any
) -> bool:
    return name not in GUARD_PARTS


def render_item(kind: str, item: Any, _autogen_context: Any) -> str | bool:
    """Migrations name plain types: they must run long after our own have changed."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def migrate(connection: Connection) -> None:
    """Run the migrations; whatever they did to a guarded table, the guard stands afterwards."""
    context.configure(
        connection=connection,
        target_metadata=schema.metadata,
        include_object=include_object,
        render_item=render_item,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
        if inspect(connection).has_table("occupancy"):
            guard.install(connection)


def use_write_ahead_log() -> None:
    """Let SQLite's readers go on while one writes; the file remembers it."""
    if db.engine.dialect.name == "sqlite":
        connection = db.engine.raw_connection()
        connection.execute("PRAGMA journal_mode=WAL")  # type: ignore[attr-defined]
        connection.close()


if context.is_offline_mode():
    raise SystemExit("Migrations run against a database: offline SQL scripts are not supported.")

use_write_ahead_log()
with db.engine.connect() as database:
    migrate(database)
    database.commit()
