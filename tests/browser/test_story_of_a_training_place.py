"""The laser session is full and Rosa waits; Chloé gives her place back, Rosa takes it."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Visit
from tests.browser.visiting import Device, Visitor

pytestmark = pytest.mark.browser


def test_who_waits_moves_up_when_a_place_is_given_back(visit: Visit, device: Device) -> None:
    waiter = visit("rosa.almeida", device)
    waits(waiter)
    gives_the_place_back(visit("chloe.marchal", device))
    takes_it(waiter)


def waits(waiter: Visitor) -> None:
    waiter.go("/sessions?training=LASER")
    waiter.follow("jeu. 3 déc., 09:00 – 12:30")
    waiter.sees("Complet", "place 1 en liste d’attente")


def gives_the_place_back(holder: Visitor) -> None:
    holder.go("/enrolments")
    holder.follow("jeu. 3 déc., 09:00 – 12:30")
    holder.follow("Rendre ma place")
    holder.sees("Cette annulation est gratuite.")
    holder.press("Rendre la place")
    holder.sees("La place est rendue.")


def takes_it(waiter: Visitor) -> None:
    waiter.go("/sessions/T-03")
    waiter.sees("tenue pour vous jusqu’au mardi 24 novembre 2026 à 08:00")
    waiter.press("Prendre la place")
    waiter.sees("Vous êtes inscrit.")
