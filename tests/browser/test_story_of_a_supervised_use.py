"""Chloé and the embroidery machine: not alone yet, so Amandine stays with her; until she cannot."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Visit
from tests.browser.visiting import Device

pytestmark = pytest.mark.browser

WEDNESDAY = "/reservations/new?machine=M12&starts_at={start}&ends_at={end}".format(
    start="2026-11-25T09:00%2B01:00", end="2026-11-25T11:00%2B01:00"
)


def test_somebody_agrees_to_be_there_and_later_cannot(visit: Visit, device: Device) -> None:
    chloe, amandine = visit("chloe.marchal", device), visit("amandine.roth", device)
    chloe.go(WEDNESDAY)
    chloe.sees("niveau 2 requis, niveau 1 acquis", "Référent de la machine : Amandine Roth")
    chloe.page.get_by_label("accompagné").check()
    chloe.press("Réserver")
    chloe.was_refused(422)
    chloe.sees("Indiquez qui sera là")

    chloe.page.get_by_label("Qui sera là").fill("Amandine Roth")
    chloe.press("Réserver")
    chloe.sees("En attente d’une réponse", "mercredi 25 novembre 2026 à 07:00", "Amandine Roth")

    amandine.go("/")
    amandine.sees("On attend votre réponse pour une réservation.")
    amandine.follow("Répondre")
    amandine.sees("On vous demande d’être là", "Chloé Marchal")
    amandine.follow("Répondre")
    amandine.sees_heading("Chloé Marchal vous demande d’être là")
    amandine.press("J’accepte d’être là")
    amandine.sees("Merci, c’est noté")

    chloe.page.reload()
    chloe.sees_heading("M12 est à vous")
    chloe.sees("Confirmée", "acceptée")

    amandine.follow("Voir")
    amandine.press("Je ne peux plus venir")
    amandine.sees("la personne est prévenue")

    chloe.page.reload()
    chloe.sees("Il manque quelqu’un", "Incertaine")
    chloe.follow("Demander à quelqu’un d’autre")
    chloe.page.get_by_label("Qui sera là").fill("personne.connue@example.org")
    chloe.press("Demander")
    chloe.was_refused(422)
    chloe.sees("Nous ne trouvons personne de ce nom")
