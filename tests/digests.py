"""What a database holds, in one short text: two are equal when nothing has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from flask import Flask
from sqlalchemy import Table

from booking.database import Base, db

CHANGED_BY_LOOKING = {"login_session"}
"""Tables in which a browser leaves a trace by signing in."""


def digests_of(app: Flask, without: Iterable[str] = CHANGED_BY_LOOKING) -> dict[str, str]:
    """A digest of each table's rows, by its name."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in {*without}]
    with app.app_context(), db.engine.connect() as connection:
        # Past SQLAlchemy, whose rows take long to be written out: this is asked very often.
        driver = connection.connection.driver_connection
        assert driver
        if connection.dialect.name == "postgresql":
            asked = " UNION ALL ".join(map(_digest_by_server, tables))
            return dict(driver.execute(asked).fetchall())
        return {table.name: _digest(driver.execute(_rows(table)).fetchall()) for table in tables}


def _digest_by_server(table: Table) -> str:
    rows = f"string_agg(t::text, chr(10) ORDER BY {_order(table)})"
    return f"SELECT '{table.name}', coalesce(md5({rows}), '') FROM \"{table.name}\" t"


def _rows(table: Table) -> str:
    return f'SELECT * FROM "{table.name}" t ORDER BY {_order(table)}'


def _order(table: Table) -> str:
    return ", ".join(f't."{column.name}"' for column in table.primary_key)


def _digest(rows: list[tuple[Any, ...]]) -> str:
    return hashlib.sha256(repr(rows).encode("utf-8", "surrogatepass")).hexdigest()
