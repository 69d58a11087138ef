"""The path to a machine: for visitors the whole of it, for members what they lack."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import insert, select

from booking.database import db, writing
from booking.machines.queries import find_machine
from booking.members.models import Member
from booking.trainings.models import Certification, Prerequisite, Training
from booking.trainings.queries import find_training
from tests.integration.sessions.records import a_session, half_day
from tests.statements import statements_of
from tests.web.checking import Browser

MOST_STATEMENTS = 8


def test_a_visitor_sees_the_whole_way_its_cost_and_nobody_s_name(demo_app: Flask) -> None:
    page = Browser(demo_app).get("/machines/M05/path")
    assert page.h1 == "Le chemin vers M05"
    for told in ("Accueil et sécurité générale", "Machines à bois stationnaires",
                 "Toupie et combiné", "Niveau 2, autonome", "400,00", "3 places libres",
                 "Aucune session à suivre", "Date inconnue"):  # fmt: skip
        assert told in page.text
    for code in ("ACC", "BOIS-1", "BOIS-2"):
        assert f"/trainings/{code}" in page.links
    with demo_app.app_context():
        names = [member.name for member in db.session.query(Member)]
    assert not [name for name in names if name in page.text]


def test_a_member_sees_what_is_held_and_the_session_that_leads_on(demo_app: Flask) -> None:
    page = Browser(demo_app, "U06").get("/machines/M09/path")
    assert page.h1 == "Mon chemin vers M09"
    for told in ("Valable jusqu’au", "Vous avez une place dans cette session",
                 "mar. 8 déc., 09:00 – 12:30", "260,00", "mercredi 9 décembre 2026"):  # fmt: skip
        assert told in page.text


def test_the_session_to_follow_leads_to_enrolling(demo_app: Flask) -> None:
    beginner = Browser(demo_app, "U10").get("/machines/M01/path")
    assert {"/sessions/T-04", "/sessions/T-04/enrol"} <= set(beginner.links)
    visitor = Browser(demo_app).get("/machines/M01/path")
    assert "/sessions/T-04" in visitor.links
    assert "/sessions/T-04/enrol" not in visitor.links


def test_a_full_session_is_not_to_follow_but_all_sessions_can_be_seen(demo_app: Flask) -> None:
    page = Browser(demo_app, "U02").get("/machines/M03/path")
    assert "Aucune session à suivre" in page.text
    assert "/sessions?training=LASER" in page.links


def test_a_full_session_leads_to_its_waiting_list(demo_app: Flask) -> None:
    page = Browser(demo_app, "U02").get("/machines/M03/path")
    assert "Complète :" in page.text
    (waits,) = [link for link in page.links if link.endswith("/enrol")]
    assert "Attendre une place" in Browser(demo_app, "U02").get(waits).text
    visitor = Browser(demo_app).get("/machines/M03/path")
    assert "Complète :" in visitor.text
    assert waits not in visitor.links


def test_a_session_that_comes_too_early_is_named_with_its_date_and_the_reason(
    demo_app: Flask,
) -> None:
    page = Browser(demo_app, "U10").get("/machines/M05/path")
    assert "Il y en a une, mais l’étape d’avant n’a pas encore de date" in page.text
    with demo_app.app_context(), writing():
        a_session("BOIS-1", by="S3", machines={}, half_days=(half_day(65),))
    page = Browser(demo_app, "U10").get("/machines/M05/path")
    for told in (
        "Aucune session à suivre",
        "l’étape d’avant se termine le mercredi 27 janvier 2027",
        "mer. 20 janv.",
    ):
        assert told in page.text
    assert "/sessions/T-07" in page.links
    assert "/sessions/T-07/enrol" not in page.links


def test_what_ends_on_the_way_is_a_step_with_its_renewal(demo_app: Flask) -> None:
    with demo_app.app_context(), writing():
        ends_soon = db.session.scalar(
            select(Certification).where(
                Certification.member.has(code="U06"), Certification.training.has(code="METAL-1")
            )
        )
        assert ends_soon is not None
        ends_soon.valid_until = date(2026, 12, 1)
    page = Browser(demo_app, "U06").get("/machines/M09/path")
    for told in ("À renouveler avant la fin du chemin", "Pas besoin de session",
                 "sans les remises à niveau", "son prix n’est pas fixé",
                 "Date inconnue"):  # fmt: skip
        assert told in page.text
    assert "/trainings/METAL-1/refresher" in page.links
    assert "À renouveler" in next(
        svg.text for svg in page.document.all("svg") if svg.attributes.get("role") == "img"
    )


def test_what_was_stopped_leads_to_the_reason_and_to_a_refresher(demo_app: Flask) -> None:
    page = Browser(demo_app, "U23").get("/machines/M05/path")
    assert {"/certifications/mine", "/trainings/BOIS-1/refresher"} <= set(page.links)


def test_each_kind_of_use_has_its_own_path(demo_app: Flask) -> None:
    page = Browser(demo_app).get("/machines/M05/path?use=supervised")
    assert "Niveau 1, initié" in page.text
    assert "Une personne de niveau autonome" in page.text
    assert "/machines/M05/path" in page.links


def test_the_drawing_names_every_box_and_the_list_says_the_same(demo_app: Flask) -> None:
    page = Browser(demo_app, "U06").get("/machines/M09/path")
    drawings = [svg for svg in page.document.all("svg") if svg.attributes.get("role") == "img"]
    assert len(drawings) == 2
    for drawing in drawings:
        for told in ("ACC", "CNC-1", "METAL-1", "M09", "Manque", "Valable", "09/12/2026"):
            assert told in drawing.text


def test_who_has_come_the_whole_way_may_reserve(demo_app: Flask) -> None:
    page = Browser(demo_app, "U01").get("/machines/M05/path")
    assert "Le chemin est fait" in page.text
    assert "/reservations/new?machine=M05" in page.links


def test_a_machine_that_asks_for_nothing_says_so(demo_app: Flask) -> None:
    with demo_app.app_context(), writing():
        machine = find_machine("M18")
        assert machine is not None
        machine.requirements = []
    assert "Aucune formation n’est demandée" in Browser(demo_app).get("/machines/M18/path").text


@pytest.mark.parametrize("code", ["M99", "m05", "%00"])
def test_there_is_no_path_to_an_unknown_machine(demo_app: Flask, code: str) -> None:
    Browser(demo_app, "U10").get(f"/machines/{code}/path", 404)


def test_the_sheet_and_the_training_lead_to_the_path(demo_app: Flask) -> None:
    assert "/machines/M05/path" in Browser(demo_app, "U10").get("/machines/M05").links
    assert "/machines/M05/path" in Browser(demo_app).get("/trainings/BOIS-2").links


def cost(browser: Browser, app: Flask) -> int:
    browser.ask("/machines/M05/path")
    with statements_of(app) as sent:
        assert browser.ask("/machines/M05/path").status_code == 200
    return len(sent)


def test_a_longer_path_takes_no_more_statements(demo_app: Flask) -> None:
    member = Browser(demo_app, "U10")
    few = cost(member, demo_app)
    with demo_app.app_context(), writing():
        first = find_training("ACC")
        assert first is not None
        for number in range(12):
            more = Training(
                code=f"MORE-{number}", title={"fr": "Encore"}, duration_minutes=60,
                levels=[1], validity_months=12,
            )  # fmt: skip
            db.session.add(more)
            db.session.flush()
            db.session.execute(
                insert(Prerequisite).values(training_id=first.id, required_id=more.id, level=1)
            )
    assert cost(member, demo_app) == few <= MOST_STATEMENTS
    assert "MORE-11" in member.get("/machines/M05/path").text
