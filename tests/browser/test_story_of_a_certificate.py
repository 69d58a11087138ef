"""Mathieu shows his certificate: its code is scanned, tells what it may, then that it is over."""

from __future__ import annotations

from io import BytesIO

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.visiting import Device, Visitor
from tests.pdfs import codes_in, pictures_of

pytestmark = pytest.mark.browser

WHY = "Protections retirées pendant l’usinage"


def test_a_certificates_code_is_read_back_and_verified_then_revoked(
    visit: Visit, device: Device
) -> None:
    mathieu = visit("mathieu.schwoerer", device)
    opens_his_certificate(mathieu)
    address = scan(mathieu)
    assert scan_of_paper(mathieu) in ([address], [])

    stranger = visit(None, device)
    stranger.go(address)
    stranger.sees("Valable aujourd’hui", "Fraisage numérique 3 axes", "Niveau 2, autonome")
    stranger.does_not_see("Schwoerer")

    agrees_to_his_initials(mathieu)
    stranger.go(address)
    stranger.sees("M. S.")
    stranger.does_not_see("Schwoerer")

    manager = visit("claire.bastian", device)
    revokes(manager)
    stranger.go(address)
    stranger.sees("Non valable aujourd’hui", "Retirée.")
    stranger.does_not_see(WHY)

    mathieu.go(mathieu.page.url)
    mathieu.sees("Sans effet le lundi 23 novembre 2026 : retirée")
    changes_the_code(mathieu)
    stranger.go(address)
    stranger.was_refused(404)
    stranger.does_not_see("Habilitation")


def opens_his_certificate(mathieu: Visitor) -> None:
    mathieu.go("/certifications/mine")
    row = mathieu.main.get_by_role("row").filter(has_text="Fraisage numérique 3 axes")
    row.get_by_role("link", name="Certificat").click()
    mathieu.sees_heading("Habilitation machine")


def scan(visitor: Visitor) -> str:
    """The address in the code as it stands on the screen, read by another decoder."""
    from PIL import Image

    shown = visitor.page.get_by_role("img", name="Code à scanner pour vérifier").screenshot()
    (address,) = codes_in(Image.open(BytesIO(shown)))
    return address


def scan_of_paper(visitor: Visitor) -> list[str]:
    """The same from the file; nothing where no files can be made."""
    link = visitor.main.get_by_role("link", name="Ouvrir en PDF")
    if not link.count():
        return []
    file = visitor.page.request.get(link.get_attribute("href") or "")
    return codes_in(pictures_of(file.body())[0])


def agrees_to_his_initials(mathieu: Visitor) -> None:
    mathieu.page.get_by_label("en initiales").check()
    mathieu.press("Enregistrer")
    mathieu.sees("Enregistré")
    expect(mathieu.page.get_by_label("en initiales")).to_be_checked()


def revokes(manager: Visitor) -> None:
    manager.choose_in_menu("Habilitations")
    manager.page.get_by_label("Nom ou code").fill("Schwoerer")
    manager.page.get_by_label("Formation").select_option("CNC-1")
    manager.press("Chercher")
    manager.follow("Mathieu Schwoerer")
    manager.follow("Retirer l’habilitation")
    manager.page.get_by_label("Raison").fill(WHY)
    manager.press("Retirer l’habilitation")
    manager.sees("Retirée", WHY)


def changes_the_code(mathieu: Visitor) -> None:
    mathieu.press("Changer de code")
    mathieu.page.get_by_role("dialog").get_by_role("button", name="Confirmer").click()
    mathieu.sees("Nouveau code")
