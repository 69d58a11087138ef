"""My reservations, my organisation's, everybody's: who sees which, at what cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask

from booking import clock
from booking.database import db, writing
from booking.machines.queries import find_machine
from booking.members.queries import find_member
from booking.reservations.models import Reservation
from booking.reservations.rules import Mode, ReservationState
from tests.statements import statements_of
from tests.web.checking import Browser, Page
from tests.web.reservations.asking import MORNING, NEW, reserved, wish

SetClock = Callable[[Flask, str], None]


def has_rows(page: Page) -> bool:
    return any("row-actions" in cell["class"] for cell in page.document.all("td"))


def test_what_is_reserved_stands_in_my_list_with_the_way_back(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    url = reserved(browser)
    page = browser.get("/reservations")
    assert "mar. 24 nov., 09:00 – 12:00" in page.text
    assert {url, f"{url}/cancel"} <= set(page.links)


def test_an_empty_list_says_what_to_do_next(demo_app: Flask) -> None:
    page = Browser(demo_app, "S4").get("/reservations")
    assert not has_rows(page)
    assert "/planning" in page.links


def test_what_is_over_moves_to_the_past_and_can_be_reserved_again(
    demo_app: Flask, at: SetClock
) -> None:
    browser = Browser(demo_app, "U02")
    url = reserved(browser)
    at(demo_app, "2026-11-24T12:00:00+01:00")
    page = browser.get("/reservations")
    assert f"{url}/cancel" not in page.links
    assert f"/reservations/new?like={url.rpartition('/')[2]}" in page.links


def test_the_past_is_shown_page_by_page(demo_app: Flask) -> None:
    add_past(demo_app, "S4", 30)
    browser = Browser(demo_app, "S4")
    seen: list[str] = []
    url = "/reservations"
    while url:
        page = browser.get(url)
        seen += [link for link in page.links if link.rpartition("/")[2].isdigit()]
        url = next((a["href"] for a in page.document.all("a") if a["rel"] == "next"), "")
    assert len(seen) == len(set(seen)) == 30


@pytest.mark.parametrize("page", ["0", "-1", "999999", "1e9", "x", "", "9" * 25])
def test_a_page_number_of_no_page_shows_a_page_all_the_same(demo_app: Flask, page: str) -> None:
    Browser(demo_app, "U02").get(f"/reservations?page={page}")
    Browser(demo_app, "S1").get(f"/reservations/all?page={page}")


# --- whose


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("U03", 200),
        ("U02", 200),
        ("S1", 200),
        ("U05", 404),
        ("U11", 404),
        ("S2", 404),
        ("S4", 404),
        ("S5", 404),
        ("S7", 404),
    ],
)
def test_a_reservation_is_there_for_its_member_the_organisation_and_managers_alone(
    demo_app: Flask, who: str, status: int
) -> None:
    url = reserved(Browser(demo_app, "U03"))
    browser = Browser(demo_app, who)
    browser.get(url, status)
    page = browser.get(f"{url}/cancel", status)
    if status == 404:
        token = browser.get("/reservations").forms[0].value("csrf_token")
        assert browser.post(f"{url}/cancel", {"csrf_token": token}).status_code == 404
        assert "Weber" not in page.text


@pytest.mark.parametrize("number", ["0", "99999999", "9" * 18, "9" * 19, "9" * 400])
def test_a_number_of_no_reservation_is_not_found(demo_app: Flask, number: str) -> None:
    Browser(demo_app, "S1").get(f"/reservations/{number}", 404)


def test_the_organisation_sees_its_own_people_alone(demo_app: Flask) -> None:
    reserved(Browser(demo_app, "U03"))
    reserved(Browser(demo_app, "U05"), wish("M09", "2026-11-25 14:00", "2026-11-25 16:00"))
    page = Browser(demo_app, "U02").get("/reservations/organisation")
    assert "Jonas Weber" in page.text
    assert "Ziani" not in page.text


def test_a_manager_finds_everybody_s_by_machine_and_by_person(demo_app: Flask) -> None:
    reserved(Browser(demo_app, "U03"))
    reserved(Browser(demo_app, "U05"), wish("M09", "2026-11-25 14:00", "2026-11-25 16:00"))
    manager = Browser(demo_app, "S1")
    assert {"Jonas Weber", "Karim Ziani"} <= names_on(manager.get("/reservations/all"))
    assert names_on(manager.get("/reservations/all?q=M09")) == {"Karim Ziani"}
    assert names_on(manager.get("/reservations/all?q=weber")) == {"Jonas Weber"}
    assert names_on(manager.get("/reservations/all?q=%25")) == set()


def names_on(page: Page) -> set[str]:
    return {cell.text for cell in page.document.all("td") if cell["data-label"] == "Personne"}


@pytest.mark.parametrize("who", ["U03", "S2", "S4", "S5", "S7"])
def test_everybody_s_list_is_for_managers(demo_app: Flask, who: str) -> None:
    Browser(demo_app, who).get("/reservations/all", 403)


def test_a_visitor_is_asked_to_sign_in_and_comes_back(demo_app: Flask) -> None:
    answer = Browser(demo_app).ask(f"{NEW}?machine=M01&starts_at=2026-11-24T09:00%2B01:00")
    assert answer.status_code == 302
    assert answer.location.startswith("/login?next=/reservations/new?machine%3DM01%26starts_at")


# --- what it costs


def add_past(app: Flask, member_code: str, count: int) -> None:
    """Completed reservations, before those of the demo."""
    with app.app_context(), writing():
        member, machine = find_member(member_code), find_machine("M17")
        assert member is not None
        assert machine is not None
        for number in range(count):
            start = clock.now() - timedelta(days=800, hours=number)
            db.session.add(
                Reservation(
                    member_id=member.id,
                    machine_id=machine.id,
                    organisation_id=member.organisation_id,
                    state=ReservationState.COMPLETED,
                    mode=Mode.AUTONOMOUS,
                    starts_at=start,
                    ends_at=start + timedelta(hours=1),
                    created_at=start,
                    created_by_id=member.id,
                    idempotency_key=uuid4().hex,
                )
            )


SLOT = f"{NEW}?machine=M01&starts_at=2026-11-24T09:00%2B01:00&ends_at=2026-11-24T12:00%2B01:00"


def test_pages_of_reservations_cost_the_same_whatever_is_stored(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    manager = Browser(demo_app, "S1")
    at_most = {
        ("/reservations", browser): 8,
        ("/reservations/organisation", browser): 5,
        ("/reservations/all", manager): 6,
        (NEW, browser): 11,
        (SLOT, browser): 28,
    }
    in_november(demo_app, 24)
    add_past(demo_app, "U02", 1)
    few = {asked: cost(demo_app, *asked) for asked in at_most}
    in_november(demo_app, 25, 26, 27)
    add_past(demo_app, "U02", 200)
    many = {asked: cost(demo_app, *asked) for asked in at_most}
    assert many == few
    assert {asked: few[asked] for asked in few if few[asked] > at_most[asked]} == {}


def in_november(app: Flask, *days: int) -> None:
    """Two people of one organisation reserve on each day."""
    for day in days:
        reserved(Browser(app, "U02"), wish("M01", f"2026-11-{day} 15:00", f"2026-11-{day} 16:00"))
        reserved(Browser(app, "U03"), wish("M01", f"2026-11-{day} 17:00", f"2026-11-{day} 18:00"))


def test_a_reservation_costs_the_same_whatever_is_stored(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    form = browser.get(NEW).form(NEW)
    with statements_of(demo_app) as first:
        answer = browser.post(NEW, form.filled(MORNING))
    assert answer.status_code == 303
    add_past(demo_app, "U02", 200)
    form = browser.get(NEW).form(NEW)
    again = wish("M01", "2026-11-25 09:00", "2026-11-25 12:00")
    with statements_of(demo_app) as second:
        answer = browser.post(NEW, form.filled(again))
    assert answer.status_code == 303
    assert len(second) == len(first), second
    assert len(first) <= 45


def cost(app: Flask, url: str, browser: Browser) -> int:
    with statements_of(app) as sent:
        browser.get(url)
    return len(sent)
