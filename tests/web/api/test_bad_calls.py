"""Every call that changes something, spoilt in every way: a clear 4xx, and nothing has changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.programs import ROOT, Program, new_token
from tests.web.places import Place

REASON = {"reason": "Une raison écrite"}
END_LIST = {"clean": True, "tools_back": True, "offcut_grams": 400, "problem": "Courroie usée"}


@dataclass(frozen=True)
class Call:
    by: str
    path: str
    body: dict[str, Any] = field(default_factory=dict)
    answer: int = 200


NEW_SESSION = {
    "training": "LASER",
    "places": 3,
    "half_days": [
        {"starts_at": "2026-12-23T09:00:00+01:00", "ends_at": "2026-12-23T12:30:00+01:00"}
    ],
    "machines": [{"machine": "M03"}],
}

CALLS = {
    "api.create_reservation": Call(
        "U02",
        "/reservations",
        {
            "machine": "M01",
            "starts_at": "2026-11-24T09:00:00+01:00",
            "ends_at": "2026-11-24T12:00:00+01:00",
            "mode": "autonomous",
            "purpose": "Façades",
        },
        201,
    ),
    "api.create_batch": Call(
        "U02",
        "/reservations/batch",
        {
            "reservations": [
                {
                    "machine": "M17",
                    "starts_at": "2026-11-24T09:00:00+01:00",
                    "ends_at": "2026-11-24T12:00:00+01:00",
                    "unit": 2,
                }
            ]
        },
        201,
    ),
    "api.offer_reservation": Call(
        "U03",
        "/reservations/{reservation}/hand-over",
        {"to": "mathieu.schwoerer@example.org"},
        201,
    ),
    "api.accept_hand_over": Call("U02", "/hand-overs/{hand_over}/accept", {}),
    "api.decline_hand_over": Call("U02", "/hand-overs/{hand_over}/decline", {}),
    "api.move_reservation": Call(
        "U03",
        "/reservations/{reservation}/move",
        {"starts_at": "2026-11-25T09:00:00+01:00", "ends_at": "2026-11-25T10:30:00+01:00"},
    ),
    "api.create_chain": Call(
        "U02",
        "/reservations/chain",
        {
            "uses": [
                {"machine": "M01", "minutes": 180},
                {"machine": "M17", "minutes": 60, "within_hours": 48},
            ]
        },
        201,
    ),
    "api.create_series": Call(
        "U02",
        "/series",
        {
            "machine": "M17",
            "starts_at": "2026-11-24T09:00:00+01:00",
            "ends_at": "2026-11-24T12:00:00+01:00",
            "frequency": "week",
            "until": "2026-12-08",
        },
        201,
    ),
    "api.move_series": Call(
        "U02", "/series/{series}/move", {"start_time": "14:00", "end_time": "16:00"}
    ),
    "api.cancel_series": Call("U02", "/series/{series}/cancel", REASON),
    "api.cancel_reservation": Call("U03", "/reservations/{reservation}/cancel", REASON),
    "api.accept_reservation": Call("U09", "/reservations/{supervised}/accept"),
    "api.decline_reservation": Call("U09", "/reservations/{supervised}/decline"),
    "api.check_in": Call("U12", "/reservations/{arriving}/check-in"),
    "api.check_out": Call("U11", "/reservations/{there}/check-out", END_LIST),
    "api.create_session": Call("S2", "/sessions", NEW_SESSION, 201),
    "api.change_session": Call("U01", "/sessions/T-07/change", NEW_SESSION | {"version": 1}),
    "api.open_session": Call("S2", "/sessions/{planned}/open"),
    "api.confirm_session": Call("U01", "/sessions/T-07/confirm"),
    "api.name_trainers_of_session": Call(
        "U01", "/sessions/T-07/trainers", {"version": 1, "trainer": "S3"}
    ),
    "api.cancel_session": Call("U01", "/sessions/T-07/cancel", {"reason": "Formateur malade"}),
    "api.repeat_session": Call("U01", "/sessions/T-07/repeat", {"times": 1}, 201),
    "api.enrol": Call("U10", "/sessions/T-01/enrol", {}, 201),
    "api.wait_for_place": Call("U10", "/sessions/T-05/wait", {}, 201),
    "api.accept_place": Call("U26", "/enrolments/{offered_place}/accept"),
    "api.cancel_enrolment": Call("U11", "/enrolments/{place}/cancel"),
    "api.waive_enrolment_fee": Call(
        "S1", "/enrolments/{given_back}/waive-fee", {"reason": "Malade"}
    ),
    "api.declare_interest": Call("U02", "/trainings/LASER/interest", {"half_days": ["0-MORNING"]}),
    "api.withdraw_interest": Call("U09", "/trainings/BOIS-1/interest/withdraw"),
    "api.join_waitlist": Call(
        "U03",
        "/waitlist",
        {
            "machine": "M01",
            "watched_from": "2026-11-25T09:00:00+01:00",
            "watched_until": "2026-11-25T11:00:00+01:00",
            "minutes": 120,
            "waits": "for_offer",
        },
        201,
    ),
    "api.create_request": Call(
        "U02",
        "/reservation-requests",
        {
            "machine": "M07",
            "starts_at": "2026-11-24T09:00:00+01:00",
            "ends_at": "2026-11-24T10:00:00+01:00",
            "purpose": "Façades",
        },
        201,
    ),
    "api.withdraw_request": Call("U02", "/reservation-requests/{request}/withdraw"),
    "api.approve_request": Call("S1", "/reservation-requests/{request}/approve"),
    "api.refuse_request": Call("S1", "/reservation-requests/{request}/refuse", REASON),
    "api.accept_offer": Call("U17", "/waitlist/{offered}/accept"),
    "api.decline_offer": Call("U17", "/waitlist/{offered}/decline"),
    "api.leave_waitlist": Call("U09", "/waitlist/{wait}/leave"),
    "api.create_certification": Call(
        "U25", "/certifications", {"training": "LASER", "level": 2, "evidence": "CAP"}, 201
    ),
    "api.sign_half_day": Call("U25", "/sessions/T-91/attendance/1/sign", REASON),
    "api.countersign_half_day": Call(
        "S2", "/sessions/T-92/attendance/1/countersign", REASON | {"members": ["U12"]}
    ),
    "api.note_absence": Call("S2", "/sessions/T-91/attendance/1/absences", {"member": "U11"}, 201),
    "api.sign_on_device": Call(
        "S2",
        "/sessions/T-91/attendance/1/trainees/U11/sign",
        REASON | {"drawing": "M10 20L30 40L60 20L90 60L120 30L150 80L180 20L210 60"},
    ),
    "api.void_entry": Call("S1", "/attendance/{line}/void", REASON),
    "api.close_attendance": Call("S2", "/sessions/T-93/attendance/close", {}),
    "api.export_training_file": Call("S2", "/sessions/T-91/training-file/export"),
    "api.start_attempt": Call("U10", "/trainings/LASER/attempts", {}, 201),
    "api.answer_attempt": Call("U11", "/attempts/{attempt}/answers", {"answers": [[0]] * 12}),
    "api.create_assessment": Call(
        "S2",
        "/trainings/LASER/assessments",
        {"member": "U25", "part": "Une boîte", "results": {}, "note": "Bien"},
        201,
    ),
    "api.approve_certification": Call(
        "S1", "/certifications/{proposed}/approve", {"waiver": "Équivalence vérifiée"}
    ),
    "api.approve_certifications": Call("S1", "/certifications/approve", {"certifications": [57]}),
    "api.appoint_referent": Call("S1", "/certifications/{approved}/appoint", REASON, 201),
    "api.correct_certification": Call(
        "S1",
        "/certifications/{approved}/correct",
        REASON | {"level": 1, "approved_on": "2026-01-10", "valid_until": "2026-12-31"},
    ),
    "api.add_evidence_file": Call(
        "S1",
        "/certifications/{proposed}/evidence",
        {"name": "diplome.pdf", "content": "JVBERi0xLjcKMSAwIG9iago8PD4+CmVuZG9iagolJUVPRgo="},
        201,
    ),
    "api.refuse_certification": Call("S1", "/certifications/{proposed}/refuse", REASON),
    "api.reinstate_certification": Call("S1", "/certifications/{suspended}/reinstate", REASON),
    "api.revoke_certification": Call("S1", "/certifications/{approved}/revoke", REASON),
    "api.suspend_certification": Call(
        "S1", "/certifications/{approved}/suspend", REASON | {"ends_when": "Un contrôle"}
    ),
}

TAKING_FILES = ("api.add_evidence_file",)

every_call = pytest.mark.parametrize("endpoint", sorted(CALLS))


def caller(app: Flask, call: Call) -> Program:
    return Program(app.test_client(), new_token(app, call.by))


def is_problem(answer: TestResponse) -> int:
    """The status of an answer that is a whole problem document."""
    assert 400 <= answer.status_code < 500, answer.text[:300]
    assert answer.content_type == "application/problem+json"
    body = answer.get_json(force=True)
    assert body["status"] == answer.status_code
    assert body["title"]
    assert body["detail"]
    return answer.status_code


def test_every_call_that_changes_something_is_known_here(app: Flask) -> None:
    methods = {"POST", "PUT", "PATCH", "DELETE"}
    changing = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(ROOT) and methods & (rule.methods or set())
    }
    assert changing == set(CALLS)


@pytest.mark.sqlite_only
@every_call
def test_every_call_is_accepted_as_it_is_written_here(new_place: Place, endpoint: str) -> None:
    call = CALLS[endpoint]
    path = call.path.format(**new_place.names)
    answer = caller(new_place.app, call).post(path, call.body)
    assert answer.status_code == call.answer, answer.text


ABSURD: tuple[Any, ...] = (
    None, 7, 1.5, True, [], ["M01"], {}, {"code": "M01"}, "Z99", "a\0b", "\ud800", "x" * 100_000,
    "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-12:00", "2027-02-29T10:00:00+01:00",
    10**30, -1, "",
)  # fmt: skip


def takes_text(name: str) -> bool:
    return name in (
        "purpose",
        "reason",
        "waiver",
        "evidence",
        "ends_when",
        "problem",
        "name",
        "part",
        "note",
    )


def is_absurd(name: str, value: Any) -> bool:
    """Whether a field cannot mean this: a sentence may be of any short text."""
    if name in ("clean", "tools_back"):
        return value is not True
    if name == "results":
        return value != {}
    if name in ("half_days", "machines"):
        return value != []
    if name in ("offcut_grams", "places", "times"):
        return value not in (7, True)
    if takes_text(name):
        return not isinstance(value, str) or value == "\ud800" or len(value) > 1000
    return True


@pytest.mark.postgres_only  # which takes less than SQLite
@every_call
def test_absurd_values_are_refused_and_change_nothing(place: Place, endpoint: str) -> None:
    call = CALLS[endpoint]
    path = call.path.format(**place.names)
    program = Program(place.app.test_client(), new_token(place.app, call.by))
    place.changes()
    for name in (*call.body, "unknown"):
        for value in ABSURD:
            if is_absurd(name, value):
                assert is_problem(program.post(path, call.body | {name: value})) in (400, 422)
    for body in ([], "text", 7, [call.body]):
        is_problem(program.client.post(ROOT + path, json=body, headers=program.headers))
    assert place.changes() == set()


@pytest.mark.sqlite_only
@every_call
def test_other_formats_and_sizes_are_refused(place: Place, endpoint: str) -> None:
    call = CALLS[endpoint]
    path = ROOT + call.path.format(**place.names)
    program = Program(place.app.test_client(), new_token(place.app, call.by))
    place.changes()

    def send(data: Any, kind: str) -> TestResponse:
        headers = program.headers | {"Content-Type": kind}
        return program.client.post(path, data=data, headers=headers)

    for kind in ("application/x-www-form-urlencoded", "text/plain", "text/xml", ""):
        assert is_problem(send("reason=abc", kind)) == 415
    for text in (b"{", b"[", b"\xff", b"[" * 100_000, b'{"reason": '):
        assert is_problem(send(text, "application/json")) == 400
    too_large = 2**24 if endpoint in TAKING_FILES else 2**20
    assert is_problem(send(b'"' + b"x" * too_large + b'"', "application/json")) == 413
    for method in ("PUT", "PATCH", "DELETE"):
        answer = program.client.open(path, method=method, json=call.body, headers=program.headers)
        assert is_problem(answer) == 405
        assert "POST" in answer.headers["Allow"]
    assert place.changes() == set()


@pytest.mark.sqlite_only
@every_call
def test_without_a_token_of_this_site_nothing_is_done(place: Place, endpoint: str) -> None:
    call = CALLS[endpoint]
    path = ROOT + call.path.format(**place.names)
    client = place.app.test_client()
    token = new_token(place.app, call.by)
    place.changes()
    for header in (
        "", "Bearer", "Bearer ", f"Bearer {token}x", f"Basic {token}", token, "Bearer \xe9",
        "Bearer a\0b", f"Bearer {'x' * 5000}",
    ):  # fmt: skip
        headers = {"Authorization": header} if header else {}
        assert is_problem(client.post(path, json=call.body, headers=headers)) == 401
    assert place.changes() == set()


@pytest.mark.sqlite_only
@every_call
def test_a_browser_s_cookie_opens_no_call(place: Place, endpoint: str) -> None:
    call = CALLS[endpoint]
    browser, form = place.open("members.set_language")
    place.changes()
    headers = {"X-CSRFToken": form.value("csrf_token")}
    path = ROOT + call.path.format(**place.names)
    assert is_problem(browser.client.post(path, json=call.body, headers=headers)) == 401
    assert place.changes() == set()


@every_call
def test_things_of_others_and_of_nobody_are_not_found(place: Place, endpoint: str) -> None:
    call = CALLS[endpoint]
    if "{" not in call.path:
        return
    stranger = Program(place.app.test_client(), new_token(place.app, "U15"))
    place.changes()
    assert is_problem(stranger.post(call.path.format(**place.names), call.body)) == 404
    program = Program(place.app.test_client(), new_token(place.app, call.by))
    place.changes()
    beginning, _, act = call.path.partition("/{")
    for number in ("0", "-1", "9" * 18, "9" * 30, "1e3", "%31%00", "x"):
        path = f"{beginning}/{number}/{act.partition('/')[2]}"
        assert is_problem(program.post(path, call.body)) == 404
    assert place.changes() == set()


@pytest.mark.sqlite_only
def test_a_forged_host_is_turned_away(place: Place) -> None:
    call = CALLS["api.create_reservation"]
    program = Program(place.app.test_client(), new_token(place.app, call.by))
    place.changes()
    answer = program.post(call.path, call.body, Host="evil.example")
    assert answer.status_code == 400
    assert "evil" not in answer.text
    forwarded = program.post(
        call.path, call.body | {"machine": "M09"}, **{"X-Forwarded-Host": "evil.example"}
    )
    assert "evil" not in forwarded.text
    assert place.changes() == set()
