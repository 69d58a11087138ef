"""The OpenAPI document says the whole truth about the API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from tests.programs import ROOT, visitor


@pytest.fixture
def document(app: Flask) -> dict[str, Any]:
    answer = visitor(app).get("/openapi.json")
    assert answer.status_code == 200
    assert answer.json is not None
    return answer.json


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


@pytest.mark.sqlite_only
def test_every_address_of_the_api_is_described(app: Flask, document: dict[str, Any]) -> None:
    served = {
        f"{method} {rule.rule.replace('<int:', '{').replace('<', '{').replace('>', '}')}"
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if rule.rule.startswith(ROOT) and method in ("GET", "POST", "PUT", "PATCH", "DELETE")
    }
    described = {name for name, _ in operations(document)}
    assert served - described == {f"GET {ROOT}/openapi.json"}
    assert described <= served
    assert document["openapi"].startswith("3.1")


@pytest.mark.sqlite_only
def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    text = json.dumps(document)
    named = {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert named <= set(schemas)
    assert '"#/$defs' not in text


@pytest.mark.sqlite_only
def test_every_error_is_a_problem_document(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        problems = {
            status: answer
            for status, answer in operation["responses"].items()
            if int(status) >= 400
        }
        assert {"401", "422", "429", "500", "503"} <= set(problems), name
        for status, answer in problems.items():
            assert set(answer["content"]) == {"application/problem+json"}, (name, status)
        if "requestBody" in operation:
            assert {"400", "413", "415"} <= set(problems), name
        if "{" in name:
            assert "404" in problems, name


@pytest.mark.sqlite_only
def test_every_operation_says_who_may_ask(document: dict[str, Any]) -> None:
    assert document["components"]["securitySchemes"] == {
        "bearer": {"type": "http", "scheme": "bearer"}
    }
    for name, operation in operations(document):
        assert {"bearer": []} in operation["security"], name
        assert operation["summary"], name
        assert operation["tags"], name
