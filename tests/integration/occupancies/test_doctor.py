"""`flask doctor` finds what is wrong by trying it."""

from __future__ import annotations

from datetime import timedelta

from click.testing import Result
from flask import Flask
from sqlalchemy import func, select, text, update

from booking.database import db, writing
from booking.occupancies import guard
from booking.occupancies.models import Occupancy
from booking.outbox.models import Message, MessageState
from booking.reservations.models import Reservation
from booking.site.models import Site
from tests.conftest import MakeApp


def doctor(app: Flask) -> Result:
    return app.test_cli_runner().invoke(args=["doctor"])


def lines(result: Result) -> dict[str, str]:
    """The verdict of each check, by its name."""
    return {line[8:20].strip(): line[:7].strip() for line in result.output.splitlines()}


def take_guard_away(app: Flask) -> None:
    """Remove what refuses overlaps, and nothing else."""
    with app.app_context(), db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER occupancy_guard_insert"))
        else:
            connection.execute(text("ALTER TABLE occupancy DROP CONSTRAINT occupancy_guard"))


def test_a_sound_installation_passes_and_nothing_has_changed(demo_app: Flask) -> None:
    def stored() -> list[int | None]:
        with demo_app.app_context():
            kinds = (Reservation, Occupancy)
            return [db.session.scalar(select(func.count()).select_from(k)) for k in kinds]

    before = stored()
    result = doctor(demo_app)
    assert result.exit_code == 0, result.output
    assert set(lines(result).values()) == {"ok"}
    assert "the database refused it" in result.output
    assert stored() == before


def test_a_missing_guard_is_named_and_its_trial_fails(demo_app: Flask) -> None:
    take_guard_away(demo_app)
    result = doctor(demo_app)
    assert result.exit_code == 1
    assert lines(result)["database"] == "FAILED"
    assert lines(result)["guard"] == "FAILED"
    assert "guard part missing" in result.output
    assert "accepted two reservations" in result.output


def test_a_guard_that_stands_by_name_alone_is_found_out(demo_app: Flask) -> None:
    take_guard_away(demo_app)
    with demo_app.app_context(), db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(
                text(
                    "CREATE TRIGGER occupancy_guard_insert BEFORE INSERT ON occupancy"
                    " BEGIN SELECT 1; END"
                )
            )
        else:
            connection.execute(
                text("ALTER TABLE occupancy ADD CONSTRAINT occupancy_guard CHECK (unit_id > 0)")
            )
        assert guard.missing(connection) == []
    result = doctor(demo_app)
    assert lines(result)["database"] == "ok"
    assert lines(result)["guard"] == "FAILED"
    assert result.exit_code == 1


def test_an_empty_installation_says_what_is_missing(app: Flask) -> None:
    result = doctor(app)
    assert result.exit_code == 1
    assert "flask site create" in result.output
    assert "not tried" in result.output


def test_an_unknown_time_zone_is_told(demo_app: Flask) -> None:
    with demo_app.app_context(), writing():
        db.session.execute(update(Site).values(timezone="Europe/Bitche"))
    assert lines(doctor(demo_app))["time zone"] == "FAILED"


def test_a_message_that_waits_too_long_is_told(demo_app: Flask) -> None:
    now = demo_app.config["BOOKING_NOW"]
    with demo_app.app_context(), writing():
        db.session.add(
            Message(
                kind="account.approved", recipient="a@example.org", language="fr", message_id="<1>",
                state=MessageState.WAITING, created_at=now, send_after=now - timedelta(hours=2),
            )
        )  # fmt: skip
    assert lines(doctor(demo_app))["messages"] == "FAILED"


def test_a_secret_that_others_can_read_is_told(make_app: MakeApp) -> None:
    app = make_app("demo")
    secret = app.config["BOOKING_SETTINGS"].instance / "secret_key"
    secret.write_text("a secret")
    secret.chmod(0o644)
    assert lines(doctor(app))["secrets"] == "FAILED"
    secret.chmod(0o600)
    assert lines(doctor(app))["secrets"] == "ok"
