"""The catalogue and the sheet of a machine, for everybody and for those who look after it."""

from __future__ import annotations

import pytest
from flask import Flask

from booking.database import db
from booking.members.models import Member
from tests.web.checking import Browser, Page
from tests.web.sending import send


def codes_on(page: Page) -> set[str]:
    """The machines whose sheets the page leads to."""
    sheets = (link.removeprefix("/machines/") for link in page.links if "/machines/" in link)
    return {code for code in sheets if code and "/" not in code and code != "new"}


@pytest.fixture
def artisan(demo_app: Flask) -> Browser:
    return Browser(demo_app, "U05")


@pytest.fixture
def manager(demo_app: Flask) -> Browser:
    return Browser(demo_app, "S1")


def test_a_visitor_sees_every_machine_and_nobody_s_name(demo_app: Flask) -> None:
    page = Browser(demo_app).get("/machines")
    assert len(codes_on(page)) == 20
    with demo_app.app_context():
        names = [member.name for member in db.session.query(Member)]
    sheets = [Browser(demo_app).get(f"/machines/{code}") for code in codes_on(page)]
    for shown in (page, *sheets):
        assert not [name for name in names if name in shown.text]


def test_a_member_is_told_who_looks_after_a_machine(artisan: Browser) -> None:
    assert "Rémi Jung" in artisan.get("/machines/M01").text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("area=TERRE", {"M16"}),
        ("category=LASER_CUTTER", {"M03", "M04"}),
        ("sector=CERAMICS", {"M16"}),
        ("risk=GREEN", {"M17", "M18", "R1", "R2"}),
        ("sector=LEATHER&risk=RED", {"M03"}),
        ("q=TAJIMA", {"M13"}),
        ("q=decoupe+laser", {"M03", "M04"}),
        ("q=DÉCOUPE+LASER", {"M03", "M04"}),
        ("q=m16", {"M16"}),
        ("q=kiln", {"M16"}),
        ("q=rien+de+tel", set()),
        ("area=NOWHERE", set()),
        ("q=%25%27%3Cscript%3E", set()),
    ],
)
def test_filters_and_search_narrow_the_catalogue(
    demo_app: Flask, query: str, expected: set[str]
) -> None:
    assert codes_on(Browser(demo_app).get(f"/machines?{query}")) == expected


def test_the_search_knows_the_words_of_the_reader_s_language(demo_app: Flask) -> None:
    reader = Browser(demo_app)
    assert codes_on(reader.get("/machines?q=raboteuse")) == {"M07"}


def test_a_member_filters_the_machines_he_may_use_alone(demo_app: Flask) -> None:
    """U10 has only the safety induction: what asks for nothing else is open to her."""
    beginner = Browser(demo_app, "U10")
    usable = codes_on(beginner.get("/machines?usable=1"))
    assert "R1" in usable
    assert "M01" not in usable


def test_the_sheet_says_what_the_machine_asks_and_how_the_reader_stands(demo_app: Flask) -> None:
    words = Browser(demo_app, "U06").get("/machines/M09").text
    for expected in (
        "tôle galvanisée",
        "Masque de soudage",
        "35,00",
        "CNC-1",
        "METAL-1",
        "prérequis",
    ):
        assert expected in words
    assert "Manque" in words
    assert "mar. 8 déc." in words  # the next session of CNC-1


def test_the_sheet_tells_where_each_rule_comes_from(artisan: Browser) -> None:
    words = artisan.get("/machines/M01").text
    assert "Durée minimale 1 h (cette machine)" in words
    assert "Réservable à l’avance 60 jours (le site)" in words


def test_a_stopped_machine_says_why_and_until_when(demo_app: Flask) -> None:
    reader = Browser(demo_app)
    assert "retour prévu le mer. 2 déc." in reader.get("/machines?q=M13").text
    words = reader.get("/machines/M13").text
    assert "Bras de cadre cassé, pièce commandée" in words
    assert "retour prévu le mercredi 2 décembre 2026 à 18:30" in words


def test_a_restricted_machine_says_so(demo_app: Flask) -> None:
    assert "Dérive de la focale" in Browser(demo_app).get("/machines/M04").text


@pytest.mark.parametrize("code", ["M99", "m01", "..%2F", "%3Cscript%3E", "M" * 3000])
def test_an_unknown_machine_is_not_found(demo_app: Flask, code: str) -> None:
    assert Browser(demo_app).ask(f"/machines/{code}").status_code == 404


def test_a_retired_machine_is_seen_by_managers_alone(demo_app: Flask, manager: Browser) -> None:
    page = send(manager, "/machines/R2/state", state="RETIRED", reason="Vendu", reservations="KEEP")
    assert "Retirée" in page.text
    assert "R2" in codes_on(manager.get("/machines"))
    assert "R2" not in codes_on(Browser(demo_app).get("/machines"))
    assert Browser(demo_app).ask("/machines/R2").status_code == 404


def test_only_who_may_is_offered_the_ways_to_edit(demo_app: Flask, manager: Browser) -> None:
    edit = "/machines/M05/edit"
    assert edit in manager.get("/machines/M05").links
    assert edit in Browser(demo_app, "U01").get("/machines/M05").links  # its referent
    assert edit not in Browser(demo_app, "U09").get("/machines/M05").links
    assert edit not in Browser(demo_app).get("/machines/M05").links
