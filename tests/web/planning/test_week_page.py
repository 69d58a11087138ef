"""The week of a machine, and its sheet for a day."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from flask import Flask

from booking.database import db, writing
from booking.machines.queries import find_machine
from booking.machines.rules import MachineState
from booking.members.models import Member
from tests.conftest import MakeApp
from tests.web.checking import Browser
from tests.web.planning.asking import closed, reserved
from tests.web.planning.tables import headings, listed, rows, state_at

WEEK = "/planning/machines/M11"
WEDNESDAY = "2026-11-25"


@pytest.fixture
def artisan(demo_app: Flask) -> Browser:
    return Browser(demo_app, "U05")


def test_the_week_goes_from_monday_to_sunday(artisan: Browser) -> None:
    page = artisan.get(WEEK)
    assert [*rows(page)] == [f"2026-11-{day}" for day in range(23, 30)]
    assert min(rows(artisan.get(f"{WEEK}?from=2026-12-03"))) == "2026-11-30"


def test_a_free_hour_leads_to_the_form_filled_in(artisan: Browser) -> None:
    cell = state_at(artisan.get(WEEK), WEDNESDAY, "09:30")
    assert cell.asks == {
        "machine": "M11",
        "starts_at": f"{WEDNESDAY}T09:30+01:00",
        "ends_at": f"{WEDNESDAY}T10:30+01:00",
    }


def test_the_hours_are_those_of_the_whole_week(artisan: Browser) -> None:
    """On Thursdays the metal workshop is open until 20:30."""
    page = artisan.get(WEEK)
    assert (headings(page)[0], headings(page)[-1]) == (("08:00", 2), ("20:00", 1))
    assert state_at(page, "2026-11-26", "20:00").state == "free"
    assert state_at(page, WEDNESDAY, "20:00").state == "closed"
    assert state_at(page, "2026-11-29", "10:00").state == "closed"


def test_today_is_marked(artisan: Browser) -> None:
    lines = artisan.get(WEEK).document.all("tr")
    marked = [line["data-line"] for line in lines if "data-today" in line.attributes]
    assert marked == ["2026-11-23"]


def test_one_steps_from_week_to_week_and_jumps_to_a_day(artisan: Browser) -> None:
    page = artisan.get(f"{WEEK}?from=2026-12-09")
    links = " ".join(page.links)
    assert "from=2026-11-30" in links
    assert "from=2026-12-14" in links
    assert page.form(WEEK).value("from") == "2026-12-09"


def test_every_day_leads_to_the_day_of_the_workshop(artisan: Browser) -> None:
    assert any(link.endswith("/planning?on=2026-11-25") for link in artisan.get(WEEK).links)


@pytest.mark.parametrize("text", ["2027-02-30", "0001-01-01", "hier"])
def test_a_day_that_nobody_can_mean_shows_this_week_and_says_so(
    artisan: Browser, text: str
) -> None:
    page = artisan.get(f"{WEEK}?from={text}", 422)
    assert "Cette date n’existe pas" in page.text
    assert "2026-11-23" in rows(page)


def test_the_list_speaks_to_each_reader_in_his_language(demo_app: Flask, artisan: Browser) -> None:
    assert "Reserve" in Browser(demo_app, "U06", "en").get(f"{WEEK}?view=list").text
    told = artisan.get(f"{WEEK}?view=list").text
    assert "Réserver" in told
    assert "Reserve" not in told


def test_the_list_tells_the_week_day_by_day(demo_app: Flask, artisan: Browser) -> None:
    reserved(demo_app, "U06", "M11", f"{WEDNESDAY}T09:00+01:00", f"{WEDNESDAY}T11:00+01:00")
    closed(demo_app, f"{WEDNESDAY}T14:00+01:00", f"{WEDNESDAY}T18:30+01:00", "Contrôle", "M11")
    page = artisan.get(f"{WEEK}?view=list")
    assert not page.document.all("table")
    assert [line.partition(" mer.")[0] for line in listed(page, "mercredi 25")] == [
        "free 08:00 – 08:30 Libre Réserver",
        "taken 08:30 – 11:00 Pris",
        "free 11:00 – 12:00 Libre Réserver",
        "closed 12:00 – 13:00 Fermé",
        "free 13:00 – 14:00 Libre Réserver",
        "closed 14:00 – 18:30 Contrôle",
    ]
    assert listed(page, "dimanche 29") == ["closed – Fermé"]


def test_unknown_and_retired_machines_are_not_found(demo_app: Flask, artisan: Browser) -> None:
    assert artisan.ask("/planning/machines/M99").status_code == 404
    with demo_app.app_context(), writing():
        machine = find_machine("M11")
        assert machine is not None
        machine.state = MachineState.RETIRED
    assert artisan.ask(WEEK).status_code == 404


def test_visitors_are_asked_to_sign_in(demo_app: Flask) -> None:
    visitor = Browser(demo_app)
    for url in (WEEK, f"{WEEK}/print"):
        assert visitor.ask(url).location.startswith("/login")


# --- the sheet


def test_the_sheet_names_people_to_managers_alone(demo_app: Flask, artisan: Browser) -> None:
    reserved(demo_app, "U06", "M11", f"{WEDNESDAY}T09:00+01:00", f"{WEDNESDAY}T11:00+01:00")
    url = f"{WEEK}/print?on={WEDNESDAY}"
    assert "09:00 – 11:00 Sabrina Thiel" in Browser(demo_app, "S1").get(url).text
    page = artisan.get(url)
    assert "09:00 – 11:00 Pris" in page.text
    assert "Sabrina" not in page.text


def test_the_sheet_of_a_pool_has_a_part_for_each_unit(demo_app: Flask, artisan: Browser) -> None:
    reserved(demo_app, "U06", "M17", f"{WEDNESDAY}T09:00+01:00", f"{WEDNESDAY}T11:00+01:00", unit=3)
    page = artisan.get(f"/planning/machines/M17/print?on={WEDNESDAY}")
    captions = [caption.text for caption in page.document.all("caption")]
    assert captions == [f"Poste {number}" for number in range(1, 7)]
    fourth = page.document.all("table")[3]
    assert "09:00 – 11:00 Pris" in fourth.text
    assert page.text.count("Pris") == 1


def test_the_sheet_says_what_to_wear_and_why_it_is_closed(
    demo_app: Flask, artisan: Browser
) -> None:
    closed(demo_app, f"{WEDNESDAY}T14:00+01:00", f"{WEDNESDAY}T18:30+01:00", "Contrôle", "M11")
    page = artisan.get(f"{WEEK}/print?on={WEDNESDAY}")
    assert "Masque de soudage" in page.text
    assert "14:00 – 18:30 Contrôle" in page.text


def test_a_sheet_for_a_day_that_nobody_can_mean_is_today_s(artisan: Browser) -> None:
    page = artisan.get(f"{WEEK}/print?on=2026-02-30", 422)
    assert "Lundi 23 novembre 2026" in page.text


def test_no_page_of_a_member_names_anybody_else(make_app: MakeApp) -> None:
    app = make_app("agenda")
    with app.app_context():
        names = {member.code: member.name for member in db.session.query(Member)}
    browser = Browser(app, "U02")
    for machine in ("M01", "M06", "M16", "M17", "R1"):
        for url in (f"/planning/machines/{machine}", f"/planning/machines/{machine}/print"):
            page = browser.get(url)
            found = [name for code, name in names.items() if code != "U02" and name in page.text]
            assert not found, url


POOL = "/planning/machines/M17"


def test_a_unit_of_a_pool_has_a_week_of_its_own(demo_app: Flask) -> None:
    member = Browser(demo_app, "U15")
    whole = member.get(POOL)
    assert f"{POOL}?from=2026-11-23&unit=3" in whole.links
    assert "unit" not in state_at(whole, WEDNESDAY, "09:30").asks
    cell = state_at(member.get(f"{POOL}?unit=3"), WEDNESDAY, "09:30")
    assert cell.asks["unit"] == "3"
    form = member.get(f"/reservations/new?{urlencode(cell.asks)}").form("/reservations/new")
    member.send(form, 303)
    assert state_at(member.get(f"{POOL}?unit=3"), WEDNESDAY, "09:30").state == "mine"
    assert state_at(member.get(f"{POOL}?unit=2"), WEDNESDAY, "09:30").state != "mine"


@pytest.mark.parametrize("address", [f"{POOL}?unit=7", f"{POOL}?unit=0", f"{WEEK}?unit=1"])
def test_there_is_no_week_of_a_unit_that_is_not_there(artisan: Browser, address: str) -> None:
    artisan.get(address, 404)


def test_the_week_of_a_unit_is_kept_from_week_to_week(artisan: Browser) -> None:
    links = artisan.get(f"{POOL}?unit=3&from=2026-11-30").links
    assert f"{POOL}?from=2026-12-07&unit=3" in links


def test_a_day_that_is_over_is_not_told_as_closed(artisan: Browser) -> None:
    page = artisan.get(f"{WEEK}?view=list&from=2026-11-16")
    assert listed(page, "mercredi 18") == ["past – Passé"]
    assert listed(page, "dimanche 22") == ["closed – Fermé"]
