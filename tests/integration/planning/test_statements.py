"""The pages of the planning send the same few statements, however much there is to show."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.conftest import MakeApp
from tests.statements import statements_of
from tests.web.checking import Browser

DAY = "/planning?on=2026-11-25"
WEEK = "/planning/machines/M06?from=2026-11-23"


def count(app: Flask, browser: Browser, url: str) -> int:
    browser.ask(url)
    with statements_of(app) as sent:
        assert browser.ask(url).status_code == 200
    return len(sent)


@pytest.mark.parametrize("url", [DAY, WEEK, f"{DAY}&view=list", f"{DAY}&area=BOIS"])
def test_a_page_of_a_member_takes_three_statements(demo_app: Flask, url: str) -> None:
    """Who asks and where, what is taken, and what the person holds."""
    assert count(demo_app, Browser(demo_app, "U02"), url) == 3


@pytest.mark.parametrize("url", [DAY, WEEK])
def test_a_page_of_a_manager_takes_no_more_than_two_others(demo_app: Flask, url: str) -> None:
    """Who asks and where, what is taken; the menu counts what waits for a decision."""
    assert count(demo_app, Browser(demo_app, "S1"), url) <= 4


@pytest.mark.parametrize("url", [DAY, WEEK, "/planning/machines/M17/print?on=2026-11-25"])
@pytest.mark.parametrize("person", ["U02", "S1"])
def test_a_full_agenda_takes_no_statement_more_than_an_empty_one(
    demo_app: Flask, make_app: MakeApp, person: str, url: str
) -> None:
    full = make_app("agenda")
    assert count(full, Browser(full, person), url) == count(
        demo_app, Browser(demo_app, person), url
    )


@pytest.mark.parametrize(("person", "most"), [(None, 3), ("U02", 12), ("S1", 15)])
def test_the_first_page_takes_a_bounded_number(
    make_app: MakeApp, person: str | None, most: int
) -> None:
    app = make_app("agenda")
    assert count(app, Browser(app, person), "/") <= most


def test_looking_for_the_first_time_takes_a_bounded_number_more(demo_app: Flask) -> None:
    """What the workshop offers is read once, table by table, and then kept."""
    browser = Browser(demo_app, "U02")
    with statements_of(demo_app) as sent:
        browser.ask(DAY)
    assert len(sent) <= 3 + 15
