"""What every test may ask for: an application on its own fresh database, on both engines.

An application is made once per process and engine; before each test its database is replaced
by a copy of a template. `make_app` gives a test an application with settings of its own.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from booking.extensions import limiter
from booking.members.service import passwords
from booking.settings import Settings
from tests import engines
from tests.applications import (
    Applications,
    application,
    disconnect,
    load_demo,
    migrate,
    settings_for,
)

pytest_plugins = ["tests.chromium", "tests.findings", "tests.pdfs"]


# The run

# How long something takes on a busy machine says nothing of whether it is right.
hypothesis_settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine", choices=engines.ENGINES, help="run the tests on this database engine alone"
    )


def pytest_configure(config: pytest.Config) -> None:
    shared = getattr(config, "workerinput", {}).get("folder")
    config.stash[FOLDER] = Path(shared) if shared else engines.new_folder()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["folder"] = str(node.config.stash[FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    if not is_worker(config):
        engines.stop(config.stash[FOLDER])


LONG = ("test_histories.py", "test_races.py")
"""Files whose single tests last longest."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What lasts long comes first: at the end of a run one process would wait for it alone."""
    items.sort(key=lambda item: item.path.name not in LONG)


def pytest_collection_finish() -> None:
    """What stands by now stays to the end: the garbage collector need not go through it again.
    And there is memory enough for it to look more seldom than in a server.
    """
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


def is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


FOLDER = pytest.StashKey[Path]()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what touches a database on each engine, unless its marker says otherwise."""
    if "engine" not in metafunc.fixturenames:
        return
    markers = {marker.name for marker in metafunc.definition.iter_markers()}
    names = {"sqlite_only": ["sqlite"], "postgres_only": ["postgres"]}
    wanted = next((names[marker] for marker in names if marker in markers), list(engines.ENGINES))
    only = metafunc.config.getoption("engine")
    chosen = [name for name in wanted if only in (None, name)]
    metafunc.parametrize("engine", chosen, indirect=True, scope="session")


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Nobody attacks the passwords of the tests; what real ones cost stands in the unit tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher.from_parameters(CHEAPEST))
        yield


# Databases


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> engines.Databases:
    folder = request.config.stash[FOLDER]
    return engines.Databases(
        folder,
        process=os.environ.get("PYTEST_XDIST_WORKER", "main"),
        builds={
            "empty": (None, lambda url: migrate(settings_for(url, folder))),
            "demo": ("empty", lambda url: load_demo(settings_for(url, folder))),
            "agenda": ("empty", lambda url: load_demo(settings_for(url, folder), with_agenda=True)),
        },
    )


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest, databases: engines.Databases) -> engines.Engine:
    """The database engine of the test; every test that asks for it runs once on each."""
    return databases.engine(request.param)


@pytest.fixture
def database_url(engine: engines.Engine, databases: engines.Databases) -> Iterator[str]:
    """A migrated, empty database with no application yet."""
    name = databases.name("bare")
    databases.renew(engine, name, "empty")
    yield engine.url(name)
    engine.drop(name)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return settings_for(database_url, tmp_path)


# Applications


@pytest.fixture(scope="session")
def applications(databases: engines.Databases) -> Iterator[Applications]:
    made = Applications(databases, {})
    yield made
    made.close()


@pytest.fixture
def app(engine: engines.Engine, applications: Applications) -> Flask:
    """The application on an empty database, its clock at `REFERENCE`."""
    return applications.fresh(engine, "empty")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def demo_app(engine: engines.Engine, applications: Applications) -> Flask:
    """The application on the base of the demo site, without its agenda."""
    return applications.fresh(engine, "demo")


@pytest.fixture
def demo_client(demo_app: Flask) -> FlaskClient:
    return demo_app.test_client()


class MakeApp(Protocol):
    def __call__(self, template: str = "empty", **settings: Any) -> Flask: ...


@pytest.fixture
def make_app(
    engine: engines.Engine, databases: engines.Databases, tmp_path: Path
) -> Iterator[MakeApp]:
    """Makes an application of the test's own: `make_app("demo", rate_limits=True)`."""
    made: list[tuple[Flask, str]] = []

    def make(template: str = "empty", **others: Any) -> Flask:
        name = databases.name(f"own{len(made)}")
        databases.renew(engine, name, template)
        app = application(replace(settings_for(engine.url(name), tmp_path), **others))
        if app.config["RATELIMIT_ENABLED"]:
            limiter.reset()
        made.append((app, name))
        return app

    yield make
    limiter.enabled = False  # the extension is one for all applications of the process
    for app, name in made:
        disconnect(app)
        engine.drop(name)


@pytest.fixture
def at() -> Callable[[Flask, str], None]:
    """Sets the clock of an application: `at(app, "2026-11-24T09:00:00+01:00")`."""

    def set_clock(app: Flask, instant: str) -> None:
        app.config["BOOKING_NOW"] = datetime.fromisoformat(instant)

    return set_clock
