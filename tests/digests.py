"""What a database holds, in one short text: two are equal when nothing has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from flask import Flask
from sqlalchemy import Connection, Table

from booking.database import Base, db

CHANGED_BY_LOOKING = {"login_session"}
"""Tables in which a browser leaves a trace by signing in."""


def digests_of(app: Flask, without: Iterable[str] = CHANGED_BY_LOOKING) -> dict[str, str]:
    """A digest of each table's rows, by its name."""
    left_out = set(without)
    with app.app_context(), db.engine.connect() as connection:
        return {
            table.name: _digest_of(table, connection)
            for table in Base.metadata.sorted_tables
            if table.name not in left_out
        }


def _digest_of(table: Table, connection: Connection) -> str:
    """In the words of the driver, and by the server where there is one: it is asked very often."""
    order = ", ".join(f't."{column.name}"' for column in table.primary_key)
    if connection.dialect.name == "postgresql":
        rows = f"string_agg(t::text, chr(10) ORDER BY {order})"
        asked = f"SELECT coalesce(md5({rows}), '') FROM \"{table.name}\" t"
        return str(connection.exec_driver_sql(asked).scalar_one())
    asked = f'SELECT * FROM "{table.name}" t ORDER BY {order}'
    rows = repr(connection.exec_driver_sql(asked).all())
    return hashlib.sha256(rows.encode("utf-8", "surrogatepass")).hexdigest()
