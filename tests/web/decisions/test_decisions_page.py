"""What waits for a manager, settled on the page itself."""

from __future__ import annotations

import pytest
from flask import Flask

from booking.members.models import Role
from booking.trainings.rules import CertificationState
from tests.statements import statements_of
from tests.web.checking import Browser
from tests.web.decisions.people import grant, journal_of, newest, propose, work_alone

State = CertificationState


@pytest.fixture
def manager(demo_app: Flask) -> Browser:
    return Browser(demo_app, "S1")


def test_all_that_waits_is_there_with_what_it_rests_on(demo_app: Flask, manager: Browser) -> None:
    propose(demo_app, "U25", "LASER")
    page = manager.get("/decisions")
    for told in (
        "5 décisions attendent",
        "Guillaume Fritsch",
        "par Rémi Jung",
        "Réglages faits seul.",
        "8 points sur 8",
        "ACC",
        "Milena Petrova",
        "Tischlermeister, Zertifikat CNC-Fräsen (2019)",
        "Jeanne Collin",
        "assurance responsabilité civile",
        "version 2026-1 à accepter",
    ):
        assert told in page.text, told
    assert "/members/U28" in page.links


def test_one_click_approves(demo_app: Flask, manager: Browser) -> None:
    propose(demo_app, "U25", "LASER")
    certification = newest(demo_app, "U25", "LASER")
    form = manager.get("/decisions").form(f"/certifications/{certification.id}/approve")
    visible = {name for name in form.values if name not in ("csrf_token", "form_key")}
    assert visible == set()
    page = manager.send(form)
    assert page.url == "/decisions"
    assert "Habilitation validée : LASER pour Guillaume Fritsch." in page.text
    assert newest(demo_app, "U25", "LASER").state is State.APPROVED
    assert manager.send(form).url == "/decisions"
    assert len(journal_of(demo_app, certification)) == 2


def test_a_refusal_needs_its_reason_and_keeps_what_was_written(
    demo_app: Flask, manager: Browser
) -> None:
    propose(demo_app, "U25", "LASER")
    certification = newest(demo_app, "U25", "LASER")
    form = manager.get("/decisions").form(f"/certifications/{certification.id}/refuse")
    page = manager.send(form, 422, reason=" ")
    assert newest(demo_app, "U25", "LASER").state is State.PROPOSED
    form = page.form(f"/certifications/{certification.id}/refuse")
    page = manager.send(form, reason="La focale est à revoir")
    assert "Demande refusée" in page.text
    refused = newest(demo_app, "U25", "LASER")
    assert refused.state is State.REFUSED
    assert "La focale est à revoir" in manager.get(f"/certifications/{refused.id}").text


def test_a_missing_prerequisite_asks_for_a_waiver(demo_app: Flask, manager: Browser) -> None:
    propose(demo_app, "U25", "BOIS-2", trainer="U01")
    certification = newest(demo_app, "U25", "BOIS-2")
    address = f"/certifications/{certification.id}/approve"
    page = manager.get("/decisions")
    assert "Prérequis non valable" in page.text
    page = manager.send(page.form(address), 422, waiver="")
    assert "BOIS-1" in page.text
    assert newest(demo_app, "U25", "BOIS-2").state is State.PROPOSED
    manager.send(page.form(address), waiver="CAP menuisier, vu l’original")
    approved = newest(demo_app, "U25", "BOIS-2")
    assert approved.state is State.APPROVED
    page = manager.get(f"/certifications/{approved.id}")
    assert "Dérogation au prérequis BOIS-1" in page.text
    assert "CAP menuisier, vu l’original" in page.text


def test_who_assessed_sees_no_button_and_cannot_approve(demo_app: Flask) -> None:
    grant(demo_app, "S1", Role.TRAINER)
    propose(demo_app, "U25", "LASER", trainer="S1")
    manager = Browser(demo_app, "S1")
    certification = newest(demo_app, "U25", "LASER")
    page = manager.get("/decisions")
    assert "un autre gestionnaire valide" in page.text
    address = f"/certifications/{certification.id}/approve"
    assert address not in [form.element["action"] for form in page.forms]
    token = page.form(f"/certifications/{certification.id}/refuse").value("csrf_token")
    answer = manager.post(address, {"csrf_token": token})
    assert answer.status_code == 422
    assert "Vous avez évalué cette personne" in answer.text
    assert newest(demo_app, "U25", "LASER").state is State.PROPOSED


def test_a_team_of_one_approves_and_the_history_says_so(demo_app: Flask) -> None:
    work_alone(demo_app)
    grant(demo_app, "S1", Role.TRAINER)
    propose(demo_app, "U25", "LASER", trainer="S1")
    manager = Browser(demo_app, "S1")
    certification = newest(demo_app, "U25", "LASER")
    page = manager.get("/decisions")
    assert "Évaluée par vous" in page.text
    manager.send(page.form(f"/certifications/{certification.id}/approve"))
    page = manager.get(f"/certifications/{certification.id}")
    assert "équipe d’une personne" in page.text


def test_nobody_decides_on_his_own(demo_app: Flask) -> None:
    grant(demo_app, "U25", Role.MANAGER)
    propose(demo_app, "U25", "LASER")
    certification = newest(demo_app, "U25", "LASER")
    own = Browser(demo_app, "U25")
    page = own.get("/decisions")
    assert "C’est la vôtre" in page.text
    token = own.get("/trainings/LASER/edit").form().value("csrf_token")
    for act in ("approve", "refuse"):
        answer = own.post(
            f"/certifications/{certification.id}/{act}", {"csrf_token": token, "reason": "Oui"}
        )
        assert answer.status_code == 404
    assert newest(demo_app, "U25", "LASER").state is State.PROPOSED


def test_what_was_settled_meanwhile_is_told(demo_app: Flask, manager: Browser) -> None:
    propose(demo_app, "U25", "LASER")
    certification = newest(demo_app, "U25", "LASER")
    page = manager.get("/decisions")
    manager.send(
        page.form(f"/certifications/{certification.id}/refuse"), reason="La focale est à revoir"
    )
    late = manager.send(page.form(f"/certifications/{certification.id}/approve"), 422)
    assert "Cette habilitation a changé entre-temps" in late.text
    assert newest(demo_app, "U25", "LASER").state is State.REFUSED


def test_an_equivalence_is_checked_by_a_trainer_and_then_approved(
    demo_app: Flask, manager: Browser
) -> None:
    asked = newest(demo_app, "U27", "CNC-1")
    page = Browser(demo_app, "S2").get("/certifications/new?member=U27&training=CNC-1")
    form = page.form("/certifications/new")
    evidence = form.value("evidence").strip()
    assert evidence == "Tischlermeister, Zertifikat CNC-Fräsen (2019)"
    propose(demo_app, "U27", "CNC-1", done=None, evidence=evidence)
    page = manager.get("/decisions")
    assert "Équivalence" in page.text
    manager.send(page.form(f"/certifications/{asked.id}/approve"))
    approved = newest(demo_app, "U27", "CNC-1")
    assert approved.id == asked.id
    assert approved.state is State.APPROVED
    assert approved.equivalence


def test_the_navigation_counts_for_managers_alone(demo_app: Flask, manager: Browser) -> None:
    def counted(browser: Browser) -> list[str]:
        page = browser.get("/trainings")
        return [e.text for e in page.document.all("span") if "nav-count" in e["class"]]

    assert counted(manager) == ["4 en attente"]
    assert counted(Browser(demo_app, "U10")) == []
    assert counted(Browser(demo_app)) == []
    with statements_of(demo_app) as as_member:
        Browser(demo_app, "U10").ask("/trainings/LASER")
    assert not [s for s in as_member if "count(*)" in s and "FROM member" in s]


def test_nothing_waiting_says_so(demo_app: Flask, manager: Browser) -> None:
    page = manager.get("/decisions")
    for certification in (newest(demo_app, "U24", "ACC"), newest(demo_app, "U27", "CNC-1")):
        form = page.form(f"/certifications/{certification.id}/refuse")
        manager.send(form, reason="Plus tard")
    assert "Habilitations à valider" not in manager.get("/decisions").text


@pytest.mark.parametrize("who", ["U10", "U01", "S2", "S3", "S4", "S5", "S7"])
def test_decisions_are_for_managers(demo_app: Flask, who: str) -> None:
    browser = Browser(demo_app, who)
    browser.get("/decisions", 403)
    certification = newest(demo_app, "U24", "ACC")
    token = browser.get("/me").forms[0].value("csrf_token")
    for act in ("approve", "refuse"):
        answer = browser.post(
            f"/certifications/{certification.id}/{act}", {"csrf_token": token, "reason": "Non"}
        )
        assert answer.status_code == 404
    assert newest(demo_app, "U24", "ACC").state is State.PROPOSED


@pytest.mark.parametrize("path", ["approve", "refuse"])
def test_a_decision_on_nothing_is_not_found(manager: Browser, path: str) -> None:
    token = manager.get("/me").forms[0].value("csrf_token")
    for number in ("0", "999999", "99999999999999999999"):
        answer = manager.post(f"/certifications/{number}/{path}", {"csrf_token": token})
        assert answer.status_code == 404


def test_a_reason_has_a_length(demo_app: Flask, manager: Browser) -> None:
    certification = newest(demo_app, "U24", "ACC")
    form = manager.get("/decisions").form(f"/certifications/{certification.id}/refuse")
    manager.send(form, 422, reason="x" * 501)
    manager.send(form, 422, reason="x")
    assert newest(demo_app, "U24", "ACC").state is State.PROPOSED
