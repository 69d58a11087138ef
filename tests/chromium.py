"""Chromium and a served site for the tests in `tests/browser`.

Without Chromium these tests are skipped, with one line at the end of the run that says so;
with BOOKING_REQUIRE_BROWSER=1 they fail instead.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
import waitress
from flask import Flask

from booking.serving import open_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
NO_CHROMIUM = (
    "Chromium was not found, so the browser tests did not run. "
    "On Debian and Ubuntu: sudo apt install chromium"
)


def find_chromium() -> str | None:
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    if any(NO_CHROMIUM in str(report.longrepr) for report in skipped):
        terminalreporter.write_line(NO_CHROMIUM, yellow=True)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A running Chromium."""
    program = find_chromium()
    if program is None:
        if os.environ.get("BOOKING_REQUIRE_BROWSER") == "1":
            pytest.fail(NO_CHROMIUM)
        pytest.skip(NO_CHROMIUM)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass(frozen=True)
class Served:
    """A site that answers at `url`, and the application behind it."""

    url: str
    app: Flask


@pytest.fixture
def live_server(make_app: Any) -> Iterator[Served]:
    """The demo site, served on a free port as `dev.py run` serves it."""
    listener = open_port(0)
    port = listener.getsockname()[1]
    app = make_app("demo", base_url=f"http://localhost:{port}", trusted_hosts=("localhost",))
    server = waitress.create_server(app, sockets=[listener], threads=8)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield Served(f"http://localhost:{port}", app)
    server.close()
    server.task_dispatcher.shutdown()
    thread.join(timeout=5)
