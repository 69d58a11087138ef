"""Léa shows what she can do: one critical point fails, her proposal waits for a second try."""

from __future__ import annotations

import pytest
from flask import Flask

from booking.database import writing
from booking.members.models import Member
from booking.members.queries import find_member
from booking.trainings.rules import SigningMethod
from booking.trainings.service import attendance
from booking.trainings.service.attendance import Signature
from tests.browser.conftest import Visit
from tests.browser.visiting import Device, Visitor
from tests.chromium import Served

pytestmark = pytest.mark.browser

FAILED = "Règle le couteau diviseur et le protecteur de la scie à format"
FIRST_PART, SECOND_PART = "Cadre en hêtre, 40 × 60 cm", "Second cadre en hêtre"


def test_a_failed_critical_point_blocks_the_proposal_until_it_is_passed(
    visit: Visit, device: Device, live_server: Served
) -> None:
    all_half_days_are_signed(live_server.app)
    trainer = visit("elodie.kessler", device)
    opens_the_practical_test(trainer)
    writes_it_down(trainer, FIRST_PART, failed=FAILED)
    is_refused_although_all_is_ticked(trainer)

    opens_the_practical_test(trainer)
    trainer.sees("Épreuve du 23/11/2026", FIRST_PART, f"{FAILED} (critique) : raté")
    writes_it_down(trainer, SECOND_PART)
    proposes(trainer)

    manager = visit("claire.bastian", device)
    manager.choose("Décisions")
    manager.sees("Léa Thomas", SECOND_PART, "8 points sur 8")


def all_half_days_are_signed(app: Flask) -> None:
    with app.app_context(), writing():
        lea, elodie = _member("U30"), _member("U01")
        late = Signature(SigningMethod.ACCOUNT, "Partie avant de signer")
        attendance.sign("T-02", 2, "U30", late, lea)
        attendance.countersign("T-02", 2, ["U30"], "Je l’ai vue usiner", elodie)


def _member(code: str) -> Member:
    member = find_member(code)
    assert member is not None
    return member


def opens_the_practical_test(trainer: Visitor) -> None:
    opens_the_proposal(trainer)
    trainer.follow("Noter une épreuve pratique")
    trainer.sees_heading("Épreuve pratique de Léa Thomas")


def opens_the_proposal(trainer: Visitor) -> None:
    trainer.choose_in_menu("Habilitations")
    trainer.follow("Proposer une habilitation")
    trainer.follow("Proposer Léa Thomas, BOIS-1")
    trainer.sees_heading("Proposer Léa Thomas pour BOIS-1")


def writes_it_down(trainer: Visitor, part: str, failed: str | None = None) -> None:
    trainer.page.get_by_label("Pièce réalisée").fill(part)
    for passed in trainer.main.get_by_role("radio", name="Réussi").all():
        passed.check()
    if failed is not None:
        trainer.page.get_by_role("group", name=failed).get_by_label("Raté").check()
    trainer.press("Enregistrer l’épreuve")
    trainer.sees_heading("Proposer Léa Thomas pour BOIS-1")


def is_refused_although_all_is_ticked(trainer: Visitor) -> None:
    trainer.page.get_by_label("autonome").check()
    for point in trainer.main.get_by_role("checkbox").all():
        point.check()
    trainer.press("Envoyer la proposition")
    trainer.sees("Un point critique de l’épreuve pratique est raté", FAILED)
    trainer.was_refused(422)


def proposes(trainer: Visitor) -> None:
    trainer.page.get_by_label("autonome").check()
    trainer.press("Envoyer la proposition")
    trainer.sees("Proposée", "Léa Thomas")
