"""The first page: what each reader finds there, whom it names, and what it costs."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask

from booking import clock
from booking.database import db, writing
from booking.machines.models import Outage
from booking.machines.queries import find_machine
from booking.machines.rules import OutageKind
from booking.members.models import Member
from booking.members.queries import find_member
from booking.members.rules import AccountState
from tests.statements import statements_of
from tests.web.checking import Browser
from tests.web.reservations.asking import ask_for, reserved, wish

MOST_STATEMENTS = 16
SHOWN_ON_ITS_SHEET = "/machines/M13"


def names_of_others(app: Flask, me: str | None, text: str) -> set[str]:
    with app.app_context():
        everybody = db.session.query(Member.code, Member.name)
        return {name for code, name in everybody if code != me and name in text}


def test_a_visitor_learns_what_the_place_is_and_how_to_get_in(demo_app: Flask) -> None:
    page = Browser(demo_app).get("/")
    assert page.h1 == "La Manufacture du Tilleul Rouge"
    assert {"/login", "/machines", "/trainings", SHOWN_ON_ITS_SHEET} <= set(page.links)
    assert "08:00 – 18:30" in page.text
    assert "3 places libres" in page.text


@pytest.mark.parametrize("reader", [None, "U02", "U25", "U28", "S2", "S4", "S5", "S7"])
def test_nobody_but_a_manager_is_told_who_uses_what(demo_app: Flask, reader: str | None) -> None:
    reserved(Browser(demo_app, "U03"), wish("M01", "2026-11-23 09:00", "2026-11-23 11:00"))
    page = Browser(demo_app, reader).get("/")
    assert names_of_others(demo_app, reader, page.text) == set()


def test_a_manager_sees_who_comes_today_and_what_waits(demo_app: Flask) -> None:
    url = reserved(Browser(demo_app, "U03"), wish("M01", "2026-11-23 09:00", "2026-11-23 11:00"))
    page = Browser(demo_app, "S1").get("/")
    assert "Jonas Weber" in page.text
    assert {url, "/decisions", SHOWN_ON_ITS_SHEET} <= set(page.links)


def test_a_member_finds_the_next_reservations_and_the_machines_open_to_him(
    demo_app: Flask,
) -> None:
    browser = Browser(demo_app, "U02")
    url = reserved(browser)
    links = set(browser.get("/").links)
    assert {url, "/planning/machines/M01"} <= links
    assert "/planning/machines/M16" not in links


def test_a_machine_is_reserved_in_four_page_loads_from_the_first_page(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    assert "/planning/machines/M01" in browser.get("/").links
    week = browser.ask("/planning/machines/M01").text
    form = unescape(re.findall(r'href="(/reservations/new\?machine=M01[^"]*)"', week)[0])
    page = browser.send(browser.get(form).form("/reservations/new"))
    assert page.h1 == "M01 est à vous"


def test_what_stands_in_the_way_is_named_with_the_next_step(demo_app: Flask) -> None:
    page = Browser(demo_app, "U20").get("/")
    assert "expirée depuis le jeudi 19 novembre 2026" in page.text
    assert "/me" in page.links
    asked = wish("M15", "2026-11-26 10:00", "2026-11-26 12:00")
    assert ask_for(Browser(demo_app, "U20"), asked, status=422)


def test_a_suspended_member_reads_the_reason(demo_app: Flask) -> None:
    with demo_app.app_context(), writing():
        member = find_member("U05")
        assert member is not None
        member.state, member.suspension_reason = AccountState.SUSPENDED, "Clé non rendue"
    page = Browser(demo_app, "U05").get("/")
    assert "Clé non rendue" in page.text
    assert "/planning/machines/M09" not in page.links


def test_a_machine_that_stops_leaves_the_ones_to_reserve(demo_app: Flask) -> None:
    stop(demo_app, "M01", "Courroie cassée")
    page = Browser(demo_app, "U02").get("/")
    assert "Courroie cassée" in page.text
    assert "/planning/machines/M01" not in page.links


def stop(app: Flask, code: str, reason: str) -> None:
    with app.app_context(), writing():
        machine = find_machine(code)
        assert machine is not None
        now = clock.now()
        db.session.add(
            Outage(
                machine_id=machine.id,
                kind=OutageKind.DOWN,
                starts_at=now,
                expected_end_at=now + timedelta(days=2),
                reason=reason,
            )
        )


def test_before_the_place_is_set_up_the_page_says_so(app: Flask) -> None:
    assert Browser(app).get("/").h1


@pytest.mark.parametrize("reader", ["U02", "S1"])
def test_the_page_costs_the_same_whatever_is_stored(demo_app: Flask, reader: str) -> None:
    reserve("U02", demo_app, "2026-11-24")
    reserve("U03", demo_app, "2026-11-23")
    few = cost(demo_app, reader)
    for day in ("2026-11-25", "2026-11-26", "2026-11-27"):
        reserve("U02", demo_app, day)
    reserve("U05", demo_app, "2026-11-23", "M09")
    assert cost(demo_app, reader) == few <= MOST_STATEMENTS


def reserve(who: str, app: Flask, day: str, machine: str = "M01") -> None:
    reserved(Browser(app, who), wish(machine, f"{day} 09:00", f"{day} 11:00"))


def cost(app: Flask, reader: str) -> int:
    """The statements of a second visit: the first reads what the workshop offers."""
    browser = Browser(app, reader)
    browser.get("/")
    with statements_of(app) as sent:
        browser.get("/")
    return len(sent)
