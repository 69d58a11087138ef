"""Mathieu wants a printer every Tuesday; one date is in the way, and he takes the others."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Visit
from tests.browser.visiting import Device

pytestmark = pytest.mark.browser

TUESDAYS_OVER_THE_HOLIDAYS = (
    "/reservations/new?machine=M17"
    "&starts_at=2026-12-08T09:00:00%2B01:00&ends_at=2026-12-08T11:00:00%2B01:00"
)


def test_a_series_with_a_conflict(visit: Visit, device: Device) -> None:
    mathieu = visit("mathieu.schwoerer", device)
    mathieu.go(TUESDAYS_OVER_THE_HOLIDAYS)
    mathieu.press("Répéter…")
    mathieu.sees("Les mêmes heures, plusieurs fois")
    mathieu.page.get_by_label("Nombre de fois").fill("4")
    mathieu.press("Voir les dates et le prix")
    mathieu.sees("1 date ne peut pas être réservée", "29 déc.")
    mathieu.press("Réserver les 3 autres dates")
    mathieu.sees("C’est réservé : 3 dates.", "Série M17")
    mathieu.does_not_see("29 déc.")

    mathieu.follow("Changer les heures…")
    mathieu.page.get_by_role("combobox", name="Début").select_option("14:00")
    mathieu.page.get_by_role("combobox", name="Fin").select_option("16:30")
    mathieu.press("Voir les dates et le prix")
    mathieu.sees("3 dates peuvent être déplacées", "2 h 30 de crédit")
    mathieu.press("Déplacer ces 3 dates")
    mathieu.sees("3 dates sont déplacées.", "8 déc., 14:00 – 16:30")
