"""Baptiste at the laser cutter with his phone: he scans the code, arrives, works, leaves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.browser.conftest import Visit
from tests.browser.visiting import PHONE
from tests.chromium import Served
from tests.programs import program_of

pytestmark = pytest.mark.browser

MORNING = {
    "machine": "M03",
    "starts_at": "2026-11-24T09:00:00+01:00",
    "ends_at": "2026-11-24T11:00:00+01:00",
}


def test_arriving_and_leaving_from_a_phone(
    visit: Visit, live_server: Served, at: Callable[[Flask, str], None]
) -> None:
    made = program_of(live_server.app, "U15").post("/reservations", MORNING)
    assert made.status_code == 201, made.text
    at(live_server.app, "2026-11-24T08:50:00+01:00")

    passer_by = visit(None, PHONE)
    passer_by.go("/m/M03")
    passer_by.sees("Prochaine réservation", "09:00", "Matériaux interdits")
    passer_by.does_not_see("Baptiste")

    baptiste = visit("baptiste.lang", PHONE)
    baptiste.go("/m/M03")
    baptiste.press("Je suis là")
    baptiste.sees("C’est noté", "En cours")

    at(live_server.app, "2026-11-24T10:15:00+01:00")
    baptiste.go("/m/M03")
    baptiste.follow("Signaler mon départ")
    baptiste.page.get_by_label("La machine et sa place sont propres").check()
    baptiste.page.get_by_label("Les outils sont rangés").check()
    baptiste.page.get_by_label("Chutes laissées à réemployer").fill("0,4")
    baptiste.press("Je pars")
    baptiste.sees("Départ noté", "Terminée", "0,4 kg")

    passer_by.go("/m/M03")
    passer_by.sees("Libre")
