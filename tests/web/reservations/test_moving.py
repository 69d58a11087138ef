"""Moving a reservation with the form, as a person does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from tests.web.checking import Browser, Page
from tests.web.reservations.asking import (
    MORNING,
    journal_about,
    messages_about,
    refusals_on,
    reservations_made,
    reserved,
    wish,
)

At = Callable[[Flask, str], None]

AFTERNOON: dict[str, Any] = {"start_time": "13:30", "end_time": "15:30"}


def move(browser: Browser, url: str, status: int = 303, **values: Any) -> Page:
    """Fill in the form of a reservation that is to be moved, and send it."""
    address = f"{url}/move"
    return browser.send(browser.get(address).form(address), status, **values)


def times(app: Flask) -> list[str]:
    """From when to when the first reservation made is, in UTC."""
    (made,) = reservations_made(app)
    return [f"{made.starts_at:%d %H:%M}", f"{made.ends_at:%d %H:%M}"]


def test_the_form_is_filled_with_what_stands_and_moves_it(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    url = reserved(browser)
    form = browser.get(f"{url}/move").form(f"{url}/move")
    assert form.filled({})["start_time"] == ["09:00"]
    moved = move(browser, url, **AFTERNOON)
    assert moved.url == url
    assert times(demo_app) == ["24 12:30", "24 14:30"]
    assert journal_about(demo_app, url)[-1].act == "reservation.moved"
    kinds = [(message.kind, message.state) for message in messages_about(demo_app, url)]
    assert kinds == [("reservation.confirmed", "WITHDRAWN"), ("reservation.moved", "WAITING")]
    assert (
        messages_about(demo_app, url)[-1].facts["before"]["starts_at"].endswith("T08:00:00+00:00")
    )


def test_refused_it_keeps_its_time_and_proposes_others(demo_app: Flask) -> None:
    reserved(Browser(demo_app, "U03"), wish("M01", "2026-11-25 09:00", "2026-11-25 12:00"))
    browser = Browser(demo_app, "U02")
    url = reserved(browser)
    page = move(browser, url, 409, starts_on="2026-11-25", ends_on="2026-11-25")
    assert len(refusals_on(page)) == 1
    links = [link["href"] for link in page.document.all("a")]
    assert any(link.startswith(f"{url}/move?machine=") for link in links)
    assert reservations_made(demo_app)[-1].starts_at.day == 24


def test_overlapping_its_own_old_time_is_no_obstacle(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    url = reserved(browser)
    move(browser, url, start_time="10:00", end_time="12:00")
    assert times(demo_app) == ["24 09:00", "24 11:00"]


def test_a_late_move_says_what_a_later_cancellation_costs_at_least(demo_app: Flask, at: At) -> None:
    browser = Browser(demo_app, "U02")
    url = reserved(browser, MORNING)
    at(demo_app, "2026-11-24T06:00:00+01:00")
    assert "gardera au moins 50 %" in browser.get(f"{url}/move").text
    move(browser, url, starts_on="2026-11-27", ends_on="2026-11-27")
    assert "50 % du prix restent dus" in browser.get(f"{url}/cancel").text


def test_two_pages_of_the_same_reservation_do_not_undo_each_other(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    url = reserved(browser)
    first = browser.get(f"{url}/move").form(f"{url}/move")
    move(browser, url, **AFTERNOON)
    browser.send(first, start_time="09:00", end_time="10:00")
    assert times(demo_app) == ["24 12:30", "24 14:30"]


EARLY = wish("M01", "2026-11-24 09:00", "2026-11-24 10:00")


def extension_on(page: Page) -> list[str]:
    """The texts of the buttons that make it longer."""
    return [button.text for button in page.document.all("button") if "Prolonger" in button.text]


def test_half_an_hour_more_is_one_press_with_its_price(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    url = reserved(browser, EARLY)
    page = browser.get(url)
    assert extension_on(page) == ["Prolonger de 30 min"]
    assert "Jusqu’à 10:30." in page.text
    longer = browser.send(page.form(f"{url}/move"), 303)
    assert times(demo_app) == ["24 08:00", "24 09:30"]
    browser.send(longer.form(f"{url}/move"), 303)
    assert times(demo_app) == ["24 08:00", "24 10:00"]


def test_two_reservations_of_a_day_are_each_made_longer(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    morning = reserved(browser, EARLY)
    evening = reserved(browser, wish("M01", "2026-11-24 14:00", "2026-11-24 15:00"))
    for url in (morning, evening):
        browser.send(browser.get(url).form(f"{url}/move"), 303)
    ends = sorted(f"{made.ends_at:%d %H:%M}" for made in reservations_made(demo_app))
    assert ends == ["24 09:30", "24 14:30"]


def test_an_extension_is_shown_only_where_nothing_is_against_it(demo_app: Flask, at: At) -> None:
    browser = Browser(demo_app, "U02")
    url = reserved(browser)
    assert extension_on(browser.get(url)) == []
    early = reserved(Browser(demo_app, "U03"), EARLY | {"machine": "M02"})
    assert extension_on(Browser(demo_app, "U03").get(early)) == ["Prolonger de 30 min"]
    at(demo_app, "2026-11-24T10:00:00+01:00")
    assert extension_on(Browser(demo_app, "U03").get(early)) == []


def test_who_is_there_may_stay_half_an_hour_longer(demo_app: Flask, at: At) -> None:
    browser = Browser(demo_app, "U02")
    url = reserved(browser, EARLY)
    at(demo_app, "2026-11-24T09:00:00+01:00")
    browser.send(browser.get(url).form(f"{url}/check-in"), 303)
    browser.send(browser.get(url).form(f"{url}/move"), 303)
    assert times(demo_app) == ["24 08:00", "24 09:30"]
