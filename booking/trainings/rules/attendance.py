"""When a half-day is signed, and what the entries of an attendance sheet amount to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

OPENS_BEFORE = timedelta(minutes=10)
"""Before the half-day begins nobody signs: a sheet filled in advance proves nothing."""
CLOSES_AFTER = timedelta(minutes=30)
"""So long after its end a half-day is still signed at the time; later is late for ever."""

LONGEST_DRAWING = 8000
DRAWING_WIDTH, DRAWING_HEIGHT = 600, 200
_DRAWING = re.compile(r"(?:M\d{1,3} \d{1,3}(?:L\d{1,3} \d{1,3})+)+", re.ASCII)
_POINT = re.compile(r"(\d+) (\d+)", re.ASCII)
_FEWEST_POINTS = 8
_SMALLEST_EXTENT = 40


class SigningTime(StrEnum):
    TOO_EARLY = "TOO_EARLY"
    IN_TIME = "IN_TIME"
    LATE = "LATE"


class EntryKind(StrEnum):
    """What a line of the sheet says: who signs, that nobody came, or that a line is void."""

    TRAINEE = "TRAINEE"
    TRAINER = "TRAINER"
    ABSENCE = "ABSENCE"
    VOID = "VOID"


class SigningMethod(StrEnum):
    """How somebody signed. TAKEN_OVER: noted before signatures were kept here, not signed."""

    ACCOUNT = "ACCOUNT"
    PIN = "PIN"
    DRAWN = "DRAWN"
    TAKEN_OVER = "TAKEN_OVER"


class CellState(StrEnum):
    """How one person stands for one half-day."""

    MISSING = "MISSING"
    TRAINEE_ALONE = "TRAINEE_ALONE"
    COMPLETE = "COMPLETE"
    ABSENT = "ABSENT"


class Entry(Protocol):
    """A line of the sheet; `voids_id` names the line that a VOID takes back."""

    id: Any
    kind: Any
    late: Any
    voids_id: Any


Line = TypeVar("Line", bound=Entry)


@dataclass(frozen=True, slots=True)
class Cell(Generic[Line]):
    """What stands for one person and one half-day."""

    trainee: Line | None = None
    trainer: Line | None = None
    absence: Line | None = None

    @property
    def state(self) -> CellState:
        if self.absence is not None:
            return CellState.ABSENT
        if self.trainee is None:
            return CellState.MISSING
        return CellState.TRAINEE_ALONE if self.trainer is None else CellState.COMPLETE

    @property
    def is_complete(self) -> bool:
        return self.state is CellState.COMPLETE

    @property
    def is_settled(self) -> bool:
        return self.state in (CellState.COMPLETE, CellState.ABSENT)

    @property
    def is_late(self) -> bool:
        return any(line is not None and line.late for line in (self.trainee, self.trainer))


def signing_time(starts_at: datetime, ends_at: datetime, now: datetime) -> SigningTime:
    """Whether a signature given now is too early, in time or late for a half-day.

    Signed per half-day and at the time: courts reject sheets filled in advance or afterwards.
    """
    if now < starts_at - OPENS_BEFORE:
        return SigningTime.TOO_EARLY
    return SigningTime.IN_TIME if now <= ends_at + CLOSES_AFTER else SigningTime.LATE


def cell_of(lines: Iterable[Line]) -> Cell[Line]:
    """What stands of the lines of one person and half-day: the last of each kind not void."""
    lines = list(lines)
    void = {line.voids_id for line in lines if line.kind is EntryKind.VOID}
    standing = {line.kind: line for line in lines if line.id not in void}
    return Cell(
        standing.get(EntryKind.TRAINEE),
        standing.get(EntryKind.TRAINER),
        standing.get(EntryKind.ABSENCE),
    )


def is_drawing(path: str) -> bool:
    """Whether this is a signature drawn on the pad: strokes of an SVG path, and not a mere dot."""
    if len(path) > LONGEST_DRAWING or not _DRAWING.fullmatch(path):
        return False
    points = [(int(x), int(y)) for x, y in _POINT.findall(path)]
    across, down = zip(*points, strict=True)
    return (
        len(points) >= _FEWEST_POINTS
        and max(across) <= DRAWING_WIDTH
        and max(down) <= DRAWING_HEIGHT
        and max(across) - min(across) + max(down) - min(down) >= _SMALLEST_EXTENT
    )
