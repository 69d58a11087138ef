"""`flask doctor`: whether this installation can be relied on, tried rather than believed."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from booking import clock, health
from booking.database import db
from booking.machines.models import Unit
from booking.members.models import Member
from booking.occupancies.models import Occupancy, OccupancyKind
from booking.outbox.models import Message, MessageState
from booking.reservations.models import Reservation
from booking.reservations.rules import Mode, ReservationState
from booking.site.queries import find_site

LONGEST_WAIT = timedelta(hours=1)
"""A message due for longer than this says that no worker runs."""

FAR_AWAY = datetime(2199, 1, 1, 12, tzinfo=UTC)
"""When the guard is tried: nobody has anything then."""

SECRET_FILES = ("secret_key", "config.toml")


class Unwell(Exception):  # noqa: N818 - it names what was found
    """What keeps the installation from being relied on, for its operator."""


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Check this installation; the exit code is 1 when anything is wrong."""
    failures = 0
    for name, check in CHECKS:
        try:
            finding = check()
        except Unwell as problem:
            failures += 1
            _say("FAILED", name, str(problem))
        except SQLAlchemyError as error:
            failures += 1
            _say("FAILED", name, str(error).partition("\n")[0])
        else:
            _say("ok", name, finding)
    if failures:
        raise SystemExit(1)


def _say(verdict: str, name: str, finding: str) -> None:
    click.echo(f"{verdict:7} {name:12} {finding}")


def _database_is_ready() -> str:
    """The database answers, its schema is current, every part of the guard is there."""
    problems = health.list_problems()
    if problems:
        raise Unwell("; ".join(problems))
    engine = db.engine
    version = ".".join(str(part) for part in engine.dialect.server_version_info or ())
    return f"{engine.dialect.name} {version} answers, schema current, guard in place"


def _guard_refuses() -> str:
    """Really tries to promise one unit twice, in a transaction that is taken back."""
    with db.engine.connect() as connection, connection.begin() as transaction:
        refused = _is_overlap_refused(connection)
        transaction.rollback()
    if refused is None:
        return "not tried: there is no machine or no member yet"
    if not refused:
        raise Unwell("the database accepted two reservations of one machine at the same time")
    return "an overlapping occupancy was tried and the database refused it"


def _is_overlap_refused(connection: Connection) -> bool | None:
    """None when there is nothing to try it with."""
    unit = connection.execute(select(Unit.id, Unit.machine_id).limit(1)).first()
    member_id = connection.scalar(select(Member.id).limit(1))
    if unit is None or member_id is None:
        return None
    reservation_id = connection.scalar(
        insert(Reservation)
        .values(
            member_id=member_id,
            machine_id=unit.machine_id,
            state=ReservationState.CONFIRMED,
            mode=Mode.AUTONOMOUS,
            starts_at=FAR_AWAY,
            ends_at=FAR_AWAY + timedelta(hours=2),
            created_at=clock.now(),
            created_by_id=member_id,
        )
        .returning(Reservation.id)
    )
    assert reservation_id is not None
    _occupy(connection, unit.id, reservation_id, FAR_AWAY)
    try:
        with connection.begin_nested():
            _occupy(connection, unit.id, reservation_id, FAR_AWAY + timedelta(hours=1))
    except IntegrityError:
        return True
    return False


def _occupy(connection: Connection, unit_id: int, reservation_id: int, starts_at: datetime) -> None:
    ends_at = starts_at + timedelta(hours=2)
    connection.execute(
        insert(Occupancy).values(
            unit_id=unit_id,
            kind=OccupancyKind.RESERVATION,
            reservation_id=reservation_id,
            starts_at=starts_at,
            ends_at=ends_at,
            busy_from=starts_at,
            busy_until=ends_at,
            active=True,
        )
    )


def _clock_is_the_workshops() -> str:
    """The site's time zone is known, so that wall times can be read."""
    site = find_site()
    if site is None:
        raise Unwell("no site yet: run `flask demo load` or `flask site create`")
    try:
        zone = ZoneInfo(site.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        raise Unwell(f"time zone {site.timezone!r} is unknown here: install tzdata") from None
    return f"{site.timezone}, where it is {clock.now().astimezone(zone):%Y-%m-%d %H:%M %z}"


def _instance_is_private() -> str:
    """Secrets are readable by their owner alone."""
    folder: Path = current_app.config["BOOKING_SETTINGS"].instance
    loose = [
        path.name
        for path in _secret_files(folder)
        if stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    if loose:
        raise Unwell(f"others can read {', '.join(loose)}: chmod 600 in {folder}")
    return f"{folder}: secrets are their owner's alone"


def _secret_files(folder: Path) -> Iterator[Path]:
    yield from (path for name in SECRET_FILES if (path := folder / name).exists())


def _messages_leave() -> str:
    """Nothing that is due has been waiting for long."""
    due = select(Message.send_after).where(Message.state == MessageState.WAITING)
    oldest = db.session.scalar(due.order_by(Message.send_after).limit(1))
    waits = clock.now() - oldest if oldest else timedelta(0)
    if waits > LONGEST_WAIT:
        raise Unwell(f"a message has been due since {oldest:%Y-%m-%d %H:%M} UTC: is a worker up?")
    return "no message has been waiting for long"


CHECKS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("database", _database_is_ready),
    ("guard", _guard_refuses),
    ("time zone", _clock_is_the_workshops),
    ("secrets", _instance_is_private),
    ("messages", _messages_leave),
)
