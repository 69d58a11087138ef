"""Rows that are drawn once are shown to whoever is to see the same, and to nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import product

import pytest
from flask import Flask

from booking.database import writing
from booking.machines.queries import find_machine
from booking.planning.rules import lines
from tests.applications import REFERENCE
from tests.web.checking import Browser
from tests.web.planning.asking import closed, forget_what_is_drawn, reserved, stopped

READERS = (("U05", "fr"), ("U25", "fr"), ("U02", "de"), ("S1", "fr"), ("S1", "en"))
PAGES = (
    "/planning",
    "/planning?on=2026-11-24",
    "/planning?on=2026-11-26",
    "/planning?on=2026-11-26&area=metal",
    "/planning/machines/M03",
    "/planning/machines/M11?from=2026-11-30",
    "/planning/machines/M17",
    "/planning/machines/M17?unit=2",
)
MOMENTS = (timedelta(), timedelta(minutes=1), timedelta(minutes=20), timedelta(days=1))
DIFFERENT_EACH_TIME = re.compile(r'(name="csrf_token"[^>]* value)="[^"]*"')

Asked = tuple[str, tuple[str, str], datetime]


@pytest.fixture
def workshop(demo_app: Flask) -> Flask:
    """A week in which everything occurs that a planning tells."""
    reserved(demo_app, "U05", "M11", "2026-11-23T07:00+01:00", "2026-11-23T12:00+01:00", buffer=15)
    reserved(demo_app, "U05", "M11", "2026-11-26T09:00+01:00", "2026-11-26T10:30+01:00")
    reserved(demo_app, "U02", "M03", "2026-11-26T13:15+01:00", "2026-11-26T15:00+01:00", buffer=15)
    reserved(demo_app, "U02", "M17", "2026-11-24T22:00+01:00", "2026-11-25T03:00+01:00", unit=1)
    reserved(demo_app, "S1", "M17", "2026-11-26T10:00+01:00", "2026-11-26T11:00+01:00", unit=2)
    stopped(demo_app, "M01", "2026-11-23T08:00+01:00", "Broche")
    closed(demo_app, "2026-11-26T16:00+01:00", "2026-11-26T17:00+01:00", "Livraison")
    return demo_app


@pytest.fixture
def show(workshop: Flask) -> Callable[[Asked], str]:
    """A page as it is shown, but for what differs each time."""
    browsers = {reader: Browser(workshop, *reader) for reader in READERS}

    def show(asked: Asked) -> str:
        page, reader, workshop.config["BOOKING_NOW"] = asked
        return DIFFERENT_EACH_TIME.sub(r"\1", browsers[reader].ask(page).text)

    return show


@pytest.fixture(autouse=True)
def nothing_is_drawn() -> Iterator[None]:
    forget_what_is_drawn()
    yield
    forget_what_is_drawn()


@pytest.mark.sqlite_only
def test_a_page_is_as_if_it_were_drawn_for_its_reader_at_that_moment(
    show: Callable[[Asked], str],
) -> None:
    moments = [REFERENCE + later for later in MOMENTS]
    everything = [*product(PAGES, READERS, moments)]
    shown = {asked: show(asked) for asked in everything}

    def drawn(asked: Asked) -> str:
        forget_what_is_drawn()
        return show(asked)

    assert {asked for asked in everything if shown[asked] != drawn(asked)} == set()


@pytest.mark.sqlite_only
def test_who_may_see_the_same_is_shown_what_is_drawn_already(show: Callable[[Asked], str]) -> None:
    today, tomorrow = PAGES[0], PAGES[1]
    for later in (1, 2, 4):
        show((today, ("U05", "fr"), REFERENCE + timedelta(minutes=later)))
        show((tomorrow, ("U05", "fr"), REFERENCE + timedelta(minutes=later)))
        if later == 1:
            drawn = lines.tell.cache_info().misses
    assert lines.tell.cache_info().misses == drawn


@pytest.mark.sqlite_only
def test_a_machine_that_is_renamed_is_shown_so(workshop: Flask) -> None:
    reader = Browser(workshop, "U05")
    assert "Presse à chaud" not in reader.get(PAGES[2]).text
    with workshop.app_context(), writing():
        machine = find_machine("M11")
        assert machine is not None
        machine.name = {"fr": "Presse à chaud"}
    assert "Presse à chaud" in reader.get(PAGES[2]).text
