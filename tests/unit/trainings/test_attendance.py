"""What lines of a sheet amount to, what counts as a drawing, what sessions prove."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from booking.trainings.rules import (
    CellState,
    EntryKind,
    FollowedSession,
    Gap,
    attendance_gap,
    cell_of,
    is_drawing,
    proof_since,
)


@dataclass
class Line:
    id: int
    kind: EntryKind
    late: bool = False
    voids_id: int | None = None


TRAINEE, TRAINER = Line(1, EntryKind.TRAINEE), Line(2, EntryKind.TRAINER)
ABSENCE = Line(3, EntryKind.ABSENCE)


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        ([], CellState.MISSING),
        ([TRAINEE], CellState.TRAINEE_ALONE),
        ([TRAINEE, TRAINER], CellState.COMPLETE),
        ([ABSENCE], CellState.ABSENT),
        ([ABSENCE, Line(4, EntryKind.VOID, voids_id=3)], CellState.MISSING),
        ([TRAINEE, TRAINER, Line(4, EntryKind.VOID, voids_id=2)], CellState.TRAINEE_ALONE),
        (
            [TRAINEE, Line(4, EntryKind.VOID, voids_id=1), Line(5, EntryKind.TRAINEE)],
            CellState.TRAINEE_ALONE,
        ),
    ],
)
def test_a_cell_is_what_stands_of_its_lines(lines: list[Line], state: CellState) -> None:
    assert cell_of(lines).state is state


def test_one_late_signature_makes_a_half_day_late() -> None:
    assert cell_of([TRAINEE, Line(2, EntryKind.TRAINER, late=True)]).is_late
    assert not cell_of([TRAINEE, TRAINER]).is_late


STROKE = "M10 10" + "".join(f"L{x} {x % 190}" for x in range(20, 200, 10))


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        (STROKE, True),
        (STROKE + STROKE, True),
        ("", False),
        ("M10 10L11 11L12 12L13 13L14 14L15 15L16 16L17 17L18 18", False),
        ("M10 10L90 90", False),
        (STROKE + "Z", False),
        (STROKE.replace("L", "C"), False),
        (STROKE + '"/><script>', False),
        (STROKE.replace("M10", "M999"), False),
        (STROKE * 200, False),
    ],
)
def test_a_drawing_is_made_of_strokes_within_the_pad(path: str, counts: bool) -> None:
    assert is_drawing(path) is counts


def followed(
    complete: set[int],
    code: str = "T-1",
    last_on: date = date(2026, 11, 19),
    *,
    refresher: bool = False,
    begun: bool = True,
) -> FollowedSession:
    return FollowedSession(code, refresher, last_on, begun, (1, 2), frozenset(complete))


SINCE = date(2024, 11, 23)


@pytest.mark.parametrize(
    ("sessions", "gap"),
    [
        ([], Gap(None)),
        ([followed({1, 2})], None),
        ([followed({1})], Gap("T-1", (2,))),
        ([followed(set(), begun=False)], Gap(None)),
        ([followed({1, 2}, last_on=date(2024, 11, 22))], Gap(None)),
        ([followed({1}), followed({2}, "T-0", date(2026, 1, 9))], None),
        ([followed({1, 2}, "T-0", date(2026, 1, 9)), followed(set())], None),
        ([followed({1, 2}, refresher=True)], Gap(None)),
    ],
)
def test_half_days_are_judged_over_the_sessions_that_count(
    sessions: list[FollowedSession], gap: Gap | None
) -> None:
    assert attendance_gap(sessions, SINCE, is_renewal=False) == gap


def test_a_refresher_serves_who_was_certified_before_and_fills_no_course() -> None:
    refresher = followed({1, 2}, "T-8", refresher=True)
    assert attendance_gap([refresher], SINCE, is_renewal=True) is None
    part = followed({2}, "T-8", date(2026, 1, 9), refresher=True)
    assert attendance_gap([part, followed({1})], SINCE, is_renewal=True) == Gap("T-1", (2,))


def test_a_proof_is_used_up_by_an_approval_and_lasts_as_long_as_what_it_leads_to() -> None:
    today = date(2026, 11, 23)
    assert proof_since(today, 24, []) == date(2024, 11, 23)
    assert proof_since(today, 24, [date(2025, 3, 1), date(2023, 3, 1)]) == date(2025, 3, 2)
