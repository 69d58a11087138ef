"""The laser is taken: Dimitri waits for it, Baptiste gives it back, Dimitri takes it."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Visit
from tests.browser.visiting import Device, Visitor

pytestmark = pytest.mark.browser

MORNING = "machine=M03&starts_at=2026-11-26T09:00%2B01:00&ends_at=2026-11-26T11:00%2B01:00"
TOLD = "jeudi 26 novembre 2026, 09:00 – 11:00"


def test_freed_time_is_offered_and_accepted(visit: Visit, device: Device) -> None:
    holder = visit("baptiste.lang", device)
    reserves(holder)
    waiter = visit("dimitri.koch", device)
    waits_for_the_same_time(waiter)
    gives_it_back(holder)
    accepts_the_offer(waiter)


def reserves(holder: Visitor) -> None:
    holder.go(f"/reservations/new?{MORNING}")
    holder.press("Réserver")
    holder.sees(TOLD)


def waits_for_the_same_time(waiter: Visitor) -> None:
    waiter.go(f"/reservations/new?{MORNING}")
    waiter.sees("Créneau déjà pris")
    waiter.follow("Me prévenir si ça se libère")
    waiter.sees_heading("Attendre M03")
    waiter.press("Me prévenir si ça se libère")
    waiter.sees("n° 1 de la liste")


def gives_it_back(holder: Visitor) -> None:
    holder.follow("Annuler la réservation")
    holder.press("Annuler cette réservation")
    holder.sees("le temps est de nouveau libre")


def accepts_the_offer(waiter: Visitor) -> None:
    waiter.go("/reservations/waiting")
    waiter.sees("M03 vous est proposée", "jusqu’au lundi 23 novembre 2026 à 09:00")
    waiter.follow("Répondre")
    waiter.sees(TOLD, "hors taxes")
    waiter.press("Accepter et réserver")
    waiter.sees_heading("M03 est à vous")
