"""What tests have counted, told at the end of the run, whichever process has run them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

FINDING = "finding"

Tell = Callable[[str], None]


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Tell:
    """`tell("5,000 attempts")` has a text printed after the run."""
    return lambda text: record_property(FINDING, text)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    found = [
        text
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        for name, text in report.user_properties
        if name == FINDING and report.when == "call"
    ]
    if found:
        terminalreporter.section("findings")
    for text in found:
        terminalreporter.write_line(text)
