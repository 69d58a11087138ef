"""Without its database the site says so and asks to come back; nothing is half answered."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from booking import create_app
from tests.applications import disconnect, settings_for
from tests.conftest import MakeApp
from tests.engines import Databases, Engine, Postgres
from tests.programs import program_of, visitor
from tests.web.checking import Browser
from tests.web.reservations.asking import MORNING, NEW, ask_for

NOBODY_THERE = "postgresql+psycopg://nobody@127.0.0.1:9/nothing?connect_timeout=2"


@pytest.fixture(params=["postgres", "sqlite"])
def lost_app(request: pytest.FixtureRequest, tmp_path: Path) -> Flask:
    """An application whose database cannot be reached from the start."""
    missing = f"sqlite:///{tmp_path / 'missing' / 'etabli.sqlite'}"
    url = NOBODY_THERE if request.param == "postgres" else missing
    return create_app(settings_for(url, tmp_path))


@pytest.mark.parametrize("language", ["fr", "en", "de"])
@pytest.mark.parametrize("path", ["/", "/machines", "/trainings", "/openings"])
def test_a_page_says_that_the_service_is_away(lost_app: Flask, language: str, path: str) -> None:
    page = Browser(lost_app, language=language).get(path, 503)
    assert page.language == language
    assert page.answer.headers["Retry-After"]
    assert page.answer.headers["Cache-Control"] == "no-store"


def test_a_program_is_told_with_a_problem_document(lost_app: Flask) -> None:
    answer = visitor(lost_app).get("/machines")
    assert answer.status_code == 503
    assert answer.content_type == "application/problem+json"
    assert answer.headers["Retry-After"]


def test_the_process_lives_and_is_not_ready(lost_app: Flask) -> None:
    client = lost_app.test_client()
    assert client.get("/health/live").status_code == 200
    ready = client.get("/health/ready")
    assert ready.status_code == 503
    assert ready.json == {"status": "failing", "problems": ["database does not answer"]}


def test_a_database_lost_on_the_way_answers_503_to_who_is_signed_in(
    make_app: MakeApp, engine: Engine, databases: Databases
) -> None:
    app = make_app("demo")
    browser = Browser(app, "U02")
    program = program_of(app, "U02")
    form = browser.get(NEW).form(NEW)
    disconnect(app)
    engine.drop(databases.name("own0"))
    browser.get("/reservations", 503)
    browser.send(form, 503, **MORNING)
    assert program.get("/me").status_code == 503


@pytest.mark.postgres_only
def test_connections_that_the_server_has_ended_are_made_anew(
    make_app: MakeApp, engine: Postgres, databases: Databases
) -> None:
    app = make_app("demo")
    browser = Browser(app, "U02")
    with engine.administration() as connection:
        ended = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [engine.prefix + databases.name("own0")],
        )
        assert ended.fetchall()
    assert ask_for(browser, MORNING).h1 == "M01 est à vous"
