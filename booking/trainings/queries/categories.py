"""The categories of the yearly declaration, which the official form changes with the years.

Form Cerfa n° 10443*17, frames C and F-3; how they were checked stands in the data file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).resolve().parent.parent / "data" / "activity.toml"


class Category(NamedTuple):
    """`line` is that of the form. `until` is the first day on which the form knows it no longer,
    None while it does.
    """

    code: str
    line: str
    words: Mapping[str, str]
    since: date
    until: date | None

    def is_known_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


def list_incomes(on: date) -> list[Category]:
    """The origins of income that the form knows on a day, in its order."""
    return [category for category in _read()["incomes"] if category.is_known_on(on)]


def list_objectives(on: date) -> list[Category]:
    """The objectives that the form knows on a day, in its order."""
    return [category for category in _read()["objectives"] if category.is_known_on(on)]


def all_categories() -> dict[str, Category]:
    """Every one there is or was, incomes as `income:CODE`, objectives likewise, in their order."""
    return {
        f"{kind}:{category.code}": category
        for kind, group in (("income", "incomes"), ("objective", "objectives"))
        for category in _read()[group]
    }


@cache
def _read() -> dict[str, list[Category]]:
    with FILE.open("rb") as file:
        groups = tomllib.load(file)
    return {
        name: [
            Category(c["code"], c["line"], c["words"], c["since"], c.get("until")) for c in items
        ]
        for name, items in groups.items()
    }
