"""The laser is asked for: two compete, the manager grants it to one, the other is told."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Visit
from tests.browser.visiting import Device, Visitor

pytestmark = pytest.mark.browser

MORNING = "machine=M03&starts_at=2026-11-26T09:00%2B01:00&ends_at=2026-11-26T11:00%2B01:00"
LATER = "machine=M03&starts_at=2026-11-26T10:00%2B01:00&ends_at=2026-11-26T12:00%2B01:00"


def test_of_two_who_ask_one_has_it_and_the_other_is_told(visit: Visit, device: Device) -> None:
    manager = visit("claire.bastian", device)
    has_each_reservation_approved(manager)
    first, second = visit("baptiste.lang", device), visit("dimitri.koch", device)
    asks(first, MORNING, "jeu. 26 nov., 09:00 – 11:00")
    asks(second, LATER, "jeu. 26 nov., 10:00 – 12:00")
    sees_who_would_lose(manager)
    grants_it_to_the_second(manager)
    reads_that_it_is_his(second)
    reads_that_somebody_else_has_it(first)


def has_each_reservation_approved(manager: Visitor) -> None:
    manager.go("/machines/M03/edit/use")
    manager.page.get_by_label("Se demande").check()
    manager.press("Enregistrer")
    manager.sees("Sur demande, approuvées une à une")


def asks(member: Visitor, wanted: str, told: str) -> None:
    member.go(f"/reservations/new?{wanted}")
    member.sees("Ce créneau peut être demandé", "rien n’est tenu", "hors taxes")
    member.press("Demander ce créneau")
    member.sees("C’est demandé", told, "À décider", "réponse jusqu’au")


def sees_who_would_lose(manager: Visitor) -> None:
    manager.go("/decisions")
    manager.sees(
        "Demandes concurrentes", "Baptiste Lang perd sa demande", "Dimitri Koch perd sa demande"
    )


def grants_it_to_the_second(manager: Visitor) -> None:
    manager.press("Accorder M03, Dimitri Koch")
    manager.sees("Demande accordée : Dimitri Koch reçoit la confirmation.")
    manager.does_not_see("Demandes concurrentes")


def reads_that_it_is_his(member: Visitor) -> None:
    member.go("/reservations")
    member.does_not_see("À décider")
    member.sees("jeu. 26 nov., 10:00 – 12:00", "Confirmée")


def reads_that_somebody_else_has_it(member: Visitor) -> None:
    member.go("/reservations")
    member.sees("Accordée à quelqu’un d’autre")
