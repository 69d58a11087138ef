"""Attendance, tests and practical tests through the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from booking.database import db, writing
from booking.members.service import passwords
from booking.trainings.models import QuizAttempt
from tests.conftest import MakeApp
from tests.learning import person, prove_in
from tests.programs import Program, program_of
from tests.web.checking import Browser

At = Callable[[Flask, str], None]

LATE = {"reason": "Oubliée dans la hâte"}
SIGN = "/sessions/T-02/attendance/2/sign"


def told(answer: TestResponse, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.get_json(force=True)
    return body


def propose(trainer: Program, **change: Any) -> TestResponse:
    asked = {"training": "BOIS-1", "level": 1, "member": "U30", "note": "Sûre"}
    return trainer.post("/certifications", asked | change)


def test_from_the_missing_half_day_to_the_proposal(demo_app: Flask) -> None:
    trainee, trainer = program_of(demo_app, "U30"), program_of(demo_app, "U01")
    refused = told(propose(trainer, level=2), 422)
    assert [reason["code"] for reason in refused["reasons"]] == [
        "HALF_DAY_UNSIGNED",
        "CHECKLIST_INCOMPLETE",
    ]
    assert refused["reasons"][0]["names"] == ["T-02/2"]
    assert told(trainee.post(SIGN), 422)["code"] == "LATE_REASON_MISSING"
    signed = told(trainee.post(SIGN, LATE))
    assert (signed["state"], signed["late"]) == ("trainee_alone", True)
    assert told(trainee.post(SIGN, LATE), 409)["code"] == "ALREADY_SIGNED"
    countersign = "/sessions/T-02/attendance/2/countersign"
    assert trainee.post(countersign, LATE | {"members": ["U30"]}).status_code == 404
    sheet = told(trainer.post(countersign, LATE | {"members": ["U30"]}))
    (lea,) = [one for one in sheet["half_days"][1]["trainees"] if one["member"] == "U30"]
    assert lea["state"] == "complete"
    assert [line["by"] for line in lea["signatures"]] == ["trainee", "trainer"]
    assert told(propose(trainer), 201)["state"] == "proposed"


def test_the_sheet_is_for_trainers_and_managers(demo_app: Flask) -> None:
    address = "/sessions/T-02/attendance"
    assert len(told(program_of(demo_app, "S1").get(address))["half_days"]) == 2
    assert program_of(demo_app, "U30").get(address).status_code == 404
    absences = "/sessions/T-02/attendance/2/absences"
    noted = told(program_of(demo_app, "U01").post(absences, {"member": "U30"}), 201)
    assert noted["state"] == "absent"


DURING = "2026-11-19T14:05:00+01:00"
HERE = "/sessions/T-02/attendance/2/trainees/U30/sign"
STROKES = "M10 20L30 40L60 20L90 60L120 30L150 80L180 20L210 60"


def choose_pin(app: Flask, member: str, pin: str) -> None:
    with app.app_context(), writing():
        person(member).pin_hash = passwords.hash_password(pin)


def test_a_trainee_signs_on_the_trainers_device_by_code(demo_app: Flask, at: At) -> None:
    at(demo_app, DURING)
    trainer = program_of(demo_app, "U01")
    assert told(trainer.post(HERE, {"pin": "482915"}), 422)["code"] == "NO_PIN"
    choose_pin(demo_app, "U30", "482915")
    wrong = trainer.post(HERE, {"pin": "482916"})
    assert told(wrong, 422)["code"] == "WRONG_PIN"
    assert "482916" not in wrong.text
    signed = told(trainer.post(HERE, {"pin": "482915"}))
    assert signed["state"] == "trainee_alone"
    assert [(line["by"], line["method"]) for line in signed["signatures"]] == [("trainee", "pin")]


def test_a_trainee_signs_on_the_trainers_device_by_hand_also_late(demo_app: Flask) -> None:
    trainer = program_of(demo_app, "U01")
    for spoilt in ({}, {"drawing": "M1 1L2 2"}, {"drawing": "<script>"}):
        assert told(trainer.post(HERE, LATE | spoilt), 422)["code"] == "NOT_A_DRAWING"
    drawn = {"drawing": STROKES}
    assert told(trainer.post(HERE, drawn), 422)["code"] == "LATE_REASON_MISSING"
    signed = told(trainer.post(HERE, LATE | drawn))
    (line,) = signed["signatures"]
    assert (line["method"], line["late"], line["reason"]) == ("drawn", True, LATE["reason"])


def test_nobody_signs_for_another_in_that_way(demo_app: Flask) -> None:
    """The trainee signs in his own account without code or drawing, others not at all."""
    choose_pin(demo_app, "U30", "482915")
    by_code = LATE | {"pin": "482915"}
    for other in ("U02", "S3", "S1"):
        assert program_of(demo_app, other).post(HERE, by_code).status_code == 404
    trainee = program_of(demo_app, "U30")
    assert told(trainee.post(HERE, by_code), 403)["code"] == "NOT_PERMITTED"
    assert told(trainee.post(HERE, LATE))["signatures"][0]["method"] == "account"


def test_a_code_is_not_guessed_by_turns_on_the_page_and_by_program(make_app: MakeApp) -> None:
    app = make_app("demo", rate_limits=True)
    choose_pin(app, "U30", "482915")
    trainer, page = program_of(app, "U01"), Browser(app, "U01")
    form = page.get("/attendance/T-02/2/U30").form("/attendance/T-02/2/U30")
    answers = []
    for _round in range(3):
        answers.append(trainer.post(HERE, LATE | {"pin": "482910"}).status_code)
        answers.append(page.post(form.action, form.filled(LATE | {"pin": "482911"})).status_code)
    assert answers == [422] * 5 + [429]
    assert trainer.post(HERE, LATE | {"pin": "482915"}).status_code == 429


def test_a_manager_takes_a_signature_back_and_the_trainers_falls_with_it(demo_app: Flask) -> None:
    manager = program_of(demo_app, "S1")
    before = told(manager.get("/sessions/T-02/attendance"))["half_days"][0]["trainees"]
    (lea,) = [one for one in before if one["member"] == "U30"]
    address = f"/attendance/{lea['signatures'][0]['id']}/void"
    assert program_of(demo_app, "U01").post(address, LATE).status_code == 404
    assert manager.post(address).status_code == 422
    sheet = told(manager.post(address, {"reason": "Signée pour une autre"}))
    (lea,) = [one for one in sheet["half_days"][0]["trainees"] if one["member"] == "U30"]
    assert (lea["state"], lea["signatures"]) == ("missing", [])
    assert manager.post(address, LATE).status_code == 404


def test_a_sheet_is_closed_once_each_cell_is_settled(demo_app: Flask, at: At) -> None:
    trainer = program_of(demo_app, "U01")
    close = "/sessions/T-02/attendance/close"
    refused = told(trainer.post(close), 409)
    assert (refused["code"], refused["names"]) == ("HALF_DAYS_OPEN", ["Léa Thomas/2"])
    told(trainer.post("/sessions/T-02/attendance/2/absences", {"member": "U30"}), 201)
    assert program_of(demo_app, "S3").post(close).status_code == 404
    at(demo_app, DURING)
    assert told(trainer.post(close), 409)["code"] == "NOT_OVER"
    at(demo_app, "2026-11-23T08:00:00+01:00")
    closed = told(trainer.post(close))
    assert closed["state"] == "closed"
    (lea,) = [one for one in closed["half_days"][1]["trainees"] if one["member"] == "U30"]
    assert lea["absence"]["name"] == "Élodie Kessler"
    assert told(trainer.post(close), 409)["code"] == "SESSION_NOT_RUNNING"
    manager = program_of(demo_app, "S1")
    opened = told(manager.post(f"/attendance/{lea['absence']['id']}/void", LATE))
    assert opened["state"] == "held"


def test_a_test_tells_nothing_of_what_is_right_before_it_is_sent(demo_app: Flask) -> None:
    trainee = program_of(demo_app, "U10")
    begun = told(trainee.post("/trainings/LASER/attempts"), 201)
    assert len(begun["questions"]) == 12
    assert {question["right"] for question in begun["questions"]} == {None}
    assert told(trainee.post("/trainings/LASER/attempts"), 201)["id"] == begun["id"]
    trainer = program_of(demo_app, "S2")
    assert told(trainer.get(f"/attempts/{begun['id']}"))["questions"] == []
    with demo_app.app_context():
        drawn = db.session.get_one(QuizAttempt, begun["id"]).drawn
    rights = [
        [place for place, answer in enumerate(question["answers"]) if answer["right"]]
        for question in drawn
    ]
    address = f"/attempts/{begun['id']}/answers"
    assert told(trainee.post(address, {"answers": rights[:-1]}), 422)["code"] == "NOT_ONE_OF_THEM"
    sent = told(trainee.post(address, {"answers": rights}))
    assert (sent["passed"], sent["right"]) == (True, 12)
    assert told(trainee.post(address, {"answers": rights}), 409)["code"] == "ALREADY_SENT"
    (listed,) = told(trainer.get("/trainings/LASER/attempts", member="U10"))["items"]
    assert listed["id"] == begun["id"]
    assert trainee.get("/trainings/LASER/attempts", member="U11").status_code == 403


def test_a_failed_critical_item_blocks_the_proposal(demo_app: Flask) -> None:
    prove_in(demo_app, "U25")
    trainer = program_of(demo_app, "S2")
    practical = told(trainer.get("/trainings/LASER"))["practical"]
    worst = next(item["item"] for item in practical if item["critical"])
    results = {item["item"]: "passed" for item in practical}
    asked = {"member": "U25", "part": "Boîte", "results": results | {worst: "failed"}}
    told(trainer.post("/trainings/LASER/assessments", asked), 201)
    refused = told(propose(trainer, training="LASER", level=2, member="U25"), 422)
    assert (refused["code"], refused["names"]) == ("CRITICAL_FAILED", [worst])
    told(trainer.post("/trainings/LASER/assessments", asked | {"results": results}), 201)
    told(propose(trainer, training="LASER", level=2, member="U25"), 201)
    odd = asked | {"results": {"Autre chose": "passed"}}
    answer = told(trainer.post("/trainings/LASER/assessments", odd), 422)
    assert answer["code"] == "ITEM_UNKNOWN"
