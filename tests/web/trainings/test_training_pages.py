"""The catalogue of trainings in the browser, and asking for a certification."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from booking.database import db
from booking.members.models import Member
from booking.trainings.models import Certification, Training
from booking.trainings.queries import find_training
from tests.statements import statements_of
from tests.web.checking import Browser

NEW = {
    "code": "tour-1",
    "title_fr": "Tournage sur bois",
    "aims": "Tourner sans danger.",
    "levels": ["1", "2"],
    "prerequisites": ["BOIS-1:1", "BOIS-1:2", "ACC:1"],
    "duration_minutes": "210",
    "half_days": "1",
    "places": "3",
    "price": "90,50",
    "validity_months": "24",
    "lapse_months": "",
    "checklist": "Arrête le tour\n\n Porte la visière \nArrête le tour",
    "quiz_questions": "0",
    "quiz_pass_percent": "80",
    "quiz_critical_questions": "0",
}


@pytest.fixture
def manager(demo_app: Flask) -> Browser:
    return Browser(demo_app, "S1")


def training(app: Flask, code: str) -> Training | None:
    with app.app_context():
        found = find_training(code)
        if found is not None:
            _ = [p.required for p in found.prerequisites]
        return found


def names_of_members(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Member.name)))


# The catalogue


def test_a_visitor_sees_what_is_offered_and_nobody_s_name(demo_app: Flask) -> None:
    visitor = Browser(demo_app)
    page = visitor.get("/trainings")
    assert "Découpe et gravure laser CO2" in page.text
    assert "jeu. 3 déc., 09:00 – 12:30" in page.text
    for code in ("ACC", "BOIS-1", "BOIS-2", "CNC-1", "LASER", "METAL-1", "TEXTILE-1", "CERAM-1"):
        page = visitor.get(f"/trainings/{code}")
        told = [name for name in names_of_members(demo_app) if name in page.text]
        assert told == []


def test_a_training_tells_its_chain_its_machines_and_its_sessions(demo_app: Flask) -> None:
    page = Browser(demo_app).get("/trainings/BOIS-2")
    assert page.h1 == "Toupie et combiné"
    for told in ("BOIS-1", "niveau 2, autonome", "ACC", "M05", "220,00", "24 mois", "6 mois",
                 "mer. 20 janv., 13:30 – 17:00", "2 places libres"):  # fmt: skip
        assert told in page.text
    assert "/machines/M05" in page.links
    assert "/trainings/BOIS-1" in page.links
    assert "BOIS-2" in Browser(demo_app).get("/trainings/BOIS-1").text


def test_a_member_sees_the_trainer_and_how_he_stands(demo_app: Flask) -> None:
    page = Browser(demo_app, "U06").get("/trainings/CNC-1")
    assert "Rémi Jung" in page.text
    assert "Demandée" in page.text
    assert "/trainings/CNC-1/request" not in page.links
    page = Browser(demo_app, "U18").get("/trainings/BOIS-1")
    assert "Bientôt à renouveler" in page.text
    assert "03/12/2026, faute de pratique" in page.text
    assert "/trainings/BOIS-1/request" in page.links


def test_trainers_see_how_many_ask(demo_app: Flask) -> None:
    assert "2 demandes en attente" in Browser(demo_app, "S2").get("/trainings").text
    assert "en attente" not in Browser(demo_app, "U10").get("/trainings").text


@pytest.mark.parametrize("who", [None, "U02", "S1"])
def test_the_catalogue_takes_a_bounded_number_of_statements(
    demo_app: Flask, who: str | None
) -> None:
    browser = Browser(demo_app, who)
    browser.ask("/trainings")
    with statements_of(demo_app) as sent:
        browser.ask("/trainings")
    assert len(sent) <= 20


@pytest.mark.parametrize("path", ["/trainings/NOPE", "/trainings/laser", "/trainings/%00"])
def test_an_unknown_training_is_not_found(demo_app: Flask, path: str) -> None:
    Browser(demo_app, "S1").get(path, 404)


# Editing


def test_a_manager_adds_a_training(demo_app: Flask, manager: Browser) -> None:
    page = manager.send(manager.get("/trainings/new").form(), **NEW)
    assert page.h1 == "Tournage sur bois"
    made = training(demo_app, "TOUR-1")
    assert made is not None
    assert made.price_cents == 9050
    assert made.lapse_months is None
    assert [item["text"] for item in made.checklist] == ["Arrête le tour", "Porte la visière"]
    assert {p.required.code: p.level for p in made.prerequisites} == {"BOIS-1": 2, "ACC": 1}


def test_a_form_sent_twice_adds_one_training(demo_app: Flask, manager: Browser) -> None:
    form = manager.get("/trainings/new").form()
    assert manager.send(form, **NEW).url == manager.send(form, **NEW).url


def test_a_manager_changes_a_training(demo_app: Flask, manager: Browser) -> None:
    form = manager.get("/trainings/LASER/edit").form()
    assert form.value("title_fr") == "Découpe et gravure laser CO2"
    assert form.values["prerequisites"] == ["ACC:1"]
    page = manager.send(form, validity_months="18", title_de="")
    assert "18 mois" in page.text
    changed = training(demo_app, "LASER")
    assert changed is not None
    assert changed.validity_months == 18
    assert "de" not in changed.title


def test_a_circle_of_prerequisites_is_refused_and_named(manager: Browser) -> None:
    form = manager.get("/trainings/ACC/edit").form()
    page = manager.send(form, 422, prerequisites=["BOIS-2:1"])
    assert "ACC → BOIS-2 → BOIS-1 → ACC" in page.text


def test_what_machines_require_cannot_be_archived(demo_app: Flask, manager: Browser) -> None:
    page = manager.get("/trainings/LASER/archive")
    assert "M03, M04" in page.text
    values = {"csrf_token": manager.get("/trainings/LASER/edit").form().value("csrf_token")}
    answer = manager.post("/trainings/LASER/archive", values)
    assert answer.status_code == 422
    assert "M03, M04" in answer.text
    kept = training(demo_app, "LASER")
    assert kept is not None
    assert kept.archived_at is None


def test_an_unneeded_training_is_archived_and_offered_again(manager: Browser) -> None:
    manager.send(manager.get("/trainings/new").form(), **NEW)
    page = manager.send(manager.get("/trainings/TOUR-1/archive").form())
    assert "Archivée" in page.text
    assert "/trainings/TOUR-1/request" not in page.links
    assert "formation archivée" in manager.get("/trainings").text
    page = manager.send(page.form("/trainings/TOUR-1/restore"))
    assert "Archivée" not in page.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", ""),
        ("code", "é"),
        ("code", "A/B"),
        ("code", "A" * 21),
        ("code", "LASER"),
        ("title_fr", ""),
        ("title_fr", "<b>Tour</b>"),
        ("title_fr", "=1+1"),
        ("title_fr", "x" * 161),
        ("aims", "x" * 4001),
        ("levels", None),
        ("levels", ["3"]),
        ("levels", ["deux"]),
        ("prerequisites", ["NOPE:1"]),
        ("prerequisites", ["ACC:9"]),
        ("prerequisites", ["ACC"]),
        ("duration_minutes", "-5"),
        ("duration_minutes", "beaucoup"),
        ("duration_minutes", "1" * 400),
        ("half_days", "0"),
        ("places", "0"),
        ("price", "-1"),
        ("price", "NaN"),
        ("validity_months", ""),
        ("validity_months", "0"),
        ("validity_months", "999999999999"),
        ("lapse_months", "0"),
        ("checklist", "x" * 161),
        ("quiz_pass_percent", "101"),
        ("form_key", "x" * 65),
    ],
)
def test_terms_that_make_no_sense_are_told_and_nothing_is_saved(
    demo_app: Flask, manager: Browser, field: str, value: Any
) -> None:
    form = manager.get("/trainings/new").form()
    page = manager.send(form, 422, **NEW | {field: value})
    assert page.document.first("h1").text
    assert training(demo_app, "TOUR-1") is None


@pytest.mark.parametrize("who", ["U10", "U01", "S2", "S4", "S7"])
def test_only_managers_edit(demo_app: Flask, who: str) -> None:
    browser = Browser(demo_app, who)
    browser.get("/trainings/new", 403)
    for path in ("/trainings/LASER/edit", "/trainings/LASER/archive"):
        browser.get(path, 404)
    assert "/trainings/LASER/edit" not in browser.get("/trainings/LASER").links


def test_a_visitor_is_asked_to_sign_in(demo_app: Flask) -> None:
    answer = Browser(demo_app).ask("/trainings/LASER/request")
    assert answer.status_code == 302
    assert "/login" in answer.location


def test_a_form_without_its_token_changes_nothing(demo_app: Flask, manager: Browser) -> None:
    answer = manager.post("/trainings/new", NEW)
    assert answer.status_code == 400
    assert training(demo_app, "TOUR-1") is None


# Asking


def test_a_member_asks_once_for_a_certification(demo_app: Flask) -> None:
    member = Browser(demo_app, "U25")
    form = member.get("/trainings/LASER/request").form()
    page = member.send(form, level="2")
    assert "Demandée" in page.text
    assert member.send(form, level="2").url == page.url
    second = member.get("/trainings/LASER/request").form()
    assert "déjà en cours" in member.send(second, 422, level="1").text


def test_an_equivalence_is_asked_with_its_evidence(demo_app: Flask) -> None:
    member = Browser(demo_app, "U25")
    form = member.get("/trainings/LASER/request").form()
    page = member.send(form, level="2", evidence="Badge laser du FabLab de Metz, 2025")
    assert "Équivalence" in page.text
    assert "Badge laser du FabLab de Metz, 2025" in page.text


def test_who_was_certified_once_asks_for_a_refresher_from_where_he_reads_of_its_end(
    demo_app: Flask,
) -> None:
    member = Browser(demo_app, "U08")
    address = "/trainings/TEXTILE-1/refresher"
    for leading in ("/certifications/mine", "/trainings/TEXTILE-1"):
        assert address in member.get(leading).links, leading
    page = member.get(address)
    assert "L’épreuve pratique, de nouveau" in page.text
    shown = member.send(page.form())
    assert "Remise à niveau" in shown.text
    assert address not in member.get("/certifications/mine").links
    assert "déjà en cours" in member.send(member.get(address).form(), 422).text
    waiting = Browser(demo_app, "S2").get("/certifications/new")
    assert "Remise à niveau" in waiting.text
    proposal = Browser(demo_app, "S2").get("/certifications/new?member=U08&training=TEXTILE-1")
    assert "la formation non" in proposal.text


def test_who_was_never_certified_is_shown_the_usual_way(demo_app: Flask) -> None:
    member = Browser(demo_app, "U25")
    page = member.get("/trainings/LASER/refresher")
    assert "/trainings/LASER/request" in page.links
    assert "/trainings/LASER/refresher" not in member.get("/trainings/LASER").links


@pytest.mark.parametrize(
    ("field", "value"), [("level", "3"), ("level", "x"), ("level", None), ("evidence", "x" * 1001)]
)
def test_a_request_that_makes_no_sense_is_told(
    demo_app: Flask, field: str, value: str | None
) -> None:
    member = Browser(demo_app, "U25")
    form = member.get("/trainings/LASER/request").form()
    member.send(form, 422, **{"level": "2", field: value})
    with demo_app.app_context():
        found = db.session.scalar(
            select(Certification).where(
                Certification.member.has(code="U25"), Certification.training.has(code="LASER")
            )
        )
    assert found is None


@pytest.mark.parametrize("who", ["S4", "S5", "S7"])
def test_partners_do_not_ask(demo_app: Flask, who: str) -> None:
    Browser(demo_app, who).get("/trainings/LASER/request", 404)
