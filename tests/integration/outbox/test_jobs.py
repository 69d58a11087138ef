"""The worker's periodic jobs: once each period, and known to the health page."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from booking import clock, worker
from booking.database import db, writing
from booking.members.models import FormKey, LoginSession
from booking.members.queries import find_member
from booking.members.service.sessions import LIFETIME, start_session


def test_the_health_page_tells_when_each_last_ran(demo_app: Flask) -> None:
    client = demo_app.test_client()
    assert client.get("/health/ready").json["jobs"] == {}  # type: ignore[index]
    for _ in range(2):
        worker.note_alive(demo_app)
        worker.forget(demo_app)
    at_seven = "2026-11-23T07:00:00+00:00"
    assert client.get("/health/ready").json["jobs"] == {  # type: ignore[index]
        "forget": at_seven,
        "worker": at_seven,
    }


def test_what_has_served_is_forgotten_and_nothing_else(demo_app: Flask) -> None:
    with demo_app.app_context(), writing():
        member = find_member("U02")
        assert member is not None
        start_session(member, "an old browser")
        for days in (6, 8):
            used_at = clock.now() - timedelta(days=days)
            db.session.add(
                FormKey(member_id=member.id, key=f"{days}", result_url="/", used_at=used_at)
            )
    demo_app.config["BOOKING_NOW"] += LIFETIME
    with demo_app.app_context(), writing():
        start_session(find_member("U02"), "a new browser")  # type: ignore[arg-type]
    demo_app.config["BOOKING_NOW"] += timedelta(days=1)
    worker.forget(demo_app)
    assert count(demo_app) == (2, 0)
    demo_app.config["BOOKING_NOW"] += timedelta(days=30)
    worker.forget(demo_app)
    assert count(demo_app) == (1, 0)


def count(app: Flask) -> tuple[int, int]:
    """Browsers and form keys still known."""
    with app.app_context():
        sessions = db.session.scalar(select(func.count(LoginSession.id))) or 0
        return sessions, db.session.scalar(select(func.count(FormKey.id))) or 0
