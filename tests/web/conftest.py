"""Places that the tests of a module share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import engines
from tests.web.places import Place, leave_place, make_place


@pytest.fixture(scope="module")
def place(engine: engines.Engine, databases: engines.Databases) -> Iterator[Place]:
    """One application for all tests of the module: none of them may change anything."""
    made = make_place(engine, databases, "bad_input")
    yield made
    leave_place(made)


@pytest.fixture(scope="module")
def worn_place(engine: engines.Engine, databases: engines.Databases) -> Iterator[Place]:
    """One for strange values that may be kept; each test finds what the last one has left."""
    made = make_place(engine, databases, "strange_input")
    yield made
    leave_place(made)


@pytest.fixture(scope="module")
def _renewed_place(engine: engines.Engine, databases: engines.Databases) -> Iterator[Place]:
    made = make_place(engine, databases, "good_input")
    yield made
    leave_place(made)


@pytest.fixture
def new_place(_renewed_place: Place) -> Place:
    """One in which nothing has been done yet."""
    _renewed_place.renew()
    return _renewed_place
