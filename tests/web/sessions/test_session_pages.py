"""Sessions in the browser: the dates to come, planning one, giving it up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from booking.database import db, writing
from booking.machines.models import Outage
from booking.machines.queries import get_machine
from booking.machines.rules import OutageKind
from booking.members.models import Member
from booking.reservations import revocation
from booking.sessions.rules.scheduling import MOST_HALF_DAYS
from booking.sessions.service import accounts
from booking.trainings.models import Certification, SessionState
from tests.integration.sessions.records import session
from tests.integration.trainings.records import person
from tests.statements import statements_of
from tests.web.checking import Browser
from tests.web.sending import form_to, send

NEW: dict[str, Any] = {
    "training": "LASER",
    "trainer": "S2",
    "places": "3",
    "minimum": "2",
    "decision_hours": "48",
    "day_1": "2026-12-23",
    "starts_1": "09:00",
    "ends_1": "12:30",
    "machine_1": "M03",
    "units_1": "1",
    "opens": "y",
}


@pytest.fixture
def trainer(demo_app: Flask) -> Browser:
    return Browser(demo_app, "S2")


def names_of_members(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Member.name)))


def state_of(app: Flask, code: str) -> SessionState:
    with app.app_context():
        db.session.rollback()
        return session(code).state_now


def test_a_visitor_sees_the_dates_to_come_and_nobody_s_name(demo_app: Flask) -> None:
    visitor = Browser(demo_app)
    page = visitor.get("/sessions")
    assert "/sessions/T-02" not in page.links
    for text in (page.text, visitor.get("/sessions/T-03").text):
        assert "Complet" in text
        assert not [name for name in names_of_members(demo_app) if name in text]


def test_the_list_narrows_to_one_training(demo_app: Flask) -> None:
    page = Browser(demo_app, "U10").get("/sessions?training=LASER")
    assert "/sessions/T-03" in page.links
    assert "/sessions/T-04" not in page.links


def test_a_session_says_what_it_occupies_and_when_it_would_fall(demo_app: Flask) -> None:
    page = Browser(demo_app, "U06").get("/sessions/T-04")
    assert "Elle demande au moins 2 inscrits" in page.text
    assert "dimanche 6 décembre 2026 à 09:00" in page.text
    assert "/machines/M02" in page.links


def test_trainers_and_managers_see_who_is_in_it_others_do_not(demo_app: Flask) -> None:
    for code, sees in (("S2", True), ("S1", True), ("U01", False), ("U10", False)):
        page = Browser(demo_app, code).get("/sessions/T-03")
        assert ("Liste d’attente" in page.text) == sees, code


def test_a_trainer_plans_a_session_and_opens_it(demo_app: Flask, trainer: Browser) -> None:
    page = send(trainer, "/sessions/new?training=LASER", action="/sessions/new", **NEW)
    assert page.url.endswith("/sessions/T-09")
    assert state_of(demo_app, "T-09") is SessionState.OPEN
    assert "mercredi 23 décembre 2026" in trainer.get("/sessions/T-09").text


def test_a_taken_machine_is_named_with_the_time_in_the_way(trainer: Browser) -> None:
    page = send(trainer, "/sessions/new", 409, **NEW | {"day_1": "2026-12-03"})
    assert "M03 est prise" in page.text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"day_1": ""}, "Complétez cette demi-journée."),
        ({"day_1": "", "starts_1": "", "ends_1": ""}, "Choisissez au moins une demi-journée."),
        ({"ends_1": "08:00"}, "La fin vient après le début."),
        ({"minimum": "4"}, "Le minimum dépasse le nombre de places (3)."),
        ({"day_1": "2026-11-20"}, "Cette demi-journée est passée"),
    ],
)
def test_what_is_wrong_is_said_beside_it(
    trainer: Browser, wrong: dict[str, str], words: str
) -> None:
    page = send(trainer, "/sessions/new", 422, **NEW | wrong)
    assert words in page.text


def test_a_change_keeps_as_many_half_days_as_may_be_planned(
    demo_app: Flask, trainer: Browser
) -> None:
    on_open_days = [day for day in range(5, 32) if day not in (10, 17, 24, 31)]
    days = [f"2027-01-{day:02}" for day in on_open_days[:MOST_HALF_DAYS]]
    many = {f"day_{n}": day for n, day in enumerate(days, start=1)}
    many |= {f"starts_{n}": "09:00" for n in range(1, MOST_HALF_DAYS + 1)}
    many |= {f"ends_{n}": "10:00" for n in range(1, MOST_HALF_DAYS + 1)}
    send(trainer, "/sessions/new", **NEW | many | {"machine_1": ""})
    send(trainer, "/sessions/T-09/edit", places="5")
    with demo_app.app_context():
        assert session("T-09").places == 5
        assert len(session("T-09").half_days) == MOST_HALF_DAYS


def test_a_closure_asks_a_manager_why_and_refuses_a_trainer(
    demo_app: Flask, trainer: Browser
) -> None:
    closed = NEW | {"day_1": "2026-12-30"}
    page = send(trainer, "/sessions/new", 422, **closed)
    assert "Fermeture (Fermeture d" in page.text
    assert "Raison de la dérogation" not in page.text
    manager = Browser(demo_app, "S1")
    page = send(manager, "/sessions/new", 422, **closed)
    manager.send(form_to(page, "/sessions/new"), 303, despite="Seule date possible")
    assert state_of(demo_app, "T-09") is SessionState.OPEN


def test_a_repetition_over_a_closure_asks_a_manager_why(demo_app: Flask, trainer: Browser) -> None:
    send(trainer, "/sessions/new", **NEW)
    manager = Browser(demo_app, "S1")
    page = send(manager, "/sessions/T-09/repeat", 422)
    manager.send(form_to(page, "/sessions/T-09/repeat"), 303, despite="Seule date possible")
    assert state_of(demo_app, "T-10") is SessionState.OPEN


def test_two_who_edit_at_once_do_not_write_over_one_another(
    demo_app: Flask, trainer: Browser
) -> None:
    send(trainer, "/sessions/new", **NEW)
    send(trainer, "/sessions/T-09/edit", places="5")
    page = send(trainer, "/sessions/T-09/edit", 422, places="6", version="1")
    assert "Quelqu’un a modifié cette session entre-temps" in page.text


def test_two_who_name_trainers_at_once_do_not_write_over_one_another(demo_app: Flask) -> None:
    manager = Browser(demo_app, "S1")
    read = form_to(manager.get("/sessions/T-07/trainers"), "/sessions/T-07/trainers")
    send(manager, "/sessions/T-07/trainers", trainer="S3")
    page = manager.send(read, 422, trainer="S2")
    assert "Quelqu’un a modifié cette session entre-temps" in page.text
    with demo_app.app_context():
        assert session("T-07").trainer.code == "S3"


def test_who_answers_for_a_firm_finds_the_places_of_its_people(demo_app: Flask) -> None:
    head = Browser(demo_app, "U02")
    send(head, "/sessions/T-01/enrol", member="U03")
    with demo_app.app_context():
        (place,) = [one for one in session("T-01").enrolments if one.member.code == "U03"]
        number, name = place.id, place.member.name
    page = head.get("/enrolments")
    assert name in page.text
    assert f"/enrolments/{number}/cancel" in page.links
    assert name not in Browser(demo_app, "U10").get("/enrolments").text


def test_who_would_wait_while_places_are_left_is_led_to_one(demo_app: Flask) -> None:
    member = Browser(demo_app, "U10")
    waiting = form_to(member.get("/sessions/T-05/enrol"), "/sessions/T-05/wait")
    with demo_app.app_context():
        session("T-05").places += 4
        db.session.commit()
    page = member.send(waiting, 409)
    assert "inscrivez-vous" in page.text
    assert member.send(form_to(page, "/sessions/T-05/enrol"), 303)


def test_a_session_is_given_up_with_a_reason(demo_app: Flask, trainer: Browser) -> None:
    send(trainer, "/sessions/T-03/cancel", 422, reason="")
    send(trainer, "/sessions/T-03/cancel", reason="Laser en panne")
    assert state_of(demo_app, "T-03") is SessionState.CANCELLED
    assert "Laser en panne" in Browser(demo_app, "U10").get("/sessions/T-03").text


def test_who_lost_a_prerequisite_is_shown_to_trainer_manager_and_herself(demo_app: Flask) -> None:
    with demo_app.app_context(), writing():
        records = db.session.scalars(
            select(Certification).where(Certification.member_id == person("U19").id)
        )
        (number,) = [one.id for one in records if one.training.code == "BOIS-1"]
        revocation.suspend(number, person("S1"), "Badge prêté")
        name = person("U19").name
    for code in ("U01", "S1"):
        browser = Browser(demo_app, code)
        for address in ("/sessions/T-07", "/attendance/T-07", "/attendance/T-07/1"):
            text = browser.get(address).text
            assert "Un inscrit n’a plus tous les prérequis" in text, (code, address)
            assert name in text
    herself = Browser(demo_app, "U19")
    for address in ("/sessions/T-07", "/enrolments"):
        page = herself.get(address)
        assert "Prérequis manquant" in page.text
        assert "/trainings/BOIS-1" in page.links
    other = Browser(demo_app, "U10").get("/sessions/T-07").text
    assert "Prérequis manquant" not in other
    send(Browser(demo_app, "S1"), "/sessions/T-07", action="/sessions/T-07/confirm")
    assert state_of(demo_app, "T-07") is SessionState.CONFIRMED


def suspend(app: Flask, code: str) -> None:
    with app.app_context(), writing():
        accounts.suspend_member(person(code), person("S1"), "Badge prêté")


def test_a_session_that_lost_its_trainer_says_so_to_who_may_name_another(demo_app: Flask) -> None:
    suspend(demo_app, "U13")
    with demo_app.app_context():
        name = person("U13").name
    manager = Browser(demo_app, "S1")
    page = manager.get("/sessions/T-06")
    assert f"{name} : compte inactif" in page.text
    assert {"/sessions/T-06/edit", "/sessions/T-06/cancel"} <= set(page.links)
    assert "Sans formateur" in manager.get("/sessions").text
    assert "/sessions/T-06/edit" in manager.get("/decisions").links
    for code in ("U14", "S3", "S4"):
        other = Browser(demo_app, code)
        for address in ("/sessions", "/sessions/T-06"):
            text = other.get(address).text
            assert "Sans formateur" not in text
            assert "compte inactif" not in text


def test_whoever_ends_an_account_sees_the_sessions_that_it_gives(demo_app: Flask) -> None:
    page = Browser(demo_app, "S1").get("/members/S2/suspend")
    assert {"/sessions/T-03", "/sessions/T-04"} <= set(page.links)
    assert "Sessions à confier" not in Browser(demo_app, "S1").get("/members/U10/suspend").text


def test_a_machine_that_stands_still_over_a_session_is_named_to_who_may_change_it(
    demo_app: Flask,
) -> None:
    manager = Browser(demo_app, "S1")
    assert "n’est plus utilisable" not in manager.get("/sessions/T-03").text
    with demo_app.app_context(), writing():
        hours = session("T-03").half_days[0]
        db.session.add(
            Outage(
                machine=get_machine("M03"),
                kind=OutageKind.DOWN,
                starts_at=hours.starts_at - timedelta(hours=1),
                expected_end_at=hours.ends_at,
                reason="Tube usé",
            )
        )
    for code, is_told in (("S1", True), ("S2", True), ("U10", False)):
        text = Browser(demo_app, code).get("/sessions/T-03").text
        assert ("Une machine de la session n’est plus utilisable" in text) == is_told, code
        assert ("M03 n’est pas utilisable" in text) == is_told, code


def test_such_a_session_is_confirmed_once_somebody_else_is_named(demo_app: Flask) -> None:
    suspend(demo_app, "U13")
    manager = Browser(demo_app, "S1")
    confirm = form_to(manager.get("/sessions/T-07"), "/sessions/T-07/confirm")
    assert "/sessions/T-06/confirm" not in {
        form.action for form in manager.get("/sessions/T-06").forms
    }
    suspend(demo_app, "U01")
    assert "nommez d’abord un autre formateur" in manager.send(confirm, 303).text
    assert state_of(demo_app, "T-07") is SessionState.OPEN
    send(manager, "/sessions/T-06/edit", trainer="S3")
    send(manager, "/sessions/T-06", action="/sessions/T-06/confirm")
    assert state_of(demo_app, "T-06") is SessionState.CONFIRMED
    assert "/sessions/T-06/edit" not in manager.get("/decisions").links


def test_a_session_page_asks_as_many_statements_for_many_people_as_for_few(
    demo_app: Flask,
) -> None:
    manager = Browser(demo_app, "S1")
    manager.get("/sessions/T-08")
    with statements_of(demo_app) as few:
        manager.get("/sessions/T-08")
    with statements_of(demo_app) as many:
        manager.get("/sessions/T-01")
    assert abs(len(many) - len(few)) <= 1
