"""The reservation attempts of the demo's data, through the API, at the reference clock."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from booking import demo
from tests.programs import codes_of, program_of

FILE = Path(demo.__file__).parent / "data" / "scenarios.toml"
SCENARIOS: list[dict[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))["scenarios"]
PRICED = [case for case in SCENARIOS if "expected_price_excl_cents" in case]

SetClock = Callable[[Flask, str], None]


def cases(scenarios: list[dict[str, Any]]) -> Any:
    return pytest.mark.parametrize(
        "case", [pytest.param(case, id=case["id"]) for case in scenarios]
    )


def body_of(case: dict[str, Any]) -> dict[str, Any]:
    """What the scenario's member asks the API."""
    named = {"supervisor": case.get("supervised_by"), "buddy": case.get("buddy")}
    asked = ("machine", "starts_at", "ends_at", "mode", "firing_type")
    return {key: case[key] for key in asked if key in case} | {
        key: code for key, code in named.items() if code
    }


def attempt(app: Flask, at: SetClock, case: dict[str, Any], **more: Any) -> Any:
    """The answer to the scenario's attempt, what it takes as given confirmed before."""
    if "now" in case:
        at(app, case["now"])
    for given in case.get("given", []):
        assert program_of(app, given["member"]).post("/reservations", body_of(given)).status_code
    return program_of(app, case["member"]).post("/reservations", body_of(case) | more)


def status_when_agreed(app: Flask, case: dict[str, Any], made: dict[str, Any]) -> str:
    """How it stands once the persons named have agreed; until then it is held."""
    agreed = {"supervised_by": "supervisor_accepted", "buddy": "buddy_accepted"}
    for name, has_agreed in agreed.items():
        if case.get(has_agreed):
            assert made["status"] == "held"
            accepted = program_of(app, case[name]).post(f"/reservations/{made['id']}/accept")
            assert accepted.json is not None
            made = accepted.json
    return str(made["status"])


@cases(SCENARIOS)
def test_every_scenario_has_the_expected_answer(
    demo_app: Flask, at: SetClock, case: dict[str, Any]
) -> None:
    answer = attempt(demo_app, at, case)
    if case["expected"] == "confirmed":
        assert answer.status_code == 201, answer.text
        assert status_when_agreed(demo_app, case, answer.json) == "confirmed"
    else:
        assert answer.status_code == 422
        assert codes_of(answer) == case["expected"]


@cases(SCENARIOS)
def test_every_dry_run_says_the_same_and_changes_nothing(
    demo_app: Flask, at: SetClock, case: dict[str, Any]
) -> None:
    answer = attempt(demo_app, at, case, dry_run=True)
    assert answer.status_code == 200
    assert answer.json["allowed"] is (case["expected"] == "confirmed")
    assert codes_of(answer) == ([] if answer.json["allowed"] else case["expected"])
    mine = program_of(demo_app, case["member"]).get("/reservations", **{"from": case["starts_at"]})
    assert mine.json is not None
    assert mine.json["items"] == []


@cases(PRICED)
def test_every_price_is_the_expected_one(
    demo_app: Flask, at: SetClock, case: dict[str, Any]
) -> None:
    price = attempt(demo_app, at, case).json["price"] or {}
    assert price.get("excl_cents") == case["expected_price_excl_cents"]
    if "expected_price_incl_cents" in case:
        assert price.get("incl_cents") == case["expected_price_incl_cents"]


def test_the_facts_name_the_missing_training_and_its_next_session(demo_app: Flask) -> None:
    refused = program_of(demo_app, "U06").post("/reservations", body_of(scenario("B04"))).json
    assert refused is not None
    (refusal,) = refused["refusals"]
    assert refusal["facts"]["trainings"] == [{"training": "CNC-1", "needed_level": 2}]
    assert "T-04" in refusal["message"]
    assert "METAL-1" not in refusal["message"]
    assert refusal["cure"]["url"] == "http://localhost/machines/M09/path"
    assert refusal["waivable"] is False


def test_an_expired_certification_offers_the_refresher(demo_app: Flask) -> None:
    refused = program_of(demo_app, "U08").post("/reservations", body_of(scenario("B07"))).json
    assert refused is not None
    (refusal,) = refused["refusals"]
    assert refusal["facts"]["trainings"] == [{"training": "TEXTILE-1", "expired_on": "2026-11-03"}]
    assert "T-08" in refusal["message"]
    assert refusal["cure"]["url"] == "http://localhost/trainings/TEXTILE-1/refresher"


def test_instants_come_back_with_the_offset_of_the_workshop(demo_app: Flask) -> None:
    asked = body_of(scenario("B01"))
    for key in ("starts_at", "ends_at"):
        asked[key] = datetime.fromisoformat(asked[key]).astimezone(tz=None).isoformat()
    made = program_of(demo_app, "U02").post("/reservations", asked).json
    assert made is not None
    assert made["starts_at"] == "2026-11-24T09:00:00+01:00"
    assert made["ends_at"] == "2026-11-24T12:00:00+01:00"


def scenario(id_: str) -> dict[str, Any]:
    return next(case for case in SCENARIOS if case["id"] == id_)
