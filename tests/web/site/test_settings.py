"""The place's settings and house rules."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from booking.database import db
from booking.journal.models import JournalEntry
from booking.site.models import Site
from booking.site.queries import get_site, list_house_rules
from tests.web.checking import Browser, Page

MANAGER, ADMIN = "S1", "S7"


def save(app: Flask, status: int = 303, **values: Any) -> Page:
    browser = Browser(app, MANAGER)
    return browser.send(browser.get("/site").form("/site"), status, **values)


def publish(app: Flask, status: int = 303, **values: Any) -> Page:
    browser = Browser(app, MANAGER)
    good = {"version": "2027-1", "in_force_from": "2027-01-01", "text": "# Règles\n\nRanger."}
    return browser.send(browser.get("/site/house-rules/new").form(), status, **(good | values))


def entries(app: Flask, act: str) -> list[JournalEntry]:
    with app.app_context():
        return list(
            db.session.scalars(db.select(JournalEntry).filter_by(act=act).order_by(JournalEntry.id))
        )


def site(app: Flask) -> Site:
    with app.app_context():
        return get_site()


class TestSettings:
    def test_the_journal_keeps_what_changed(self, demo_app: Flask) -> None:
        save(demo_app, horizon_days="90", lead_minutes="60", local_law_holidays="y")
        assert (site(demo_app).horizon_days, site(demo_app).lead_minutes) == (90, 60)
        (entry,) = entries(demo_app, "site.changed")
        assert entry.before == {"lead_minutes": 30, "horizon_days": 60}
        assert entry.after == {"lead_minutes": 60, "horizon_days": 90}

    def test_saving_without_a_change_is_no_entry(self, demo_app: Flask) -> None:
        save(demo_app)
        assert entries(demo_app, "site.changed") == []

    def test_the_clock_of_the_workshop_moves_with_its_zone(self, demo_app: Flask) -> None:
        save(demo_app, timezone="Indian/Reunion")
        assert "11:00" in Browser(demo_app, MANAGER).get("/journal").text

    def test_the_later_of_two_editors_is_told(self, demo_app: Flask) -> None:
        late = Browser(demo_app, ADMIN)
        form = late.get("/site").form("/site")
        save(demo_app, town="Bitche")
        assert "Quelqu’un a modifié les réglages" in late.send(form, 409, town="Metz").text
        assert site(demo_app).town == "Bitche"

    @pytest.mark.parametrize(
        "bad",
        [
            {"name": ""},
            {"name": "<h1>"},
            {"name": "x" * 121},
            {"siren": "000100009"},
            {"email": "nowhere"},
            {"phone": "<script>"},
            {"timezone": "Europe/Atlantis"},
            {"timezone": "../../etc/passwd"},
            {"good_friday_holiday": "y", "local_law_holidays": None},
            {"slot_step_minutes": "0"},
            {"slot_step_minutes": "50"},
            {"slot_step_minutes": "241"},
            {"default_min_minutes": "600"},
            {"default_max_minutes": "99999"},
            {"horizon_days": "0"},
            {"horizon_days": "731"},
            {"horizon_days": "1.5"},
            {"horizon_days": ""},
            {"lead_minutes": "-1"},
            {"buffer_minutes": "9" * 40},
            {"minor_green_alone_min_age": "13"},
        ],
        ids=repr,
    )
    def test_answers_that_are_none_are_refused(self, demo_app: Flask, bad: dict[str, Any]) -> None:
        save(demo_app, 422, **bad)
        assert entries(demo_app, "site.changed") == []

    def test_only_those_who_run_the_place_open_them(self, demo_app: Flask) -> None:
        Browser(demo_app, ADMIN).get("/site")
        for code in ("U02", "S2", "S4", "S5"):
            assert Browser(demo_app, code).ask("/site").status_code == 403


class TestHouseRules:
    def test_a_new_version_begins_with_the_words_of_the_present_one(self, demo_app: Flask) -> None:
        form = Browser(demo_app, MANAGER).get("/site/house-rules/new").form()
        with demo_app.app_context():
            assert (
                form.value("text").strip() == list_house_rules(date(2026, 11, 23))[0].text.strip()
            )

    def test_it_comes_into_force_on_its_day(self, demo_app: Flask) -> None:
        assert "Ranger." in publish(demo_app).text
        with demo_app.app_context():
            assert list_house_rules(date(2026, 12, 31))[0].version == "2026-1"
            assert list_house_rules(date(2027, 1, 1))[0].version == "2027-1"
        (entry,) = entries(demo_app, "house_rules.published")
        assert (entry.subject_code, entry.after) == ("2027-1", {"in_force_from": "2027-01-01"})

    def test_what_was_accepted_can_still_be_read(self, demo_app: Flask) -> None:
        publish(demo_app, in_force_from="2026-11-23")
        assert "2026-1" in Browser(demo_app, MANAGER).get("/site/house-rules/2026-1").h1

    def test_a_version_is_published_once(self, demo_app: Flask) -> None:
        assert "porte déjà ce nom" in publish(demo_app, 422, version="2026-1").text

    @pytest.mark.parametrize(
        "bad",
        [
            {"version": ""},
            {"version": "../x"},
            {"version": "x" * 21},
            {"in_force_from": "2026-11-22"},
            {"in_force_from": "2027-02-29"},
            {"in_force_from": "9999-12-31"},
            {"text": ""},
            {"text": "x" * 100_001},
        ],
        ids=repr,
    )
    def test_answers_that_are_none_are_refused(self, demo_app: Flask, bad: dict[str, Any]) -> None:
        publish(demo_app, 422, **bad)
        assert entries(demo_app, "house_rules.published") == []

    def test_a_megabyte_is_refused(self, demo_app: Flask) -> None:
        browser = Browser(demo_app, MANAGER)
        form = browser.get("/site/house-rules/new").form()
        answer = browser.post(form.action, form.filled({"text": "x" * 1_000_000}))
        assert answer.status_code == 413


def test_the_accessibility_statement_is_there_for_everybody(demo_app: Flask) -> None:
    assert "Défenseur des droits" in Browser(demo_app).get("/site/accessibility").text
