"""Boxes in layers: each behind what it comes after, no two in one place, lines not drawn twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from booking.planning.rules.drawings import (
    Layout,
    Sizes,
    draw_across,
    draw_down,
    lay_out,
    lines_of,
)

SIZES = Sizes(width=100, height=50, between_layers=40, between_rows=10)


def test_a_chain_is_one_row_and_implied_lines_are_left_out() -> None:
    layout = lay_out({"A": [], "B": ["A"], "C": ["B", "A"], "M": ["A", "B", "C"]})
    assert layout.spots == {"A": (0, 0), "B": (1, 0), "C": (2, 0), "M": (3, 0)}
    assert layout.lines == (((0, 0), (1, 0)), ((1, 0), (2, 0)), ((2, 0), (3, 0)))


def test_two_ways_stand_side_by_side_and_meet_in_the_middle() -> None:
    layout = lay_out({"A": [], "B": ["A"], "C": ["A"], "M": ["A", "B", "C"]})
    assert layout.spots == {"A": (0, 0.5), "B": (1, 0), "C": (1, 1), "M": (2, 0.5)}
    assert (layout.layers, layout.rows) == (3, 2)


def test_a_long_line_goes_past_the_boxes_between() -> None:
    layout = lay_out({"A": [], "B": ["A"], "C": ["B"], "X": [], "M": ["C", "X"]})
    (long,) = [line for line in layout.lines if len(line) > 2]
    boxes = set(layout.spots.values())
    assert long[0] == layout.spots["X"]
    assert not boxes & set(long[1:-1])


def test_many_ways_through_many_layers_are_laid_out_at_once() -> None:
    """Each pair of layers doubles the ways there are: 2 to the 60th in all."""
    after: dict[str, list[str]] = {"A0": [], "B0": []}
    for number in range(1, 60):
        after[f"A{number}"] = after[f"B{number}"] = [f"A{number - 1}", f"B{number - 1}"]
    layout = lay_out(after)
    assert (layout.layers, layout.rows) == (60, 2)
    assert len(layout.lines) == 4 * 59


def test_a_drawing_has_room_for_its_boxes_across_and_down() -> None:
    layout = lay_out({"A": [], "B": ["A"], "C": ["A"], "M": ["B", "C"]})
    across, down = draw_across(layout, SIZES), draw_down(layout, SIZES)
    assert (across.width, across.height) == (380, 110)
    assert (down.width, down.height) == (210, 230)
    assert across.lines[0] == "M100,55C120,55 120,25 140,25"
    assert down.lines[0] == "M105,50C105,70 50,70 50,90"


@st.composite
def layouts(draw: st.DrawFn) -> tuple[dict[str, list[str]], Layout]:
    names = [f"T{number}" for number in range(draw(st.integers(1, 9)))]
    after = {
        name: sorted(draw(st.sets(st.sampled_from(names[:place])))) if place else []
        for place, name in enumerate(names)
    }
    return after, lay_out(after)


@given(layouts())
def test_no_two_boxes_stand_in_one_place_and_every_line_goes_forward(
    drawn: tuple[dict[str, list[str]], Layout],
) -> None:
    after, layout = drawn
    assert len(set(layout.spots.values())) == len(after)
    for name, before in after.items():
        assert all(layout.spots[other][0] < layout.spots[name][0] for other in before)
    for line in layout.lines:
        assert [layer for layer, _row in line] == list(range(line[0][0], line[-1][0] + 1))
        assert not set(line[1:-1]) & set(layout.spots.values())
    for drawing in (draw_across(layout, SIZES), draw_down(layout, SIZES)):
        for box in drawing.boxes:
            assert 0 <= box.x <= drawing.width - SIZES.width
            assert 0 <= box.y <= drawing.height - SIZES.height


@given(st.text(max_size=60), st.integers(5, 30))
def test_words_never_take_more_lines_than_there_are(words: str, letters: int) -> None:
    lines = lines_of(words, letters, 2)
    assert len(lines) <= 2
    assert all(len(line) <= letters for line in lines)
