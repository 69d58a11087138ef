"""Places that the tests of a module share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import engines
from tests.applications import disconnect
from tests.web.places import Place, make_place


@pytest.fixture(scope="module")
def place(engine: engines.Engine, databases: engines.Databases) -> Iterator[Place]:
    """One application for all tests of the module: none of them may change anything."""
    made = make_place(engine, databases, "bad_input")
    yield made
    disconnect(made.app)
    engine.drop(databases.name("bad_input"))


@pytest.fixture(scope="module")
def worn_place(engine: engines.Engine, databases: engines.Databases) -> Iterator[Place]:
    """One for strange values that may be kept; each test finds what the last one has left."""
    made = make_place(engine, databases, "strange_input")
    yield made
    disconnect(made.app)
    engine.drop(databases.name("strange_input"))
