"""What does not fit is refused with a clear problem document, and nothing has changed."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from booking.database import db
from booking.journal.models import JournalEntry
from booking.outbox.models import Message
from booking.reservations.models import Reservation
from tests.programs import Program, program_of, visitor

WISH = {
    "machine": "M17",
    "starts_at": "2026-11-24T09:00:00+01:00",
    "ends_at": "2026-11-24T10:00:00+01:00",
}
MUCH = "x" * 2**20


def is_problem(answer: TestResponse, status: int) -> bool:
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    body = answer.get_json(force=True)
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return True


def faults(answer: TestResponse) -> dict[str, str]:
    return {fault["field"]: fault["code"] for fault in answer.get_json(force=True)["errors"]}


def rows(app: Flask) -> list[int | None]:
    with app.app_context():
        return [
            db.session.scalar(select(func.count()).select_from(kind))
            for kind in (Reservation, JournalEntry, Message)
        ]


@pytest.fixture
def someone(demo_app: Flask) -> Program:
    return program_of(demo_app, "U15")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"machine": None}, {"machine": "string_type"}),
        ({"machine": ""}, {"machine": "string_too_short"}),
        ({"machine": 7}, {"machine": "string_type"}),
        ({"machine": "M99"}, {"machine": "unknown_machine"}),
        ({"machine": "M17\0"}, {}),
        ({"machine": "<script>alert(1)</script>"}, {"machine": "string_too_long"}),
        ({"machine": "'; DROP TABLE x"}, {"machine": "unknown_machine"}),
        ({"machine": "\ud800"}, {"machine": "string_unicode"}),
        ({"starts_at": "2026-11-24T09:00:00"}, {"starts_at": "instant_naive"}),
        ({"starts_at": "2026-11-24"}, {"starts_at": "instant_naive"}),
        ({"starts_at": "demain"}, {"starts_at": "instant_iso"}),
        ({"starts_at": 1795507200}, {"starts_at": "instant_iso"}),
        ({"starts_at": "2027-02-29T10:00:00+01:00"}, {"starts_at": "instant_iso"}),
        ({"starts_at": "0001-01-01T00:00:00+00:00"}, {"starts_at": "too_far"}),
        ({"ends_at": "9999-12-31T23:59:59-12:00"}, {"ends_at": "too_far"}),
        ({"ends_at": WISH["starts_at"]}, {"ends_at": "end_before_start"}),
        ({"ends_at": "2026-11-23T10:00:00+01:00"}, {"ends_at": "end_before_start"}),
        ({"ends_at": "2027-06-24T10:00:00+02:00"}, {"ends_at": "period_too_long"}),
        ({"mode": "AUTONOMOUS"}, {"mode": "literal_error"}),
        ({"firing_type": "GLASS"}, {"firing_type": "literal_error"}),
        ({"purpose": "x" * 201}, {"purpose": "string_too_long"}),
        ({"dry_run": "perhaps"}, {"dry_run": "bool_parsing"}),
        (
            {"waivers": [{"code": "TOO_SOON", "reason": ""}]},
            {"waivers.0.reason": "string_too_short"},
        ),
        ({"waivers": [{"code": "LATE", "reason": "parce que"}]}, {"waivers.0.code": "enum"}),
        ({"price": 0}, {"price": "extra_forbidden"}),
        ({"status": "confirmed"}, {"status": "extra_forbidden"}),
    ],
    ids=str,
)  # fmt: skip
def test_a_wish_that_does_not_fit_names_the_field(
    demo_app: Flask, someone: Program, change: dict[str, Any], expected: dict[str, str]
) -> None:
    before = rows(demo_app)
    answer = someone.post("/reservations", WISH | change)
    if expected:
        assert is_problem(answer, 422)
        assert faults(answer) == expected
        assert rows(demo_app) == before
    else:
        assert answer.status_code in (201, 422)


def test_every_fault_is_told_at_once(someone: Program) -> None:
    answer = someone.post("/reservations", {"ends_at": "x", "colour": "red"})
    assert faults(answer) == {
        "machine": "missing",
        "starts_at": "missing",
        "ends_at": "instant_iso",
        "colour": "extra_forbidden",
    }


def test_a_kiln_asks_for_the_type_of_firing(someone: Program) -> None:
    assert faults(someone.post("/reservations", WISH | {"machine": "M16"})) == {
        "firing_type": "firing_type_missing"
    }


@pytest.mark.parametrize("text", ["{", "", "[", "[" * 100_000, "\xff", '{"machine": "M17"'])
def test_malformed_json_is_said_to_be_so(someone: Program, text: str) -> None:
    answer = someone.client.post(
        "/api/v1/reservations",
        data=text.encode("latin-1"),
        headers=someone.headers | {"Content-Type": "application/json"},
    )
    assert is_problem(answer, 400 if text else 422)


@pytest.mark.parametrize("body", [[], "text", 7, None, True])
def test_json_that_is_no_object_is_refused(someone: Program, body: Any) -> None:
    answer = someone.client.post("/api/v1/reservations", json=body, headers=someone.headers)
    assert is_problem(answer, 422)


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", ""])
def test_another_format_than_json_is_refused(someone: Program, kind: str) -> None:
    headers = someone.headers | {"Content-Type": kind}
    answer = someone.client.post("/api/v1/reservations", data="machine=M17", headers=headers)
    assert is_problem(answer, 415)


def test_too_much_is_refused(someone: Program) -> None:
    assert is_problem(someone.post("/reservations", WISH | {"purpose": MUCH}), 413)


@pytest.mark.parametrize(
    "number", ["0", "-1", "99999999999", "9" * 19, "9" * 40, "x", "%00", "1e3"]
)
def test_numbers_that_no_reservation_has_answer_404(someone: Program, number: str) -> None:
    assert is_problem(someone.get(f"/reservations/{number}"), 404)
    assert is_problem(someone.post(f"/reservations/{number}/cancel"), 404)
    assert is_problem(someone.get(f"/certifications/{number}"), 404)


@pytest.mark.parametrize("code", ["M99", "%00", "M01%00", "%2e%2e", "'", "é", "x" * 3000])
def test_codes_that_no_machine_has_answer_404(someone: Program, code: str) -> None:
    assert is_problem(someone.get(f"/machines/{code}"), 404)
    assert is_problem(someone.get(f"/trainings/{code}"), 404)


@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        ("/machines", {"area": "MOON"}, {"area": "unknown_area"}),
        ("/machines", {"colour": "red"}, {"colour": "extra_forbidden"}),
        ("/machines", {"usable": "maybe"}, {"usable": "bool_parsing"}),
        ("/machines/M01/availability", {}, {"from": "missing", "to": "missing"}),
        (
            "/machines/M01/availability",
            {"from": "2026-11-24T00:00:00+01:00", "to": "2027-03-24T00:00:00+01:00"},
            {"to": "period_too_long"},
        ),
        ("/reservations", {"scope": "everything"}, {"scope": "literal_error"}),
        ("/reservations", {"limit": "0"}, {"limit": "greater_than_equal"}),
        ("/reservations", {"limit": "101"}, {"limit": "less_than_equal"}),
        ("/reservations", {"after": "9" * 30}, {"after": "less_than_equal"}),
        ("/reservations", {"after": "4711"}, {"after": "unknown_reservation"}),
        ("/reservations", {"from": "hier"}, {"from": "instant_iso"}),
        ("/certifications", {"state": "PROPOSED"}, {"state": "literal_error"}),
    ],
)
def test_a_query_that_does_not_fit_names_the_field(
    someone: Program, path: str, query: dict[str, str], expected: dict[str, str]
) -> None:
    answer = someone.get(path, **query)
    assert is_problem(answer, 422)
    assert faults(answer) == expected


def test_faults_are_told_in_the_language_of_the_account(demo_app: Flask) -> None:
    french = program_of(demo_app, "U15").post("/reservations", {})
    assert {fault["message"] for fault in french.get_json(force=True)["errors"]} == {
        "Ce champ est obligatoire."
    }


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer ", "Basic dTpw", "nonsense"])
def test_a_token_that_opens_nothing_is_refused_everywhere(demo_app: Flask, header: str) -> None:
    for path in ("/me", "/machines"):
        answer = demo_app.test_client().get(f"/api/v1{path}", headers={"Authorization": header})
        assert is_problem(answer, 401)
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_without_a_token_nothing_is_told_of_a_faulty_wish(demo_app: Flask) -> None:
    assert is_problem(visitor(demo_app).post("/reservations", {"machine": 7}), 401)


def test_an_unknown_address_and_a_wrong_method_are_problems_too(demo_app: Flask) -> None:
    assert is_problem(visitor(demo_app).get("/nothing"), 404)
    wrong = demo_app.test_client().delete("/api/v1/machines")
    assert is_problem(wrong, 405)
    assert "GET" in wrong.headers["Allow"]
