"""Sessions over the API: the dates, places, the waiting list, planning, and interest."""

from __future__ import annotations

from typing import Any

from flask import Flask

from booking.database import writing
from booking.sessions.service import accounts
from tests.integration.trainings.records import person
from tests.programs import program_of, visitor

NEW: dict[str, Any] = {
    "training": "LASER",
    "places": 1,
    "half_days": [
        {"starts_at": "2026-12-23T09:00:00+01:00", "ends_at": "2026-12-23T12:30:00+01:00"}
    ],
    "machines": [{"machine": "M03"}],
    "open": True,
}


def codes(answer: Any) -> list[str]:
    return [one["code"] for one in answer.json["refusals"]]


def test_a_visitor_reads_the_dates_without_anybody_s_name(demo_app: Flask) -> None:
    items = visitor(demo_app).get("/sessions", training="LASER").json["items"]  # type: ignore[index]
    assert [one["code"] for one in items] == ["T-03"]
    assert items[0]["machines"] == [
        {"machine": "M03", "units": 1},
        {"machine": "R1", "units": 4},
    ]
    assert (items[0]["free_places"], items[0]["trainers"]) == (0, [])
    assert program_of(demo_app, "U10").get("/sessions/T-03").json["trainers"] == ["S2"]  # type: ignore[index]


def test_a_trainer_plans_on_free_machines_alone(demo_app: Flask) -> None:
    trainer = program_of(demo_app, "S2")
    made = trainer.post("/sessions", NEW)
    assert (made.status_code, made.json["state"]) == (201, "open")  # type: ignore[index]
    again = program_of(demo_app, "S3").post("/sessions", NEW)
    assert again.status_code == 409
    assert codes(again) == ["MACHINE_TAKEN"]
    taken = program_of(demo_app, "U15").post(
        "/reservations",
        {
            "machine": "M03",
            "starts_at": "2026-12-23T09:00:00+01:00",
            "ends_at": "2026-12-23T10:00:00+01:00",
            "mode": "autonomous",
        },
    )
    assert "SLOT_TAKEN" in codes(taken)


def test_who_may_no_longer_give_a_session_is_named_to_managers(demo_app: Flask) -> None:
    with demo_app.app_context(), writing():
        accounts.suspend_member(person("U13"), person("S1"), "Badge prêté")
    manager = program_of(demo_app, "S1")
    assert manager.get("/sessions/T-06").json["unable_trainers"] == ["U13"]  # type: ignore[index]
    assert program_of(demo_app, "U14").get("/sessions/T-06").json["unable_trainers"] == []  # type: ignore[index]
    refused = manager.post("/sessions/T-06/confirm", {})
    assert (refused.status_code, codes(refused)) == (422, ["NOBODY_GIVES_IT"])


def test_who_waits_is_offered_the_place_that_is_given_back(demo_app: Flask) -> None:
    program_of(demo_app, "S2").post("/sessions", NEW)
    first, second = program_of(demo_app, "U10"), program_of(demo_app, "U02")
    place = first.post("/sessions/T-09/enrol", {})
    assert place.status_code == 201
    full = second.post("/sessions/T-09/enrol", {})
    assert (full.status_code, codes(full)) == (409, ["NO_PLACE_LEFT"])
    waits = second.post("/sessions/T-09/wait", {}).json
    assert waits is not None
    assert (waits["status"], waits["place"]) == ("waiting", 1)
    given_back = first.post(f"/enrolments/{place.json['id']}/cancel", {}).json  # type: ignore[index]
    assert given_back is not None
    assert (given_back["status"], given_back["due_cents"]) == ("cancelled", 0)
    assert second.get(f"/enrolments/{waits['id']}").json["status"] == "offered"  # type: ignore[index]
    assert second.post(f"/enrolments/{waits['id']}/accept", {}).json["status"] == "enrolled"  # type: ignore[index]


def test_a_session_in_preparation_is_unknown_to_who_seeks_a_place(demo_app: Flask) -> None:
    program_of(demo_app, "S2").post("/sessions", NEW | {"open": False})
    for act in ("enrol", "wait"):
        assert program_of(demo_app, "U10").post(f"/sessions/T-09/{act}", {}).status_code == 404


def test_a_change_names_the_version_that_was_read(demo_app: Flask) -> None:
    trainer = program_of(demo_app, "S2")
    made = trainer.post("/sessions", NEW).json
    assert made is not None
    changed = NEW | {"places": 2, "version": made["version"]}
    answer = trainer.post("/sessions/T-09/change", changed)
    assert (answer.status_code, answer.json["places"]) == (200, 2)  # type: ignore[index]
    assert answer.json["version"] > made["version"]  # type: ignore[index]
    again = trainer.post("/sessions/T-09/change", changed)
    assert (again.status_code, codes(again)) == (422, ["CHANGED_MEANWHILE"])


def test_naming_trainers_names_the_version_that_was_read(demo_app: Flask) -> None:
    manager = program_of(demo_app, "S1")
    made = manager.post("/sessions", NEW | {"trainer": "S2"}).json
    assert made is not None
    wanted = {"version": made["version"], "trainer": "S3"}
    assert manager.post("/sessions/T-09/trainers", {"trainer": "S3"}).status_code == 422
    named = manager.post("/sessions/T-09/trainers", wanted)
    assert (named.status_code, named.json["trainers"]) == (200, ["S3"])  # type: ignore[index]
    again = manager.post("/sessions/T-09/trainers", wanted | {"trainer": "S2"})
    assert (again.status_code, codes(again)) == (422, ["CHANGED_MEANWHILE"])


def test_a_closed_day_asks_for_a_reason_of_who_may_grant_waivers(demo_app: Flask) -> None:
    hours = {"starts_at": "2026-12-30T09:00:00+01:00", "ends_at": "2026-12-30T12:30:00+01:00"}
    closed = NEW | {"half_days": [hours], "trainer": "S2"}
    manager = program_of(demo_app, "S1")
    assert codes(manager.post("/sessions", closed)) == ["CLOSED_THEN"]
    said = closed | {"despite": "Seule date possible"}
    assert codes(program_of(demo_app, "S2").post("/sessions", said)) == ["CLOSED_THEN"]
    assert manager.post("/sessions", said).status_code == 201


def test_what_is_missing_is_named(demo_app: Flask) -> None:
    refused = program_of(demo_app, "U10").post("/sessions/T-07/enrol", {})
    assert refused.status_code == 422
    assert codes(refused) == ["PREREQUISITE_MISSING"]
    assert "BOIS-1" in refused.json["detail"]  # type: ignore[index]


def test_who_answers_for_a_firm_enrols_its_people_and_no_others(demo_app: Flask) -> None:
    head = program_of(demo_app, "U02")
    assert head.post("/sessions/T-01/enrol", {"member": "U03"}).status_code == 201
    assert head.post("/sessions/T-01/enrol", {"member": "U10"}).status_code == 403
    places = head.get("/enrolments").json["items"]  # type: ignore[index]
    assert ("U03", "T-01") in {(one["member"], one["session"]) for one in places}


def test_trainers_read_how_many_would_attend(demo_app: Flask) -> None:
    member = program_of(demo_app, "U02")
    said = member.post("/trainings/LASER/interest", {"half_days": ["0-MORNING"]})
    assert said.json == {"training": "LASER", "half_days": ["0-MORNING"]}
    assert member.get("/demand").status_code == 403
    items = program_of(demo_app, "S2").get("/demand").json["items"]  # type: ignore[index]
    assert {"training": "LASER", "people": 1, "needed": 2} in items
