"""Commands of certifications: the proof for any day."""

from __future__ import annotations

from datetime import datetime

import click
from flask.cli import AppGroup

from booking.decisions.queries import prove
from booking.members.queries import find_member
from booking.trainings.events import Standing
from booking.trainings.queries import find_training

certifications = AppGroup("certifications", help="Certifications and their past.")


@certifications.command("was")
@click.argument("member")
@click.argument("training")
@click.argument("level", type=click.IntRange(1, 3))
@click.argument("day", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]))
@click.option(
    "--known-on",
    metavar="DATE",
    type=click.DateTime(["%Y-%m-%d"]),
    help="As it was believed at the end of that day, without later corrections.",
)
def was(member: str, training: str, level: int, day: datetime, known_on: datetime | None) -> None:
    """Say whether MEMBER was certified for TRAINING at LEVEL on DATE (2026-11-23).

    The second part of the answer is how each prerequisite of the chain stood that day. The exit
    code is 0 for yes and 1 for no.
    """
    person = find_member(member)
    if person is None:
        raise click.BadParameter(f"no member {member}", param_hint="MEMBER")
    if find_training(training) is None:
        raise click.BadParameter(f"no training {training}", param_hint="TRAINING")
    if not 2000 <= day.year <= 2100:
        raise click.BadParameter("a day between 2000 and 2100", param_hint="DATE")
    known = known_on.date() if known_on else None
    answer, *chain = prove(person.id, training, level, day.date(), known)
    click.echo("yes" if answer.was_certified else "no")
    for standing in (answer, *chain):
        click.echo(f"  {_line(standing)}")
    raise SystemExit(0 if answer.was_certified else 1)


def _line(standing: Standing) -> str:
    """Such as `BOIS-1 level 2: EXPIRED; record 12, level 2, 2024-01-15 to 2026-01-15`."""
    verdict = standing.verdict
    asked = f"{verdict.training} level {verdict.needed_level}"
    found = ", ".join(verdict.shortfalls) or "valid"
    record = verdict.record
    if record is None:
        return f"{asked}: {found}"
    period = f"{record.approved_on} to {record.valid_until}"
    lapse = f", lapses after {verdict.last_allowed_on}" if verdict.last_allowed_on else ""
    return f"{asked}: {found}; record {record.record_id}, level {record.level}, {period}{lapse}"
