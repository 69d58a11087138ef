"""The database's own refusal of two overlapping occupancies, on both engines.

Alembic neither sees these objects nor keeps SQLite's triggers through its batch mode: a
migration that touches a guarded table calls `install` afterwards, and `missing` tells at any
time what does not stand.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

LONGEST_DAYS = 31
"""The longest busy time of one occupancy; it bounds how far back an overlap can start."""

APPEND_ONLY = (
    "attendance_entry",
    "certification_event",
    "credit_movement",
    "journal_entry",
    "practical_assessment",
)

_SQLITE_OVERLAP = f"""
    SELECT RAISE(ABORT, 'occupancy_too_long')
    WHERE julianday(NEW.busy_until) - julianday(NEW.busy_from) > {LONGEST_DAYS};
    SELECT RAISE(ABORT, 'occupancy_overlap') WHERE EXISTS (
        SELECT 1 FROM occupancy AS taken
        WHERE taken.unit_id = NEW.unit_id AND taken.active AND taken.id IS NOT NEW.id
          AND taken.busy_from < NEW.busy_until AND taken.busy_until > NEW.busy_from
          AND taken.busy_from > datetime(NEW.busy_from, '-{LONGEST_DAYS + 1} days'));
"""  # noqa: S608 - constants of this file only

SQLITE = {
    "occupancy_guard_insert": f"""
        CREATE TRIGGER occupancy_guard_insert BEFORE INSERT ON occupancy
        WHEN NEW.active BEGIN {_SQLITE_OVERLAP} END""",
    "occupancy_guard_update": f"""
        CREATE TRIGGER occupancy_guard_update
        BEFORE UPDATE OF unit_id, busy_from, busy_until, active ON occupancy
        WHEN NEW.active BEGIN {_SQLITE_OVERLAP} END""",
} | {
    f"{table}_no_{act.lower()}": f"""
        CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}
        BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
    for table in APPEND_ONLY
    for act in ("UPDATE", "DELETE")
}

POSTGRES_CONSTRAINTS = {
    "occupancy_guard": """
        ALTER TABLE occupancy ADD CONSTRAINT occupancy_guard EXCLUDE USING gist (
            int4range(unit_id, unit_id, '[]') WITH &&,
            tstzrange(busy_from, busy_until, '[)') WITH &&) WHERE (active)""",
    "occupancy_guard_length": f"""
        ALTER TABLE occupancy ADD CONSTRAINT occupancy_guard_length
        CHECK (busy_until - busy_from <= interval '{LONGEST_DAYS} days')""",
}

POSTGRES_TRIGGERS = {
    f"{table}_append_only": f"""
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION refuse_change()"""
    for table in APPEND_ONLY
}

_REFUSE_CHANGE = """
    CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"""


def missing(connection: Connection) -> list[str]:
    """Names of the guard's parts that do not stand in this database; those of tables that a
    later migration makes are not missed.
    """
    tables = inspect(connection).get_table_names()
    to_come = tuple(f"{table}_" for table in APPEND_ONLY if table not in tables)
    return [name for name in _missing(connection) if not name.startswith(to_come)]


def _missing(connection: Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        found = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        return sorted(SQLITE.keys() - set(found))
    found = connection.scalars(
        text(
            "SELECT conname FROM pg_constraint WHERE convalidated"
            " UNION SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'"
        )
    )
    return sorted((POSTGRES_CONSTRAINTS.keys() | POSTGRES_TRIGGERS.keys()) - set(found))


def install(connection: Connection) -> None:
    """Create whatever part of the guard is missing; safe to call again."""
    parts = (
        SQLITE if connection.dialect.name == "sqlite" else POSTGRES_CONSTRAINTS | POSTGRES_TRIGGERS
    )
    if connection.dialect.name == "postgresql":
        connection.execute(text(_REFUSE_CHANGE))
    for name in missing(connection):
        connection.exec_driver_sql(parts[name])
