"""`flask backup FILE`: a consistent copy of the database while the site goes on working."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import URL

from booking.database import db


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Write a copy of the database to FILE, which must not exist yet.

    SQLite: a database file, restored by putting it in place of the old one. PostgreSQL: an
    archive of pg_dump, restored by pg_restore.
    """
    if file.exists():
        raise click.ClickException(f"{file} exists; a backup never overwrites another.")
    url = db.engine.url
    copy = _copy_sqlite if db.engine.dialect.name == "sqlite" else _dump_postgres
    copy(url, file)
    file.chmod(0o600)
    click.echo(f"{file}: {file.stat().st_size:,} bytes")


def _copy_sqlite(url: URL, file: Path) -> None:
    connection = sqlite3.connect(str(url.database))
    try:
        connection.execute("VACUUM INTO ?", (str(file),))
    finally:
        connection.close()


def _dump_postgres(url: URL, file: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise click.ClickException("pg_dump is not installed; it comes with PostgreSQL's client.")
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    done = subprocess.run(  # noqa: S603 - our own settings, no shell
        [program, "--format=custom", f"--file={file}", f"--dbname={address}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise click.ClickException(done.stderr.strip() or "pg_dump failed")
