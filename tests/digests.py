"""What a database holds, in one short text: two are equal when nothing has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from flask import Flask
from sqlalchemy import select

from booking.database import Base, db

CHANGED_BY_LOOKING = {"login_session"}
"""Tables in which a browser leaves a trace by signing in."""


def digests_of(app: Flask, without: Iterable[str] = CHANGED_BY_LOOKING) -> dict[str, str]:
    """A digest of each table's rows, by its name."""
    left_out = set(without)
    with app.app_context(), db.engine.connect() as connection:
        return {
            table.name: _digest(
                repr(tuple(row))
                for row in connection.execute(select(table).order_by(*table.primary_key))
            )
            for table in Base.metadata.sorted_tables
            if table.name not in left_out
        }


def _digest(rows: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(row.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
