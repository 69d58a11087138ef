"""A session of professional training from the flag to the yearly declaration, day by day."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from booking import worker
from booking.database import db, writing
from booking.outbox.models import Message
from booking.trainings.models import SessionState
from booking.trainings.rules import QUESTIONS, QuestionnaireKind
from tests.learning import a_session, pass_quiz
from tests.pdfs import text_of
from tests.programs import program_of
from tests.web.checking import Browser

At = Callable[[Flask, str], None]

FILE = "/training-files/T-95"
TRAINEE, ABSENT, TRAINER, MANAGER = "U10", "U11", "S2", "S1"
DURING, AFTERWARDS = "2026-11-30T08:05:00+01:00", "2026-11-30T12:00:00+01:00"
LATER = "2027-02-28T12:00:00+01:00"


@pytest.fixture
def places(demo_app: Flask) -> dict[str, int]:
    """Two people have a place in a session of LASER in a week; the ids of their enrolments."""
    with demo_app.app_context(), writing():
        session = a_session(
            TRAINEE,
            ABSENT,
            begun=timedelta(days=-7),
            state=SessionState.CONFIRMED,
            code="T-95",
        )
        return {one.member.code: one.id for one in session.enrolments}


@pytest.mark.usefixtures("pdf_maker")
def test_from_the_flag_to_the_yearly_declaration(
    demo_app: Flask, places: dict[str, int], at: At
) -> None:
    is_flagged_professional(demo_app)
    assert asked_by_mail(demo_app, places) == {(TRAINEE, "entry"), (ABSENT, "entry")}
    answers(demo_app, places, "entry", "2", "Jamais découpé de cuir")

    at(demo_app, DURING)
    signs_and_is_countersigned(demo_app)
    at(demo_app, AFTERWARDS)
    is_closed(demo_app)
    is_assessed(demo_app)

    assert asked_by_mail(demo_app, places) == {(TRAINEE, "at_once")}
    answers(demo_app, places, "at_once", "4", "Très clair")
    at(demo_app, LATER)
    assert asked_by_mail(demo_app, places) == {(TRAINEE, "later")}
    answers(demo_app, places, "later", "3", "Je découpe seul")
    is_paid_for(demo_app)

    every_paper_says_what_was_done(demo_app)
    the_year_is_the_sum_of_its_sessions(demo_app)


def is_flagged_professional(app: Flask) -> None:
    manager = Browser(app, MANAGER)
    page = manager.get(FILE)
    assert "n’est pas une formation professionnelle" in page.text
    page = manager.send(page.form(FILE), professional="y", programme="Matin : focale et extraction")
    assert "n’est pas une formation professionnelle" not in page.text


def asked_by_mail(app: Flask, places: dict[str, int]) -> set[tuple[str, str]]:
    """Who is asked for what by the letters that this run of the worker writes."""
    codes = {f"enrolment:{number}": code for code, number in places.items()}
    with app.app_context():
        last = db.session.scalar(select(Message.id).order_by(Message.id.desc())) or 0
    worker.ask_trainees(app)
    with app.app_context():
        query = select(Message.topic, Message.kind).where(
            Message.id > last, Message.kind.like("questionnaire.%"), Message.topic.in_(codes)
        )
        rows = db.session.execute(query).all()
    return {(codes[topic], kind.removeprefix("questionnaire.")) for topic, kind in rows}


def answers(app: Flask, places: dict[str, int], kind: str, mark: str, comment: str) -> None:
    address = f"/questionnaires/{places[TRAINEE]}/{kind}"
    browser = Browser(app, TRAINEE)
    marks = dict.fromkeys(QUESTIONS[QuestionnaireKind(kind.upper())], mark)
    page = browser.send(browser.get(address).form(address), comment=comment, **marks)
    assert "vos réponses sont enregistrées" in page.text


def signs_and_is_countersigned(app: Flask) -> None:
    trainee, trainer = Browser(app, TRAINEE), Browser(app, TRAINER)
    cell, half_day = f"/attendance/T-95/1/{TRAINEE}", "/attendance/T-95/1"
    trainee.send(trainee.get(cell).form(cell))
    page = trainer.send(trainer.get(half_day).form(f"{half_day}/countersign"))
    page = trainer.send(page.form(f"{half_day}/{ABSENT}/absence"))
    assert "Absence notée : Nadia Ferrari" in page.text


def is_closed(app: Flask) -> None:
    trainer = Browser(app, TRAINER)
    page = trainer.get("/attendance/T-95")
    page = trainer.send(page.form("/attendance/T-95/close"))
    assert "Session close" in page.text


def is_assessed(app: Flask) -> None:
    with app.app_context(), writing():
        pass_quiz(TRAINEE)
    trainer, practical = Browser(app, TRAINER), f"/assessments/LASER/{TRAINEE}"
    form = trainer.get(practical).form(practical)
    every = {f"item_{number}": "PASSED" for number in range(1, 9)}
    page = trainer.send(form, part="Boîte en peuplier", **every)
    page = trainer.send(page.form("/certifications/new"), level="2")
    assert "Proposition envoyée" in page.text


def is_paid_for(app: Flask) -> None:
    manager = Browser(app, MANAGER)
    for member, income, euros in ((TRAINEE, "OPCO_PLAN", "120"), (ABSENT, "PERSON", "60,50")):
        address = f"{FILE}/trainees/{member}"
        form = manager.get(address).form(address)
        manager.send(form, income=income, objective="OTHER", amount=euros)


def every_paper_says_what_was_done(app: Flask) -> None:
    manager = Browser(app, MANAGER)
    form = manager.get(FILE).form(f"{FILE}/export")
    papers = zipfile.ZipFile(io.BytesIO(manager.post(form.action, form.values).data))
    assert papers.testzip() is None
    manifest = json.loads(papers.read("manifest.json"))
    assert papers.namelist() == [*(one["name"] for one in manifest["papers"]), "manifest.json"]
    assert [one["questionnaire"] for one in manifest["answered"]] == ["at_once", "entry", "later"]
    told = {
        name.removesuffix(".pdf"): text_of(papers.read(name)) for name in papers.namelist()[:-1]
    }
    assert set(told) == set(EXPECTED)
    for name, words in EXPECTED.items():
        for word in words:
            assert word in told[name], (name, word, told[name])
    sent = program_of(app, TRAINER).post("/sessions/T-95/training-file/export").get_json()
    again = zipfile.ZipFile(io.BytesIO(base64.b64decode(sent["content"])))
    assert again.namelist() == papers.namelist()


EXPECTED = {
    "01-programme": ("Matin : focale et extraction", "T-95"),
    "02-evaluation-entree": ("Chloé Marchal", "Jamais découpé de cuir"),
    "03-emargement": ("Chloé Marchal", "depuis son compte", "Nadia Ferrari Absence", "3 h 30"),
    "04-evaluations": ("12 sur 12", "Boîte en peuplier", "Rémi Jung"),
    "05-satisfaction": ("Chloé Marchal", "Très clair"),
    "06-satisfaction-3-mois": ("Chloé Marchal", "Je découpe seul"),
    f"07-realisation-{TRAINEE}": ("Chloé Marchal", "3 h 30", "Certificat de réalisation"),
}
"""No certificate for who was never there."""


def the_year_is_the_sum_of_its_sessions(app: Flask) -> None:
    accountant = program_of(app, "S4")
    year = accountant.get("/training-activity/2026").get_json()
    sessions = {one["session"]: one for one in year["sessions"]}
    assert set(sessions) >= {"T-00", "T-02", "T-95"}
    assert sessions["T-95"] == {
        "session": "T-95",
        "training": "LASER",
        "trainees": 1,
        "minutes": 210,
        "income_cents": 18_050,
    }
    for figure in ("trainees", "minutes", "income_cents"):
        for parts in (year["sessions"], year["by_income"], year["by_objective"]):
            assert sum(part[figure] for part in parts) == year["total"][figure], figure
    for code, told in sessions.items():
        file = program_of(app, MANAGER).get(f"/sessions/{code}/training-file").get_json()
        assert file["professional"]
        assert sum(one["signed_minutes"] for one in file["trainees"]) == told["minutes"]
        assert sum(paid(one) for one in file["trainees"]) == told["income_cents"]
    page = Browser(app, "S4").get("/training-files?year=2026").text
    for word in ("T-95", "580,50", "2h", "Particuliers, à leurs frais", "10443*17"):
        assert word in page, word


def paid(trainee: dict[str, Any]) -> int:
    return trainee["funding"]["income_cents"] if trainee["funding"] else 0
