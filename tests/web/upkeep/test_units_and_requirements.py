"""The units of a pool and the trainings a machine asks for."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from booking.database import db
from booking.journal.models import JournalEntry
from booking.machines.models import Machine
from booking.machines.queries import get_machine
from booking.occupancies.models import Occupancy
from tests.programs import codes_of, program_of
from tests.web.checking import Browser
from tests.web.sending import send
from tests.web.upkeep.test_outages import reserved

UNITS = "/machines/M17/units"
ASKED = "/machines/M17/requirements"


@pytest.fixture
def manager(demo_app: Flask) -> Browser:
    return Browser(demo_app, "S1")


def machine_of(app: Flask, code: str) -> Machine:
    with app.app_context():
        return get_machine(code)


def last_entry(app: Flask) -> JournalEntry:
    with app.app_context():
        return db.session.scalars(db.select(JournalEntry).order_by(JournalEntry.id)).all()[-1]


def in_service(app: Flask, code: str) -> list[int]:
    return [unit.number for unit in machine_of(app, code).units if unit.in_service]


def test_a_unit_is_added_taken_out_and_put_back(demo_app: Flask, manager: Browser) -> None:
    send(manager, UNITS)
    assert in_service(demo_app, "M17") == [1, 2, 3, 4, 5, 6, 7]
    send(manager, UNITS, action=f"{UNITS}/take-out", unit=3)
    assert in_service(demo_app, "M17") == [1, 2, 4, 5, 6, 7]
    assert (last_entry(demo_app).act, last_entry(demo_app).after) == (
        "machine.unit_taken_out",
        {"unit": 3},
    )
    send(manager, UNITS, action=f"{UNITS}/put-back", unit=3)
    assert 3 in in_service(demo_app, "M17")


def test_a_promised_unit_stays_and_what_it_is_promised_to_is_listed(
    demo_app: Flask, manager: Browser
) -> None:
    number = reserved(demo_app, "2026-11-24")
    with demo_app.app_context():
        taken = db.session.scalars(
            db.select(Occupancy).where(Occupancy.reservation_id == number)
        ).one()
        unit = taken.unit.number
    page = send(manager, UNITS, 409, action=f"{UNITS}/take-out", unit=unit)
    assert "encore promis" in page.text
    assert "mar. 24 nov., 10:00 – 11:00" in page.text
    assert f"/reservations/{number}" in page.links
    assert unit in in_service(demo_app, "M17")


def test_the_last_unit_is_not_taken_out(demo_app: Flask, manager: Browser) -> None:
    path = "/machines/M18/units"
    page = send(manager, path, 409, action=f"{path}/take-out", unit=1)
    assert "dernier poste" in page.text
    assert in_service(demo_app, "M18") == [1]


def test_a_unit_out_of_use_is_not_given_to_anybody(demo_app: Flask, manager: Browser) -> None:
    for unit in (2, 3, 4, 5, 6):
        send(manager, UNITS, action=f"{UNITS}/take-out", unit=unit)
    reserved(demo_app, "2026-11-24", member="U15")
    wish = {
        "machine": "M17",
        "starts_at": "2026-11-24T10:00:00+01:00",
        "ends_at": "2026-11-24T11:00:00+01:00",
    }
    assert codes_of(program_of(demo_app, "U16").post("/reservations", wish)) == ["SLOT_TAKEN"]


@pytest.mark.parametrize("unit", ["0", "99", "", "x", str(2**80)])
def test_an_unknown_unit_is_not_found(manager: Browser, unit: str) -> None:
    send(manager, UNITS, 404, action=f"{UNITS}/take-out", unit=unit)


def test_a_training_is_required_its_levels_changed_and_dropped_with_a_reason(
    demo_app: Flask, manager: Browser
) -> None:
    send(manager, ASKED, training="LASER", supervised_level="1", autonomous_level="2")
    send(manager, ASKED, training="LASER", supervised_level="2", autonomous_level="3")
    asked = {r.training_code: r for r in machine_of(demo_app, "M17").requirements}
    assert asked["LASER"].autonomous_level == 3
    assert last_entry(demo_app).before["autonomous_level"] == 2
    drop = f"{ASKED}/LASER/drop"
    assert drop in manager.get(ASKED).links
    assert "requis" in send(manager, drop, 422, reason=" ").text
    send(manager, drop, reason="Erreur de saisie")
    assert [r.training_code for r in machine_of(demo_app, "M17").requirements] == ["ACC"]
    entry = last_entry(demo_app)
    assert (entry.act, entry.reason) == ("machine.requirement_dropped", "Erreur de saisie")
    assert entry.before["training"] == "LASER"
    assert manager.ask(drop).status_code == 404


def test_a_new_requirement_counts_at_once(demo_app: Flask, manager: Browser) -> None:
    send(manager, ASKED, training="LASER", supervised_level="1", autonomous_level="2")
    wish = {
        "machine": "M17",
        "starts_at": "2026-11-24T10:00:00+01:00",
        "ends_at": "2026-11-24T11:00:00+01:00",
    }
    assert "CERT_MISSING" in codes_of(program_of(demo_app, "U10").post("/reservations", wish))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"training": "NOWHERE"}, "valide"),
        ({"training": None}, "valide"),
        ({"supervised_level": "3", "autonomous_level": "2"}, "au moins le niveau accompagné"),
        ({"supervised_level": "0"}, "valide"),
        ({"autonomous_level": "4"}, "valide"),
        ({"autonomous_level": "zwei"}, "valide"),
    ],
)
def test_a_requirement_that_cannot_be_is_refused(
    demo_app: Flask, manager: Browser, change: dict[str, Any], message: str
) -> None:
    wanted = {"training": "LASER", "supervised_level": "1", "autonomous_level": "2"}
    assert message in send(manager, ASKED, 422, **(wanted | change)).text
    assert [r.training_code for r in machine_of(demo_app, "M17").requirements] == ["ACC"]
