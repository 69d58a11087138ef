"""The first page: what each reader finds there, whom it names, and what it costs."""

from __future__ import annotations

import re
from collections.abc import Callable
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
from tests.web.all_forms import prepare
from tests.web.checking import Browser
from tests.web.reservations.asking import ask_for, reserved, wish

SetClock = Callable[[Flask, str], None]

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


@pytest.mark.parametrize(
    ("at_this_time", "said"),
    [
        ("2026-11-23T08:00:00+01:00", "Ouvert jusqu’à 18:30"),
        ("2026-11-23T18:30:00+01:00", "Fermé Prochaine ouverture : mar. 24 nov. à 08:00."),
        ("2026-11-22T10:00:00+01:00", "Fermé Prochaine ouverture : lun. 23 nov. à 08:00."),
        ("2026-12-24T11:59:00+01:00", "Ouvert jusqu’à 12:00"),
        ("2026-12-24T12:00:00+01:00", "Fermé Prochaine ouverture : lun. 4 janv. à 08:00."),
        ("2026-12-25T10:00:00+01:00", "Jour férié : Noël"),
    ],
)
def test_anybody_reads_whether_it_is_open_now_and_when_it_opens_next(
    demo_app: Flask, at: SetClock, at_this_time: str, said: str
) -> None:
    at(demo_app, at_this_time)
    assert said in Browser(demo_app).get("/").text


def test_closures_and_holidays_of_two_weeks_are_told(demo_app: Flask, at: SetClock) -> None:
    assert "Mesure annuelle des poussières" not in Browser(demo_app).get("/").text
    at(demo_app, "2026-12-11T12:00:00+01:00")
    text = Browser(demo_app).get("/").text
    assert "Fermeture d'hiver" in text
    assert "ven. 25 déc. Noël" in text
    assert "Entretien : lentilles" not in text


@pytest.mark.parametrize(
    ("who", "said"),
    [("U28", "elle ouvre les premières machines"), ("U24", "Votre demande suit son cours")],
)
def test_who_has_no_certification_is_told_where_to_begin(
    demo_app: Flask, who: str, said: str
) -> None:
    page = Browser(demo_app, who).get("/")
    assert "Par où commencer ACC" in page.text
    assert said in page.text
    assert "Par où commencer" not in Browser(demo_app, "U25").get("/").text


def test_a_trainee_and_a_trainer_find_their_sessions(demo_app: Flask) -> None:
    trainee = Browser(demo_app, "U25").get("/").text
    assert "Mes prochaines formations jeu. 3 déc., 09:00 – 12:30 LASER" in trainee
    assert "Vous formez" not in trainee
    assert "Vous formez" in Browser(demo_app, "S2").get("/").text


def test_a_reservation_comes_with_what_to_wear_and_a_machine_with_its_form(
    demo_app: Flask,
) -> None:
    browser = Browser(demo_app, "U02")
    reserved(browser)
    page = browser.get("/")
    assert "À prévoir : Protection auditive" in page.text
    assert "/reservations/new?machine=M01" in page.links


def test_a_manager_reads_of_mail_that_did_not_leave(demo_app: Flask) -> None:
    prepare(demo_app)
    page = Browser(demo_app, "S1").get("/")
    assert "1 courriel n’est pas parti." in page.text
    assert "/messages?state=FAILED" in page.links


@pytest.mark.parametrize(("who", "link"), [("S4", "/me"), ("S5", "/me"), ("S7", "/members")])
def test_who_does_not_reserve_finds_his_own_pages(demo_app: Flask, who: str, link: str) -> None:
    page = Browser(demo_app, who).get("/")
    assert "Vos pages" in page.text
    assert link in [a["href"] for a in page.main.all("a")]


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
