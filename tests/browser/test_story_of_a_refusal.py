"""Sabrina and the plasma table: what she lacks is named, what she has is not."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Visit
from tests.browser.visiting import Device

pytestmark = pytest.mark.browser


def test_only_the_missing_training_is_named(visit: Visit, device: Device) -> None:
    sabrina = visit("sabrina.thiel", device)
    sabrina.go("/planning/machines/M09")
    sabrina.follow_time("2026-11-25", "refused")
    sabrina.sees("Ce créneau serait refusé", "CNC-1", "T-04")
    sabrina.does_not_see("METAL-1")

    sabrina.press("Réserver")
    sabrina.sees("Rien n’a été réservé", "CNC-1", "T-04")
    sabrina.does_not_see("METAL-1")
    sabrina.was_refused(422)

    sabrina.choose("Mes réservations")
    sabrina.does_not_see("Table de découpe plasma")
