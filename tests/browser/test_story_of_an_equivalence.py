"""Stefan, master joiner from Saarlouis, has his certificate recognised, in German."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, expect

from tests.browser.conftest import Visit
from tests.browser.visiting import Device, Visitor

pytestmark = pytest.mark.browser

DIPLOMA: FilePayload = {
    "name": "Meisterbrief.pdf",
    "mimeType": "application/pdf",
    "buffer": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n",
}
ASKED = "Tischlermeister, Zertifikat CNC-Fräsen (2019)"


def test_the_equivalence_asked_for_is_proven_checked_and_granted(
    visit: Visit, device: Device
) -> None:
    stefan = visit("stefan.becker", device)
    attaches_his_diploma(stefan)

    trainer = visit("remi.jung", device)
    checks_it_and_proposes(trainer)

    manager = visit("claire.bastian", device)
    approves_it_by_itself(manager)

    finds_it_valid(stefan)


def attaches_his_diploma(stefan: Visitor) -> None:
    stefan.go("/certifications/mine")
    stefan.sees_heading("Meine Maschinenberechtigungen")
    stefan.follow("3-Achs-CNC-Fräsen")
    stefan.sees("Anerkennung", ASKED)
    stefan.follow("Nachweis anhängen")
    stefan.page.get_by_label("Datei").set_input_files(DIPLOMA)
    stefan.press("Anhängen")
    stefan.sees("Nachweis angehängt.", "Meisterbrief.pdf")


def checks_it_and_proposes(trainer: Visitor) -> None:
    trainer.go("/certifications?q=Becker&training=CNC-1")
    trainer.follow("Stefan Becker")
    with trainer.page.expect_download() as download:
        trainer.follow("Meisterbrief.pdf")
    assert download.value.suggested_filename == "Meisterbrief.pdf"
    trainer.follow("Proposer")
    expect(trainer.page.get_by_label("Équivalence : pièce vérifiée")).to_have_value(ASKED)
    trainer.press("Envoyer la proposition")
    trainer.sees("Proposée", "Équivalence")


def approves_it_by_itself(manager: Visitor) -> None:
    manager.choose("Décisions")
    proposal = manager.page.get_by_role("article").filter(has_text="Stefan Becker")
    expect(proposal).to_contain_text("Meisterbrief.pdf")
    expect(proposal.get_by_role("checkbox")).to_have_count(0)
    proposal.get_by_role("button", name="Valider").click()
    expect(proposal).to_have_count(0)


def finds_it_valid(stefan: Visitor) -> None:
    stefan.go("/certifications/mine")
    row = stefan.main.get_by_role("row").filter(has_text="CNC-1")
    expect(row).to_contain_text("Gültig")
    expect(row).to_contain_text("23.08.2027, mangels Praxis")
