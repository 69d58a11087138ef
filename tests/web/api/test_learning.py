"""Attendance, tests and practical tests through the API."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from booking.database import db
from booking.trainings.models import QuizAttempt
from tests.learning import prove_in
from tests.programs import Program, program_of

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
