"""The day of the workshop: what a member, a manager and the others see of it."""

from __future__ import annotations

import pytest
from flask import Flask

from booking.database import db
from booking.members.models import Member
from tests.conftest import MakeApp
from tests.programs import program_of
from tests.web.checking import Browser
from tests.web.planning.asking import closed, reserved, stopped
from tests.web.planning.tables import headings, listed, rows, state_at

DAY = "/planning?on=2026-11-25"


@pytest.fixture
def artisan(demo_app: Flask) -> Browser:
    """U05 works metal, without extended access, and may use M09, M10 and M11."""
    return Browser(demo_app, "U05")


def test_every_machine_has_a_row_under_its_area(artisan: Browser) -> None:
    page = artisan.get(DAY)
    assert len(rows(page)) == 20
    areas = [th.text for th in page.document.all("th") if th["scope"] == "rowgroup"]
    assert areas == [
        "Atelier bois",
        "Atelier métal",
        "Atelier numérique",
        "Atelier textile et cuir",
        "Atelier terre",
        "Assemblage et salle de formation",
    ]


def test_the_table_shows_the_hours_in_which_anything_may_happen(artisan: Browser) -> None:
    shown = headings(artisan.get(DAY))
    assert shown[0] == ("08:00", 2)
    assert shown[-1] == ("18:00", 1)


def test_who_has_extended_access_sees_more_hours(demo_app: Flask) -> None:
    shown = headings(Browser(demo_app, "U02").get(DAY))
    assert (shown[0], shown[-1]) == (("06:00", 2), ("21:00", 2))


def test_a_free_hour_leads_to_the_form_filled_in(artisan: Browser) -> None:
    page = artisan.get(DAY)
    cell = state_at(page, "M10", "09:30")
    assert (cell.state, cell.text) == ("free", "09:30")
    assert cell.asks == {
        "machine": "M10",
        "starts_at": "2026-11-25T09:30+01:00",
        "ends_at": "2026-11-25T10:30+01:00",
    }
    form = artisan.get(cell.href).form("/reservations/new")
    assert (form.value("start_time"), form.value("end_time")) == ("09:30", "10:30")


def test_a_link_asks_for_the_shortest_use_where_it_is_longer_than_an_hour(
    demo_app: Flask,
) -> None:
    cell = state_at(Browser(demo_app, "U13").get(DAY), "M16", "09:00")
    assert cell.asks["ends_at"] == "2026-11-26T09:00+01:00"


def test_a_machine_that_i_may_not_use_leads_to_the_reason(artisan: Browser) -> None:
    page = artisan.get(DAY)
    cell = state_at(page, "M03", "09:30")
    assert (cell.state, cell.text) == ("refused", "Voir ce qu’il manque")
    assert "LASER" in artisan.get(cell.href).text


def test_taken_time_says_so_and_names_nobody(demo_app: Flask, artisan: Browser) -> None:
    reserved(demo_app, "U06", "M11", "2026-11-25T09:00+01:00", "2026-11-25T11:00+01:00", buffer=15)
    page = artisan.get(DAY)
    cell = state_at(page, "M11", "09:30")
    assert (cell.state, cell.text, cell.href) == ("taken", "Pris", "")
    assert state_at(page, "M11", "08:30").state == "buffer"
    assert state_at(page, "M11", "11:00").state == "buffer"
    assert state_at(page, "M11", "11:30").state == "free"
    assert "Sabrina" not in page.text


def test_a_manager_sees_who_it_is_and_follows_to_the_reservation(demo_app: Flask) -> None:
    number = reserved(demo_app, "U06", "M10", "2026-11-25T09:00+01:00", "2026-11-25T11:00+01:00")
    cell = state_at(Browser(demo_app, "S1").get(DAY), "M10", "09:30")
    assert (cell.state, cell.text) == ("taken", "Sabrina Thiel")
    assert cell.href == f"/reservations/{number}"


def test_what_is_mine_and_not_yet_sure_says_so_in_words_and_shape(demo_app: Flask) -> None:
    wanted = {
        "machine": "M12",
        "starts_at": "2026-11-25T10:00:00+01:00",
        "ends_at": "2026-11-25T12:00:00+01:00",
        "mode": "supervised",
        "supervisor": "U09",
    }
    held = program_of(demo_app, "U10").post("/reservations", wanted)
    assert held.json["status"] == "held"  # type: ignore[index]
    page = Browser(demo_app, "U10").get("/planning?on=2026-11-25&view=grid")
    assert state_at(page, "M12", "10:00").text == "À vous, en attente"
    marked = [cell for cell in page.document.all("td") if "data-held" in cell.attributes]
    assert [cell["data-state"] for cell in marked] == ["mine"]
    program_of(demo_app, "U09").post(f"/reservations/{held.json['id']}/accept", {})  # type: ignore[index]
    page = Browser(demo_app, "U10").get("/planning?on=2026-11-25&view=grid")
    assert state_at(page, "M12", "10:00").text == "À vous"
    assert not [cell for cell in page.document.all("td") if "data-held" in cell.attributes]


def test_what_is_mine_is_marked_and_keeps_me_from_being_elsewhere(
    demo_app: Flask, artisan: Browser
) -> None:
    number = reserved(demo_app, "U05", "M10", "2026-11-25T09:00+01:00", "2026-11-25T11:00+01:00")
    page = artisan.get(DAY)
    mine = state_at(page, "M10", "10:00")
    assert (mine.state, mine.text, mine.href) == ("mine", "À vous", f"/reservations/{number}")
    elsewhere = state_at(page, "M11", "10:00")
    assert (elsewhere.state, elsewhere.text) == ("refused", "Vous réservez ailleurs")


def test_a_machine_that_is_down_tells_until_when_and_why(demo_app: Flask, artisan: Browser) -> None:
    stopped(demo_app, "M10", "2026-11-25T10:00+01:00", "Torche à changer")
    page = artisan.get(DAY)
    assert state_at(page, "M10", "09:30").state == "free"
    cell = state_at(page, "M10", "10:00")
    assert (cell.state, cell.text) == ("out-of-service", "En panne : Torche à changer")
    assert "En panne jusqu’au mer. 2 déc." in state_at(page, "M13", "10:00").text


def test_a_closure_tells_its_reason(demo_app: Flask, artisan: Browser) -> None:
    closed(demo_app, "2026-11-25T14:00+01:00", "2026-11-25T15:00+01:00", "Contrôle", "M10")
    cell = state_at(artisan.get(DAY), "M10", "14:30")
    assert (cell.state, cell.text) == ("closed", "Contrôle")


def test_a_public_holiday_closes_every_machine(artisan: Browser) -> None:
    page = artisan.get("/planning?on=2026-11-11")
    assert {cell.state for cells in rows(page).values() for cell in cells} == {"closed"}
    assert state_at(page, "M10", "09:00").text == "Armistice de 1918"


def test_a_day_without_hours_says_so_and_leads_on(artisan: Browser) -> None:
    page = artisan.get("/planning?on=2026-11-29")
    assert "Fermé ce jour-là" in page.text
    assert any("on=2026-11-30" in link for link in page.links)


def test_time_that_is_over_and_time_not_yet_open_are_no_links(artisan: Browser) -> None:
    today = artisan.get("/planning")
    assert state_at(today, "M10", "08:00").state == "past"
    assert state_at(today, "M10", "08:30").state == "free"
    later = artisan.get("/planning?on=2027-02-01")
    cell = state_at(later, "M10", "09:00")
    assert (cell.state, cell.text, cell.href) == ("later", "Pas encore ouvert", "")


def test_a_pool_tells_how_many_are_free(demo_app: Flask) -> None:
    for unit in (0, 1):
        reserved(demo_app, "U02", "M17", "2026-11-25T09:00+01:00", "2026-11-25T12:00+01:00", unit)
    browser = Browser(demo_app, "U25")
    page = browser.get(DAY)
    assert state_at(page, "M17", "08:30").text == "08:30 6/6"
    assert state_at(page, "M17", "09:00").text == "09:00 4/6"
    told = [line for line in listed(page, "M17") if "libres" in line]
    assert told[1].startswith("free 09:00 – 12:00 4 / 6 libres Réserver")


def test_a_run_through_the_night_is_told_with_its_end(demo_app: Flask) -> None:
    reserved(demo_app, "U13", "M16", "2026-11-25T12:00+01:00", "2026-11-26T12:00+01:00")
    browser = Browser(demo_app, "U05")
    evening = state_at(browser.get(DAY), "M16", "17:00")
    assert evening.text == "Pris, jusqu’à jeu. 26 nov. 12:00"
    morning = state_at(browser.get("/planning?on=2026-11-26"), "M16", "09:00")
    assert morning.text == "Pris, depuis mer. 25 nov. 12:00"


def test_a_training_session_is_named_for_everybody(artisan: Browser) -> None:
    """The demo's laser training takes M03 on the morning of 3 December."""
    cell = state_at(artisan.get("/planning?on=2026-12-03"), "M03", "10:00")
    assert (cell.state, cell.href) == ("taken", "")
    assert cell.text == "Formation : Découpe et gravure laser CO2"


# --- choosing what is shown


def test_one_area_may_be_looked_at_alone(artisan: Browser) -> None:
    page = artisan.get(f"{DAY}&area=METAL")
    assert set(rows(page)) == {"M09", "M10", "M11"}
    assert page.form("/planning").value("area") == "METAL"
    following = [link for link in page.links if "on=2026-11-26" in link]
    assert following
    assert all("area=METAL" in link for link in following)


def test_an_unknown_area_shows_them_all(artisan: Browser) -> None:
    assert len(rows(artisan.get(f"{DAY}&area=NOWHERE"))) == 20


@pytest.mark.parametrize(
    "text", ["2027-02-29", "0001-01-01", "9999-12-31", "demain", "2026-11-25T10:00", "'"]
)
def test_a_day_that_nobody_can_mean_is_refused_with_today_in_its_place(
    artisan: Browser, text: str
) -> None:
    page = artisan.get(f"/planning?on={text}", 422)
    assert "Cette date n’existe pas" in page.text
    assert "lundi 23 novembre 2026" in page.text


def test_the_list_tells_the_same_in_lines(demo_app: Flask, artisan: Browser) -> None:
    reserved(demo_app, "U06", "M11", "2026-11-25T09:00+01:00", "2026-11-25T11:00+01:00", buffer=15)
    page = artisan.get(f"{DAY}&view=list")
    assert not page.document.all("table")
    assert [line.partition(" M11")[0] for line in listed(page, "M11")] == [
        "free 08:00 – 08:30 Libre Réserver",
        "taken 08:30 – 11:30 Pris",
        "free 11:30 – 12:00 Libre Réserver",
        "closed 12:00 – 13:00 Fermé",
        "free 13:00 – 18:30 Libre Réserver",
    ]


def test_who_prefers_the_list_gets_it_and_may_still_ask_for_the_grid(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U22")
    assert not browser.get(DAY).document.all("table")
    assert browser.get(f"{DAY}&view=grid").document.all("table")


def test_a_grid_brings_the_list_along_for_narrow_screens(artisan: Browser) -> None:
    page = artisan.get(DAY)
    assert listed(page, "M10")[0].startswith("free 08:00 – 12:00")


# --- who sees what


def test_visitors_are_asked_to_sign_in(demo_app: Flask) -> None:
    answer = Browser(demo_app).ask(DAY)
    assert answer.status_code == 302
    assert answer.location.startswith("/login?next=")


def test_who_reserves_nothing_sees_free_time_without_links(demo_app: Flask) -> None:
    page = Browser(demo_app, "S5").get(DAY)
    cell = state_at(page, "M10", "09:30")
    assert (cell.state, cell.href) == ("free", "")
    assert "grid-select.js" not in str([script["src"] for script in page.document.all("script")])


def test_no_member_page_names_anybody_else(make_app: MakeApp) -> None:
    app = make_app("agenda")
    with app.app_context():
        names = {member.code: member.name for member in db.session.query(Member)}
    for code in ("U02", "U05", "U13", "U25", "S4", "S5"):
        browser = Browser(app, code)
        others = [name for other, name in names.items() if other != code]
        for url in (DAY, f"{DAY}&view=list", "/planning?on=2026-12-04"):
            page = browser.get(url)
            assert not [name for name in others if name in page.text], (code, url)


@pytest.mark.parametrize(("language", "word"), [("en", "Wood workshop"), ("de", "Holzwerkstatt")])
def test_the_page_speaks_the_reader_s_language(demo_app: Flask, language: str, word: str) -> None:
    page = Browser(demo_app, "U05", language).get(DAY)
    assert word in page.text
