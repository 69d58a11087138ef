"""The practical test: what was seen of each item, and what is still lacking for a level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

CRITICAL_MARK = "(critique)"
"""Stands at the end of an item, where lists are typed, for one whose failure ends the test."""


class ItemResult(StrEnum):
    PASSED = "PASSED"
    FAILED = "FAILED"
    NOT_SEEN = "NOT_SEEN"


@dataclass(frozen=True, slots=True)
class Item:
    """A point of a training's checklist, and the lowest level that asks for it."""

    text: str
    critical: bool
    level: int


def typed_item(line: str, level: int) -> Item:
    """An item as it is typed: a critical one ends with `CRITICAL_MARK`."""
    text = line.strip()
    critical = text.lower().endswith(CRITICAL_MARK)
    return Item(text[: -len(CRITICAL_MARK)].rstrip() if critical else text, critical, level)


def latest_results(
    assessments: Iterable[Mapping[str, ItemResult]],
) -> dict[str, ItemResult]:
    """What was last seen of each item, of assessments in their order; not seen says nothing."""
    latest: dict[str, ItemResult] = {}
    for results in assessments:
        latest |= {
            text: result for text, result in results.items() if result is not ItemResult.NOT_SEEN
        }
    return latest


def failed_critical(
    items: Sequence[Item], level: int, results: Mapping[str, ItemResult]
) -> tuple[str, ...]:
    """The critical items that this level asks for and that were failed when last seen."""
    return tuple(
        item.text
        for item in items
        if item.critical and item.level <= level and results.get(item.text) is ItemResult.FAILED
    )


def undone(items: Sequence[Item], level: int, results: Mapping[str, ItemResult]) -> tuple[str, ...]:
    """The items that this level asks for and that were not passed when last seen."""
    return tuple(
        item.text
        for item in items
        if item.level <= level and results.get(item.text) is not ItemResult.PASSED
    )
