"""The counts, as a table for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tests.races.contest import Result

HEADINGS = ("engine", "race", "tried", "how they ended", "retries", "what must not be")


def table_of(results: Sequence[Result]) -> str:
    rows = [HEADINGS, *(_row(result) for result in results)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def _row(result: Result) -> tuple[str, ...]:
    ended = result.ended
    return (
        result.engine,
        ended.race,
        f"{ended.tried:,}",
        _listed(ended.outcomes),
        f"{ended.retries:,}",
        _listed(+result.wrong) or "0",
    )


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {what}" for what, count in sorted(counts.items()))
