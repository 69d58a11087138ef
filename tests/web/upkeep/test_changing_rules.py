"""Rules changed over what is reserved: shown first, then kept, kept and told, or cancelled."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from booking.database import db, writing
from booking.machines.queries import get_machine
from booking.members.queries import find_member
from booking.outbox.models import Message
from booking.periods import Period
from booking.reservations.models import Reservation
from booking.reservations.service import Wish, reserve
from booking.site.queries import get_site
from tests.statements import statements_of
from tests.web.checking import Browser, Page
from tests.web.sending import send

TUESDAY = datetime.fromisoformat("2026-11-24T09:00:00+01:00")
USE = "/machines/M01/edit/use"


@pytest.fixture
def manager(demo_app: Flask) -> Browser:
    return Browser(demo_app, "S1")


def reserved(app: Flask, code: str = "U02", machine: str = "M01", days: int = 0) -> int:
    start = TUESDAY + timedelta(days=days)
    with app.app_context(), writing():
        member = find_member(code)
        assert member is not None
        period = Period(start, start + timedelta(hours=3))
        made = reserve(Wish(member, get_machine(machine), period), member)
        assert isinstance(made, Reservation), made
        return made.id


def shown(manager: Browser, page: str = USE, **values: Any) -> Page:
    answer = send(manager, page, 200, **values)
    assert "Des réservations ne respecteraient plus les règles" in answer.h1
    return answer


def state_of(app: Flask, number: int) -> str:
    with app.app_context():
        return str(db.session.get_one(Reservation, number).state)


def letters(app: Flask, number: int) -> list[str]:
    with app.app_context():
        query = db.select(Message.kind).filter_by(topic=f"reservation:{number}")
        return list(db.session.scalars(query.order_by(Message.id)))[1:]


def longest(app: Flask) -> int | None:
    with app.app_context():
        return get_machine("M01").max_minutes


def test_what_a_rule_would_refuse_is_shown_before_anything_is_saved(
    demo_app: Flask, manager: Browser
) -> None:
    number = reserved(demo_app)
    page = shown(manager, max_minutes="120")
    assert "Durée supérieure au maximum de 2 h." in page.text
    assert "Mathieu Schwoerer" in page.text
    assert longest(demo_app) != 120
    assert state_of(demo_app, number) == "CONFIRMED"


@pytest.mark.parametrize(
    ("choice", "state", "told"),
    [
        ("KEEP_SILENTLY", "CONFIRMED", []),
        ("KEEP", "CONFIRMED", ["reservation.rules_changed"]),
        ("CANCEL", "CANCELLED_BY_SITE", ["reservation.cancelled_by_site"]),
    ],
)
def test_then_the_manager_decides(
    demo_app: Flask, manager: Browser, choice: str, state: str, told: list[str]
) -> None:
    number = reserved(demo_app)
    form = shown(manager, max_minutes="120").form(USE)
    manager.send(form, 303, reservations=choice, because="Moteur à ménager")
    assert longest(demo_app) == 120
    assert state_of(demo_app, number) == state
    assert letters(demo_app, number) == told


def test_without_a_decision_nothing_is_saved(demo_app: Flask, manager: Browser) -> None:
    reserved(demo_app)
    form = shown(manager, max_minutes="120").form(USE)
    assert "Choisissez ce que deviennent" in manager.send(form, 422).text
    assert longest(demo_app) != 120


def test_who_reserved_meanwhile_is_shown_first(demo_app: Flask, manager: Browser) -> None:
    reserved(demo_app)
    form = shown(manager, max_minutes="120").form(USE)
    late = reserved(demo_app, days=1)
    again = manager.send(form, 409, reservations="CANCEL")
    assert "Quelqu’un a réservé entre-temps" in again.text
    assert str(late) in again.form(USE).value("seen").split()
    assert longest(demo_app) != 120


def test_a_rule_that_refuses_nothing_is_saved_at_once(demo_app: Flask, manager: Browser) -> None:
    reserved(demo_app)
    send(manager, USE, max_minutes="180", lead_minutes="60")
    assert longest(demo_app) == 180


def test_an_area_and_the_place_ask_as_well(demo_app: Flask, manager: Browser) -> None:
    number = reserved(demo_app, machine="M17", code="U02")
    form = shown(manager, "/site", horizon_days="1", lead_minutes="30").form("/site")
    assert manager.send(form, 303, reservations="KEEP_SILENTLY").url == "/site"
    with demo_app.app_context():
        assert get_site().horizon_days == 1
        area = get_machine("M17").area.code
    page = shown(manager, f"/areas/{area}/edit", lead_minutes="2880")
    manager.send(page.form(), 303, reservations="CANCEL")
    assert state_of(demo_app, number) == "CANCELLED_BY_SITE"


def test_a_new_requirement_asks_too(demo_app: Flask, manager: Browser) -> None:
    number = reserved(demo_app, machine="M17", code="U02")
    page = "/machines/M17/requirements"
    form = shown(manager, page, training="LASER", autonomous_level="3").form(page)
    manager.send(form, 303, reservations="CANCEL")
    assert state_of(demo_app, number) == "CANCELLED_BY_SITE"


def test_the_statements_do_not_grow_with_the_reservations(
    demo_app: Flask, manager: Browser
) -> None:
    def statements() -> int:
        form = manager.get(USE).form(USE)
        with statements_of(demo_app) as sent:
            manager.send(form, 200, max_minutes="120")
        return len(sent)

    reserved(demo_app)
    one = statements()
    for days in (1, 2, 3):
        reserved(demo_app, days=days)
    assert statements() == one
