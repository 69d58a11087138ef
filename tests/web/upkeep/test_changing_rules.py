"""Rules changed over what is reserved: shown first, then kept, kept and told, or cancelled."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from booking.database import db, writing
from booking.machines.queries import get_machine
from booking.members.queries import find_member
from booking.openings.models import Level
from booking.openings.queries import list_openings
from booking.openings.rules import Access
from booking.outbox.models import Message
from booking.periods import Period
from booking.reservations.models import Reservation
from booking.reservations.service import Wish, reserve
from booking.site.queries import get_site
from booking.trainings.queries import training_facts
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


HOURS = "/openings/hours/machine/M01"


def own_hours(manager: Browser) -> None:
    """M01 keeps its hours, as rules of its own."""
    manager.send(manager.get(HOURS).form(f"{HOURS}/make-own"), 303)


def hours_of(app: Flask) -> list[tuple[int, int]]:
    with app.app_context():
        rules = list_openings(Level(machine=get_machine("M01")))
        return [(opening.rule.weekday, opening.rule.starts.hour) for opening in rules]


def tuesday_morning(app: Flask) -> int:
    """The rule that opens M01 to everybody on Tuesday at nine."""
    with app.app_context():
        rules = list_openings(Level(machine=get_machine("M01")))
        (opening,) = [
            one
            for one in rules
            if one.rule.weekday == 1
            and one.rule.starts <= TUESDAY.time() < one.rule.ends
            and one.rule.access is Access.ALL
        ]
        return opening.id


def test_hours_taken_away_ask_first(demo_app: Flask, manager: Browser) -> None:
    own_hours(manager)
    number, before = reserved(demo_app), hours_of(demo_app)
    tuesday = tuesday_morning(demo_app)
    form = manager.get(HOURS).form(f"{HOURS}/remove")
    page = manager.send(form, 200, opening=str(tuesday))
    assert "Des réservations ne respecteraient plus les règles" in page.h1
    assert HOURS in page.links
    assert hours_of(demo_app) == before
    again = manager.send(page.form(f"{HOURS}/remove"), 303, reservations="CANCEL")
    assert again.url == HOURS
    assert len(hours_of(demo_app)) == len(before) - 1
    assert state_of(demo_app, number) == "CANCELLED_BY_SITE"


def test_first_hours_of_its_own_ask_as_they_replace_the_others(
    demo_app: Flask, manager: Browser
) -> None:
    number = reserved(demo_app)
    page = manager.send(
        manager.get(HOURS).form(HOURS), 200, weekdays=["4"], starts="09:00", ends="12:00",
        access="ALL",
    )  # fmt: skip
    assert hours_of(demo_app) == []
    manager.send(page.form(HOURS), 303, reservations="KEEP")
    assert hours_of(demo_app) == [(4, 9)]
    assert letters(demo_app, number) == ["reservation.rules_changed"]


def test_changed_and_inherited_hours_ask_too(demo_app: Flask, manager: Browser) -> None:
    own_hours(manager)
    page = f"{HOURS}/{tuesday_morning(demo_app)}"
    number = reserved(demo_app)
    form = shown(manager, page, starts="11:00").form(page)
    manager.send(form, 303, reservations="KEEP_SILENTLY")
    assert (1, 11) in hours_of(demo_app)
    assert state_of(demo_app, number) == "CONFIRMED"
    manager.send(manager.get(HOURS).form(f"{HOURS}/inherit"), 303)  # what it refused before
    assert hours_of(demo_app) == []


def test_a_higher_risk_class_asks_for_minors(demo_app: Flask, manager: Browser) -> None:
    number = reserved(demo_app, code="U04", machine="M17")
    page = "/machines/M17/edit/safety"
    shown_first = shown(manager, page, risk_class="RED")
    assert "mineur" in shown_first.text
    manager.send(shown_first.form(page), 303, reservations="CANCEL")
    assert state_of(demo_app, number) == "CANCELLED_BY_SITE"
    with demo_app.app_context():
        assert get_machine("M17").risk_class == "RED"


def test_a_new_prerequisite_asks_for_every_machine_of_its_chain(
    demo_app: Flask, manager: Browser
) -> None:
    number = reserved(demo_app)
    page = "/trainings/CNC-1/edit"
    shown_first = shown(manager, page, prerequisites=["ACC:1", "LASER:2"])
    assert "Habilitation requise" in shown_first.text
    with demo_app.app_context():
        assert training_facts()["CNC-1"].prerequisites == (("ACC", 1),)
    manager.send(shown_first.form(page), 303, reservations="KEEP")
    assert letters(demo_app, number) == ["reservation.rules_changed"]
    with demo_app.app_context():
        assert training_facts()["CNC-1"].prerequisites == (("ACC", 1), ("LASER", 2))


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
