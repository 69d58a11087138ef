"""The figures as a page of the documentation."""

from __future__ import annotations

import platform
import sqlite3
import statistics
import sys
from importlib.metadata import version

from tests.bench.measuring import CLIENTS, THREADS, Measured

AIMS = {
    "week page": 0.40,
    "day page": 0.25,
    "path page": 0.25,
    "API availability": 0.50,
    "one confirmed reservation": 0.30,
}
GROWTH_AIMS = {100_000: 1.1, 1_000_000: 1.15}
"""At most how much dearer than with the smallest store."""
HEADING = (
    "| What | Stored | Requests/s | Floor/s | Ratio | Aim | p50 ms | p95 ms |"
    " Statements | Bytes | Time goes to |\n"
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|"
)


def write_report(results: dict[int, list[Measured]], crowd: list[Measured]) -> str:
    """Markdown: the table, the growth with the store, and how it was measured."""
    rows = [_row(f"{size:,}", one) for size, found in results.items() for one in found]
    rows += [_row("–", one) for one in crowd]
    return "\n".join(
        [
            "# Benchmarks",
            "",
            "Written by `python3 dev.py bench`. The figures of a machine change from run to run;",
            "the ratios to the floor, measured in turn with it, are what to compare.",
            "",
            HEADING,
            *rows,
            "",
            *_growth(results),
            "",
            "## How it is measured",
            "",
            f"- {CLIENTS} clients on one connection each, waitress with {THREADS} threads, one"
            " process for the site and one for the floor.",
            "- SQLite in WAL mode with `synchronous=FULL`: what was acknowledged survives a power"
            " cut.",
            "- Floor of the pages: a bare Flask view that reads 60 rows of the same database"
            " through SQLAlchemy and renders them with Jinja. Floor of the reservation: a bare"
            " Flask view that commits one insert.",
            "- A line of the planning that has been drawn is shown again as long as nothing in it"
            " changes, to everybody who is to see the same (decision 034). `first look` is the same"
            " page from a process that keeps no line.",
            "- Pages are those of a signed-in member in French, compressed as"
            " browsers ask for it over TLS; statements are those of"
            " one request, session and rights included. Where the time goes is that of one client;"
            " `database` is the time inside the driver.",
            f"- Python {platform.python_version()}, SQLite {sqlite3.sqlite_version},"
            f" Flask {version('flask')}, SQLAlchemy {version('sqlalchemy')}, {sys.platform}.",
            "",
        ]
    )


def _row(size: str, one: Measured) -> str:
    inside = one.inside
    assert inside is not None, "measured before it is reported"
    aim = f"{AIMS[one.name]:.2f}" if one.name in AIMS else "–"
    return (
        f"| {one.name} | {size} | {one.per_second:.0f} | {one.floor_per_second:.0f} "
        f"| {one.ratio:.2f} | {aim} | {one.quantile(50) * 1000:.1f} "
        f"| {one.quantile(95) * 1000:.1f} | {inside.statements} | {inside.bytes_on_the_wire:,} "
        f"| {inside.dominated_by} |"
    )


def _growth(results: dict[int, list[Measured]]) -> list[str]:
    """What each costs with the larger stores, relative to the smallest."""
    small = min(results)
    larger = [size for size in results if size > small]
    lines = [f"Cost relative to {small:,} stored:", ""] if larger else []
    for size in larger:
        costs = [
            f"{after.name} {_ratio(before) / _ratio(after):.2f}"
            for before, after in zip(results[small], results[size], strict=True)
        ]
        aim = f" (aim: at most {GROWTH_AIMS[size]})" if size in GROWTH_AIMS else ""
        lines.append(f"- with {size:,}{aim}: {', '.join(costs)}")
    return lines


def _ratio(one: Measured) -> float:
    return statistics.median(one.ratios)
