"""Trainings and the account, as programs see them."""

from __future__ import annotations

from flask import Flask

from tests.programs import program_of, visitor


def test_visitors_see_trainings_with_their_next_sessions(demo_app: Flask) -> None:
    answer = visitor(demo_app).get("/trainings")
    assert answer.json is not None
    by_code = {training["code"]: training for training in answer.json["items"]}
    assert len(by_code) == 8
    assert [session["code"] for session in by_code["CNC-1"]["next_sessions"]] == ["T-04"]
    assert by_code["CNC-1"]["next_sessions"][0]["free_places"] == 3


def test_one_training_says_what_it_asks_before(demo_app: Flask) -> None:
    answer = visitor(demo_app).get("/trainings/LASER")
    assert answer.json is not None
    assert answer.json["prerequisites"] == [{"training": "ACC", "level": 1}]


def test_a_token_tells_whose_it_is(demo_app: Flask) -> None:
    answer = program_of(demo_app, "U02").get("/me")
    assert answer.json is not None
    assert answer.json["code"] == "U02"
    assert answer.json["roles"] == ["member", "organisation_admin"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert visitor(demo_app).get("/me").status_code == 401
