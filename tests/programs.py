"""Programs that use the API, each with the token of a member."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from booking.database import writing
from booking.members.queries import find_member
from booking.members.service.tokens import create_token

ROOT = "/api/v1"


@dataclass(frozen=True)
class Program:
    """Asks the API in the name of a member; without a token it is a visitor's."""

    client: FlaskClient
    token: str | None = None

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.client.get(ROOT + path, query_string=query, headers=self.headers)

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        return self.client.post(ROOT + path, json=body, headers=self.headers | headers)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


def program_of(app: Flask, member_code: str) -> Program:
    """A program that asks in the name of a member of the demo."""
    return Program(app.test_client(), new_token(app, member_code))


def visitor(app: Flask) -> Program:
    return Program(app.test_client())


def new_token(app: Flask, member_code: str) -> str:
    with app.app_context(), writing():
        member = find_member(member_code)
        assert member is not None, member_code
        return create_token(member, "a program of the tests")


def codes_of(answer: TestResponse) -> list[str]:
    """The codes of the refusals in an answer, in order."""
    return [refusal["code"] for refusal in answer.json["refusals"]]  # type: ignore[index]
