"""Chromium and a served site for the tests in `tests/browser`.

Without Chromium these tests are skipped, with one line at the end of the run that says so;
with BOOKING_REQUIRE_BROWSER=1 they fail instead.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask

from tests.applications import application, disconnect, settings_for
from tests.engines import Databases

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


@contextmanager
def served(make: Callable[[str], Flask]) -> Iterator[Served]:
    """Serve on a free port, as `dev.py run` does, the application made for that address."""
    import waitress
    from waitress import wasyncore

    from booking.serving import WEB_THREADS, open_port

    with open_port(0) as listener:
        url = f"http://localhost:{listener.getsockname()[1]}"
        app = make(url)
        connections: dict[int, Any] = {}
        server = waitress.create_server(
            app, map=connections, sockets=[listener], threads=WEB_THREADS
        )
        thread = Thread(target=server.run, daemon=True)
        thread.start()
        try:
            yield Served(url, app)
        finally:
            server.task_dispatcher.shutdown()
            # The loop ends by itself once it has no connection left. It is held up while it is
            # told so: woken by an answer's end, it would close the pipe that wakes it too early.
            with server.trigger.lock:
                server.trigger.thunks.append(lambda: wasyncore.close_all(connections))
                server.trigger.pull_trigger()
            thread.join(timeout=10)


@contextmanager
def served_demo(databases: Databases, template: str, instance: Path) -> Iterator[Served]:
    """The demo site on SQLite, as most people first meet it, on a copy of `template`."""
    engine, name = databases.engine("sqlite"), databases.name(f"served_{template}")
    databases.renew(engine, name, template)

    def make(url: str) -> Flask:
        settings = settings_for(engine.url(name), instance, mode="demo", base_url=url)
        return application(settings)

    with served(make) as site:
        yield site
        disconnect(site.app)
    engine.drop(name)


@pytest.fixture
def live_server(databases: Databases, tmp_path: Path) -> Iterator[Served]:
    """The base of the demo site, served on a free port."""
    with served_demo(databases, "demo", tmp_path) as site:
        yield site


@pytest.fixture(scope="module")
def living_site(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo site with its agenda, served on a free port, for tests that only look."""
    with served_demo(databases, "agenda", tmp_path_factory.mktemp("instance")) as site:
        yield site
