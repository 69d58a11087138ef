"""Finding a free time: by the hour, by the machine, and instead of what is refused."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from booking.database import db, writing
from booking.members.models import Subscription
from booking.members.queries import find_member
from tests.statements import statements_of
from tests.web.checking import Browser
from tests.web.reservations.asking import NEW

WEDNESDAY = date(2026, 11, 25)
FIND = "/reservations/find"
TUESDAY = {"on": "2026-11-24", "at": "09:00", "minutes": "120", "place": ""}


def find(browser: Browser, status: int = 200, **asked: str) -> str:
    query = "&".join(f"{key}={value}" for key, value in (TUESDAY | asked).items())
    return browser.get(f"{FIND}?{query}", status).text


def test_the_machines_that_are_free_at_an_hour_come_first(demo_app: Flask) -> None:
    text = find(Browser(demo_app, "U02"))
    assert "Libres : mardi 24 novembre 2026, 09:00 – 11:00" in text
    free, refused = text.split("machines que vous ne pouvez pas réserver")
    assert "M01" in free
    assert "M09" not in free
    assert "Habilitation requise" in refused


def test_what_is_found_free_can_be_reserved(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    page = browser.get(f"{FIND}?on=2026-11-24&at=09:00&minutes=120&place=")
    link = next(url for url in page.links if url.startswith(NEW) and "machine=M06" in url)
    assert "Ce créneau est libre pour vous" in browser.get(link).text


def test_at_noon_the_noisy_machines_are_free_a_little_later(demo_app: Flask) -> None:
    text = find(Browser(demo_app, "U25"), at="22:00", place="category:PRINTER_FDM")
    later = text.split("Libres un peu plus tard")[1]
    assert "mercredi 25 novembre 2026, 08:00 – 10:00" in later


def test_a_place_narrows_the_search(demo_app: Flask) -> None:
    text = find(Browser(demo_app, "U02"), place="area:BOIS")
    assert "M06" in text
    assert "M17" not in text


def test_an_unknown_place_is_a_field_to_correct(demo_app: Flask) -> None:
    assert "Libres :" not in find(Browser(demo_app, "U02"), 422, place="area:NOWHERE")


@pytest.mark.parametrize(
    "asked",
    [
        {"on": "2027-02-29"},
        {"on": "0001-01-01"},
        {"on": "9999-12-31"},
        {"at": "25:00"},
        {"minutes": "7"},
        {"minutes": "-1"},
        {"on": ""},
    ],
    ids=str,
)
def test_what_cannot_be_read_is_said(demo_app: Flask, asked: dict[str, str]) -> None:
    assert "à corriger" in find(Browser(demo_app, "U02"), 422, **asked)


def test_an_hour_that_the_clock_skips_is_said(demo_app: Flask) -> None:
    text = find(Browser(demo_app, "U02"), 422, on="2027-03-28", at="02:30")
    assert "n’existe pas" in text


def test_the_form_without_hours_proposes_the_first_time_that_is_allowed(demo_app: Flask) -> None:
    page = Browser(demo_app, "U02").get(f"{NEW}?machine=M06")
    assert "Ce créneau est libre pour vous" in page.text
    assert "lundi 23 novembre 2026, 08:30 – 09:30" in page.text


def test_the_form_without_hours_says_what_stands_against_a_machine_never_allowed(
    demo_app: Flask,
) -> None:
    page = Browser(demo_app, "U25").get(f"{NEW}?machine=M01")
    assert "Ce créneau serait refusé" in page.text
    assert "Autres possibilités" not in page.text


def test_a_refused_time_comes_with_the_nearest_others(demo_app: Flask) -> None:
    noon = "machine=M06&starts_at=2026-11-24T11:30%2B01:00&ends_at=2026-11-24T13:30%2B01:00"
    page = Browser(demo_app, "U02").get(f"{NEW}?{noon}")
    others = page.text.split("Autres possibilités")[1]
    assert "mardi 24 novembre 2026, 10:00 – 12:00" in others
    assert "mardi 24 novembre 2026, 13:00 – 15:00" in others


def test_a_plan_that_ends_soon_still_finds_the_days_it_covers(demo_app: Flask) -> None:
    with demo_app.app_context(), writing():
        member = find_member("U25")
        assert member is not None
        held = select(Subscription).where(Subscription.covers.any(member_id=member.id))
        for subscription in db.session.scalars(held):
            if subscription.starts_on < WEDNESDAY:
                subscription.ends_on = WEDNESDAY
    text = find(Browser(demo_app, "U25"), at="22:00", place="category:PRINTER_FDM", minutes="60")
    assert "mercredi 25 novembre 2026, 08:00 – 09:00" in text


def test_a_search_costs_the_same_however_many_machines(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    find(browser)
    with statements_of(demo_app) as some:
        find(browser, place="area:METAL")
    with statements_of(demo_app) as all_of_them:
        find(browser)
    assert len(some) == len(all_of_them) <= 13
