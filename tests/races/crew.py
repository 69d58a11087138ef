"""Processes that start each round at the same instant, each with an application of its own."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from threading import Barrier
from typing import Any

from flask import Flask
from sqlalchemy import event

from booking import create_app
from booking.database import db
from booking.settings import Settings
from tests.applications import disconnect

PATIENCE = 120
"""Seconds that nobody should have to wait for the others."""

ROW_LOCK = re.compile(r"\s+FOR (?:NO KEY UPDATE|KEY SHARE|UPDATE|SHARE)\b")


@dataclass(frozen=True)
class Place:
    """A process's place in the crew: its application, its number, and the common start."""

    app: Flask
    number: int
    start: Barrier

    def wait_for_all(self) -> None:
        self.start.wait(PATIENCE)


Task = Callable[..., Any]


class Crew:
    """The processes, as the one that leads them sees them."""

    def __init__(self, pipes: Sequence[Connection]) -> None:
        self._pipes = pipes

    def __len__(self) -> int:
        return len(self._pipes)

    def do(self, task: Task, *arguments: Any) -> list[Any]:
        """Let every process do `task(place, *arguments)`; what each has made, by number."""
        for pipe in self._pipes:
            pipe.send((task, arguments))
        outcomes = [pipe.recv() for pipe in self._pipes]
        for outcome in outcomes:
            if isinstance(outcome, _Broken):
                raise RuntimeError(outcome.told)
        return outcomes


@dataclass(frozen=True)
class _Broken:
    """What stopped a process, in its own words."""

    told: str


@contextmanager
def crew_of(settings: Settings, processes: int, *, locked: bool = True) -> Iterator[Crew]:
    """As many processes on one database; with `locked=False` nothing they do takes a lock."""
    context = get_context("spawn")
    start = context.Barrier(processes)
    pipes: list[Connection] = []
    running = []
    for number in range(processes):
        here, there = context.Pipe()
        arguments = (settings, number, start, there, locked)
        process = context.Process(target=_work, args=arguments, daemon=True)
        process.start()
        pipes.append(here)
        running.append(process)
    try:
        yield Crew(pipes)
    finally:
        for process in running:
            process.terminate()
            process.join()


def _work(
    settings: Settings, number: int, start: Barrier, orders: Connection, locked: bool
) -> None:
    app = create_app(settings)
    if not locked:
        _take_out_locks(app)
    place = Place(app, number, start)
    while True:
        task, arguments = orders.recv()
        try:
            orders.send(task(place, *arguments))
        except Exception:
            start.abort()
            orders.send(_Broken(traceback.format_exc()))
            disconnect(app)


def _take_out_locks(app: Flask) -> None:
    """Send every statement of this process without its lock.

    PostgreSQL: SELECT without FOR UPDATE and its like. SQLite: no BEGIN IMMEDIATE, nor any other
    BEGIN, which would still refuse to write on what has changed since it was read.
    """

    def without_lock(
        _connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any
    ) -> tuple[str, Any]:
        return ROW_LOCK.sub("", statement), parameters

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", without_lock, retval=True)
        if db.engine.name == "sqlite":
            db.engine.dialect.do_begin = lambda _: None  # type: ignore[assignment, method-assign]
