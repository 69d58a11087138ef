"""Every call that changes something, spoilt in every way: a clear 4xx, and nothing has changed."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.programs import ROOT, Program, new_token
from tests.web.all_calls import CALLS, Call
from tests.web.places import Place

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
