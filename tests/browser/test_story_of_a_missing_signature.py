"""Léa cannot be proposed, a half-day is unsigned: she signs late, is proposed, and approved."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.visiting import Device, Visitor

pytestmark = pytest.mark.browser

FORGOTTEN = "Partie avant de signer, présente jusqu’à la fin"
SEEN = "Je l’ai vue usiner jusqu’à la fin"


def test_a_missing_half_day_is_signed_late_before_the_proposal(
    visit: Visit, device: Device
) -> None:
    trainer = visit("elodie.kessler", device)
    is_refused_for_the_half_day(trainer)

    trainee = visit("lea.thomas", device)
    signs_late_with_a_reason(trainee)

    countersigns(trainer)
    proposes(trainer)
    may_not_approve(trainer)

    manager = visit("claire.bastian", device)
    sees_the_mark_on_the_sheet(manager)
    approves(manager)


def fills_in_the_proposal(trainer: Visitor) -> None:
    trainer.choose_in_menu("Habilitations")
    trainer.follow("Proposer une habilitation")
    trainer.follow("Proposer Léa Thomas, BOIS-1")
    trainer.sees_heading("Proposer Léa Thomas pour BOIS-1")
    trainer.page.get_by_label("initié").check()
    trainer.press("Envoyer la proposition")


def is_refused_for_the_half_day(trainer: Visitor) -> None:
    fills_in_the_proposal(trainer)
    trainer.sees("Pas de proposition sans toutes les demi-journées signées")
    trainer.sees("T-02, demi-journée 2")
    trainer.was_refused(422)


def signs_late_with_a_reason(trainee: Visitor) -> None:
    trainee.sees("Une demi-journée de formation attend votre signature")
    trainee.follow("Émarger maintenant")
    trainee.follow("Émarger")
    trainee.sees_heading("Léa Thomas signe sa présence")
    trainee.sees("Cette demi-journée est passée")
    trainee.press("Je signe")
    trainee.sees("écrivez pourquoi elle est signée après coup")
    trainee.was_refused(422)
    trainee.page.get_by_label("Pourquoi après coup").fill(FORGOTTEN)
    trainee.press("Je signe")
    trainee.sees("Présence signée", "Rien à signer")


def countersigns(trainer: Visitor) -> None:
    trainer.choose_in_menu("Émargement")
    trainer.follow("Session T-02")
    trainer.sees("À contresigner", "Après coup", FORGOTTEN)
    trainer.follow("Demi-journée 2")
    trainer.page.get_by_label("Pourquoi après coup").fill(SEEN)
    trainer.press("Contresigner")
    trainer.sees("Demi-journée contresignée", SEEN)


def proposes(trainer: Visitor) -> None:
    fills_in_the_proposal(trainer)
    trainer.sees("Proposée", "Léa Thomas")


def may_not_approve(trainer: Visitor) -> None:
    trainer.go("/decisions")
    trainer.was_refused(403)


def sees_the_mark_on_the_sheet(manager: Visitor) -> None:
    manager.choose("Décisions")
    proposal = manager.page.get_by_role("article").filter(has_text="Léa Thomas")
    expect(proposal).to_contain_text("2 demi-journée(s) signée(s) sur 2")
    expect(proposal).to_contain_text("dont 1 signée après coup")
    proposal.get_by_role("link", name="Feuille d’émargement").click()
    manager.sees("Après coup", FORGOTTEN, SEEN)
    manager.follow("Feuille à imprimer")
    manager.sees("Feuille d’émargement", "Léa Thomas", FORGOTTEN)
    manager.follow("Revenir à l’émargement")


def approves(manager: Visitor) -> None:
    manager.choose("Décisions")
    proposal = manager.page.get_by_role("article").filter(has_text="Léa Thomas")
    proposal.get_by_role("button", name="Valider").click()
    expect(proposal).to_have_count(0)
