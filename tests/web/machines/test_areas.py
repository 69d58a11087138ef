"""Areas: made and edited by managers; what they set counts for their machines."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from booking.database import db
from booking.journal.models import JournalEntry
from booking.machines.models import Area
from booking.machines.queries import find_area
from booking.reservations.queries.workshop import find_offered
from tests.web.checking import Browser
from tests.web.sending import send

NEW: dict[str, Any] = {"code": "VERRE", "name_fr": "Verre", "position": "9"}


@pytest.fixture
def manager(demo_app: Flask) -> Browser:
    return Browser(demo_app, "S1")


def area(app: Flask, code: str = "BOIS") -> Area:
    with app.app_context():
        found = find_area(code)
        assert found is not None
        return found


def test_a_manager_adds_an_area(demo_app: Flask, manager: Browser) -> None:
    page = send(manager, "/areas/new", **NEW, name_de="Glas", floor_area_m2="40")
    assert "L’atelier est ajouté" in page.text
    made = area(demo_app, "VERRE")
    assert (made.name, made.position, made.floor_area_m2) == ({"fr": "Verre", "de": "Glas"}, 9, 40)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"code": "BOIS"}, "Le code BOIS est déjà pris."),
        ({"name_fr": "<b>"}, "nom simple"),
        ({"position": "-1"}, "0"),
        ({"max_minutes": "15"}, "est sous la durée minimale"),
    ],
)
def test_an_area_that_cannot_be_is_refused_with_the_reason(
    demo_app: Flask, manager: Browser, change: dict[str, Any], message: str
) -> None:
    assert message in send(manager, "/areas/new", 422, **(NEW | change)).text


def test_what_an_area_sets_counts_for_its_machines_and_says_so(
    demo_app: Flask, manager: Browser
) -> None:
    send(manager, "/areas/BOIS/edit", lead_minutes="120", future_hours="12", max_minutes="60")
    with demo_app.app_context():
        offered = find_offered("M01")
        assert offered is not None
        facts = offered.facts
        assert (facts.lead_minutes, facts.future_minutes, facts.max_minutes) == (120, 720, 480)
    sheet = manager.get("/machines/M01").text
    assert "Délai avant le début 2 h (l’atelier)" in sheet
    assert "Heures à venir par personne 12 h (l’atelier)" in sheet
    assert "Réservable à l’avance 60 jours (le site)" in sheet
    assert "Vide : 2 h (l’atelier)." in manager.get("/machines/M01/edit/use").text
    with demo_app.app_context():
        entry = db.session.scalars(db.select(JournalEntry).order_by(JournalEntry.id.desc())).first()
        assert entry is not None
        assert (entry.act, entry.subject_code) == ("area.edited", "BOIS")
        assert entry.after == {"lead_minutes": 120, "future_hours": 12, "max_minutes": 60}


def test_the_later_of_two_editors_is_told(demo_app: Flask, manager: Browser) -> None:
    late = Browser(demo_app, "S1")
    form = late.get("/areas/BOIS/edit").form()
    send(manager, "/areas/BOIS/edit", position="7")
    assert "Quelqu’un a modifié cet atelier" in late.send(form, 409, position="8").text
    assert area(demo_app).position == 7
