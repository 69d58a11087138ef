"""A small drawing of what follows what: boxes in layers, lines from each to those after it.

Lengths are units of the drawing. Nothing here knows what the boxes stand for.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Spot = tuple[int, float]
"""A layer, and a row within it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each thing stands, and over which spots the line from one to another goes."""

    spots: Mapping[str, Spot]
    lines: tuple[tuple[Spot, ...], ...]

    @property
    def layers(self) -> int:
        return 1 + max((layer for layer, _row in self.spots.values()), default=0)

    @property
    def rows(self) -> float:
        """How many rows the fullest layer has, lines that pass it by counted."""
        every = [*self.spots.values(), *(spot for line in self.lines for spot in line)]
        return 1 + max((row for _layer, row in every), default=0)


@dataclass(frozen=True, slots=True)
class Sizes:
    """Of a box, and of the free room between layers and between rows."""

    width: int
    height: int
    between_layers: int
    between_rows: int


@dataclass(frozen=True, slots=True)
class Box:
    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes by their upper left corner, lines as paths of SVG."""

    width: float
    height: float
    sizes: Sizes
    boxes: tuple[Box, ...]
    lines: tuple[str, ...]


def lay_out(after: Mapping[str, Sequence[str]]) -> Layout:
    """Each thing behind all it comes after; a line for what comes directly before it.

    `after` names the things in an order in which they can follow one another, each with those it
    comes after. What another way leads to as well is not drawn twice.
    """
    direct = _direct(after)
    layer: dict[str, int] = {}
    for name in after:
        layer[name] = 1 + max((layer[before] for before in direct[name]), default=-1)
    ways = [
        (before, *_between(before, name, layer), name) for name in after for before in direct[name]
    ]
    depth = layer | {
        stop: layer[way[0]] + step for way in ways for step, stop in enumerate(way[:-1]) if step
    }
    row = _rows(depth, ways)
    return Layout(
        {name: (layer[name], row[name]) for name in after},
        tuple(tuple((depth[stop], row[stop]) for stop in way) for way in ways),
    )


def _direct(after: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What comes before each thing and before nothing else that does; each line is read once."""
    behind: dict[str, set[str]] = {}
    direct: dict[str, list[str]] = {}
    for name, known in after.items():
        implied = set[str]().union(*(behind[before] for before in known))
        direct[name] = [before for before in known if before not in implied]
        behind[name] = implied.union(known)
    return direct


def _between(before: str, name: str, layer: Mapping[str, int]) -> Iterator[str]:
    """A place for a line in every layer that it passes by."""
    for passed in range(layer[before] + 1, layer[name]):
        yield f"{before} > {name} @ {passed}"


def _rows(depth: Mapping[str, int], ways: Sequence[tuple[str, ...]]) -> dict[str, float]:
    """Rows layer by layer, each thing near the middle of what comes before it, layers centred."""
    sources: dict[str, list[str]] = {name: [] for name in depth}
    for way in ways:
        for before, stop in pairwise(way):
            sources[stop].append(before)
    layers: dict[int, list[str]] = {}
    for name, number in depth.items():
        layers.setdefault(number, []).append(name)
    fullest = max(map(len, layers.values()), default=0)
    row: dict[str, float] = {}
    for number in sorted(layers):
        middle = {name: _mean([row[before] for before in sources[name]]) for name in layers[number]}
        margin = (fullest - len(middle)) / 2
        for place, name in enumerate(sorted(middle, key=middle.__getitem__)):
            row[name] = margin + place
    return row


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def draw_across(layout: Layout, sizes: Sizes) -> Drawing:
    """From left to right: a layer is a column."""
    along, aside = sizes.width + sizes.between_layers, sizes.height + sizes.between_rows
    boxes = tuple(Box(name, x * along, y * aside) for name, (x, y) in layout.spots.items())
    lines = tuple(
        _path(
            [(x * along, y * aside + sizes.height / 2) for x, y in line], sizes.width, across=True
        )
        for line in layout.lines
    )
    width = layout.layers * along - sizes.between_layers
    height = layout.rows * aside - sizes.between_rows
    return Drawing(width, height, sizes, boxes, lines)


def draw_down(layout: Layout, sizes: Sizes) -> Drawing:
    """From top to bottom: a layer is a line of boxes."""
    along, aside = sizes.height + sizes.between_layers, sizes.width + sizes.between_rows
    boxes = tuple(Box(name, y * aside, x * along) for name, (x, y) in layout.spots.items())
    lines = tuple(
        _path(
            [(y * aside + sizes.width / 2, x * along) for x, y in line], sizes.height, across=False
        )
        for line in layout.lines
    )
    width = layout.rows * aside - sizes.between_rows
    height = layout.layers * along - sizes.between_layers
    return Drawing(width, height, sizes, boxes, lines)


def _path(starts: Sequence[tuple[float, float]], length: float, *, across: bool) -> str:
    """A line over the spots that begin here, straight along each and bent between two."""
    stops: list[tuple[float, float]] = []
    for x, y in starts:
        stops += [(x, y), (x + length, y) if across else (x, y + length)]
    parts = [f"M{_pair(stops[1])}"]
    for number in range(1, len(stops) - 1, 2):
        (x, y), (to_x, to_y) = stops[number], stops[number + 1]
        middle_x, middle_y = (x + to_x) / 2, (y + to_y) / 2
        bends = ((middle_x, y), (middle_x, to_y)) if across else ((x, middle_y), (to_x, middle_y))
        parts.append("C" + " ".join(map(_pair, (*bends, (to_x, to_y)))))
        parts.append(f"L{_pair(stops[number + 2])}")
    return "".join(parts[:-1])  # it ends where the last box begins


def _pair(point: tuple[float, float]) -> str:
    return f"{point[0]:g},{point[1]:g}"


def lines_of(words: str, letters: int, most: int) -> list[str]:
    """Words in at most so many lines of so many letters; an ellipsis stands for what is left."""
    return textwrap.wrap(words, letters, max_lines=most, placeholder="…")
