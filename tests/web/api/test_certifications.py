"""Certifications through the API: who sees them, who decides, and what falls with them."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.learning import prove_in
from tests.programs import Program, codes_of, program_of

ON_THE_LASER = {
    "machine": "M03",
    "starts_at": "2026-11-26T10:00:00+01:00",
    "ends_at": "2026-11-26T12:00:00+01:00",
}


def told(answer: TestResponse, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.get_json(force=True)
    return body


@pytest.fixture(autouse=True)
def followed(demo_app: Flask) -> None:
    """The trainees have followed the training, signed each half-day and passed the test."""
    for member in ("U25", "U26"):
        prove_in(demo_app, member)


@pytest.fixture
def trainee(demo_app: Flask) -> Program:
    return program_of(demo_app, "U25")


@pytest.fixture
def trainer(demo_app: Flask) -> Program:
    return program_of(demo_app, "S2")


@pytest.fixture
def manager(demo_app: Flask) -> Program:
    return program_of(demo_app, "S1")


@pytest.fixture
def proposed(trainer: Program) -> dict[str, Any]:
    return told(trainer.post("/certifications", proposal(trainer)), 201)


def proposal(program: Program, **change: Any) -> dict[str, Any]:
    """A trainee's assessment for the laser with everything done."""
    checklist = told(program.get("/trainings/LASER"))["checklist"]
    asked = {"training": "LASER", "level": 2, "member": "U25", "note": "Sûr", "done": checklist}
    return asked | change


def test_from_proposal_to_reservation_to_suspension(
    trainee: Program, trainer: Program, manager: Program
) -> None:
    refused = trainee.post("/reservations", ON_THE_LASER)
    assert codes_of(refused) == ["CERT_MISSING"]
    proposed = told(trainer.post("/certifications", proposal(trainer)), 201)
    assert proposed["state"] == "proposed"
    assert proposed["assessed_by"] == "S2"
    waiting = told(manager.get("/certifications", state="proposed"))["items"]
    assert proposed["id"] in [item["id"] for item in waiting]
    path = f"/certifications/{proposed['id']}"
    approved = told(manager.post(f"{path}/approve"))
    assert approved["state"] == "approved"
    assert approved["valid_until"] == "2027-11-23"
    reservation = told(trainee.post("/reservations", ON_THE_LASER), 201)
    suspended = told(manager.post(f"{path}/suspend", {"reason": "Feu non surveillé"}))
    assert suspended["state"] == "suspended"
    (fallen,) = suspended["cancelled_reservations"]
    assert fallen["id"] == reservation["id"]
    assert fallen["status"] == "cancelled_by_site"
    assert codes_of(trainee.post("/reservations", ON_THE_LASER)) == ["CERT_SUSPENDED"]
    assert told(manager.post(f"{path}/reinstate", {"reason": "Vu ensemble"}))["state"] == "approved"
    told(trainee.post("/reservations", ON_THE_LASER), 201)
    revoked = told(manager.post(f"{path}/revoke", {"reason": "Récidive"}))
    assert revoked["state"] == "revoked"
    assert len(revoked["cancelled_reservations"]) == 1
    history = told(trainee.get(path))["history"]
    assert [event["act"] for event in history] == [
        "propose", "approve", "suspend", "reinstate", "revoke",
    ]  # fmt: skip


def test_a_refusal_needs_a_reason_and_is_told(
    manager: Program, trainee: Program, proposed: dict[str, Any]
) -> None:
    path = f"/certifications/{proposed['id']}"
    assert told(manager.post(f"{path}/refuse"), 422)["errors"][0]["field"] == "reason"
    assert told(manager.post(f"{path}/refuse", {"reason": "À revoir"}))["state"] == "refused"
    assert told(trainee.get(path))["history"][-1]["reason"] == "À revoir"
    again = told(manager.post(f"{path}/approve"), 409)
    assert again["code"] == "NOT_IN_THIS_STATE"


def test_who_proposed_does_not_approve_and_trainees_do_not_either(
    trainer: Program, trainee: Program, proposed: dict[str, Any]
) -> None:
    for program in (trainer, trainee):
        answer = program.post(f"/certifications/{proposed['id']}/approve")
        assert answer.status_code == 404


def test_a_member_asks_for_his_own_and_only_once(trainee: Program) -> None:
    asked = told(trainee.post("/certifications", {"training": "LASER", "level": 2}), 201)
    assert asked["state"] == "requested"
    assert asked["member"] == "U25"
    again = told(trainee.post("/certifications", {"training": "LASER", "level": 2}), 409)
    assert again["code"] == "ALREADY_OPEN"


def test_a_refresher_is_asked_and_told_as_such(demo_app: Flask, trainee: Program) -> None:
    asked = {"training": "TEXTILE-1", "level": 2, "refresher": True}
    never = told(trainee.post("/certifications", asked), 409)
    assert never["code"] == "NOTHING_TO_REFRESH"
    member = program_of(demo_app, "U08")
    made = told(member.post("/certifications", asked), 201)
    assert made["refresher"] is True
    (event,) = told(member.get(f"/certifications/{made['id']}"))["history"]
    assert (event["act"], event["refresher"]) == ("request", True)


def test_a_member_proposes_nobody(trainee: Program) -> None:
    answer = told(trainee.post("/certifications", proposal(trainee, member="U26")), 403)
    assert answer["code"] == "NOT_PERMITTED"


def test_an_incomplete_checklist_names_what_is_missing(trainer: Program) -> None:
    answer = told(trainer.post("/certifications", proposal(trainer, done=[])), 422)
    assert answer["code"] == "CHECKLIST_INCOMPLETE"
    assert answer["names"]


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"training": "MAGIC"}, "training", "unknown_training"),
        ({"member": "U99"}, "member", "unknown_member"),
        ({"level": 4}, "level", "less_than_equal"),
        ({"assessed_on": "2027-02-29"}, "assessed_on", "date_iso"),
        ({"assessed_on": "9999-01-01"}, "assessed_on", "too_far"),
        ({"note": "x" * 1001}, "note", "string_too_long"),
        ({"state": "approved"}, "state", "extra_forbidden"),
    ],
)
def test_a_proposal_that_does_not_fit_names_the_field(
    trainer: Program, change: dict[str, Any], field: str, code: str
) -> None:
    (fault,) = told(trainer.post("/certifications", proposal(trainer, **change)), 422)["errors"]
    assert (fault["field"], fault["code"]) == (field, code)


def test_members_see_their_own_trainers_and_managers_all(
    trainee: Program, trainer: Program, manager: Program, demo_app: Flask
) -> None:
    own = told(trainee.get("/certifications"))["items"]
    assert {item["member"] for item in own} == {"U25"}
    assert trainee.get("/certifications", member="U02").status_code == 403
    for program in (trainer, manager):
        everything = told(program.get("/certifications", limit=100))["items"]
        assert len({item["member"] for item in everything}) > 10
        of_one = told(program.get("/certifications", member="U02", training="CNC-1"))["items"]
        assert {(item["member"], item["training"]) for item in of_one} == {("U02", "CNC-1")}
    number = own[0]["id"]
    assert program_of(demo_app, "U02").get(f"/certifications/{number}").status_code == 404


def test_what_dates_have_ended_reads_so(manager: Program) -> None:
    expired = told(manager.get("/certifications", state="expired", member="U08"))["items"]
    assert [(item["training"], item["valid_until"]) for item in expired] == [
        ("TEXTILE-1", "2026-11-03")
    ]
    lapsed = told(manager.get("/certifications", state="lapsed", member="U14"))["items"]
    assert [item["training"] for item in lapsed] == ["CERAM-1"]


def test_pages_follow_one_another(manager: Program) -> None:
    first = told(manager.get("/certifications", limit=3))
    second = told(manager.get("/certifications", limit=3, after=first["next"]))
    numbers = [item["id"] for page in (first, second) for item in page["items"]]
    assert numbers == sorted(set(numbers))
    assert len(numbers) == 6


def test_several_are_approved_at_once_but_for_those_that_need_a_look(
    trainer: Program, manager: Program, proposed: dict[str, Any]
) -> None:
    other = told(trainer.post("/certifications", proposal(trainer, member="U26")), 201)
    prior = told(
        trainer.post("/certifications", proposal(trainer, member="U10", evidence="Diplôme")), 201
    )
    asked = {"certifications": [proposed["id"], other["id"], prior["id"]]}
    told(trainer.post("/certifications/approve", asked), 403)
    decided = told(manager.post("/certifications/approve", asked))
    assert [one["id"] for one in decided["approved"]] == sorted([proposed["id"], other["id"]])
    assert {one["state"] for one in decided["approved"]} == {"approved"}
    assert [(one["id"], one["code"]) for one in decided["left"]] == [(prior["id"], "NEEDS_A_LOOK")]
    again = told(manager.post("/certifications/approve", asked))
    assert {one["code"] for one in again["left"]} == {"NOT_IN_THIS_STATE", "NEEDS_A_LOOK"}


def test_the_note_is_for_who_decides(
    trainee: Program, manager: Program, proposed: dict[str, Any]
) -> None:
    address = f"/certifications/{proposed['id']}"
    assert told(manager.get(address))["note"] == "Sûr"
    assert told(trainee.get(address))["note"] == ""
