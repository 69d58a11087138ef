"""Uses that follow one another, and reserving as last time."""

from __future__ import annotations

import re

from flask import Flask
from sqlalchemy import select

from booking.reservations.models import Reservation
from tests.digests import digests_of
from tests.web.checking import Browser
from tests.web.reservations.asking import (
    MORNING,
    NEW,
    all_of,
    ask_for,
    reserved,
)

CHAIN = "/reservations/chain"
MILL_THEN_PRINT = {
    "on": "2026-11-24",
    "at": "09:00",
    "first": "M01",
    "first_minutes": "180",
    "second": "M17",
    "second_minutes": "60",
    "gap_hours": "48",
    "purpose": "Meuble bas",
}


def in_chains(app: Flask) -> list[Reservation]:
    return list(all_of(app, select(Reservation).where(Reservation.purpose == "Meuble bas")))


def test_a_chain_is_proposed_with_its_price_then_reserved_at_once(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    page = ask_for(browser, MORNING | {"chain": "1"})
    assert page.form(CHAIN).value("first") == "M01"
    assert page.form(CHAIN).value("first_minutes") == "180"
    before = digests_of(demo_app)
    proposal = browser.send(page.form(CHAIN), 200, **MILL_THEN_PRINT, judge="1")
    assert "mardi 24 novembre 2026, 09:00 – 12:00" in proposal.text
    assert "12:00 – 13:00" in proposal.text
    assert digests_of(demo_app) == before
    browser.send(proposal.form(CHAIN), 303)
    assert len(in_chains(demo_app)) == 2


def test_what_was_taken_meanwhile_leaves_nothing_and_gives_a_new_proposal(
    demo_app: Flask,
) -> None:
    browser = Browser(demo_app, "U02")
    proposal = browser.send(browser.get(CHAIN).form(CHAIN), 200, **MILL_THEN_PRINT, judge="1")
    reserved(Browser(demo_app, "U03"), MORNING)
    again = browser.send(proposal.form(CHAIN), 409)
    assert "Rien n’a été réservé" in again.text
    assert "13:00 – 16:00" in again.text
    assert in_chains(demo_app) == []
    browser.send(again.form(CHAIN), 303)
    assert len(in_chains(demo_app)) == 2


def test_a_chain_that_nobody_may_have_is_not_proposed(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U14")
    page = browser.send(browser.get(CHAIN).form(CHAIN), 200, **MILL_THEN_PRINT, judge="1")
    assert "Aucune combinaison ne va" in page.text


def test_as_last_time_fills_the_form_at_the_same_weekday_and_hour(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    url = reserved(browser, MORNING | {"purpose": "Façades"})
    number = re.findall(r"\d+", url)[0]
    form = browser.get(f"{NEW}?like={number}").form(NEW)
    assert form.value("purpose") == "Façades"
    assert (form.value("starts_on"), form.value("start_time"), form.value("end_time")) == (
        "2026-12-01",
        "09:00",
        "12:00",
    )


def test_as_last_time_is_only_for_reservations_that_one_may_see(demo_app: Flask) -> None:
    number = re.findall(r"\d+", reserved(Browser(demo_app, "U02")))[0]
    Browser(demo_app, "U05").get(f"{NEW}?like={number}", 404)
    Browser(demo_app, "U02").get(f"{NEW}?like=x", 404)
    form = Browser(demo_app, "S1").get(f"{NEW}?like={number}").form(NEW)
    assert form.value("member") == "U02"
