"""Signing half-days in the browser: in one's own account, and on the trainer's device."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from booking.database import db
from booking.trainings.models import AttendanceEntry
from tests.conftest import MakeApp
from tests.web.checking import Browser, Page

At = Callable[[Flask, str], None]
DURING = "2026-11-19T14:05:00+01:00"
LATE = "Oubliée dans la hâte"
CELL = "/attendance/T-02/2/U30"
STROKES = "M10 20L30 40L60 20L90 60L120 30L150 80L180 20L210 60"
PASSWORD = "tilleul-rouge"


def choose_pin(
    app: Flask, pin: str = "482915", status: int = 303, password: str = PASSWORD
) -> Page:
    browser = Browser(app, "U30")
    return browser.send(browser.get("/me/pin").form("/me/pin"), status, present=password, pin=pin)


def test_a_trainee_signs_in_his_own_account_at_the_time(demo_app: Flask, at: At) -> None:
    at(demo_app, DURING)
    trainee = Browser(demo_app, "U30")
    assert "Une demi-journée de formation attend votre signature" in trainee.get("/").text
    page = trainee.get("/attendance")
    assert CELL in page.links
    page = trainee.send(trainee.get(CELL).form(CELL))
    assert "Présence signée" in page.text
    assert "Rien à signer" in page.text
    sheet = Browser(demo_app, "U01").get("/attendance/T-02")
    assert "À contresigner" in sheet.text
    assert "19/11/2026" in sheet.text


def test_before_the_half_day_there_is_nothing_to_sign(demo_app: Flask, at: At) -> None:
    at(demo_app, "2026-11-19T13:00:00+01:00")
    trainee = Browser(demo_app, "U30")
    assert "on signe au plus tôt dix minutes avant" in trainee.get(CELL).text
    assert CELL not in trainee.get("/attendance").links


def test_afterwards_a_reason_is_asked_and_shown_with_the_mark(demo_app: Flask) -> None:
    trainee, trainer = Browser(demo_app, "U30"), Browser(demo_app, "U01")
    page = trainee.send(trainee.get(CELL).form(CELL), 422)
    assert "écrivez pourquoi elle est signée après coup" in page.text
    trainee.send(trainee.get(CELL).form(CELL), reason=LATE)
    half_day = trainer.get("/attendance/T-02/2")
    page = trainer.send(half_day.form("/attendance/T-02/2/countersign"), 422)
    assert "écrivez pourquoi elle est signée après coup" in page.text
    trainer.send(half_day.form("/attendance/T-02/2/countersign"), reason="Vu en séance")
    for address in ("/attendance/T-02", "/attendance/T-02/sheet"):
        text = trainer.get(address).text
        assert "Après coup" in text
        assert LATE in text
        assert "Vu en séance" in text


def test_the_sheet_for_paper_holds_the_same_facts(demo_app: Flask) -> None:
    text = Browser(demo_app, "S1").get("/attendance/T-02/sheet").text
    for told in (
        "T-02", "BOIS-1", "Non signée", "Demi-journée 2", "14:00 – 17:30",
        "depuis son compte", "18/11/2026", "14:04", "14:12",
    ):  # fmt: skip
        assert told in text, told


def test_on_the_trainers_device_the_code_signs(demo_app: Flask, at: At) -> None:
    choose_pin(demo_app)
    at(demo_app, DURING)
    trainer = Browser(demo_app, "U01")
    form = trainer.get(CELL).form(CELL)
    page = trainer.send(form, 422, pin="482916")
    assert "Ce n’est pas le code d’émargement de cette personne" in page.text
    assert trainer.send(form, 422, pin="12").status == 422
    assert "482915" not in page.text
    page = trainer.send(trainer.get(CELL).form(CELL), pin="482915")
    assert "Présence signée" in page.text
    assert "par code" in page.text


def test_on_the_trainers_device_a_drawing_signs(demo_app: Flask, at: At) -> None:
    at(demo_app, DURING)
    trainer = Browser(demo_app, "U01")
    page = trainer.send(trainer.get(CELL).form(CELL), 422)
    assert "Tapez le code d’émargement ou dessinez la signature" in page.text
    page = trainer.send(trainer.get(CELL).form(CELL), drawing=STROKES)
    assert "à la main" in page.text
    assert STROKES in page.answer.text


def test_a_code_is_not_guessed(make_app: MakeApp) -> None:
    app = make_app("demo", rate_limits=True)
    choose_pin(app)
    trainer = Browser(app, "U01")
    form = trainer.get(CELL).form(CELL)
    answers = [
        trainer.client.post(form.action, data=form.filled({"pin": f"48291{last}", "reason": LATE}))
        for last in (0, 1, 2, 3, 4, 5)
    ]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]


@pytest.mark.parametrize("pin", ["000000", "123456", "765432", "121212", "12345", "12345a"])
def test_a_code_that_anybody_guesses_is_not_taken(demo_app: Flask, pin: str) -> None:
    choose_pin(demo_app, pin, 422)


def test_choosing_a_code_takes_the_password(demo_app: Flask) -> None:
    assert (
        "Ce n’est pas votre mot de passe actuel"
        in choose_pin(demo_app, status=422, password="x").text
    )


def test_who_did_not_come_is_noted_and_the_session_closed(demo_app: Flask) -> None:
    trainer = Browser(demo_app, "U01")
    page = trainer.get("/attendance/T-02")
    assert "Il reste des demi-journées" in page.text
    half_day = trainer.get("/attendance/T-02/2")
    page = trainer.send(half_day.form("/attendance/T-02/2/U30/absence"))
    assert "Absence notée" in page.text
    page = trainer.send(trainer.get("/attendance/T-02").form("/attendance/T-02/close"))
    assert "Session close" in page.text


def test_a_manager_takes_a_line_back_and_it_stays_legible(demo_app: Flask) -> None:
    manager = Browser(demo_app, "S1")
    with demo_app.app_context():
        number = db.session.scalars(select(AttendanceEntry.id)).first()
    address = f"/attendance/entries/{number}/void"
    assert address in manager.get("/attendance/T-02").links
    page = manager.send(manager.get(address).form(address), reason="Signée pour un autre")
    assert "Signée pour un autre" in page.text
    assert "Annulée" in page.text
    manager.get(address, 404)


def test_others_see_no_sheet(demo_app: Flask) -> None:
    for who in ("U30", "U02", "S4"):
        Browser(demo_app, who).get("/attendance/T-02", 404)
        Browser(demo_app, who).get("/attendance/T-02/sheet", 404)


def test_the_proposal_says_which_half_day_is_missing(demo_app: Flask) -> None:
    trainer = Browser(demo_app, "U01")
    page = trainer.get("/certifications/new?member=U30&training=BOIS-1")
    assert "1 demi-journée(s) signée(s) sur 2" in page.text
    page = trainer.send(page.form("/certifications/new"), 422, level="1")
    assert "T-02, demi-journée 2" in page.text
