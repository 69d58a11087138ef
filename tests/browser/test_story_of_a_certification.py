"""Guillaume wants the laser: from the refusal to the certification, and what ends it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.visiting import Device, Visitor

pytestmark = pytest.mark.browser

WANTED = "2026-11-25"
TOLD = "mercredi 25 novembre 2026"
SIGNED_BY_TRAINER = "Réglages faits seul, bonne surveillance du tir."
BADGE = "Badge laser d’un autre atelier, vérifié auprès de lui"
SUSPENDED_FOR = "Tir laissé sans surveillance le 24 novembre"


def test_the_laser_is_refused_then_learned_then_reserved_then_withdrawn(
    visit: Visit, device: Device
) -> None:
    guillaume = visit("guillaume.fritsch", device)
    wishes_for_the_laser(guillaume)
    is_refused_and_told_the_cure(guillaume)

    trainer = visit("remi.jung", device)
    proposes_guillaume(trainer)

    manager = visit("claire.bastian", device)
    approves_in_two_clicks(manager)

    reserves_the_laser(guillaume)
    finds_it_under_his_reservations(guillaume)

    suspends_the_certification(manager)
    is_told_why(guillaume)
    finds_the_letter(manager)


def wishes_for_the_laser(guillaume: Visitor) -> None:
    guillaume.choose("Planning")
    guillaume.follow("Découpe laser CO2 813×508, 80 W")
    guillaume.follow_time(WANTED, "refused")


def is_refused_and_told_the_cure(guillaume: Visitor) -> None:
    guillaume.sees("Ce créneau serait refusé")
    guillaume.press("Réserver")
    guillaume.sees("Rien n’a été réservé", "LASER", "T-03", "jeudi 3 décembre 2026")
    guillaume.does_not_see("ACC")
    guillaume.was_refused(422)
    guillaume.follow("Voir le chemin vers M03")
    guillaume.sees_heading("Mon chemin vers M03")
    guillaume.sees(
        "Vous avez une place dans cette session", "120,00", "Au plus tôt", "jeudi 3 décembre 2026"
    )
    guillaume.follow("Découpe et gravure laser CO2")
    guillaume.sees_heading("Découpe et gravure laser CO2")
    guillaume.sees("jeu. 3 déc., 09:00 – 12:30")


def proposes_guillaume(trainer: Visitor) -> None:
    trainer.choose_in_menu("Habilitations")
    trainer.follow("Proposer une habilitation")
    trainer.page.get_by_label("Personne : nom ou code").fill("Fritsch")
    trainer.press("Chercher")
    trainer.follow("Choisir Guillaume Fritsch")
    trainer.page.get_by_label("Formation").select_option("LASER")
    trainer.press("Continuer")
    trainer.sees_heading("Proposer Guillaume Fritsch pour LASER")
    trainer.page.get_by_label("autonome").check()
    for point in trainer.main.get_by_role("checkbox").all():
        point.check()
    trainer.page.get_by_label("Note").fill(SIGNED_BY_TRAINER)
    trainer.page.get_by_label("Équivalence : pièce vérifiée").fill(BADGE)
    trainer.press("Envoyer la proposition")
    trainer.sees("Proposée", SIGNED_BY_TRAINER)


def approves_in_two_clicks(manager: Visitor) -> None:
    manager.choose("Décisions")
    proposal = manager.page.get_by_role("article").filter(has_text="Guillaume Fritsch")
    expect(proposal).to_contain_text("Rémi Jung")
    expect(proposal).to_contain_text(SIGNED_BY_TRAINER)
    expect(proposal).to_contain_text("8 points sur 8")
    proposal.get_by_role("button", name="Valider").click()
    expect(proposal).to_have_count(0)


def reserves_the_laser(guillaume: Visitor) -> None:
    guillaume.go("/planning/machines/M03")
    guillaume.follow_time(WANTED)
    guillaume.sees("Ce créneau est libre pour vous")
    guillaume.press("Réserver")
    guillaume.sees_heading("M03 est à vous")
    guillaume.sees("Découpe laser CO2 813×508, 80 W", TOLD, "08:00 – 09:00")
    guillaume.sees("À apporter et à porter", "Aucun équipement de protection particulier")


def finds_it_under_his_reservations(guillaume: Visitor) -> None:
    guillaume.choose("Mes réservations")
    row = guillaume.main.get_by_role("row").filter(has_text="Découpe laser CO2")
    expect(row).to_contain_text("mer. 25 nov., 08:00 – 09:00")
    expect(row).to_contain_text("Confirmée")
    expect(row.get_by_role("link", name="Annuler")).to_be_visible()


def suspends_the_certification(manager: Visitor) -> None:
    manager.choose_in_menu("Habilitations")
    manager.page.get_by_label("Nom ou code").fill("Fritsch")
    manager.page.get_by_label("Formation").select_option("LASER")
    manager.press("Chercher")
    manager.follow("Guillaume Fritsch")
    manager.follow("Suspendre")
    manager.sees("Réservations annulées du même coup", "mer. 25 nov., 08:00 – 09:00", "M03")
    manager.page.get_by_label("Raison").fill(SUSPENDED_FOR)
    manager.press("Suspendre l’habilitation")
    manager.sees("Suspendue", SUSPENDED_FOR)


def is_told_why(guillaume: Visitor) -> None:
    guillaume.choose("Mes réservations")
    guillaume.follow("Découpe laser CO2 813×508, 80 W")
    guillaume.sees("Annulée par le lieu", SUSPENDED_FOR)


def finds_the_letter(manager: Visitor) -> None:
    manager.choose_in_menu("Courriels")
    letters = manager.main.get_by_role("row").filter(has_text="Guillaume Fritsch")
    letters.get_by_role("link", name="Le lieu a annulé votre réservation").click()
    manager.sees("guillaume.fritsch@example.org", "M03", SUSPENDED_FOR)
