"""Editing a machine in the browser: what is saved, what is refused, who may."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from booking.database import db
from booking.journal.models import JournalEntry
from booking.machines.models import Machine
from booking.machines.queries import get_machine, list_areas
from tests.web.checking import Browser
from tests.web.sending import form_to, send

MUCH = "x" * 100_000
NEW: dict[str, Any] = {
    "code": "M19",
    "name_fr": "Ponceuse à bande",
    "category": "OTHER",
    "risk_class": "AMBER",
    "units": "2",
    "price_hour": "8,50",
}


@pytest.fixture
def manager(demo_app: Flask) -> Browser:
    return Browser(demo_app, "S1")


def machine_of(app: Flask, code: str) -> Machine:
    with app.app_context():
        return get_machine(code)


def last_entry(app: Flask) -> JournalEntry:
    return entries(app)[-1]


def entries(app: Flask) -> list[JournalEntry]:
    with app.app_context():
        return list(db.session.scalars(db.select(JournalEntry).order_by(JournalEntry.id)))


def area_id(app: Flask, code: str) -> int:
    with app.app_context():
        return next(area.id for area in list_areas() if area.code == code)


def test_a_manager_adds_a_machine(demo_app: Flask, manager: Browser) -> None:
    page = send(manager, "/machines/new", **NEW, area=area_id(demo_app, "BOIS"))
    assert "Ponceuse à bande" in page.h1
    machine = machine_of(demo_app, "M19")
    assert [unit.number for unit in machine.units] == [1, 2]
    assert machine.price_hour_cents == 850
    entry = last_entry(demo_app)
    assert (entry.act, entry.subject_code) == ("machine.created", "M19")


def test_the_same_form_sent_twice_adds_one_machine(demo_app: Flask, manager: Browser) -> None:
    form = manager.get("/machines/new").form("/machines/new")
    first, second = (manager.send(form, **NEW) for _ in range(2))
    assert first.url == second.url == "/machines/M19"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"code": "M01"}, "Le code M01 est déjà pris."),
        ({"code": "m01"}, "Le code M01 est déjà pris."),
        ({"code": ""}, "requis"),
        ({"code": "M 19"}, "Des lettres sans accent"),
        ({"code": "../x"}, "Des lettres sans accent"),
        ({"code": MUCH}, "20"),
        ({"name_fr": ""}, "requis"),
        ({"name_fr": "=1+1"}, "nom simple"),
        ({"name_en": "<b>"}, "nom simple"),
        ({"name_fr": MUCH}, "120"),
        ({"area": "999"}, "valide"),
        ({"category": "NOTHING"}, "valide"),
        ({"risk_class": "PINK"}, "valide"),
        ({"sectors": ["WOOD", "GOLD"]}, "GOLD"),
        ({"referent": "U99"}, "valide"),
        ({"units": "0"}, "1"),
        ({"units": "51"}, "50"),
        ({"units": "9" * 5000}, "valide"),
        ({"price_hour": "-1"}, "montant"),
        ({"price_hour": "1,234"}, "montant"),
        ({"price_hour": "NaN"}, "montant"),
        ({"price_hour": "1e9"}, "montant"),
        ({"price_hour": "douze"}, "montant"),
        ({"power_watts": "-3"}, "0"),
        ({"price_unit": "FIRING"}, "Donnez le prix d’au moins une cuisson."),
    ],
)
def test_a_machine_that_cannot_be_is_refused_with_the_reason(
    demo_app: Flask, manager: Browser, change: dict[str, Any], message: str
) -> None:
    with demo_app.app_context():
        before = db.session.query(Machine).count()
    page = send(manager, "/machines/new", 422, **(NEW | change))
    assert message in page.text
    with demo_app.app_context():
        assert db.session.query(Machine).count() == before


@pytest.mark.parametrize(
    ("typed", "cents"), [("12", 1200), ("1 234,50 €", 123450), ("1\u202f234.5", 123450), ("", 0)]
)
def test_amounts_are_typed_as_people_write_them(
    demo_app: Flask, manager: Browser, typed: str, cents: int
) -> None:
    send(manager, "/machines/M01/edit", price_day=typed)
    assert machine_of(demo_app, "M01").price_day_cents == cents


def test_an_edit_is_journaled_with_what_it_changed_alone(demo_app: Flask, manager: Browser) -> None:
    send(manager, "/machines/M01/edit", model_family="ShopBot PRS 5")
    entry = last_entry(demo_app)
    assert (entry.act, entry.subject_code) == ("machine.edited", "M01")
    assert entry.before == {"model_family": "ShopBot PRSalpha"}
    assert entry.after == {"model_family": "ShopBot PRS 5"}


def test_saving_without_a_change_leaves_no_trace(demo_app: Flask, manager: Browser) -> None:
    before = machine_of(demo_app, "M01").version, len(entries(demo_app))
    for path in ("/machines/M01/edit", "/machines/M01/edit/use", "/machines/M01/edit/safety"):
        send(manager, path)
    assert (machine_of(demo_app, "M01").version, len(entries(demo_app))) == before


def test_what_somebody_else_has_saved_meanwhile_is_not_overwritten(
    demo_app: Flask, manager: Browser
) -> None:
    opened = manager.get("/machines/M01/edit").form("/machines/M01/edit")
    referent = Browser(demo_app, "S2")
    send(referent, "/machines/M01/edit", model_family="Neuve")
    page = manager.send(opened, 409, model_family="Ancienne")
    assert "Quelqu’un a modifié cette machine entre-temps" in page.text
    assert machine_of(demo_app, "M01").model_family == "Neuve"


@pytest.mark.parametrize("version", [None, "", "0", "²", "-1", "9" * 5000, "1; DROP"])
def test_a_form_that_does_not_say_what_it_was_filled_from_changes_nothing(
    demo_app: Flask, manager: Browser, version: str | None
) -> None:
    send(manager, "/machines/M01/edit", 409, version=version, model_family="Autre")
    assert machine_of(demo_app, "M01").model_family == "ShopBot PRSalpha"


def test_rules_of_use_are_set_and_given_back_to_the_site(demo_app: Flask, manager: Browser) -> None:
    send(manager, "/machines/M01/edit/use", min_minutes="90", max_minutes="", lead_minutes="0")
    machine = machine_of(demo_app, "M01")
    assert (machine.min_minutes, machine.max_minutes, machine.lead_minutes) == (90, None, 0)
    assert "Durée maximale 8 h (le site)" in manager.get("/machines/M01").text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"min_minutes": "300", "max_minutes": "240"}, "est sous la durée minimale"),
        ({"min_minutes": "600", "max_minutes": ""}, "est sous la durée minimale"),
        ({"max_minutes": "44640", "buffer_minutes": "15"}, "au plus 31 jours"),
        ({"max_minutes": "44641"}, "44640"),
        ({"min_minutes": "-5"}, "5"),
        ({"min_minutes": "un"}, "valide"),
        ({"slot_step_minutes": "1"}, "5"),
        ({"horizon_days": "731"}, "730"),
        ({"outside_staffed": "ALWAYS"}, "valide"),
        ({"outside_staffed": None}, "requis"),
    ],
)
def test_rules_of_use_that_cannot_be_are_refused(
    demo_app: Flask, manager: Browser, change: dict[str, Any], message: str
) -> None:
    before = machine_of(demo_app, "M01").version
    assert message in send(manager, "/machines/M01/edit/use", 422, **change).text
    assert machine_of(demo_app, "M01").version == before


def test_ppe_and_materials_are_edited(demo_app: Flask, manager: Browser) -> None:
    send(
        manager,
        "/machines/M03/edit/safety",
        ppe=["GLASSES"],
        forbidden_materials=" PVC \r\n\r\nPVC\nTéflon",
        conditional_materials="MDF : extraction en marche",
    )
    machine = machine_of(demo_app, "M03")
    assert machine.ppe_codes == ["GLASSES"]
    assert machine.forbidden_materials == ["PVC", "Téflon"]
    assert machine.conditional_materials == [
        {"material": "MDF", "condition": "extraction en marche"}
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"conditional_materials": "MDF"}, "matériau : condition"),
        ({"forbidden_materials": "x" * 161}, "160"),
        ({"forbidden_materials": "\n".join(map(str, range(61)))}, "60"),
        ({"ppe": ["CAPE"]}, "CAPE"),
    ],
)
def test_safety_that_cannot_be_read_is_refused(
    demo_app: Flask, manager: Browser, change: dict[str, Any], message: str
) -> None:
    assert message in send(manager, "/machines/M03/edit/safety", 422, **change).text


def test_documents_are_added_and_removed(demo_app: Flask, manager: Browser) -> None:
    send(manager, "/machines/M01/documents", title="Plan", url="https://example.org/plan.pdf")
    assert "https://example.org/plan.pdf" in manager.ask("/machines/M01").text
    remove = "/machines/M01/documents/remove"
    with demo_app.app_context():
        known = get_machine("M01").documents[-1].id
    send(manager, "/machines/M01/documents", action=remove, document=known)
    assert "https://example.org/plan.pdf" not in manager.ask("/machines/M01").text
    elsewhere = "/machines/M02/documents/remove"
    other = form_to(manager.get("/machines/M02/documents"), elsewhere)
    manager.send(other, 404, document=known)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "http://example.org/x",
        "//evil.example/x",
        "/\\evil.example",
        "data:text/html,x",
        "https://",
        "https://[",
        "plan.pdf",
    ],
)
def test_a_document_leads_nowhere_unsafe(demo_app: Flask, manager: Browser, url: str) -> None:
    page = send(manager, "/machines/M01/documents", 422, title="Plan", url=url)
    assert "https:// ou par une barre" in page.text


EDITING = (
    "/machines/M05/edit",
    "/machines/M05/edit/use",
    "/machines/M05/edit/safety",
    "/machines/M05/documents",
    "/machines/M05/units",
    "/machines/M05/requirements",
    "/machines/M05/requirements/BOIS-2/drop",
    "/machines/M05/stop",
    "/machines/M05/state",
)


@pytest.mark.parametrize("path", EDITING)
def test_only_the_manager_and_the_referent_edit(demo_app: Flask, path: str) -> None:
    assert Browser(demo_app, "S1").get(path)
    assert Browser(demo_app, "U01").get(path)  # referent of M05
    for code in ("U09", "U02", "S4", "S7"):  # another referent, a member, accountant, admin
        assert Browser(demo_app, code).ask(path).status_code == 404
        assert Browser(demo_app, code).client.post(path).status_code in (400, 404)
    assert Browser(demo_app).ask(path).status_code == 302


def test_only_the_manager_adds_machines(demo_app: Flask) -> None:
    for code in ("U01", "U02", "S4", "S7"):
        assert Browser(demo_app, code).ask("/machines/new").status_code == 403


def test_a_form_without_its_token_changes_nothing(demo_app: Flask, manager: Browser) -> None:
    form = manager.get("/machines/M01/edit").form("/machines/M01/edit")
    for token in (None, "", "forged"):
        manager.send(form, 400, csrf_token=token, model_family="X")
    assert machine_of(demo_app, "M01").model_family == "ShopBot PRSalpha"
