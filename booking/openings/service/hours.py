"""Weekly hours of the site, an area or a machine: added, changed, made its own, given up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from typing import Any

from sqlalchemy import delete, select

from booking.database import db
from booking.journal import service as journal
from booking.members.models import Member
from booking.openings.models import Level, Opening
from booking.openings.queries import hours_that_count, list_openings
from booking.openings.refusals import HoursRefusal
from booking.openings.rules import Access, WeeklyOpening, hours_refusals
from booking.site.models import Site


@dataclass(frozen=True)
class Hours:
    """Hours wanted on some days of the week, in local wall time; `ends` at 00:00 is midnight."""

    weekdays: tuple[int, ...]
    starts: time
    ends: time
    staffed: bool
    access: Access


def add_hours(level: Level, hours: Hours, actor: Member) -> tuple[HoursRefusal, ...]:
    """Open on all the days asked for, or on none; returns what stands against it."""
    _lock()
    existing = list_openings(level)
    refused = _refusals(hours, existing)
    if not refused:
        _replace(level, existing, (), _openings(level, hours), "hours.added", actor)
    return refused


def change_hours(opening: Opening, hours: Hours, actor: Member) -> tuple[HoursRefusal, ...]:
    """Put other hours in the place of one rule; returns what stands against it."""
    _lock()
    level = opening.level
    existing = list_openings(level)
    refused = _refusals(hours, (other for other in existing if other.id != opening.id))
    if not refused:
        _replace(level, existing, (opening,), _openings(level, hours), "hours.changed", actor)
    return refused


def remove_hours(opening: Opening, actor: Member) -> None:
    """Take one rule away; a level left without any follows the wider one again."""
    _lock()
    level = opening.level
    _replace(level, list_openings(level), (opening,), (), "hours.removed", actor)


def make_own(level: Level, actor: Member) -> None:
    """Copy the hours a level inherits, so that they can be changed here alone."""
    _lock()
    source, openings = hours_that_count(level)
    if source != level:
        copies = [_opening(level, opening.rule) for opening in openings]
        _replace(level, (), (), copies, "hours.made_own", actor)


def inherit(level: Level, actor: Member) -> None:
    """Drop a level's own rules: the wider level's count again."""
    _lock()
    existing = list_openings(level)
    if existing:
        _replace(level, existing, existing, (), "hours.inherited", actor)


def _lock() -> None:
    """One change of hours at a time, so that two cannot overlap unseen."""
    db.session.execute(select(Site.id).with_for_update())


def _refusals(hours: Hours, others: Iterable[Opening]) -> tuple[HoursRefusal, ...]:
    rules = [other.rule for other in others]
    found = (
        refusal
        for weekday in hours.weekdays
        for refusal in hours_refusals(weekday, hours.starts, hours.ends, hours.access, rules)
    )
    return tuple(dict.fromkeys(found))


def _openings(level: Level, hours: Hours) -> list[Opening]:
    return [
        _opening(level, WeeklyOpening(day, hours.starts, hours.ends, hours.staffed, hours.access))
        for day in hours.weekdays
    ]


def _opening(level: Level, rule: WeeklyOpening) -> Opening:
    return Opening(
        area_id=level.area_id,
        machine_id=level.machine_id,
        weekday=rule.weekday,
        starts=rule.starts,
        ends=rule.ends,
        staffed=rule.staffed,
        access=rule.access,
    )


def _replace(
    level: Level,
    existing: Iterable[Opening],
    leaving: Iterable[Opening],
    coming: Iterable[Opening],
    act: str,
    actor: Member,
) -> None:
    before = [_as_fact(opening.rule) for opening in existing]
    db.session.execute(delete(Opening).where(Opening.id.in_([gone.id for gone in leaving])))
    db.session.add_all(coming)
    db.session.flush()
    after = [_as_fact(opening.rule) for opening in list_openings(level)]
    journal.record(
        act,
        level.kind,
        level.code,
        actor_id=actor.id,
        before={"hours": before},
        after={"hours": after},
    )


def _as_fact(rule: WeeklyOpening) -> dict[str, Any]:
    return {
        "weekday": rule.weekday,
        "starts": rule.starts.isoformat("minutes"),
        "ends": rule.ends.isoformat("minutes"),
        "staffed": rule.staffed,
        "access": rule.access,
    }
