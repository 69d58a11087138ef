"""Mathieu cannot come: Jonas, who reads German, takes his time over once he accepts."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Visit
from tests.browser.visiting import Device, Visitor

pytestmark = pytest.mark.browser

MORNING = "machine=M01&starts_at=2026-11-25T09:00%2B01:00&ends_at=2026-11-25T11:00%2B01:00"
JONAS = "jonas.weber@example.org"


def test_a_reservation_changes_hands_once_the_other_accepts(visit: Visit, device: Device) -> None:
    mathieu, jonas = visit("mathieu.schwoerer", device), visit("jonas.weber", device)
    mathieu.go(f"/reservations/new?{MORNING}")
    mathieu.press("Réserver")
    mathieu.sees_heading("M01 est à vous")

    offers(mathieu, "inconnu@example.org")
    mathieu.was_refused(422)
    mathieu.sees("Personne à qui la transmettre n’a cette adresse")
    mathieu.page.get_by_label("Adresse électronique").fill(JONAS)
    mathieu.press("Envoyer la proposition")
    mathieu.sees("Rien ne change tant qu’elle n’est pas acceptée", "M01 est à vous")

    answers(jonas, "Ablehnen")
    jonas.sees("Angebot abgelehnt")

    mathieu.page.reload()
    mathieu.sees_heading("M01 est à vous")
    offers(mathieu, JONAS)
    answers(jonas, "Annehmen")
    jonas.sees("Die Reservierung gehört Ihnen", "25. November 2026, 09:00")

    mathieu.go("/reservations")
    mathieu.does_not_see("mercredi 25 novembre 2026, 09:00")


def offers(giver: Visitor, address: str) -> None:
    giver.follow("Transmettre")
    giver.page.get_by_label("Adresse électronique").fill(address)
    giver.press("Envoyer la proposition")


def answers(receiver: Visitor, answer: str) -> None:
    """Finds the offer among his reservations and answers it."""
    receiver.go("/reservations")
    receiver.follow("M01, Mittwoch, 25. November 2026")
    receiver.sees("Mathieu Schwoerer")
    receiver.press(answer)
