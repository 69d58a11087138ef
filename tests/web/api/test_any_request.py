"""Requests made up from the API's own description: never a 500, never an undescribed answer."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.programs import new_token

EXAMPLES = 8
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.mark.parametrize("member", ["U15", "S1"])
def test_any_request_is_answered_as_described(demo_app: Flask, member: str) -> None:
    headers = {
        "Authorization": f"Bearer {new_token(demo_app, member)}",
        "Accept-Encoding": "identity",
    }
    schema = schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", demo_app, config=SchemathesisConfig(color=False)
    )
    for result in schema.get_all_operations():
        operation = result.ok()  # type: ignore[union-attr]

        @given(case=operation.as_strategy())
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def ask(case: Any) -> None:
            case.call_and_validate(headers=headers, checks=CHECKS)

        ask()
