"""The page of hours, closures and holidays; weekly rules edited by managers."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from booking.database import db
from booking.journal.models import JournalEntry
from booking.machines.queries import get_machine
from booking.openings.models import Opening
from booking.openings.queries import find_level, list_openings, weekly_openings
from tests.web.checking import Browser
from tests.web.sending import send

SITE = "/openings/hours/site/site"
WOOD = "/openings/hours/area/BOIS"
DIGITAL = "/openings/hours/area/NUM"
LASER = "/openings/hours/machine/M03"
SUNDAY: dict[str, Any] = {
    "weekdays": ["6"],
    "starts": "10:00",
    "ends": "12:00",
    "access": "ALL",
    "staffed": "y",
}


@pytest.fixture
def manager(demo_app: Flask) -> Browser:
    return Browser(demo_app, "S1")


def own_rules(app: Flask, kind: str, code: str) -> list[Opening]:
    with app.app_context():
        level = find_level(kind, code)
        assert level is not None
        return list_openings(level)


def test_everybody_sees_hours_closures_and_holidays(demo_app: Flask) -> None:
    words = Browser(demo_app).get("/openings").text
    for expected in (
        "Atelier bois",
        "13:00 – 18:30 accompagné",
        "07:00 – 20:00 accès élargi",
        "Mesure annuelle des poussières",
        "vendredi 26 mars 2027",
        "sam. 26 déc. Saint-Étienne (droit local)",
        "ven. 3 avr. Vendredi saint (droit local)",
    ):
        assert expected in words


def test_the_holidays_follow_the_year_asked_for(demo_app: Flask) -> None:
    reader = Browser(demo_app)
    assert "ven. 14 avr. Vendredi saint" in reader.get("/openings?year=2028").text
    for nonsense in ("1", "0", "-5", "9999", "1999"):
        assert reader.ask(f"/openings?year={nonsense}").status_code == 404


def test_past_closures_are_shown_on_request(demo_app: Flask) -> None:
    reader = Browser(demo_app)
    assert "Fermetures passées" not in reader.get("/openings").text
    assert "du lundi 3 août 2026 au dimanche 23 août 2026" in reader.get("/openings?past=1").text


def test_hours_are_added_on_several_days_at_once(demo_app: Flask, manager: Browser) -> None:
    weekend = SUNDAY | {"weekdays": ["5", "6"], "starts": "14:00", "ends": "00:00"}
    page = send(manager, SITE, **weekend)
    assert "14:00 24:00" in page.text
    added = [rule for rule in own_rules(demo_app, "site", "site") if rule.starts.hour == 14]
    assert [rule.weekday for rule in added] == [5, 6]
    with demo_app.app_context():
        entry = db.session.scalars(db.select(JournalEntry).order_by(JournalEntry.id)).all()[-1]
        assert (entry.act, entry.subject_kind) == ("hours.added", "site")
        assert len(entry.after["hours"]) == len(entry.before["hours"]) + 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"starts": "12:00", "ends": "12:00"}, "La fin doit venir après le début."),
        ({"starts": "12:00", "ends": "11:30"}, "La fin doit venir après le début."),
        (
            {"weekdays": ["0"], "starts": "18:00", "ends": "19:00"},
            "recouvrent ceux de lundi, 08:00 – 18:30",
        ),
        ({"weekdays": ["6", "0"]}, "recouvrent ceux de lundi"),
        ({"weekdays": None}, "au moins un jour"),
        ({"weekdays": ["7"]}, "7"),
        ({"weekdays": ["-1"]}, "-1"),
        ({"starts": "25:00"}, "valide"),
        ({"starts": ""}, "requis"),
        ({"starts": "x" * 100_000}, "valide"),
        ({"access": "NOBODY"}, "valide"),
    ],
)
def test_hours_that_cannot_be_are_refused_on_all_days(
    demo_app: Flask, manager: Browser, change: dict[str, Any], message: str
) -> None:
    before = len(own_rules(demo_app, "site", "site"))
    assert message in send(manager, SITE, 422, **(SUNDAY | change)).text
    assert len(own_rules(demo_app, "site", "site")) == before


def test_extended_hours_may_surround_staffed_ones(demo_app: Flask, manager: Browser) -> None:
    send(manager, SITE, **SUNDAY)
    around = SUNDAY | {"starts": "08:00", "ends": "20:00", "access": "EXTENDED", "staffed": None}
    send(manager, SITE, **around)
    assert len([r for r in own_rules(demo_app, "site", "site") if r.weekday == 6]) == 2


def test_a_day_holds_seven_rules_at_most(demo_app: Flask, manager: Browser) -> None:
    for hour in range(7):
        send(manager, SITE, **(SUNDAY | {"starts": f"{hour:02}:00", "ends": f"{hour:02}:30"}))
    page = send(manager, SITE, 422, **(SUNDAY | {"starts": "20:00", "ends": "21:00"}))
    assert "c’est le maximum" in page.text


def test_a_rule_is_changed_and_taken_away(demo_app: Flask, manager: Browser) -> None:
    rule = next(
        r for r in own_rules(demo_app, "area", "BOIS") if r.weekday == 3 and r.starts.hour == 18
    )
    send(manager, f"{WOOD}/{rule.id}", ends="21:00")
    changed = next(
        r for r in own_rules(demo_app, "area", "BOIS") if r.weekday == 3 and r.starts.hour == 18
    )
    assert changed.ends.hour == 21
    assert "recouvrent" in send(manager, f"{WOOD}/{changed.id}", 422, starts="18:00").text
    send(manager, WOOD, action=f"{WOOD}/remove", opening=changed.id)
    assert changed.id not in [r.id for r in own_rules(demo_app, "area", "BOIS")]
    assert send(manager, WOOD, 404, action=f"{WOOD}/remove", opening=changed.id)


def test_a_rule_is_changed_only_where_it_belongs(demo_app: Flask, manager: Browser) -> None:
    rule = own_rules(demo_app, "area", "BOIS")[0]
    assert manager.ask(f"{DIGITAL}/{rule.id}").status_code == 404
    assert send(manager, SITE, 404, action=f"{SITE}/remove", opening=rule.id)


def test_an_area_makes_the_site_s_hours_its_own_and_gives_them_up(
    demo_app: Flask, manager: Browser
) -> None:
    assert own_rules(demo_app, "area", "NUM") == []
    send(manager, DIGITAL, action=f"{DIGITAL}/make-own")
    copied = [r.rule for r in own_rules(demo_app, "area", "NUM")]
    assert copied == [r.rule for r in own_rules(demo_app, "site", "site")]
    send(manager, DIGITAL, action=f"{DIGITAL}/inherit")
    assert own_rules(demo_app, "area", "NUM") == []


def test_a_machine_s_own_hours_count_for_it_alone(demo_app: Flask, manager: Browser) -> None:
    send(manager, LASER, **SUNDAY)
    page = Browser(demo_app).get("/machines/M03").text
    assert "dimanche 10:00 – 12:00 accompagné" in page
    assert "Horaires propres à cette machine." in page
    assert "M03 – Découpe laser" in Browser(demo_app).get("/openings").text
    with demo_app.app_context():
        assert len(weekly_openings(get_machine("M03"))) == 1
        assert len(weekly_openings(get_machine("M04"))) > 1


@pytest.mark.parametrize("path", [SITE, WOOD, LASER, "/openings/closures/new"])
def test_only_managers_edit_hours_and_closures(demo_app: Flask, path: str) -> None:
    for code in ("U01", "U02", "S3", "S4", "S7"):
        assert Browser(demo_app, code).ask(path).status_code in (403, 404)
    assert Browser(demo_app).ask(path).status_code == 302


@pytest.mark.parametrize(
    "path",
    ["site/other", "area/NOWHERE", "machine/M99", "planet/earth", "area/%3Cb%3E", "site/%20"],
)
def test_an_unknown_place_has_no_hours(manager: Browser, path: str) -> None:
    assert manager.ask(f"/openings/hours/{path}").status_code == 404
