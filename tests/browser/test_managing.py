"""Claire runs the place: exceptions and closures; then what everybody does on every page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.visiting import PHONE, Device, Visitor

pytestmark = pytest.mark.browser

SUNDAY_MORNING = "machine=M18&starts_at=2026-11-29T10:00%2B01:00&ends_at=2026-11-29T11:00%2B01:00"
EXCEPTION = "Livraison d’un client lundi matin, je suis sur place"


def test_a_manager_sets_a_refusal_aside_and_the_journal_shows_it(
    visit: Visit, device: Device
) -> None:
    claire = visit("claire.bastian", device)
    claire.go(f"/reservations/new?{SUNDAY_MORNING}")
    claire.page.get_by_label("Pour", exact=True).select_option("Guillaume Fritsch")
    claire.press("Réserver")
    claire.sees("Rien n’a été réservé", "Hors des horaires de la machine")
    claire.was_refused(422)

    claire.page.get_by_label("Hors des horaires").check()
    claire.page.get_by_label("Raison de la dérogation").fill(EXCEPTION)
    claire.press("Réserver")
    claire.sees("C’est réservé.", "Guillaume Fritsch", "Dérogation accordée", EXCEPTION)

    claire.choose_in_menu("Journal")
    entry = claire.main.get_by_role("row").filter(has_text=EXCEPTION)
    expect(entry.first).to_contain_text("Claire Bastian")


def test_a_closure_lists_the_reservations_it_touches_before_it_is_saved(
    visit: Visit, device: Device
) -> None:
    mathieu = visit("mathieu.schwoerer", device)
    reserve(mathieu, "M01", "2026-11-25")

    claire = visit("claire.bastian", device)
    claire.choose_in_menu("Horaires et fermetures")
    claire.follow("Ajouter une fermeture")
    claire.page.get_by_label("Ce qui ferme").select_option(label="Atelier bois")
    for name, value in (
        ("starts_on", "2026-11-25"),
        ("starts_time", "07:00"),
        ("ends_on", "2026-11-25"),
        ("ends_time", "22:00"),
    ):
        claire.page.locator(f"#{name}").fill(value)
    claire.page.get_by_label("Motif").fill("Aspiration en révision")
    claire.press("Continuer")
    claire.sees("Rien n’est encore enregistré", "Mathieu Schwoerer", "mer. 25 nov.")

    mathieu.choose("Mes réservations")
    mathieu.sees("Confirmée")

    claire.page.get_by_label("Annulées sans frais").check()
    claire.press("Enregistrer la fermeture")
    claire.sees("Aspiration en révision")
    mathieu.choose("Mes réservations")
    mathieu.follow("Fraiseuse numérique grand format")
    mathieu.sees("Annulée par le lieu", "Aspiration en révision")


def test_the_language_is_switched_on_the_page_one_is_on(visit: Visit, device: Device) -> None:
    guillaume = visit("guillaume.fritsch", device)
    guillaume.choose("Formations")
    for language, name, heading in (
        ("en", "English", "Trainings"),
        ("de", "Deutsch", "Schulungen"),
        ("fr", "Français", "Formations"),
    ):
        guillaume.page.locator("summary", has_text=re.compile("FR|EN|DE")).click()
        guillaume.page.get_by_role("button", name=name).click()
        expect(guillaume.page.locator("html")).to_have_attribute("lang", language)
        expect(guillaume.page).to_have_url(re.compile("/trainings$"))
        guillaume.sees_heading(heading)


def test_every_main_way_is_in_sight_on_a_phone(visit: Visit) -> None:
    claire = visit("claire.bastian", PHONE)
    ways = claire.page.get_by_role("navigation", name="Navigation principale").get_by_role("link")
    expect(ways).to_have_count(6)
    for way in ways.all():
        expect(way).to_be_in_viewport(ratio=1)


def test_the_back_button_shows_nothing_personal_after_signing_out(
    visit: Visit, device: Device
) -> None:
    mathieu = visit("mathieu.schwoerer", device)
    reserve(mathieu, "M01", "2026-11-25")
    mathieu.choose("Mes réservations")
    mathieu.sees("Fraiseuse numérique grand format")
    mathieu.choose_in_menu("Se déconnecter")
    mathieu.sees("Vous êtes déconnecté.")

    mathieu.page.go_back()
    expect(mathieu.page).to_have_url(re.compile("/login"))
    expect(mathieu.page.locator("body")).not_to_contain_text("Mathieu")
    expect(mathieu.page.locator("body")).not_to_contain_text("Fraiseuse")


def reserve(visitor: Visitor, machine: str, day: str) -> None:
    visitor.go(f"/planning/machines/{machine}")
    visitor.follow_time(day)
    visitor.press("Réserver")
    visitor.sees_heading(f"{machine} est à vous")
