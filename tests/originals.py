"""Bringing a PostgreSQL database back to what it was copied from, sooner than by another copy.

A copy costs the files of a hundred tables, and whoever connects to it starts with empty caches.
Most tests write into a handful of tables: those alone are filled anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

MOST_USES = 100
"""Then a fresh copy is due: what was deleted still takes room in the files."""

CATALOGS = ("pg_class", "pg_constraint", "pg_trigger")

BUSY = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
SEQUENCES = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"

Connection = psycopg.Connection[Any]
Mark = tuple[int, int]
"""How many rows a table has, and the number of the last transaction that wrote one of them."""


@dataclass
class Original:
    """What a database held when it was made, and a connection to look at it."""

    connection: Connection
    contents: dict[str, bytes]
    look: sql.Composed
    marks: dict[str, Mark]
    set_sequences: sql.Composed
    uses: int = 0

    @classmethod
    def of(cls, url: str) -> Original:
        connection = psycopg.connect(url, autocommit=True)
        tables = [name for (name,) in connection.execute(TABLES).fetchall()]
        look = _look_at([*tables, *CATALOGS])
        return cls(
            connection,
            contents={table: _content(connection, table) for table in tables},
            look=look,
            marks=_marks(connection, look),
            set_sequences=_set_sequences(connection),
        )

    def bring_back(self) -> bool:
        """Whether the database is as it was; where not, another copy has to be made."""
        self.uses += 1
        if self.uses > MOST_USES:
            return False
        try:
            with self.connection.transaction():
                return self._fill_again()
        except psycopg.Error:
            return False

    def close(self) -> None:
        self.connection.close()

    def _fill_again(self) -> bool:
        if self.connection.execute(BUSY).fetchone() != (0,):
            return False
        found = _marks(self.connection, self.look)
        changed = {name for name, mark in self.marks.items() if found[name] != mark}
        if not changed <= self.contents.keys():
            return False
        # Neither triggers nor foreign keys, and no waiting for a lock that nobody gives up.
        self.connection.execute("SET LOCAL session_replication_role = replica")
        self.connection.execute("SET LOCAL lock_timeout = '2s'")
        self.connection.execute(self.set_sequences)
        for table in changed:
            self._fill(table)
        return True

    def _fill(self, table: str) -> None:
        name = sql.Identifier(table)
        self.connection.execute(sql.SQL("DELETE FROM {}").format(name))
        count, _ = self.marks[table]
        if not count:
            return
        with self.connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(name)) as copy:
            copy.write(self.contents[table])
        written = self.connection.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
        assert written
        self.marks[table] = (count, written[0])


def _look_at(tables: list[str]) -> sql.Composed:
    one = sql.SQL("SELECT {}, count(*), coalesce(max(xmin::text::bigint), 0) FROM {}")
    return sql.SQL(" UNION ALL ").join(
        one.format(sql.Literal(table), sql.Identifier(table)) for table in tables
    )


def _marks(connection: Connection, look: sql.Composed) -> dict[str, Mark]:
    return {name: (count, last) for name, count, last in connection.execute(look).fetchall()}


def _content(connection: Connection, table: str) -> bytes:
    query = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
    with connection.cursor().copy(query) as copy:
        return b"".join(bytes(block) for block in copy)


def _set_sequences(connection: Connection) -> sql.Composed:
    """The statement that sets every sequence to where it stands now."""
    names = [name for (name,) in connection.execute(SEQUENCES).fetchall()]
    where = sql.SQL("SELECT last_value, is_called FROM {}")
    calls = []
    for name in names:
        stands = connection.execute(where.format(sql.Identifier(name))).fetchone()
        assert stands
        calls.append(
            sql.SQL("setval({}, {}, {})").format(sql.Literal(name), *map(sql.Literal, stands))
        )
    return sql.SQL("SELECT ") + sql.SQL(", ").join(calls)
