"""The demo's data files, with every date moved by whole weeks.

Birthdays and the founding of firms and of the site stay what they are.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from booking.periods import when_clock_reaches

FOLDER = Path(__file__).parent / "data"
ZONE = ZoneInfo("Europe/Paris")
NEVER_MOVED = frozenset({"born_on", "founded_on", "opened_on"})


@dataclass(frozen=True)
class Files:
    """The content of the files; instants are aware, dates local to `ZONE`."""

    site: dict[str, Any]
    trainings: dict[str, Any]
    machines: dict[str, Any]
    members: dict[str, Any]
    records: dict[str, Any]
    agenda: dict[str, Any]
    questions: dict[str, Any]


def read(today: date | None = None) -> Files:
    """Read the files, moved so that their Monday is the Monday of `today`; None: as written."""
    site = _parse("site")
    reference: datetime = site["reference_clock"]
    moved_by = timedelta(0)
    if today is not None:
        moved_by = _monday(today) - _monday(reference.astimezone(ZONE).date())
    return Files(
        site=_moved(site, moved_by),
        **{
            name: _moved(_parse(name), moved_by)
            for name in ("trainings", "machines", "members", "records", "agenda", "questions")
        },
    )


def read_text(name: str) -> str:
    """A text kept beside the data, in Markdown."""
    return (FOLDER / name).read_text(encoding="utf-8")


def _parse(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _moved(value: Any, by: timedelta) -> Any:
    """The value with all dates in it moved; instants keep their time on the wall clock."""
    match value:
        case datetime():
            wall = value.astimezone(ZONE)
            return when_clock_reaches(wall.date() + by, wall.time(), ZONE)
        case date():
            return value + by
        case list():
            return [_moved(item, by) for item in value]
        case dict():
            return {
                key: item if key in NEVER_MOVED else _moved(item, by) for key, item in value.items()
            }
        case _:
            return value
