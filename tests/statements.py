"""Which statements a request sends to the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event

from booking.database import db


@contextmanager
def statements_of(app: Flask) -> Iterator[list[str]]:
    """The statements sent while this lasts, in order, without those that begin a transaction."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def note_changing(app: Flask) -> list[str]:
    """A list to which, from now on, every statement is added that may change what is stored."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        if not statement.lstrip().startswith(("BEGIN", "SELECT", "SAVEPOINT", "RELEASE")):
            sent.append(statement)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
    return sent
